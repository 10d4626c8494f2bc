using System.Buffers.Binary;
using System.Security.Cryptography;

namespace AgentKeys.Protocol;

/// <summary>
/// 8-byte name of a wrapping secret: it routes to the secret and says nothing about it. Text form: <c>0x</c> + 16 lower-case hex.
/// </summary>
public readonly record struct KeyId
{
    public const int Size = 8;

    private readonly ulong _value;

    /// <param name="bytes">exactly 8 bytes.</param>
    public KeyId(ReadOnlySpan<byte> bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(bytes.Length, Size);
        _value = BinaryPrimitives.ReadUInt64BigEndian(bytes);
    }

    /// <summary>
    /// Id of a ring key: the first 8 bytes of HKDF-SHA256(K3, no salt, <c>agentkeys:key-id:v1</c> || u64 epoch, 32). Two ring files
    /// with the same epoch and different secrets get different ids, so a wrong file is noticed before anything is decrypted.
    /// </summary>
    /// <param name="ringKey">32 secret bytes.</param>
    public static KeyId OfRingKey(ReadOnlySpan<byte> ringKey, ulong epoch)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(ringKey.Length, KeyWrap.SecretSize);
        var label = "agentkeys:key-id:v1"u8;
        Span<byte> info = stackalloc byte[label.Length + sizeof(ulong)];
        label.CopyTo(info);
        BinaryPrimitives.WriteUInt64BigEndian(info[label.Length..], epoch);
        Span<byte> derived = stackalloc byte[32];
        HKDF.DeriveKey(HashAlgorithmName.SHA256, ringKey, derived, [], info);
        return new KeyId(derived[..Size]);
    }

    public void CopyTo(Span<byte> destination) => BinaryPrimitives.WriteUInt64BigEndian(destination, _value);

    public byte[] ToArray()
    {
        var bytes = new byte[Size];
        CopyTo(bytes);
        return bytes;
    }

    public override string ToString() => "0x" + Convert.ToHexStringLower(ToArray());

    /// <summary>Accepts exactly <c>0x</c> and 16 lower-case hex digits.</summary>
    public static bool TryParse(string? text, out KeyId value)
    {
        value = default;
        if (text is not { Length: 2 + 2 * Size } || text[0] != '0' || text[1] != 'x' || !LowerHex.TryDecode(text.AsSpan(2), out var bytes))
            return false;
        value = new KeyId(bytes);
        return true;
    }

    public static KeyId Parse(string text) =>
        TryParse(text, out var value) ? value : throw new FormatException("Expected 0x and 16 lower-case hex digits.");
}
