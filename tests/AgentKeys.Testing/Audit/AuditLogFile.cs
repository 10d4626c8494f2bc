using System.Buffers.Binary;
using AgentKeys.Audit;
using AgentKeys.Protocol;
using Microsoft.Extensions.Logging.Abstractions;

namespace AgentKeys.Testing.Audit;

/// <summary>One record and what outcomes point to.</summary>
public sealed record AuditEntry(AuditRecord Record, Bytes32 Leaf);

/// <summary>The records of a log that nobody has open.</summary>
public static class AuditLogFile
{
    private const int Magic = 16, LengthSize = 4, ChainSize = 32;

    /// <summary>
    /// The product's own reader judges the whole log first: every frame, the running hash, the head. What it takes is then cut into frames
    /// by SPEC.md section 10.3 and decoded, and both must find the same number.
    /// </summary>
    /// <param name="folder">the state folder that holds <c>audit</c>.</param>
    public static async Task<IReadOnlyList<AuditEntry>> ReadAsync(string folder, string verifier)
    {
        ulong whole;
        await using (var log = await LocalAuditLog.OpenAsync(new LocalAuditLogOptions { Folder = folder, Verifier = verifier, Time = TimeProvider.System, Logger = NullLogger.Instance }))
        {
            var status = log.Status;
            whole = status.Ready ? status.Records : throw new InvalidDataException($"The log of {verifier} is not sound: {status.Reason}");
        }
        var entries = Cut(await File.ReadAllBytesAsync(Path.Combine(folder, "audit", "log"))).ToList();
        return (ulong)entries.Count == whole ? entries : throw new InvalidDataException($"The log of {verifier}: {entries.Count} frames, but {whole} records.");
    }

    /// <summary>One more record, by a clock that is so much ahead.</summary>
    public static async Task AppendAheadAsync(string folder, string verifier, TimeSpan ahead)
    {
        var time = new ManualTime(TimeProvider.System.GetUtcNow() + ahead);
        await using var log = await LocalAuditLog.OpenAsync(new LocalAuditLogOptions { Folder = folder, Verifier = verifier, Time = time, Logger = NullLogger.Instance });
        var record = new AuditAuthorization { Operator = default, Actor = default, Device = default, Op = AuditOpKind.EpochAdded, Proof = null, Cap = null, Quota = null, Block = null };
        if (!(await log.AuthorizeAsync(record, default)).IsOk(out _, out var refusal))
            throw new InvalidDataException(refusal.Detail);
    }

    private static IEnumerable<AuditEntry> Cut(byte[] file)
    {
        for (var at = Magic; at < file.Length;)
        {
            var length = (int)BinaryPrimitives.ReadUInt32BigEndian(file.AsSpan(at));
            var bytes = file.AsMemory(at + LengthSize, length);
            if (AuditRecordCodec.TryDecode(bytes, out var record) is var fault && fault != AuditRecordFault.None)
                throw new InvalidDataException($"A record cannot be read: {fault}.");
            yield return new AuditEntry(record, AuditRecord.LeafOf(bytes.Span));
            at += LengthSize + length + ChainSize;
        }
    }
}
