using System.Buffers.Binary;

namespace AgentKeys.Protocol;

/// <summary>32 opaque bytes with value equality. Text form: <c>0x</c> + 64 lower-case hex, the only form accepted.</summary>
public readonly record struct Bytes32
{
    private readonly ulong _a, _b, _c, _d;

    /// <param name="bytes">exactly 32 bytes.</param>
    public Bytes32(ReadOnlySpan<byte> bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(bytes.Length, 32);
        _a = BinaryPrimitives.ReadUInt64BigEndian(bytes);
        _b = BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]);
        _c = BinaryPrimitives.ReadUInt64BigEndian(bytes[16..]);
        _d = BinaryPrimitives.ReadUInt64BigEndian(bytes[24..]);
    }

    public bool IsZero => (_a | _b | _c | _d) == 0;

    public void CopyTo(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt64BigEndian(destination, _a);
        BinaryPrimitives.WriteUInt64BigEndian(destination[8..], _b);
        BinaryPrimitives.WriteUInt64BigEndian(destination[16..], _c);
        BinaryPrimitives.WriteUInt64BigEndian(destination[24..], _d);
    }

    public byte[] ToArray()
    {
        var bytes = new byte[32];
        CopyTo(bytes);
        return bytes;
    }

    /// <summary>64 lower-case hex digits without prefix: object keys, storage tags.</summary>
    public string ToBareHex() => Convert.ToHexStringLower(ToArray());

    public override string ToString() => "0x" + ToBareHex();

    /// <summary>Accepts exactly <c>0x</c> and 64 lower-case hex digits: one legal form per value.</summary>
    public static bool TryParse(string? text, out Bytes32 value)
    {
        value = default;
        if (text is not { Length: 66 } || text[0] != '0' || text[1] != 'x' || !LowerHex.TryDecode(text.AsSpan(2), out var bytes))
            return false;
        value = new Bytes32(bytes);
        return true;
    }

    public static Bytes32 Parse(string text) =>
        TryParse(text, out var value) ? value : throw new FormatException("Expected 0x and 64 lower-case hex digits.");
}
