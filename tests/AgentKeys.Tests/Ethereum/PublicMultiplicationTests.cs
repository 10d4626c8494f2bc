using System.Numerics;
using System.Security.Cryptography;
using AgentKeys.Ethereum;
using Xunit;
using static AgentKeys.Tests.Ethereum.ArithmeticTests;

namespace AgentKeys.Tests.Ethereum;

/// <summary>a*G + b*P is complete: with P = k*G it is (a + b*k)*G for every a, b, k, the awkward ones included.</summary>
public class PublicMultiplicationTests
{
    /// <summary>k*G by the framework (OpenSSL); null for infinity.</summary>
    private static byte[]? MultipleOfG(BigInteger k)
    {
        k = Mod(k, N);
        if (k.IsZero)
            return null;
        using var key = ECDsa.Create(new ECParameters { Curve = ECCurve.CreateFromFriendlyName("secp256k1"), D = Bytes32(k) });
        var q = key.ExportParameters(false).Q;
        return [.. q.X!, .. q.Y!];
    }

    private static byte[]? Sum(BigInteger a, BigInteger b, byte[] p)
    {
        Assert.True(AffinePoint.TryRead(p, out var point));
        if (!PublicMultiplication.Sum(ScalarOf(Mod(a, N)), ScalarOf(Mod(b, N)), point).TryToAffine(out var sum))
            return null;
        var bytes = new byte[64];
        sum.Write(bytes);
        return bytes;
    }

    [Fact]
    public void Small_multiples_meet_every_special_case_of_addition()
    {
        // P = ±G, ±2G, ...: sums pass through infinity, doubling and opposite points.
        var multiples = Enumerable.Range(-200, 401).ToDictionary(k => k, k => MultipleOfG(k));
        foreach (var k in new[] { 1, -1, 2, -2, 3, -3, 7, 31, -33 })
            for (var a = -6; a <= 6; a++)
                for (var b = -5; b <= 5; b++)
                    Assert.Equal(multiples[a + b * k], Sum(a, b, multiples[k]!));
    }

    [Fact]
    public void Scalars_at_the_edges()
    {
        var lambda = BigInteger.Parse("05363ad4cc05c30e0a5261c028812645a122e22ea20816678df02967c1b23bd72", System.Globalization.NumberStyles.HexNumber);
        BigInteger[] edges =
        [
            0, 1, N - 1, N / 2, N / 2 + 1, lambda, N - lambda, lambda + 1, lambda * lambda,
            BigInteger.Pow(2, 127), BigInteger.Pow(2, 128), BigInteger.Pow(2, 128) - 1, BigInteger.Pow(2, 255),
            // Long runs of ones and alternating bits carry through a signed recoding.
            BigInteger.Pow(2, 200) - BigInteger.Pow(2, 3), (BigInteger.Pow(2, 256) - 1) / 3 % N,
        ];
        foreach (var k in new[] { 1, lambda, N - lambda, 5 })
        {
            var p = MultipleOfG(k)!;
            foreach (var a in edges)
                foreach (var b in edges)
                    Assert.Equal(MultipleOfG(a + b * k), Sum(a, b, p));
        }
    }

    [Fact]
    public void Random_scalars()
    {
        var random = new Random(7);
        BigInteger Next()
        {
            var bytes = new byte[32];
            random.NextBytes(bytes);
            return new BigInteger(bytes, isUnsigned: true) % N;
        }

        for (var i = 0; i < 100; i++)
        {
            var (a, b, k) = (Next(), Next(), Next() + 1);
            Assert.Equal(MultipleOfG(a + b * k), Sum(a, b, MultipleOfG(k)!));
        }
    }
}
