using System.Runtime.CompilerServices;
using static AgentKeys.Ethereum.Limbs;

namespace AgentKeys.Ethereum;

/// <summary>
/// An integer modulo the group order n of secp256k1, four 64-bit limbs, least first, always fully reduced.
/// No branch and no index depends on a value, except where a member says so.
/// Source: SEC 2 version 2.0, section 2.4.1.
/// </summary>
internal readonly partial struct Scalar
{
    // n, and 2^256 - n, whose third limb is 1.
    private const ulong N0 = 0xBFD2_5E8C_D036_4141, N1 = 0xBAAE_DCE6_AF48_A03B, N2 = 0xFFFF_FFFF_FFFF_FFFE, N3 = ulong.MaxValue;
    private const ulong Fold0 = 0x402D_A173_2FC9_BEBF, Fold1 = 0x4551_2319_50B7_5FC4, Fold2 = 1;

    private readonly ulong _l0, _l1, _l2, _l3;

    /// <summary>From limbs, least first; the number must be below n.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Scalar(ulong l0, ulong l1, ulong l2, ulong l3)
    {
        _l0 = l0;
        _l1 = l1;
        _l2 = l2;
        _l3 = l3;
    }

    public static Scalar Zero => default;

    public static Scalar One => new(1, 0, 0, 0);

    public bool IsZero => (_l0 | _l1 | _l2 | _l3) == 0;

    /// <summary>Above n / 2, rounded down: the larger of the two s that sign the same digest (EIP-2).</summary>
    public bool IsHigh => this != Zero && IsAbove(-this);

    /// <summary>Limb <paramref name="index"/>, 0 to 3, least first.</summary>
    public ulong this[int index] => index switch { 0 => _l0, 1 => _l1, 2 => _l2, 3 => _l3, _ => 0 };

    /// <summary>Reads 32 big-endian bytes; false, and zero, when the number is not below n.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes32, out Scalar value)
    {
        value = ReadReduced(bytes32, out var wasBelow);
        if (!wasBelow)
            value = Zero;
        return wasBelow;
    }

    /// <summary>Reads 32 big-endian bytes modulo n: how ECDSA takes a digest of 256 bits (SEC 1, section 4.1.3, step 5).</summary>
    public static Scalar ReadReduced(ReadOnlySpan<byte> bytes32) => ReadReduced(bytes32, out _);

    private static Scalar ReadReduced(ReadOnlySpan<byte> bytes32, out bool wasBelow)
    {
        ulong l0 = Read(bytes32, 0), l1 = Read(bytes32, 1), l2 = Read(bytes32, 2), l3 = Read(bytes32, 3);
        var reduced = ReduceOnce(l0, l1, l2, l3, 0);
        wasBelow = reduced == new Scalar(l0, l1, l2, l3);
        return reduced;
    }

    public void Write(Span<byte> destination32) => Limbs.Write(destination32, _l0, _l1, _l2, _l3);

    public static bool operator ==(in Scalar a, in Scalar b) =>
        ((a._l0 ^ b._l0) | (a._l1 ^ b._l1) | (a._l2 ^ b._l2) | (a._l3 ^ b._l3)) == 0;

    public static bool operator !=(in Scalar a, in Scalar b) => !(a == b);

    public static Scalar operator +(in Scalar a, in Scalar b)
    {
        var carry = 0UL;
        var s0 = Limbs.Add(a._l0, b._l0, ref carry);
        var s1 = Limbs.Add(a._l1, b._l1, ref carry);
        var s2 = Limbs.Add(a._l2, b._l2, ref carry);
        var s3 = Limbs.Add(a._l3, b._l3, ref carry);
        return ReduceOnce(s0, s1, s2, s3, carry);
    }

    public static Scalar operator -(in Scalar a, in Scalar b)
    {
        var borrow = 0UL;
        var d0 = Subtract(a._l0, b._l0, ref borrow);
        var d1 = Subtract(a._l1, b._l1, ref borrow);
        var d2 = Subtract(a._l2, b._l2, ref borrow);
        var d3 = Subtract(a._l3, b._l3, ref borrow);

        var mask = 0 - borrow;
        borrow = 0;
        d0 = Subtract(d0, Fold0 & mask, ref borrow);
        d1 = Subtract(d1, Fold1 & mask, ref borrow);
        d2 = Subtract(d2, Fold2 & mask, ref borrow);
        d3 = Subtract(d3, 0, ref borrow);
        return new(d0, d1, d2, d3);
    }

    public static Scalar operator -(in Scalar a) => Zero - a;

    /// <summary><paramref name="ifSet"/> where <paramref name="mask"/> is all ones, <paramref name="ifClear"/> where it is 0.</summary>
    public static Scalar Choose(ulong mask, in Scalar ifSet, in Scalar ifClear) => new(
        Select(mask, ifSet._l0, ifClear._l0),
        Select(mask, ifSet._l1, ifClear._l1),
        Select(mask, ifSet._l2, ifClear._l2),
        Select(mask, ifSet._l3, ifClear._l3));

    public override bool Equals(object? obj) => obj is Scalar other && this == other;

    public override int GetHashCode() => HashCode.Combine(_l0, _l1, _l2, _l3);

    private bool IsAbove(in Scalar other)
    {
        var borrow = 0UL;
        Subtract(other._l0, _l0, ref borrow);
        Subtract(other._l1, _l1, ref borrow);
        Subtract(other._l2, _l2, ref borrow);
        Subtract(other._l3, _l3, ref borrow);
        return borrow != 0;
    }

    /// <summary>The number <c>carry * 2^256 + s</c>, known to be below 2n, modulo n.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Scalar ReduceOnce(ulong s0, ulong s1, ulong s2, ulong s3, ulong carry)
    {
        var over = 0UL;
        var t0 = Limbs.Add(s0, Fold0, ref over);
        var t1 = Limbs.Add(s1, Fold1, ref over);
        var t2 = Limbs.Add(s2, Fold2, ref over);
        var t3 = Limbs.Add(s3, 0, ref over);
        var mask = 0 - (carry | over);
        return new(Select(mask, t0, s0), Select(mask, t1, s1), Select(mask, t2, s2), Select(mask, t3, s3));
    }
}
