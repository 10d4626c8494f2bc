using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace AgentKeys.Ethereum;

/// <summary>
/// An ECDSA signature on secp256k1 with its recovery id: r and s, 32 big-endian bytes each, both in [1, n - 1], and
/// <see cref="V"/>, 0 or 1, the parity of y of the point whose x is r. A value of this type has been checked for these ranges
/// and for nothing else; <c>default</c> has r = s = 0 and is never valid.
/// Recovery ids 2 and 3 (x at or above n, once in 2^128 signatures) do not exist in Ethereum, nor here.
/// </summary>
public readonly struct Secp256k1Signature : IEquatable<Secp256k1Signature>
{
    /// <summary>Bytes of r || s.</summary>
    public const int Size = 64;

    /// <summary>Bytes of r || s || v.</summary>
    public const int SizeWithV = 65;

    private readonly Bytes64 _bytes;

    /// <exception cref="ArgumentException">Not 32 bytes, r or s outside [1, n - 1], or another recovery id than 0 and 1.</exception>
    public Secp256k1Signature(ReadOnlySpan<byte> r32, ReadOnlySpan<byte> s32, int v)
    {
        if (r32.Length != 32 || s32.Length != 32 || !IsInRange(r32) || !IsInRange(s32))
            throw new ArgumentException("r and s are 32 bytes each, from 1 to n - 1.");
        ArgumentOutOfRangeException.ThrowIfNegative(v);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(v, 1);

        r32.CopyTo(_bytes);
        s32.CopyTo(((Span<byte>)_bytes)[32..]);
        V = v;
    }

    /// <summary>Recovery id, 0 or 1 (not 27 or 28).</summary>
    public int V { get; }

    /// <summary>A copy of r, 32 big-endian bytes.</summary>
    public byte[] R => ((ReadOnlySpan<byte>)_bytes)[..32].ToArray();

    /// <summary>A copy of s, 32 big-endian bytes.</summary>
    public byte[] S => ((ReadOnlySpan<byte>)_bytes)[32..].ToArray();

    /// <summary>s at most n / 2. Of the two s that sign one digest Ethereum's transactions take only this one (EIP-2).</summary>
    public bool IsLowS => !ReadS().IsHigh;

    /// <summary>The same signature with low s: s becomes n - s and the recovery id its other value, where s was high.</summary>
    public Secp256k1Signature Normalize()
    {
        var s = ReadS();
        if (!s.IsHigh)
            return this;

        Span<byte> negated = stackalloc byte[32];
        (-s).Write(negated);
        return new(((ReadOnlySpan<byte>)_bytes)[..32], negated, V ^ 1);
    }

    /// <summary>r || s.</summary>
    public byte[] ToBytes64() => ((ReadOnlySpan<byte>)_bytes).ToArray();

    /// <summary>r || s || v with v 27 or 28, as Solidity's ecrecover and most wallets write it.</summary>
    public byte[] ToBytes65() => [.. (ReadOnlySpan<byte>)_bytes, (byte)(27 + V)];

    /// <summary>Reads r || s || v with v one of 0, 1, 27, 28.</summary>
    /// <exception cref="FormatException">Another length or v, or r or s outside [1, n - 1].</exception>
    public static Secp256k1Signature Parse(ReadOnlySpan<byte> bytes65) =>
        TryParse(bytes65, out var signature)
            ? signature
            : throw new FormatException("A signature is 65 bytes: r and s from 1 to n - 1, and v 0, 1, 27 or 28.");

    /// <summary>As <see cref="Parse"/>, for bytes from outside. High s is read: whether it is allowed is the verifier's rule.</summary>
    public static bool TryParse(ReadOnlySpan<byte> bytes65, out Secp256k1Signature signature)
    {
        signature = default;
        if (bytes65.Length != SizeWithV || !IsInRange(bytes65[..32]) || !IsInRange(bytes65[32..64]))
            return false;

        int? v = bytes65[64] switch { 0 or 27 => 0, 1 or 28 => 1, _ => null };
        if (v is null)
            return false;

        signature = new(bytes65[..32], bytes65[32..64], v.Value);
        return true;
    }

    public bool Equals(Secp256k1Signature other) => V == other.V && ((ReadOnlySpan<byte>)_bytes).SequenceEqual(other._bytes);

    public override bool Equals(object? obj) => obj is Secp256k1Signature other && Equals(other);

    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.AddBytes(_bytes);
        hash.Add(V);
        return hash.ToHashCode();
    }

    public static bool operator ==(Secp256k1Signature left, Secp256k1Signature right) => left.Equals(right);

    public static bool operator !=(Secp256k1Signature left, Secp256k1Signature right) => !left.Equals(right);

    /// <summary><c>0x</c> and the 130 digits of <see cref="ToBytes65"/>.</summary>
    public override string ToString() => Hex.Encode(ToBytes65());

    internal Scalar ReadR()
    {
        Scalar.TryRead(((ReadOnlySpan<byte>)_bytes)[..32], out var r);
        return r;
    }

    internal Scalar ReadS()
    {
        Scalar.TryRead(((ReadOnlySpan<byte>)_bytes)[32..], out var s);
        return s;
    }

    private static bool IsInRange(ReadOnlySpan<byte> bytes32) => Scalar.TryRead(bytes32, out var value) && !value.IsZero;

    [InlineArray(Size)]
    [StructLayout(LayoutKind.Sequential, Pack = 1)]
    private struct Bytes64
    {
        private byte _first;
    }
}
