using System.Security.Cryptography;
using System.Text;

namespace AgentKeys.Protocol;

/// <summary>What is sealed inside an object: the name as a person typed it, and the value. Zeroed by <see cref="Dispose"/>.</summary>
public sealed class SealedContent : IDisposable
{
    private readonly byte[] _value;
    private bool _disposed;

    /// <param name="typedName">the object's name before lower-casing, for instance <c>OPENAI_API_KEY</c>; see <see cref="IsTypedFormOf"/>.</param>
    /// <param name="value">taken over, not copied: disposing clears it.</param>
    public SealedContent(string typedName, byte[] value)
    {
        TypedName = typedName;
        _value = value;
    }

    public string TypedName { get; }

    /// <exception cref="ObjectDisposedException">The value is gone.</exception>
    public ReadOnlySpan<byte> Value
    {
        get
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            return _value;
        }
    }

    /// <summary>
    /// True if lower-casing the ASCII letters of <paramref name="typed"/> gives <paramref name="name"/>: the name shown to a person
    /// can differ from the granted one in case only. Sealing refuses any other, and so does opening.
    /// </summary>
    public static bool IsTypedFormOf(string? typed, ObjectName name)
    {
        var text = name.ToString();
        if (typed?.Length != text.Length)
            return false;
        for (var i = 0; i < text.Length; i++)
        {
            if ((char.IsAsciiLetterUpper(typed[i]) ? (char)(typed[i] | 0x20) : typed[i]) != text[i])
                return false;
        }
        return true;
    }

    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(_value);
        _disposed = true;
    }

    public override string ToString() => nameof(SealedContent);

    /// <summary>CBOR map {0: text, 1: bytes}, shortest heads, keys in this order. The caller clears the bytes.</summary>
    internal byte[] Encode() => Encode(TypedName, Value);

    /// <summary>
    /// Reads the one legal encoding. Keys, kinds and order are fixed, so the only freedom is in the heads, and any head but the shortest makes
    /// the whole longer than these two strings need. Secrets are not compared, and copied once.
    /// </summary>
    internal static bool TryDecode(ReadOnlySpan<byte> plaintext, out SealedContent content)
    {
        content = null!;
        var rest = plaintext;
        if (!TryTake(ref rest, 0xa2) || !TryTake(ref rest, 0x00) || !TryTakeString(ref rest, MajorText, out var typed)
            || !TryTake(ref rest, 0x01) || !TryTakeString(ref rest, MajorBytes, out var value) || !rest.IsEmpty || !Ascii.IsValid(typed)
            || plaintext.Length != EncodedLength(typed.Length, value.Length))
            return false;

        content = new SealedContent(Encoding.ASCII.GetString(typed), value.ToArray());
        return true;
    }

    private const int MajorBytes = 0x40;
    private const int MajorText = 0x60;

    // By hand and not with CborWriter: its growing buffers leave copies of the secret that nobody can clear.
    private static byte[] Encode(string typedName, ReadOnlySpan<byte> value)
    {
        var output = new byte[EncodedLength(typedName.Length, value.Length)];
        var rest = output.AsSpan();
        Put(ref rest, 0xa2);
        Put(ref rest, 0x00);
        PutHead(ref rest, MajorText, typedName.Length);
        Encoding.ASCII.GetBytes(typedName, rest);
        rest = rest[typedName.Length..];
        Put(ref rest, 0x01);
        PutHead(ref rest, MajorBytes, value.Length);
        value.CopyTo(rest);
        return output;
    }

    private static int EncodedLength(int typedName, int value) => 1 + 1 + HeadSize(typedName) + typedName + 1 + HeadSize(value) + value;

    private static int HeadSize(int length) => length switch { < 24 => 1, < 0x100 => 2, < 0x10000 => 3, _ => 5 };

    private static void Put(ref Span<byte> rest, int value)
    {
        rest[0] = (byte)value;
        rest = rest[1..];
    }

    private static void PutHead(ref Span<byte> rest, int major, int length)
    {
        var size = HeadSize(length);
        Put(ref rest, major | size switch { 1 => length, 2 => 24, 3 => 25, _ => 26 });
        for (var shift = 8 * (size - 2); shift >= 0; shift -= 8)
            Put(ref rest, length >> shift);
    }

    private static bool TryTake(ref ReadOnlySpan<byte> rest, byte expected)
    {
        if (rest.IsEmpty || rest[0] != expected)
            return false;
        rest = rest[1..];
        return true;
    }

    private static bool TryTakeString(ref ReadOnlySpan<byte> rest, int major, out ReadOnlySpan<byte> text)
    {
        text = default;
        if (rest.IsEmpty || (rest[0] & 0xe0) != major)
            return false;
        var info = rest[0] & 0x1f;
        var extra = info switch { < 24 => 0, 24 => 1, 25 => 2, 26 => 4, _ => -1 };
        if (extra < 0 || rest.Length < 1 + extra)
            return false;
        long length = extra == 0 ? info : 0;
        foreach (var digit in rest.Slice(1, extra))
            length = length << 8 | digit;
        rest = rest[(1 + extra)..];
        if (length > rest.Length)
            return false;
        text = rest[..(int)length];
        rest = rest[(int)length..];
        return true;
    }
}
