using System.Numerics;

namespace AgentKeys.Ethereum;

/// <summary>
/// Recursive Length Prefix, writing: each method gives one encoded item, and lists are made of encoded items. The one canonical
/// encoding is all there is; <see cref="RlpReader"/> refuses every other. Source: Ethereum Yellow Paper, appendix B.
/// </summary>
public static class Rlp
{
    /// <summary>Lengths up to this are added to the prefix; longer ones follow it.</summary>
    internal const int MaxShortLength = 55;

    internal const byte StringPrefix = 0x80;
    internal const byte ListPrefix = 0xc0;

    /// <summary>A byte string of any length, the empty one included.</summary>
    public static byte[] EncodeBytes(ReadOnlySpan<byte> bytes) =>
        bytes.Length == 1 && bytes[0] < StringPrefix ? [bytes[0]] : [.. Prefix(StringPrefix, bytes.Length), .. bytes];

    /// <summary>A number, big-endian without leading zeros; zero is the empty string.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Negative.</exception>
    public static byte[] EncodeInteger(BigInteger value)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(value);
        return value.IsZero ? [StringPrefix] : EncodeBytes(value.ToByteArray(isUnsigned: true, isBigEndian: true));
    }

    /// <summary>A list of items that are encoded already.</summary>
    public static byte[] EncodeList(params ReadOnlySpan<byte[]> items)
    {
        var length = 0;
        foreach (var item in items)
            length = checked(length + item.Length);

        var prefix = Prefix(ListPrefix, length);
        var list = new byte[prefix.Length + length];
        prefix.CopyTo(list, 0);
        var at = prefix.Length;
        foreach (var item in items)
        {
            item.CopyTo(list, at);
            at += item.Length;
        }

        return list;
    }

    private static byte[] Prefix(byte kind, int length)
    {
        if (length <= MaxShortLength)
            return [(byte)(kind + length)];
        var digits = ((BigInteger)length).ToByteArray(isUnsigned: true, isBigEndian: true);
        return [(byte)(kind + MaxShortLength + digits.Length), .. digits];
    }
}
