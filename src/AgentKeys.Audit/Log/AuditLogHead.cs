using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using AgentKeys.Protocol;

namespace AgentKeys.Audit.Log;

/// <summary>
/// How far the log is acknowledged: count, length and running hash, kept in a file of its own so that a log that was cut at a frame's
/// end is noticed. Two slots, each in its own sector, written in turn: a torn write leaves the other one.
/// </summary>
internal readonly record struct AuditLogHead(ulong Count, ulong Length, Bytes32 Chain)
{
    public const int SlotSize = 512;
    public const int FileLength = 2 * SlotSize;

    private const int Payload = 8 + 8 + 8 + 32;
    private static readonly byte[] s_magic = Encoding.ASCII.GetBytes("AKAHead1");

    /// <summary>Slot of the head that follows this one.</summary>
    public static int Other(int slot) => 1 - slot;

    public byte[] EncodeSlot()
    {
        var slot = new byte[SlotSize];
        s_magic.CopyTo(slot, 0);
        BinaryPrimitives.WriteUInt64BigEndian(slot.AsSpan(8), Count);
        BinaryPrimitives.WriteUInt64BigEndian(slot.AsSpan(16), Length);
        Chain.CopyTo(slot.AsSpan(24));
        SHA256.HashData(slot.AsSpan(0, Payload), slot.AsSpan(Payload, 32));
        return slot;
    }

    /// <summary>The newest whole slot; false when neither is whole.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> file, out AuditLogHead head, out int slot)
    {
        (head, slot) = (default, 0);
        if (file.Length != FileLength)
            return false;
        var found = false;
        for (var i = 0; i < 2; i++)
        {
            if (!TryDecodeSlot(file.Slice(i * SlotSize, SlotSize), out var candidate) || (found && candidate.Count <= head.Count))
                continue;
            (head, slot, found) = (candidate, i, true);
        }
        return found;
    }

    private static bool TryDecodeSlot(ReadOnlySpan<byte> slot, out AuditLogHead head)
    {
        head = default;
        Span<byte> sum = stackalloc byte[32];
        SHA256.HashData(slot[..Payload], sum);
        if (!slot[..8].SequenceEqual(s_magic) || !slot.Slice(Payload, 32).SequenceEqual(sum) || slot[(Payload + 32)..].ContainsAnyExcept((byte)0))
            return false;
        head = new AuditLogHead(BinaryPrimitives.ReadUInt64BigEndian(slot[8..]), BinaryPrimitives.ReadUInt64BigEndian(slot[16..]), new Bytes32(slot.Slice(24, 32)));
        return true;
    }
}
