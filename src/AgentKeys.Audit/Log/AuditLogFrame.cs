using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using AgentKeys.Protocol;

namespace AgentKeys.Audit.Log;

/// <summary>
/// The bytes of the log file: a 16-byte magic, then frames of u32 length (big-endian) | record | running hash (32). The running hash
/// is SHA-256(previous || leaf), the first previous is SHA-256(magic): any changed bit, lost or swapped frame shows at start.
/// </summary>
internal static class AuditLogFrame
{
    public const int Overhead = 4 + 32;
    public const int MaxLength = Overhead + AuditRecord.MaxLength;

    private static readonly byte[] s_magic = Encoding.ASCII.GetBytes("AgentKeysAudit1\n");

    public static ReadOnlySpan<byte> Magic => s_magic;

    public static Bytes32 FirstChain { get; } = new(SHA256.HashData(s_magic));

    /// <returns>the running hash after this record.</returns>
    public static Bytes32 Append(IBufferWriter<byte> output, ReadOnlySpan<byte> record, Bytes32 chain, Bytes32 leaf)
    {
        var next = Next(chain, leaf);
        var frame = output.GetSpan(Overhead + record.Length);
        BinaryPrimitives.WriteUInt32BigEndian(frame, (uint)record.Length);
        record.CopyTo(frame[4..]);
        next.CopyTo(frame[(4 + record.Length)..]);
        output.Advance(Overhead + record.Length);
        return next;
    }

    /// <summary>One whole frame at the start of <paramref name="bytes"/> that continues <paramref name="chain"/>; else false.</summary>
    public static bool TryRead(ReadOnlyMemory<byte> bytes, Bytes32 chain, out AuditLogEntry entry)
    {
        entry = default;
        if (bytes.Length < Overhead)
            return false;
        var length = BinaryPrimitives.ReadUInt32BigEndian(bytes.Span);
        if (length is 0 or > AuditRecord.MaxLength || bytes.Length < Overhead + length)
            return false;
        var record = bytes.Slice(4, (int)length);
        var leaf = AuditRecord.LeafOf(record.Span);
        var next = Next(chain, leaf);
        if (next != new Bytes32(bytes.Span.Slice(4 + (int)length, 32)) || AuditRecordCodec.TryDecode(record, out var decoded) != AuditRecordFault.None)
            return false;
        entry = new AuditLogEntry(decoded, leaf, next, Overhead + (int)length);
        return true;
    }

    private static Bytes32 Next(Bytes32 chain, Bytes32 leaf)
    {
        Span<byte> both = stackalloc byte[64];
        chain.CopyTo(both);
        leaf.CopyTo(both[32..]);
        return new Bytes32(SHA256.HashData(both));
    }
}

/// <param name="Chain">running hash after this record.</param>
/// <param name="Length">of the whole frame.</param>
internal readonly record struct AuditLogEntry(AuditRecord Record, Bytes32 Leaf, Bytes32 Chain, int Length);
