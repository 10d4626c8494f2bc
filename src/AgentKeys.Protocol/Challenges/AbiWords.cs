using System.Buffers.Binary;
using System.Numerics;
using AgentKeys.Ethereum;

namespace AgentKeys.Protocol;

/// <summary>Solidity's <c>abi.encode</c> of static values: one 32-byte word each, numbers and addresses right-aligned.</summary>
internal static class AbiWords
{
    public static Bytes32 UInt(ulong value)
    {
        Span<byte> word = stackalloc byte[32];
        BinaryPrimitives.WriteUInt64BigEndian(word[24..], value);
        return new Bytes32(word);
    }

    /// <exception cref="ArgumentOutOfRangeException">Negative, or more than 256 bits.</exception>
    public static Bytes32 UInt(BigInteger value)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(value);
        var size = value.GetByteCount(isUnsigned: true);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(size, 32, nameof(value));
        Span<byte> word = stackalloc byte[32];
        value.TryWriteBytes(word[(32 - size)..], out _, isUnsigned: true, isBigEndian: true);
        return new Bytes32(word);
    }

    public static Bytes32 Bool(bool value) => UInt(value ? 1UL : 0UL);

    public static Bytes32 Address(AccountAddress value)
    {
        Span<byte> word = stackalloc byte[32];
        value.ToArray().CopyTo(word[12..]);
        return new Bytes32(word);
    }

    /// <summary>keccak256 of the words in order.</summary>
    public static Bytes32 Hash(params ReadOnlySpan<Bytes32> words)
    {
        var encoded = new byte[32 * words.Length];
        for (var i = 0; i < words.Length; i++)
            words[i].CopyTo(encoded.AsSpan(32 * i));
        return new Bytes32(Keccak256.Hash(encoded));
    }

    /// <summary>keccak256 of text, as Solidity's <c>keccak256("...")</c>.</summary>
    public static Bytes32 HashText(ReadOnlySpan<byte> utf8) => new(Keccak256.Hash(utf8));
}
