using System.Globalization;
using AgentKeys.Hosting;
using AgentKeys.Verification;

namespace AgentKeys.Signer;

/// <summary>Could a decision be made now?</summary>
internal sealed class ChainReadinessCheck(IFactsSource facts) : IReadinessCheck
{
    public async ValueTask<ReadinessReport> CheckAsync(CancellationToken cancellationToken)
    {
        var chain = await facts.ProbeAsync(cancellationToken);
        var details = new Dictionary<string, string>
        {
            ["chain"] = facts.Chain.ToString(),
            ["client"] = chain.Client,
            ["endpoints"] = chain.DefenceLevel.ToString(CultureInfo.InvariantCulture),
            ["p256"] = chain.P256Path ?? "unknown",
        };
        if (chain.HeadNumber is { } head)
            details["head"] = head.ToString(CultureInfo.InvariantCulture);
        if (chain.HeadAgeSeconds is { } age)
            details["headAgeSeconds"] = age.ToString(CultureInfo.InvariantCulture);
        if (chain.Reason is { } reason)
            details["reason"] = reason;
        if (chain.MissingCheck is { } missing)
            details["startCheck"] = missing;
        return new ReadinessReport("chain", chain.Ok, details);
    }
}

/// <summary>Could every class's acts be recorded now?</summary>
internal sealed class AuditReadinessCheck(SignerAudit audit) : IReadinessCheck
{
    public ValueTask<ReadinessReport> CheckAsync(CancellationToken cancellationToken)
    {
        var reason = audit.NotReady;
        return ValueTask.FromResult(new ReadinessReport("audit", reason is null, reason is null ? new Dictionary<string, string>() : new Dictionary<string, string> { ["reason"] = reason }));
    }
}

/// <summary>Which epochs can be served; a person compares them with the chain's before advancing it.</summary>
internal sealed class RingReadinessCheck(KeyRing ring) : IReadinessCheck
{
    public ValueTask<ReadinessReport> CheckAsync(CancellationToken cancellationToken)
    {
        var epochs = ring.Epochs;
        var details = new Dictionary<string, string> { ["epochs"] = string.Join(',', epochs.Select(e => e.ToString(CultureInfo.InvariantCulture))) };
        return ValueTask.FromResult(new ReadinessReport("ring", epochs.Count > 0, details));
    }
}
