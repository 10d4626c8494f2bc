using System.Diagnostics.CodeAnalysis;

namespace AgentKeys.Ethereum.Rpc;

/// <summary>The hash of a block or a transaction: 32 bytes. Text is <c>0x</c> and 64 lower-case digits.</summary>
public readonly struct Hash32 : IEquatable<Hash32>
{
    private readonly UInt128 _high;
    private readonly UInt128 _low;

    /// <exception cref="ArgumentException">Not 32 bytes.</exception>
    public Hash32(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != 32)
            throw new ArgumentException("A hash is 32 bytes.", nameof(bytes));
        _high = System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(bytes);
        _low = System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(bytes[16..]);
    }

    public byte[] ToArray()
    {
        var bytes = new byte[32];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt128BigEndian(bytes, _high);
        System.Buffers.Binary.BinaryPrimitives.WriteUInt128BigEndian(bytes.AsSpan(16), _low);
        return bytes;
    }

    /// <summary>Reads <c>0x</c> and 64 digits.</summary>
    /// <exception cref="FormatException">Anything else.</exception>
    public static Hash32 Parse(string text) => TryParse(text, out var hash) ? hash : throw new FormatException("A hash is 0x and 64 hex digits.");

    /// <inheritdoc cref="Parse"/>
    public static bool TryParse(ReadOnlySpan<char> text, out Hash32 hash)
    {
        hash = default;
        if (text.Length != 66 || !Hex.TryDecode(text, out var bytes))
            return false;
        hash = new Hash32(bytes);
        return true;
    }

    public override string ToString() => Hex.Encode(ToArray());

    public bool Equals(Hash32 other) => _high == other._high && _low == other._low;

    public override bool Equals([NotNullWhen(true)] object? obj) => obj is Hash32 other && Equals(other);

    public override int GetHashCode() => HashCode.Combine(_high, _low);

    public static bool operator ==(Hash32 left, Hash32 right) => left.Equals(right);

    public static bool operator !=(Hash32 left, Hash32 right) => !left.Equals(right);
}
