using System.Buffers.Binary;
using System.Numerics;

namespace AgentKeys.Ethereum.Abi;

/// <summary>
/// Writes static words one after another into the caller's memory: the way to encode one struct or one challenge of fixed
/// size. Anything dynamic is <see cref="AbiEncoder"/>'s.
/// </summary>
/// <exception cref="ArgumentException">From any write: the memory is full, or a value does not fit.</exception>
public ref struct AbiWriter(Span<byte> destination)
{
    private Span<byte> _rest = destination;

    /// <summary>Bytes not yet written.</summary>
    public readonly int Remaining => _rest.Length;

    /// <summary>The four bytes in front of calldata.</summary>
    public void WriteSelector(ReadOnlySpan<byte> selector)
    {
        if (selector.Length != 4 || _rest.Length < 4)
            throw new ArgumentException("A selector is 4 bytes, in front of everything else.", nameof(selector));
        selector.CopyTo(_rest);
        _rest = _rest[4..];
    }

    /// <summary>uint8 to uint256.</summary>
    public void WriteUInt64(ulong value) => BinaryPrimitives.WriteUInt64BigEndian(Next()[24..], value);

    /// <summary>uint256.</summary>
    public void WriteUInt256(BigInteger value)
    {
        if (value.Sign < 0 || value.GetBitLength() > 256)
            throw new ArgumentException("Does not fit uint256.", nameof(value));
        value.TryWriteBytes(Next()[^value.GetByteCount(isUnsigned: true)..], out _, isUnsigned: true, isBigEndian: true);
    }

    public void WriteBool(bool value) => Next()[^1] = value ? (byte)1 : (byte)0;

    public void WriteAddress(Address value) => value.CopyTo(Next()[12..]);

    /// <summary>bytes32, or a uint256 as 32 big-endian bytes.</summary>
    public void WriteBytes32(ReadOnlySpan<byte> value)
    {
        if (value.Length != AbiType.Word)
            throw new ArgumentException("32 bytes expected.", nameof(value));
        value.CopyTo(Next());
    }

    private Span<byte> Next()
    {
        if (_rest.Length < AbiType.Word)
            throw new ArgumentException("No room for another word.");
        var word = _rest[..AbiType.Word];
        word.Clear();
        _rest = _rest[AbiType.Word..];
        return word;
    }
}
