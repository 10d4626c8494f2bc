using System.Runtime.CompilerServices;
using static AgentKeys.Ethereum.Limbs;

namespace AgentKeys.Ethereum;

/// <summary>Products, powers, inverses and square roots modulo p.</summary>
internal readonly partial struct FieldElement
{
    public static FieldElement operator *(in FieldElement a, in FieldElement b)
    {
        ulong a0 = a._l0, a1 = a._l1, a2 = a._l2, a3 = a._l3;
        ulong b0 = b._l0, b1 = b._l1, b2 = b._l2, b3 = b._l3;

        var carry = 0UL;
        var r0 = MultiplyAdd(a0, b0, 0, ref carry);
        var r1 = MultiplyAdd(a0, b1, 0, ref carry);
        var r2 = MultiplyAdd(a0, b2, 0, ref carry);
        var r3 = MultiplyAdd(a0, b3, 0, ref carry);
        var r4 = carry;

        carry = 0;
        r1 = MultiplyAdd(a1, b0, r1, ref carry);
        r2 = MultiplyAdd(a1, b1, r2, ref carry);
        r3 = MultiplyAdd(a1, b2, r3, ref carry);
        r4 = MultiplyAdd(a1, b3, r4, ref carry);
        var r5 = carry;

        carry = 0;
        r2 = MultiplyAdd(a2, b0, r2, ref carry);
        r3 = MultiplyAdd(a2, b1, r3, ref carry);
        r4 = MultiplyAdd(a2, b2, r4, ref carry);
        r5 = MultiplyAdd(a2, b3, r5, ref carry);
        var r6 = carry;

        carry = 0;
        r3 = MultiplyAdd(a3, b0, r3, ref carry);
        r4 = MultiplyAdd(a3, b1, r4, ref carry);
        r5 = MultiplyAdd(a3, b2, r5, ref carry);
        r6 = MultiplyAdd(a3, b3, r6, ref carry);

        return Reduce(r0, r1, r2, r3, r4, r5, r6, carry);
    }

    /// <summary>A plain product: taking each mixed product of limbs once was measured, and the doubling costs what it saves.</summary>
    public FieldElement Square() => this * this;

    /// <summary>Half of this: p is added first where this is odd.</summary>
    public FieldElement Halve()
    {
        var mask = 0 - (_l0 & 1);
        var carry = 0UL;
        var s0 = Limbs.Add(_l0, P0 & mask, ref carry);
        var s1 = Limbs.Add(_l1, mask, ref carry);
        var s2 = Limbs.Add(_l2, mask, ref carry);
        var s3 = Limbs.Add(_l3, mask, ref carry);
        return new((s0 >> 1) | (s1 << 63), (s1 >> 1) | (s2 << 63), (s2 >> 1) | (s3 << 63), (s3 >> 1) | (carry << 63));
    }

    /// <summary>This to the power 2^<paramref name="count"/>.</summary>
    public FieldElement SquareTimes(int count)
    {
        var result = this;
        for (var i = 0; i < count; i++)
            result = result.Square();
        return result;
    }

    /// <summary>1 / this by Fermat, this^(p - 2), with a fixed addition chain; zero gives zero.</summary>
    public FieldElement Invert()
    {
        // p - 2 in binary: 223 ones, 0, 22 ones, 0000, 1, 0, 11, 0, 1.
        Ones(out var x2, out var x22, out var x223);
        var t = x223.SquareTimes(23) * x22;
        t = t.SquareTimes(5) * this;
        t = t.SquareTimes(3) * x2;
        return t.SquareTimes(2) * this;
    }

    /// <summary>A square root, this^((p + 1) / 4) as p = 3 (mod 4); false when there is none. For public values.</summary>
    public bool TrySquareRoot(out FieldElement root)
    {
        // (p + 1) / 4 in binary: 223 ones, 0, 22 ones, 0000, 11, 00.
        Ones(out var x2, out var x22, out var x223);
        var t = x223.SquareTimes(23) * x22;
        t = t.SquareTimes(6) * x2;
        root = t.SquareTimes(2);
        return root.Square() == this;
    }

    /// <summary>Powers whose exponents are 2, 22 and 223 ones in binary.</summary>
    private void Ones(out FieldElement x2, out FieldElement x22, out FieldElement x223)
    {
        x2 = Square() * this;
        var x3 = x2.Square() * this;
        var x6 = x3.SquareTimes(3) * x3;
        var x9 = x6.SquareTimes(3) * x3;
        var x11 = x9.SquareTimes(2) * x2;
        x22 = x11.SquareTimes(11) * x11;
        var x44 = x22.SquareTimes(22) * x22;
        var x88 = x44.SquareTimes(44) * x44;
        var x176 = x88.SquareTimes(88) * x88;
        var x220 = x176.SquareTimes(44) * x44;
        x223 = x220.SquareTimes(3) * x3;
    }

    /// <summary>A 512-bit number modulo p: its upper half times <see cref="Fold"/> comes down, twice.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static FieldElement Reduce(ulong r0, ulong r1, ulong r2, ulong r3, ulong r4, ulong r5, ulong r6, ulong r7)
    {
        var top = 0UL;
        r0 = MultiplyAdd(r4, Fold, r0, ref top);
        r1 = MultiplyAdd(r5, Fold, r1, ref top);
        r2 = MultiplyAdd(r6, Fold, r2, ref top);
        r3 = MultiplyAdd(r7, Fold, r3, ref top);

        // top is below 2^34, so top * Fold is below 2^67.
        var high = Multiply(top, Fold, out var low);
        var carry = 0UL;
        r0 = Limbs.Add(r0, low, ref carry);
        r1 = Limbs.Add(r1, high, ref carry);
        r2 = Limbs.Add(r2, 0, ref carry);
        r3 = Limbs.Add(r3, 0, ref carry);

        // With a carry here the rest is below 2^67: the number is below 2p either way.
        return ReduceOnce(r0, r1, r2, r3, carry);
    }
}
