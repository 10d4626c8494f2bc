using System.Globalization;
using System.Security.Cryptography;
using AgentKeys.Audit;
using AgentKeys.Hosting;
using AgentKeys.Verification;

namespace AgentKeys.Worker;

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

/// <summary>Could an act be recorded now?</summary>
internal sealed class AuditReadinessCheck(IAuditSink audit) : IReadinessCheck
{
    public ValueTask<ReadinessReport> CheckAsync(CancellationToken cancellationToken)
    {
        var status = audit.Status;
        var details = new Dictionary<string, string> { ["records"] = status.Records.ToString(CultureInfo.InvariantCulture) };
        if (status.Reason is { } reason)
            details["reason"] = reason;
        return ValueTask.FromResult(new ReadinessReport("audit", status.Ready, details));
    }
}

/// <summary>
/// Would the store's folder take a file? Tried with a small one that is removed at once: always a new one with a name that nobody can
/// foresee, since a link in its place would lead the writing elsewhere. It lies where the store removes leftovers.
/// </summary>
internal sealed class StoreReadinessCheck(WorkerOptions options, IHostEnvironment environment) : IReadinessCheck
{
    private readonly string _folder = Path.Combine(ServiceStart.Resolve(environment.ContentRootPath, options.Store.Root!), ".incoming");

    public ValueTask<ReadinessReport> CheckAsync(CancellationToken cancellationToken)
    {
        var details = new Dictionary<string, string> { ["kind"] = options.Store.Kind! };
        try
        {
            var probe = Path.Combine(_folder, RandomNumberGenerator.GetHexString(32, lowercase: true));
            using var file = new FileStream(probe, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Options = FileOptions.DeleteOnClose });
            file.WriteByte(0);
            return ValueTask.FromResult(new ReadinessReport("store", true, details));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            details["reason"] = e.GetType().Name;
            return ValueTask.FromResult(new ReadinessReport("store", false, details));
        }
    }
}

/// <summary>Does the signer say that it could serve?</summary>
internal sealed class SignerReadinessCheck(SignerClient signer) : IReadinessCheck
{
    public async ValueTask<ReadinessReport> CheckAsync(CancellationToken cancellationToken) =>
        new("signer", await signer.IsReadyAsync(cancellationToken), new Dictionary<string, string>());
}
