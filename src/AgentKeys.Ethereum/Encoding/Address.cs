using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace AgentKeys.Ethereum;

/// <summary>
/// An account's address: 20 bytes. Text is <c>0x</c> and 40 hex digits; lower case is how this code writes it, the EIP-55
/// checksum is for people. <c>default</c> is the zero address.
/// </summary>
public readonly struct Address : IEquatable<Address>
{
    /// <summary>Bytes of an address.</summary>
    public const int Size = 20;

    private const int TextLength = 2 + 2 * Size;

    private readonly Bytes20 _bytes;

    private Address(ReadOnlySpan<byte> bytes) => bytes.CopyTo(_bytes);

    /// <summary>The address of twenty zero bytes: nobody's.</summary>
    public static Address Zero => default;

    public bool IsZero => Equals(Zero);

    /// <exception cref="ArgumentException">Not 20 bytes.</exception>
    public static Address FromBytes(ReadOnlySpan<byte> bytes) =>
        bytes.Length == Size ? new Address(bytes) : throw new ArgumentException("An address is 20 bytes.", nameof(bytes));

    /// <summary>Reads <c>0x</c> and 40 digits. Letters of one case only are taken as they are; of both cases, they must be
    /// the EIP-55 checksum: a mistyped address is refused, not used.</summary>
    /// <exception cref="FormatException">Anything else.</exception>
    public static Address Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return TryParse(text, out var address)
            ? address
            : throw new FormatException("An address is 0x and 40 hex digits; in mixed case, with its EIP-55 checksum.");
    }

    /// <summary>As <see cref="Parse"/>, for text from outside.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out Address address)
    {
        address = default;
        if (text.Length != TextLength || !Hex.TryDecode(text, out var bytes))
            return false;

        var parsed = new Address(bytes);
        var mixed = text[2..].ContainsAnyInRange('a', 'f') && text.ContainsAnyInRange('A', 'F');
        if (mixed && !text.SequenceEqual(parsed.ToChecksumString()))
            return false;

        address = parsed;
        return true;
    }

    /// <summary><c>0x</c> and 40 lower-case digits.</summary>
    public override string ToString() => Hex.Encode(_bytes);

    /// <summary>EIP-55: a letter is upper case where the same digit of keccak256(lower-case text without 0x) is 8 or more.</summary>
    public string ToChecksumString()
    {
        Span<byte> ascii = stackalloc byte[2 * Size];
        Convert.TryToHexStringLower(_bytes, ascii, out _);
        Span<byte> hash = stackalloc byte[Keccak256.Size];
        Keccak256.Hash(ascii, hash);

        Span<char> text = stackalloc char[TextLength];
        "0x".CopyTo(text);
        for (var i = 0; i < ascii.Length; i++)
        {
            var digit = i % 2 == 0 ? hash[i / 2] >> 4 : hash[i / 2] & 0xf;
            text[2 + i] = digit >= 8 ? char.ToUpperInvariant((char)ascii[i]) : (char)ascii[i];
        }

        return new string(text);
    }

    public byte[] ToArray() => ((ReadOnlySpan<byte>)_bytes).ToArray();

    /// <exception cref="ArgumentException"><paramref name="destination"/> is shorter than 20 bytes.</exception>
    public void CopyTo(Span<byte> destination) => ((ReadOnlySpan<byte>)_bytes).CopyTo(destination);

    public bool Equals(Address other) => ((ReadOnlySpan<byte>)_bytes).SequenceEqual(other._bytes);

    public override bool Equals([NotNullWhen(true)] object? obj) => obj is Address other && Equals(other);

    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.AddBytes(_bytes);
        return hash.ToHashCode();
    }

    public static bool operator ==(Address left, Address right) => left.Equals(right);

    public static bool operator !=(Address left, Address right) => !left.Equals(right);

    [InlineArray(Size)]
    [StructLayout(LayoutKind.Sequential, Pack = 1)]
    private struct Bytes20
    {
        private byte _first;
    }
}
