using AgentKeys.Ethereum;

namespace AgentKeys.Protocol;

/// <summary>20-byte address of a wallet or of a device key (K10). Text form: <c>0x</c> + 40 lower-case hex.</summary>
public readonly record struct AccountAddress
{
    private readonly UInt128 _high;
    private readonly uint _low;

    /// <param name="bytes">exactly 20 bytes.</param>
    public AccountAddress(ReadOnlySpan<byte> bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(bytes.Length, 20);
        _high = System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(bytes);
        _low = System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(bytes[16..]);
    }

    public bool IsZero => _high == 0 && _low == 0;

    public byte[] ToArray()
    {
        var bytes = new byte[20];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt128BigEndian(bytes, _high);
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(16), _low);
        return bytes;
    }

    public override string ToString() => "0x" + Convert.ToHexStringLower(ToArray());

    /// <summary>Accepts exactly <c>0x</c> and 40 lower-case hex digits (wire form).</summary>
    public static bool TryParse(string? text, out AccountAddress value)
    {
        value = default;
        if (text is not { Length: 42 } || text[0] != '0' || text[1] != 'x' || !LowerHex.TryDecode(text.AsSpan(2), out var bytes))
            return false;
        value = new AccountAddress(bytes);
        return true;
    }

    public static AccountAddress Parse(string text) =>
        TryParse(text, out var value) ? value : throw new FormatException("Expected 0x and 40 lower-case hex digits.");

    /// <summary>Address of a secp256k1 public key: last 20 bytes of keccak256(X || Y).</summary>
    /// <param name="publicKey">64 bytes X || Y.</param>
    public static AccountAddress OfPublicKey(ReadOnlySpan<byte> publicKey)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(publicKey.Length, 64);
        return new AccountAddress(Keccak256.Hash(publicKey).AsSpan(12));
    }
}
