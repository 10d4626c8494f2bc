using AgentKeys.Protocol;

namespace AgentKeys.Audit.Log;

/// <summary>Conditions against the state as it is when the record's turn comes.</summary>
internal delegate Result<AuditRecord> AuditJudge(AuditLogState state, string verifier, ulong now);

/// <summary>What follows a record that was applied, in the same step.</summary>
internal delegate Result<AuditRecord> AuditSequel(Bytes32 first, AuditLogState state, string verifier, ulong now);

/// <summary>Something waiting for the writer.</summary>
internal interface IAuditAppend
{
    /// <returns>the record to write, or null when this one needs nothing (more) written.</returns>
    AuditRecord? Prepare(AuditLogState state, string verifier, ulong now);

    /// <returns>the record that belongs with the one whose leaf this is, or null.</returns>
    AuditRecord? Follow(Bytes32 first, AuditLogState state, string verifier, ulong now) => null;

    /// <summary>The record cannot be encoded: the caller's bug, and nobody else's.</summary>
    void Reject(ArgumentException bug);

    /// <summary>Of the first record.</summary>
    void Written(AuditReceipt receipt);

    /// <summary>Tells a condition's refusal, after the batch is durable: until then the refusing record might still vanish.</summary>
    void Settle();

    void Fail(Refusal unavailable);
}

/// <summary>Only wakes the writer, to look whether it can write again.</summary>
internal sealed class AuditProbe : IAuditAppend
{
    public AuditRecord? Prepare(AuditLogState state, string verifier, ulong now) => null;

    public void Reject(ArgumentException bug)
    {
    }

    public void Written(AuditReceipt receipt)
    {
    }

    public void Settle()
    {
    }

    public void Fail(Refusal unavailable)
    {
    }
}

internal sealed class AuditAppend(AuditJudge judge, AuditSequel? sequel, CancellationToken cancellationToken) : IAuditAppend
{
    private readonly TaskCompletionSource<Result<AuditReceipt>> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Refusal? _refusal;

    public Task<Result<AuditReceipt>> Done => _done.Task;

    public AuditRecord? Prepare(AuditLogState state, string verifier, ulong now)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            _done.TrySetCanceled(cancellationToken);
            return null;
        }
        try
        {
            return judge(state, verifier, now).IsOk(out var record, out _refusal) ? record : null;
        }
        catch (ArgumentException bug)
        {
            _done.TrySetException(bug);
            return null;
        }
    }

    public AuditRecord? Follow(Bytes32 first, AuditLogState state, string verifier, ulong now) => sequel?.Invoke(first, state, verifier, now).Value;

    public void Reject(ArgumentException bug) => _done.TrySetException(bug);

    public void Written(AuditReceipt receipt) => _done.TrySetResult(receipt);

    public void Settle()
    {
        if (_refusal is not null)
            _done.TrySetResult(_refusal);
    }

    public void Fail(Refusal unavailable) => _done.TrySetResult(unavailable);
}
