using System.Buffers.Binary;
using System.Numerics;

namespace AgentKeys.Ethereum.Abi;

/// <summary>
/// Reads static words one after another without allocating: the way to decode one struct of fixed size. The first fault
/// stays; every read after it gives the default, so a whole struct is read straight through and <see cref="Finish"/> is
/// asked once. Same strictness as <see cref="AbiDecoder"/>.
/// </summary>
public ref struct AbiReader(ReadOnlySpan<byte> data)
{
    private ReadOnlySpan<byte> _rest = data;

    /// <summary>The first fault so far.</summary>
    public AbiFault Fault { get; private set; }

    /// <summary>The first fault, or <see cref="AbiFault.TrailingBytes"/> if something is left.</summary>
    public readonly AbiFault Finish() =>
        Fault == AbiFault.None && !_rest.IsEmpty ? AbiFault.TrailingBytes : Fault;

    /// <summary>Reads the head of <c>T[]</c> as the only value of a sequence (offset 32, then the length) where T takes
    /// <paramref name="itemWords"/> static words, and says how many items follow; 0 after a fault.</summary>
    public int ReadOnlyArray(int itemWords)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(itemWords, 1);
        if (ReadUInt64() != AbiType.Word && Fault == AbiFault.None)
            Fault = AbiFault.BadOffset;
        var count = ReadUInt64();
        if (Fault == AbiFault.None && count > (ulong)(_rest.Length / (itemWords * AbiType.Word)))
            Fault = AbiFault.Truncated;
        return Fault == AbiFault.None ? (int)count : 0;
    }

    /// <summary>uint8.</summary>
    public byte ReadByte() => (byte)ReadUnsigned(1);

    /// <summary>uint16.</summary>
    public ushort ReadUInt16() => (ushort)ReadUnsigned(2);

    /// <summary>uint32.</summary>
    public uint ReadUInt32() => (uint)ReadUnsigned(4);

    /// <summary>uint64, or a smaller one whose range the caller does not care about.</summary>
    public ulong ReadUInt64() => ReadUnsigned(8);

    public bool ReadBool()
    {
        var word = Next();
        if (word[..31].ContainsAnyExcept((byte)0) || word[31] > 1)
        {
            Fail(AbiFault.BadBool);
            return false;
        }

        return word[31] == 1;
    }

    public Address ReadAddress()
    {
        var word = Next();
        return Padding(word[..12]) ? Address.FromBytes(word[12..]) : default;
    }

    /// <summary>bytes32, as a view of the input.</summary>
    public ReadOnlySpan<byte> ReadBytes32() => Next();

    /// <summary>bytesN, as a view of the input.</summary>
    /// <param name="length">1 to 32.</param>
    public ReadOnlySpan<byte> ReadFixedBytes(int length)
    {
        var word = Next();
        Padding(word[length..]);
        return word[..length];
    }

    /// <summary>Any integer.</summary>
    /// <param name="bits">8 to 256, a multiple of 8.</param>
    /// <param name="signed">Two's complement.</param>
    public BigInteger ReadInteger(int bits, bool signed = false)
    {
        var word = Next();
        var unused = AbiType.Word - bits / 8;
        var negative = signed && (word[unused] & 0x80) != 0;
        if (word[..unused].ContainsAnyExcept(negative ? (byte)0xff : (byte)0))
        {
            Fail(AbiFault.BadPadding);
            return default;
        }

        return new BigInteger(word[unused..], isUnsigned: !signed, isBigEndian: true);
    }

    private ulong ReadUnsigned(int bytes)
    {
        var word = Next();
        return Padding(word[..^bytes]) ? BinaryPrimitives.ReadUInt64BigEndian(word[24..]) : 0;
    }

    private bool Padding(ReadOnlySpan<byte> unused)
    {
        if (!unused.ContainsAnyExcept((byte)0))
            return true;
        Fail(AbiFault.BadPadding);
        return false;
    }

    private ReadOnlySpan<byte> Next()
    {
        if (Fault == AbiFault.None && _rest.Length < AbiType.Word)
            Fail(AbiFault.Truncated);
        if (Fault != AbiFault.None)
            return Zeros;

        var word = _rest[..AbiType.Word];
        _rest = _rest[AbiType.Word..];
        return word;
    }

    private void Fail(AbiFault fault)
    {
        if (Fault == AbiFault.None)
            Fault = fault;
    }

    private static ReadOnlySpan<byte> Zeros =>
        [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
}
