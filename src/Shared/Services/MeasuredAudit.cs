using System.Diagnostics;
using System.Diagnostics.Metrics;
using AgentKeys.Audit;
using AgentKeys.Hosting;
using AgentKeys.Protocol;

namespace AgentKeys.Services;

/// <summary>A log whose appends are timed: nothing is answered before they are durable, so their latency is everybody's.</summary>
/// <param name="log">the one that writes; owned.</param>
/// <param name="verifier">name of the log.</param>
internal sealed class MeasuredAudit(IAuditSink log, string verifier, IMeterFactory meters) : IAuditSink
{
    private readonly Histogram<double> _appends = meters.ServiceMeterOf().CreateHistogram(
        "agentkeys_audit_append_seconds", null, "What a durable append took, by log, phase (authorized, outcome, or both in one) and result (ok, or the code of the refusal).", null, ServiceMeter.Seconds);

    public AuditStatus Status => log.Status;

    public ValueTask<Result<AuditReceipt>> AuthorizeAsync(AuditAuthorization request, CancellationToken cancellationToken) =>
        MeasureAsync("authorized", () => log.AuthorizeAsync(request, cancellationToken));

    public ValueTask<Result<AuditReceipt>> OutcomeAsync(AuditOutcome outcome, CancellationToken cancellationToken) =>
        MeasureAsync("outcome", () => log.OutcomeAsync(outcome, cancellationToken));

    public ValueTask<Result<AuditReceipt>> RecordAsync(AuditAuthorization request, CancellationToken cancellationToken) =>
        MeasureAsync("both", () => log.RecordAsync(request, cancellationToken));

    public ValueTask DisposeAsync() => log.DisposeAsync();

    /// <summary>One that was cancelled wrote nothing and is not counted.</summary>
    private async ValueTask<Result<AuditReceipt>> MeasureAsync(string phase, Func<ValueTask<Result<AuditReceipt>>> append)
    {
        using var span = ServiceTracing.Source.StartActivity("audit " + phase);
        var start = Stopwatch.GetTimestamp();
        var result = await append();
        _appends.Record(Stopwatch.GetElapsedTime(start).TotalSeconds, new("log", verifier), new("phase", phase), new("result", result.Refusal?.Code.Name() ?? RequestOutcome.Ok));
        return result;
    }
}
