using AgentKeys.Audit;
using AgentKeys.Protocol;

namespace AgentKeys.Services.Tests.Worker;

/// <summary>A real log that can be told to lose outcomes: the disk was full between the two records.</summary>
internal sealed class FaultyAudit(IAuditSink inner) : IAuditSink
{
    public bool LosesOutcomes { get; set; }

    /// <summary>Outcomes are written once this has ended: the disk is slow.</summary>
    public Task OutcomesWaitFor { get; set; } = Task.CompletedTask;

    /// <summary>What became of each act, newest last; null for done.</summary>
    public List<RefusalCode?> Outcomes { get; } = [];

    public AuditStatus Status => inner.Status;

    public ValueTask<Result<AuditReceipt>> AuthorizeAsync(AuditAuthorization request, CancellationToken cancellationToken) => inner.AuthorizeAsync(request, cancellationToken);

    public async ValueTask<Result<AuditReceipt>> OutcomeAsync(AuditOutcome outcome, CancellationToken cancellationToken)
    {
        lock (Outcomes)
            Outcomes.Add(outcome.RefusedWith);
        await OutcomesWaitFor;
        return LosesOutcomes ? new Refusal(RefusalCode.AuditUnavailable, "The test said so.") : await inner.OutcomeAsync(outcome, cancellationToken);
    }

    public ValueTask<Result<AuditReceipt>> RecordAsync(AuditAuthorization request, CancellationToken cancellationToken) => inner.RecordAsync(request, cancellationToken);

    public ValueTask DisposeAsync() => inner.DisposeAsync();
}
