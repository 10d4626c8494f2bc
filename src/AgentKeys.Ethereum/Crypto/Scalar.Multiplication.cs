using System.Runtime.CompilerServices;
using static AgentKeys.Ethereum.Limbs;

namespace AgentKeys.Ethereum;

/// <summary>Products and inverses modulo n.</summary>
internal readonly partial struct Scalar
{
    public static Scalar operator *(in Scalar a, in Scalar b)
    {
        Product(a, b, out var r0, out var r1, out var r2, out var r3, out var r4, out var r5, out var r6, out var r7);
        return Reduce(r0, r1, r2, r3, r4, r5, r6, r7);
    }

    /// <summary><c>a * b / 2^384</c>, rounded to the nearest: not a product modulo n.</summary>
    public static Scalar MultiplyShift384(in Scalar a, in Scalar b)
    {
        Product(a, b, out _, out _, out _, out _, out _, out var r5, out var r6, out var r7);
        var carry = r5 >> 63;
        r6 = Limbs.Add(r6, 0, ref carry);
        r7 = Limbs.Add(r7, 0, ref carry);
        return new(r6, r7, carry, 0);
    }

    /// <summary>1 / this by Fermat, this^(n - 2), four bits of the (public) exponent at a time; zero gives zero.</summary>
    public Scalar Invert()
    {
        Span<Scalar> powers = stackalloc Scalar[16];
        powers[0] = One;
        for (var i = 1; i < powers.Length; i++)
            powers[i] = powers[i - 1] * this;

        var exponent = new Scalar(N0 - 2, N1, N2, N3);
        var result = One;
        for (var shift = 252; shift >= 0; shift -= 4)
        {
            result *= result;
            result *= result;
            result *= result;
            result *= result;
            var digit = (int)(exponent[shift / 64] >> (shift % 64)) & 0xf;
            if (digit != 0)
                result *= powers[digit];
        }

        powers.Clear();
        return result;
    }

    /// <summary>The 512-bit product, least limb first.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Product(
        in Scalar a, in Scalar b,
        out ulong r0, out ulong r1, out ulong r2, out ulong r3, out ulong r4, out ulong r5, out ulong r6, out ulong r7)
    {
        ulong a0 = a._l0, a1 = a._l1, a2 = a._l2, a3 = a._l3;
        ulong b0 = b._l0, b1 = b._l1, b2 = b._l2, b3 = b._l3;

        var carry = 0UL;
        r0 = MultiplyAdd(a0, b0, 0, ref carry);
        r1 = MultiplyAdd(a0, b1, 0, ref carry);
        r2 = MultiplyAdd(a0, b2, 0, ref carry);
        r3 = MultiplyAdd(a0, b3, 0, ref carry);
        r4 = carry;

        carry = 0;
        r1 = MultiplyAdd(a1, b0, r1, ref carry);
        r2 = MultiplyAdd(a1, b1, r2, ref carry);
        r3 = MultiplyAdd(a1, b2, r3, ref carry);
        r4 = MultiplyAdd(a1, b3, r4, ref carry);
        r5 = carry;

        carry = 0;
        r2 = MultiplyAdd(a2, b0, r2, ref carry);
        r3 = MultiplyAdd(a2, b1, r3, ref carry);
        r4 = MultiplyAdd(a2, b2, r4, ref carry);
        r5 = MultiplyAdd(a2, b3, r5, ref carry);
        r6 = carry;

        carry = 0;
        r3 = MultiplyAdd(a3, b0, r3, ref carry);
        r4 = MultiplyAdd(a3, b1, r4, ref carry);
        r5 = MultiplyAdd(a3, b2, r5, ref carry);
        r6 = MultiplyAdd(a3, b3, r6, ref carry);
        r7 = carry;
    }

    /// <summary>A 512-bit number modulo n: what is above 2^256 comes down times 2^256 - n (129 bits), three times.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Scalar Reduce(ulong r0, ulong r1, ulong r2, ulong r3, ulong h0, ulong h1, ulong h2, ulong h3)
    {
        // 512 -> 386 bits.
        ulong r4 = 0, r5 = 0, r6 = 0;
        FoldRow(h0, ref r0, ref r1, ref r2, ref r3, ref r4);
        FoldRow(h1, ref r1, ref r2, ref r3, ref r4, ref r5);
        FoldRow(h2, ref r2, ref r3, ref r4, ref r5, ref r6);
        var none = 0UL;
        FoldRow(h3, ref r3, ref r4, ref r5, ref r6, ref none);

        // 386 -> 260 bits.
        (h0, h1, h2) = (r4, r5, r6);
        (r4, r5, r6) = (0, 0, 0);
        FoldRow(h0, ref r0, ref r1, ref r2, ref r3, ref r4);
        FoldRow(h1, ref r1, ref r2, ref r3, ref r4, ref r5);
        FoldRow(h2, ref r2, ref r3, ref r4, ref r5, ref r6);

        // 260 -> 257 bits and below 2n: what is above is a few units of 2^256.
        h0 = r4;
        r4 = 0;
        FoldRow(h0, ref r0, ref r1, ref r2, ref r3, ref r4);
        return ReduceOnce(r0, r1, r2, r3, r4);
    }

    /// <summary>Adds <c>h * (2^256 - n)</c> to five limbs; what it carries out of the fourth is added to the fifth.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void FoldRow(ulong h, ref ulong r0, ref ulong r1, ref ulong r2, ref ulong r3, ref ulong r4)
    {
        var carry = 0UL;
        r0 = MultiplyAdd(h, Fold0, r0, ref carry);
        r1 = MultiplyAdd(h, Fold1, r1, ref carry);
        var over = 0UL;
        r2 = Limbs.Add(r2, h, ref over);
        var more = 0UL;
        r2 = Limbs.Add(r2, carry, ref more);
        carry = over + more;
        r3 += carry;
        r4 += Bit(r3 < carry);
    }
}
