using System.Security.Cryptography;
using AgentKeys.Hosting;

namespace AgentKeys.Worker;

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
