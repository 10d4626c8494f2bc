using System.Runtime.CompilerServices;
using static AgentKeys.Ethereum.Limbs;

namespace AgentKeys.Ethereum;

/// <summary>
/// An integer modulo secp256k1's prime p = 2^256 - 0x1000003D1, four 64-bit limbs, least first, always fully reduced.
/// Because p is that close to 2^256, the part of a product above 2^256 comes back down by a multiplication with 33 bits.
/// No branch and no index depends on a value, except in <see cref="TrySquareRoot"/> and the comparisons' callers.
/// Source: SEC 2 version 2.0, section 2.4.1.
/// </summary>
internal readonly partial struct FieldElement
{
    /// <summary>2^256 - p.</summary>
    private const ulong Fold = 0x1_0000_03D1;

    /// <summary>The least limb of p; the others are all ones.</summary>
    private const ulong P0 = 0xFFFF_FFFE_FFFF_FC2F;

    private readonly ulong _l0, _l1, _l2, _l3;

    /// <summary>From limbs, least first; the number must be below p.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public FieldElement(ulong l0, ulong l1, ulong l2, ulong l3)
    {
        _l0 = l0;
        _l1 = l1;
        _l2 = l2;
        _l3 = l3;
    }

    public static FieldElement Zero => default;

    public static FieldElement One => new(1, 0, 0, 0);

    /// <summary>The curve's constant: y^2 = x^3 + 7.</summary>
    public static FieldElement Seven => new(7, 0, 0, 0);

    /// <summary>The group order n, which is below p.</summary>
    public static FieldElement N => new(0xBFD2_5E8C_D036_4141, 0xBAAE_DCE6_AF48_A03B, 0xFFFF_FFFF_FFFF_FFFE, ulong.MaxValue);

    public bool IsZero => (_l0 | _l1 | _l2 | _l3) == 0;

    public bool IsOdd => (_l0 & 1) != 0;

    /// <summary>Below p - n, a number of 129 bits: then x and x + n are two field elements and one scalar.</summary>
    public bool IsBelowPMinusN
    {
        get
        {
            var borrow = 0UL;
            Subtract(_l0, 0x402D_A172_2FC9_BAEE, ref borrow);
            Subtract(_l1, 0x4551_2319_50B7_5FC4, ref borrow);
            Subtract(_l2, 1, ref borrow);
            Subtract(_l3, 0, ref borrow);
            return borrow != 0;
        }
    }

    /// <summary>Reads 32 big-endian bytes; false, and zero, when the number is not below p.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes32, out FieldElement value)
    {
        var read = new FieldElement(Read(bytes32, 0), Read(bytes32, 1), Read(bytes32, 2), Read(bytes32, 3));
        var carry = 0UL;
        Limbs.Add(read._l0, Fold, ref carry);
        Limbs.Add(read._l1, 0, ref carry);
        Limbs.Add(read._l2, 0, ref carry);
        Limbs.Add(read._l3, 0, ref carry);
        value = carry == 0 ? read : Zero;
        return carry == 0;
    }

    public void Write(Span<byte> destination32) => Limbs.Write(destination32, _l0, _l1, _l2, _l3);

    public static bool operator ==(in FieldElement a, in FieldElement b) =>
        ((a._l0 ^ b._l0) | (a._l1 ^ b._l1) | (a._l2 ^ b._l2) | (a._l3 ^ b._l3)) == 0;

    public static bool operator !=(in FieldElement a, in FieldElement b) => !(a == b);

    public static FieldElement operator +(in FieldElement a, in FieldElement b)
    {
        var carry = 0UL;
        var s0 = Limbs.Add(a._l0, b._l0, ref carry);
        var s1 = Limbs.Add(a._l1, b._l1, ref carry);
        var s2 = Limbs.Add(a._l2, b._l2, ref carry);
        var s3 = Limbs.Add(a._l3, b._l3, ref carry);
        return ReduceOnce(s0, s1, s2, s3, carry);
    }

    public static FieldElement operator -(in FieldElement a, in FieldElement b)
    {
        var borrow = 0UL;
        var d0 = Subtract(a._l0, b._l0, ref borrow);
        var d1 = Subtract(a._l1, b._l1, ref borrow);
        var d2 = Subtract(a._l2, b._l2, ref borrow);
        var d3 = Subtract(a._l3, b._l3, ref borrow);

        // Below zero: adding p is, modulo 2^256, taking 2^256 - p away.
        var correction = Fold & (0 - borrow);
        borrow = 0;
        d0 = Subtract(d0, correction, ref borrow);
        d1 = Subtract(d1, 0, ref borrow);
        d2 = Subtract(d2, 0, ref borrow);
        d3 = Subtract(d3, 0, ref borrow);
        return new(d0, d1, d2, d3);
    }

    public static FieldElement operator -(in FieldElement a) => Zero - a;

    /// <summary><paramref name="ifSet"/> where <paramref name="mask"/> is all ones, <paramref name="ifClear"/> where it is 0.</summary>
    public static FieldElement Choose(ulong mask, in FieldElement ifSet, in FieldElement ifClear) => new(
        Select(mask, ifSet._l0, ifClear._l0),
        Select(mask, ifSet._l1, ifClear._l1),
        Select(mask, ifSet._l2, ifClear._l2),
        Select(mask, ifSet._l3, ifClear._l3));

    public override bool Equals(object? obj) => obj is FieldElement other && this == other;

    public override int GetHashCode() => HashCode.Combine(_l0, _l1, _l2, _l3);

    /// <summary>The number <c>carry * 2^256 + s</c>, known to be below 2p, modulo p.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static FieldElement ReduceOnce(ulong s0, ulong s1, ulong s2, ulong s3, ulong carry)
    {
        var over = 0UL;
        var t0 = Limbs.Add(s0, Fold, ref over);
        var t1 = Limbs.Add(s1, 0, ref over);
        var t2 = Limbs.Add(s2, 0, ref over);
        var t3 = Limbs.Add(s3, 0, ref over);
        var mask = 0 - (carry | over);
        return new(Select(mask, t0, s0), Select(mask, t1, s1), Select(mask, t2, s2), Select(mask, t3, s3));
    }
}
