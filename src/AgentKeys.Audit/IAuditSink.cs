using AgentKeys.Protocol;

namespace AgentKeys.Audit;

/// <summary>
/// What broker, worker and signer write through. A record is durable when the call returns. The log is at once the replay store, the
/// quota counter and the floor of object versions: the conditions are judged and the record is written in one step, so two requests
/// can never both pass.
/// </summary>
/// <remarks>Nobody retries inside: a refused append wrote nothing. There is no null sink: whoever has no log may not act.</remarks>
public interface IAuditSink : IAsyncDisposable
{
    /// <summary>
    /// Writes the authorized record if every condition holds, else nothing. Refusals in this order: <c>audit_unavailable</c>,
    /// <c>proof_replayed</c>, <c>cap_replayed</c>, <c>quota_exceeded</c> (with RetryAfterSeconds).
    /// </summary>
    /// <exception cref="OperationCanceledException">only before anything was written.</exception>
    ValueTask<Result<AuditReceipt>> AuthorizeAsync(AuditAuthorization request, CancellationToken cancellationToken);

    /// <summary>
    /// Writes what became of an authorized act and moves the object's floor when the act was done. <c>audit_unavailable</c> when the
    /// log fails or does not know the authorized record as open.
    /// </summary>
    ValueTask<Result<AuditReceipt>> OutcomeAsync(AuditOutcome outcome, CancellationToken cancellationToken);

    /// <summary>
    /// The authorized record and its outcome <c>ok</c> in one durable step, under the conditions of <see cref="AuthorizeAsync"/>. For an act that does
    /// nothing but make its answer: the caller makes it first and gives it out only when this was written.
    /// </summary>
    /// <returns>the receipt of the authorized record.</returns>
    /// <exception cref="OperationCanceledException">only before anything was written.</exception>
    ValueTask<Result<AuditReceipt>> RecordAsync(AuditAuthorization request, CancellationToken cancellationToken);

    AuditStatus Status { get; }
}

/// <param name="Leaf">SHA-256(0x00 || record): what an outcome points to, and the leaf of the anchored tree.</param>
/// <param name="Index">position in the log, from 0.</param>
/// <param name="Floor">of the named object after this record; version 0 = never stored, also when no object is named.</param>
public sealed record AuditReceipt(Bytes32 Leaf, ulong Index, ObjectFloor Floor);

/// <summary>The highest version of an object known to have been written, and whether that was its deletion.</summary>
public readonly record struct ObjectFloor(ulong Version, bool Deleted)
{
    /// <summary>
    /// How far above the floor the version of an object that was not opened is believed. Above it by honest means are stores that
    /// happened and could not be recorded: a handful. A forged header may push the versions on by as much, never to their end.
    /// </summary>
    public const ulong MaxAhead = 1024;

    /// <summary>
    /// No honest store comes near it, and from here on versions are still never used up. Whoever has data keys can seal higher ones: believed,
    /// one of them would be the last of its name.
    /// </summary>
    public const ulong MaxFound = 1ul << 62;

    /// <summary>Stored, and not deleted: it should be there.</summary>
    public bool SaysStored => this is { Version: > 0, Deleted: false };

    /// <param name="opened">version of an object that opened.</param>
    public bool Believes(ulong opened) => opened <= MaxFound || opened <= Version || opened - Version <= MaxAhead;

    /// <summary>One above everything that may have been sealed before, so that no two acts on a name ever share a version.</summary>
    /// <param name="seen">version in the header of the object that is there; 0 for none that can be read.</param>
    public ulong Next(ulong seen) => (seen > Version && seen - Version <= MaxAhead ? seen : Version) + 1;
}

/// <param name="Ready">whether an append would be tried.</param>
/// <param name="Reason">why not; null when ready.</param>
/// <param name="Records">how many records are durable.</param>
public sealed record AuditStatus(bool Ready, string? Reason, ulong Records);
