using System.Runtime.CompilerServices;

namespace AgentKeys.Ethereum;

/// <summary>
/// <c>a * G + b * P</c>: the one routine behind verification, recovery and the recovery id.
/// For PUBLIC values only: its time and its memory accesses depend on them. What must not leak goes through the framework's
/// ECDsa or the portable signer.
/// <para>Both scalars are split by <see cref="Endomorphism"/> and recoded by <see cref="SignedWindows"/>; the four strings of
/// digits share 128 doublings (Straus). <see cref="JacobianPoint"/> is complete, so no input is special here.</para>
/// </summary>
internal static class PublicMultiplication
{
    /// <summary>Windows of P: eight odd multiples, made at each call.</summary>
    private const int Width = 5;

    /// <summary><c>a * G + b * P</c>; any scalars, infinity included as a result.</summary>
    public static JacobianPoint Sum(in Scalar a, in Scalar b, in AffinePoint p)
    {
        Span<PreparedPoint> multiples = stackalloc PreparedPoint[1 << (Width - 2)];
        Span<PreparedPoint> multiplesTimesLambda = stackalloc PreparedPoint[multiples.Length];
        Prepare(p, multiples, multiplesTimesLambda);

        Span<sbyte> a1 = stackalloc sbyte[SignedWindows.Length], a2 = stackalloc sbyte[SignedWindows.Length];
        Span<sbyte> b1 = stackalloc sbyte[SignedWindows.Length], b2 = stackalloc sbyte[SignedWindows.Length];
        Recode(a, GeneratorTable.Width, a1, a2);
        Recode(b, Width, b1, b2);

        var g = GeneratorTable.OddMultiples.AsSpan();
        var gTimesLambda = GeneratorTable.OddMultiplesTimesLambda.AsSpan();
        var sum = JacobianPoint.Infinity;
        for (var i = SignedWindows.Length - 1; i >= 0; i--)
        {
            sum = sum.Double();
            AddDigit(ref sum, a1[i], g);
            AddDigit(ref sum, a2[i], gTimesLambda);
            AddDigit(ref sum, b1[i], multiples);
            AddDigit(ref sum, b2[i], multiplesTimesLambda);
        }

        return sum;
    }

    private static void Recode(in Scalar scalar, int width, Span<sbyte> first, Span<sbyte> second)
    {
        Endomorphism.Split(scalar, out var k1, out var k2);
        SignedWindows.Write(k1, width, first);
        SignedWindows.Write(k2, width, second);
    }

    /// <summary>P, 3P, 5P, ... and lambda times each.</summary>
    private static void Prepare(in AffinePoint p, Span<PreparedPoint> multiples, Span<PreparedPoint> multiplesTimesLambda)
    {
        var multiple = new JacobianPoint(p);
        var twice = PreparedPoint.From(multiple.Double());
        for (var i = 0; i < multiples.Length; i++)
        {
            multiples[i] = PreparedPoint.From(multiple);
            multiplesTimesLambda[i] = multiples[i].TimesLambda();
            multiple = multiple.Add(twice);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddDigit(ref JacobianPoint sum, int digit, ReadOnlySpan<AffinePoint> odd)
    {
        if (digit > 0)
            sum = sum.Add(odd[digit >> 1]);
        else if (digit < 0)
            sum = sum.Add(odd[-digit >> 1].Negate());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddDigit(ref JacobianPoint sum, int digit, ReadOnlySpan<PreparedPoint> odd)
    {
        if (digit > 0)
            sum = sum.Add(odd[digit >> 1]);
        else if (digit < 0)
            sum = sum.Add(odd[-digit >> 1].Negate());
    }
}
