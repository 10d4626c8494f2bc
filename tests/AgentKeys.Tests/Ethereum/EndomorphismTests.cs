using System.Numerics;
using AgentKeys.Ethereum;
using Xunit;
using static AgentKeys.Tests.Ethereum.ArithmeticTests;

namespace AgentKeys.Tests.Ethereum;

public class EndomorphismTests
{
    private static BigInteger Value(Endomorphism.SignedHalf half) => half.IsNegative ? -(BigInteger)half.Magnitude : half.Magnitude;

    [Fact]
    public void Lambda_and_beta_are_cube_roots_of_one_and_belong_together()
    {
        var lambda = Number(Endomorphism.Lambda);
        Assert.True(BigInteger.ModPow(lambda, 3, N).IsOne && !lambda.IsOne);

        Assert.True(PublicMultiplication.Sum(Endomorphism.Lambda, Scalar.Zero, AffinePoint.Generator).TryToAffine(out var point));
        Assert.True(point.X == Endomorphism.Beta * AffinePoint.Generator.X && point.Y == AffinePoint.Generator.Y);
    }

    [Fact]
    public void The_halves_are_short_and_add_up()
    {
        var lambda = Number(Endomorphism.Lambda);
        var random = new Random(3);
        List<BigInteger> scalars = [0, 1, 2, N - 1, N - 2, N / 2, N / 2 + 1, lambda, lambda - 1, lambda + 1, N - lambda, lambda * lambda % N];
        for (var i = 0; i < 256; i++)
            scalars.AddRange([BigInteger.Pow(2, i) % N, Mod(-BigInteger.Pow(2, i), N)]);
        for (var i = 0; i < 2000; i++)
        {
            var bytes = new byte[32];
            random.NextBytes(bytes);
            scalars.Add(new BigInteger(bytes, isUnsigned: true) % N);
        }

        foreach (var k in scalars)
        {
            Endomorphism.Split(ScalarOf(k), out var k1, out var k2);
            Assert.Equal(k, Mod(Value(k1) + Value(k2) * lambda, N));
            // The recoding adds up to 2^7: it needs this room above.
            Assert.True(k1.Magnitude < UInt128.MaxValue - 128 && k2.Magnitude < UInt128.MaxValue - 128);
        }
    }

    /// <summary>The bound of the split for every scalar, not for those tried: the largest corner of the lattice's cell.</summary>
    [Fact]
    public void No_scalar_has_a_half_of_more_than_128_bits()
    {
        // Shortest vectors by the extended Euclidean algorithm on (n, lambda), as the paper's section 4 does.
        var (r0, r1, t0, t1) = (N, Number(Endomorphism.Lambda), BigInteger.Zero, BigInteger.One);
        var root = BigInteger.Pow(2, 128);
        (BigInteger A, BigInteger B) before = default, at = default, after = default;
        while (after == default)
        {
            var q = r0 / r1;
            (r0, r1, t0, t1) = (r1, r0 - q * r1, t1, t0 - q * t1);
            if (r0 * r0 < N && at == default)
            {
                at = (r0, -t0);
                after = (r1, -t1);
            }
            else
            {
                before = (r0, -t0);
            }
        }

        var second = before.A * before.A + before.B * before.B < after.A * after.A + after.B * after.B ? before : after;
        Assert.Equal(N, BigInteger.Abs(at.A * second.B - second.A * at.B));
        var bound1 = (BigInteger.Abs(at.A) + BigInteger.Abs(second.A)) / 2 + 2;
        var bound2 = (BigInteger.Abs(at.B) + BigInteger.Abs(second.B)) / 2 + 2;
        Assert.True(bound1 < root - 128 && bound2 < root - 128);
    }

    [Theory]
    [InlineData(5)]
    [InlineData(8)]
    public void Windows_are_odd_sparse_and_add_up(int width)
    {
        var random = new Random(4);
        Span<byte> bytes = stackalloc byte[16];
        var digits = new sbyte[SignedWindows.Length];
        for (var i = 0; i < 500; i++)
        {
            random.NextBytes(bytes);
            if (i % 4 == 0)
                bytes.Fill(0xff);
            bytes[15] &= (byte)(i % 2 == 0 ? 0xbf : 0x01);
            var half = new Endomorphism.SignedHalf(BitConverter.ToUInt128(bytes), i % 3 == 0);
            SignedWindows.Write(half, width, digits);

            var sum = BigInteger.Zero;
            var last = -width;
            for (var position = 0; position < digits.Length; position++)
            {
                var digit = digits[position];
                sum += digit * BigInteger.Pow(2, position);
                if (digit == 0)
                    continue;
                Assert.True(digit % 2 != 0 && Math.Abs(digit) < 1 << (width - 1) && position - last >= width);
                last = position;
            }

            Assert.Equal(Value(half), sum);
        }
    }
}
