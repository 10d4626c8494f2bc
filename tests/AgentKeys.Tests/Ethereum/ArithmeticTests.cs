using System.Numerics;
using AgentKeys.Ethereum;
using Xunit;

namespace AgentKeys.Tests.Ethereum;

/// <summary>The arithmetic modulo p and n against System.Numerics.BigInteger, on numbers that like to break limbs.</summary>
public class ArithmeticTests
{
    internal static readonly BigInteger P = BigInteger.Pow(2, 256) - 0x1000003D1;
    internal static readonly BigInteger N = BigInteger.Parse("115792089237316195423570985008687907852837564279074904382605163141518161494337");

    /// <summary>Edges first: about 0, powers of two, the modulus and p - n; then seeded random ones.</summary>
    private static List<BigInteger> Numbers(BigInteger modulus)
    {
        var numbers = new List<BigInteger>();
        BigInteger[] centres = [0, modulus, P - N, N, modulus / 2, .. Enumerable.Range(1, 256).Where(i => i % 32 is 0 or 1).Select(i => BigInteger.Pow(2, i))];
        foreach (var centre in centres)
            for (var offset = -3; offset <= 3; offset++)
                numbers.Add(Mod(centre + offset, modulus));

        var random = new Random(20261122);
        for (var i = 0; i < 60; i++)
        {
            var bytes = new byte[32];
            random.NextBytes(bytes);
            // Runs of ones and zeros reach carries that uniform bytes do not.
            if (i % 3 == 0)
                bytes.AsSpan(random.Next(24), 8).Fill(0xff);
            if (i % 5 == 0)
                bytes.AsSpan(random.Next(16), 16).Clear();
            numbers.Add(Mod(new BigInteger(bytes, isUnsigned: true), modulus));
        }

        return [.. numbers.Distinct()];
    }

    internal static BigInteger Mod(BigInteger value, BigInteger modulus) => ((value % modulus) + modulus) % modulus;

    internal static byte[] Bytes32(BigInteger value)
    {
        var bytes = value.ToByteArray(isUnsigned: true, isBigEndian: true);
        return [.. new byte[32 - bytes.Length], .. bytes];
    }

    private static FieldElement Field(BigInteger value)
    {
        Assert.True(FieldElement.TryRead(Bytes32(value), out var element));
        return element;
    }

    internal static Scalar ScalarOf(BigInteger value)
    {
        Assert.True(Scalar.TryRead(Bytes32(value), out var scalar));
        return scalar;
    }

    private static BigInteger Number(FieldElement element)
    {
        var bytes = new byte[32];
        element.Write(bytes);
        return new BigInteger(bytes, isUnsigned: true, isBigEndian: true);
    }

    internal static BigInteger Number(Scalar scalar)
    {
        var bytes = new byte[32];
        scalar.Write(bytes);
        return new BigInteger(bytes, isUnsigned: true, isBigEndian: true);
    }

    [Fact]
    public void Field_sums_differences_and_products()
    {
        var numbers = Numbers(P);
        foreach (var a in numbers)
        {
            var fa = Field(a);
            Assert.Equal(Mod(-a, P), Number(-fa));
            Assert.Equal(a * a % P, Number(fa.Square()));
            Assert.Equal(!a.IsEven, fa.IsOdd);
            Assert.Equal(a < P - N, fa.IsBelowPMinusN);
            foreach (var b in numbers)
            {
                var fb = Field(b);
                if (Mod(a + b, P) != Number(fa + fb) || Mod(a - b, P) != Number(fa - fb) || a * b % P != Number(fa * fb) || a == b != (fa == fb))
                    Assert.Fail($"{a:x} and {b:x}");
            }
        }
    }

    [Fact]
    public void Field_inverses_and_square_roots()
    {
        var roots = 0;
        foreach (var a in Numbers(P))
        {
            Assert.Equal(BigInteger.ModPow(a, P - 2, P), Number(Field(a).Invert()));
            var isSquare = a.IsZero || BigInteger.ModPow(a, (P - 1) / 2, P).IsOne;
            Assert.Equal(isSquare, Field(a).TrySquareRoot(out var root));
            if (isSquare)
            {
                roots++;
                Assert.Equal(a, BigInteger.ModPow(Number(root), 2, P));
            }
        }

        Assert.InRange(roots, 20, 200);
    }

    [Fact]
    public void Scalar_sums_differences_products_and_order()
    {
        var numbers = Numbers(N);
        foreach (var a in numbers)
        {
            var sa = ScalarOf(a);
            Assert.Equal(Mod(-a, N), Number(-sa));
            Assert.Equal(a > N / 2, sa.IsHigh);
            foreach (var b in numbers)
            {
                var sb = ScalarOf(b);
                if (Mod(a + b, N) != Number(sa + sb) || Mod(a - b, N) != Number(sa - sb) || a * b % N != Number(sa * sb) || a == b != (sa == sb))
                    Assert.Fail($"{a:x} and {b:x}");
            }
        }
    }

    [Fact]
    public void Scalar_inverses()
    {
        foreach (var a in Numbers(N))
            Assert.Equal(BigInteger.ModPow(a, N - 2, N), Number(ScalarOf(a).Invert()));
    }

    [Fact]
    public void Reading_refuses_the_modulus_and_above()
    {
        foreach (var above in new[] { BigInteger.Zero, 1, 5, BigInteger.Pow(2, 32) })
        {
            Assert.False(FieldElement.TryRead(Bytes32(P + above % 0x1000003D1), out var element));
            Assert.True(element.IsZero);
            Assert.False(Scalar.TryRead(Bytes32(N + above), out var scalar));
            Assert.True(scalar.IsZero);
            Assert.Equal(above, Number(Scalar.ReadReduced(Bytes32(N + above))));
        }

        var highest = BigInteger.Pow(2, 256) - 1;
        Assert.False(FieldElement.TryRead(Bytes32(highest), out _));
        Assert.False(Scalar.TryRead(Bytes32(highest), out _));
        Assert.Equal(highest - N, Number(Scalar.ReadReduced(Bytes32(highest))));
    }

    [Fact]
    public void Choosing_takes_one_or_the_other()
    {
        var (a, b) = (Field(P - 1), Field(12345));
        Assert.True(FieldElement.Choose(ulong.MaxValue, a, b) == a && FieldElement.Choose(0, a, b) == b);
        var (c, d) = (ScalarOf(N - 1), ScalarOf(12345));
        Assert.True(Scalar.Choose(ulong.MaxValue, c, d) == c && Scalar.Choose(0, c, d) == d);
    }
}
