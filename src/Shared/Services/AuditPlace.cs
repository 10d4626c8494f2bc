using System.Diagnostics.Metrics;
using AgentKeys.Audit;

namespace AgentKeys.Services;

/// <summary>Where a service keeps one audit log, and the name under which it writes there.</summary>
/// <param name="Folder">absolute.</param>
/// <param name="Verifier"><c>broker</c>, <c>signer:credentials</c>, <c>worker:credentials</c>.</param>
internal sealed record AuditPlace(string Folder, string Verifier)
{
    /// <summary>Blocks once, while the process starts and nothing is served yet: a container has no asynchronous constructors.</summary>
    public IAuditSink Open(IServiceProvider services)
    {
        var options = Options(services.GetRequiredService<TimeProvider>(), services.GetRequiredService<ILogger<LocalAuditLog>>());
        var log = LocalAuditLog.OpenOrCreateAsync(options).AsTask().GetAwaiter().GetResult();
        return new MeasuredAudit(log, Verifier, services.GetRequiredService<IMeterFactory>());
    }

    public LocalAuditLogOptions Options(TimeProvider time, ILogger logger) => new() { Folder = Folder, Verifier = Verifier, Time = time, Logger = logger };
}
