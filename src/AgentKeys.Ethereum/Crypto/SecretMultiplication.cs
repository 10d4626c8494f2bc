namespace AgentKeys.Ethereum;

/// <summary>
/// <c>k * G</c> for a secret k: 64 windows of four bits, each always four doublings and one addition, the addend picked by
/// reading all sixteen table entries. No branch and no address depends on k. What the just-in-time compiler makes of it is
/// not under our control: limits at <see cref="Secp256k1Key"/>.
/// </summary>
internal static class SecretMultiplication
{
    private const int WindowBits = 4;

    private static readonly ProjectivePoint[] Multiples = MakeMultiples();

    /// <param name="k">In [1, n - 1]: the result is a point that is not infinity.</param>
    public static AffinePoint TimesGenerator(in Scalar k)
    {
        var result = ProjectivePoint.Infinity;
        for (var shift = 256 - WindowBits; shift >= 0; shift -= WindowBits)
        {
            result = result.Double().Double().Double().Double();
            result = result.Add(Pick(k[shift / 64] >> (shift % 64) & 0xf));
        }

        var inverse = result.Z.Invert();
        return new(result.X * inverse, result.Y * inverse);
    }

    private static ProjectivePoint Pick(ulong index)
    {
        var picked = Multiples[0];
        for (var i = 1UL; i < 16; i++)
        {
            // All ones where i is the index: only then is the difference 0, and only 0 minus 1 borrows from the top bit.
            var mask = 0 - (((i ^ index) - 1) >> 63);
            picked = ProjectivePoint.Choose(mask, Multiples[i], picked);
        }

        return picked;
    }

    private static ProjectivePoint[] MakeMultiples()
    {
        var generator = new ProjectivePoint(AffinePoint.Generator.X, AffinePoint.Generator.Y, FieldElement.One);
        var multiples = new ProjectivePoint[1 << WindowBits];
        multiples[0] = ProjectivePoint.Infinity;
        for (var i = 1; i < multiples.Length; i++)
            multiples[i] = multiples[i - 1].Add(generator);
        return multiples;
    }
}
