using System.Numerics;
using AgentKeys.Ethereum;
using Xunit;
using static AgentKeys.Tests.Ethereum.ArithmeticTests;

namespace AgentKeys.Tests.Ethereum;

public class SecretMultiplicationTests
{
    [Fact]
    public void Agrees_with_the_public_routine()
    {
        var random = new Random(6);
        List<BigInteger> scalars = [.. Enumerable.Range(1, 40).SelectMany(i => new[] { i, N - i }), N / 2, N / 2 + 1, .. Enumerable.Range(0, 256).Select(i => BigInteger.Pow(2, i))];
        for (var i = 0; i < 100; i++)
        {
            var bytes = new byte[32];
            random.NextBytes(bytes);
            scalars.Add(new BigInteger(bytes, isUnsigned: true) % N);
        }

        foreach (var k in scalars)
        {
            var scalar = ScalarOf(k);
            Assert.True(PublicMultiplication.Sum(scalar, Scalar.Zero, AffinePoint.Generator).TryToAffine(out var expected));
            var point = SecretMultiplication.TimesGenerator(scalar);
            Assert.True(point.X == expected.X && point.Y == expected.Y);
        }
    }

    [Fact]
    public void One_formula_adds_every_pair()
    {
        var g = new ProjectivePoint(AffinePoint.Generator.X, AffinePoint.Generator.Y, FieldElement.One);
        var minus = new ProjectivePoint(g.X, -g.Y, FieldElement.One);
        var infinity = ProjectivePoint.Infinity;
        static bool Same(ProjectivePoint a, ProjectivePoint b) => a.X * b.Z == b.X * a.Z && a.Y * b.Z == b.Y * a.Z && a.Z.IsZero == b.Z.IsZero;

        Assert.True(Same(g.Add(g), g.Double()));
        Assert.True(g.Add(minus).Z.IsZero && !g.Add(minus).Y.IsZero);
        Assert.True(Same(g.Add(infinity), g) && Same(infinity.Add(g), g));
        Assert.True(infinity.Double().Z.IsZero && infinity.Add(infinity).Z.IsZero && !infinity.Double().Y.IsZero);
    }
}
