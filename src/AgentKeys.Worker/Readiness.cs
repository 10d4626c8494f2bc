using AgentKeys.Hosting;

namespace AgentKeys.Worker;

/// <summary>Would the store's folder take a file? Tried with a small one that is removed at once.</summary>
internal sealed class StoreReadinessCheck(WorkerOptions options, IHostEnvironment environment) : IReadinessCheck
{
    private readonly string _probe = Path.Combine(ServiceStart.Resolve(environment.ContentRootPath, options.Store.Root!), ".ready");

    public ValueTask<ReadinessReport> CheckAsync(CancellationToken cancellationToken)
    {
        var details = new Dictionary<string, string> { ["kind"] = options.Store.Kind! };
        try
        {
            using var file = new FileStream(_probe, new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, Options = FileOptions.DeleteOnClose });
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
