using AgentKeys.Protocol;

namespace AgentKeys.Audit;

/// <summary>What an act gives back: the answer, and what the log shall say about it.</summary>
public sealed record ActResult<T>(T Answer, AuditOutcome Outcome);

/// <summary>An act between its two records: nothing happens before the first is durable, no write is confirmed before the second.</summary>
public static class AuditedAct
{
    /// <summary>
    /// Authorized record, act, outcome. A refusal of the act is its outcome; an exception is <c>internal_error</c> and goes on. A write
    /// whose outcome cannot be recorded is <c>audit_unavailable</c> although it happened; after a read the outcome is best effort:
    /// it stands in line behind the authorized record, and the answer does not wait for it.
    /// </summary>
    /// <param name="act">runs to its end whatever the caller does: it gets no token of the caller, so it needs deadlines of its own.</param>
    /// <param name="cancellationToken">heeded only until the authorized record is written.</param>
    /// <returns>the act's answer; an <see cref="IDisposable"/> answer that is not handed out is disposed here.</returns>
    public static async Task<Result<T>> ActAsync<T>(
        this IAuditSink audit, AuditAuthorization authorization, bool isWrite, Func<AuditReceipt, Task<Result<ActResult<T>>>> act, CancellationToken cancellationToken)
    {
        var authorized = await audit.AuthorizeAsync(authorization, cancellationToken);
        if (!authorized.IsOk(out var receipt, out var refusal))
            return refusal;

        Result<ActResult<T>> result;
        try
        {
            result = await act(receipt);
        }
        catch
        {
            _ = await audit.OutcomeAsync(AuditOutcome.Refused(receipt.Leaf, RefusalCode.InternalError), CancellationToken.None);
            throw;
        }

        if (!result.IsOk(out var done, out refusal))
        {
            _ = await audit.OutcomeAsync(AuditOutcome.Refused(receipt.Leaf, refusal.Code), CancellationToken.None);
            return refusal;
        }
        var recorded = audit.OutcomeAsync(done.Outcome, CancellationToken.None).AsTask();
        if (!isWrite || (await recorded).IsOk(out _, out refusal))
            return done.Answer;
        (done.Answer as IDisposable)?.Dispose();
        return refusal;
    }
}
