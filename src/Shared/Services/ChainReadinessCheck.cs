using System.Globalization;
using AgentKeys.Hosting;
using AgentKeys.Verification;

namespace AgentKeys.Services;

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
