namespace AgentKeys.Ethereum;

/// <summary>
/// <c>a * G + b * P</c>: the one routine behind verification, recovery and the recovery id.
/// For PUBLIC values only: its time depends on them. What must not leak goes through the framework's ECDsa or the portable signer.
/// </summary>
internal static class PublicMultiplication
{
    private static readonly AffinePoint Generator = AffinePoint.Generator;

    /// <summary><c>a * G + b * P</c>; any scalars, infinity included as a result.</summary>
    public static JacobianPoint Sum(in Scalar a, in Scalar b, in AffinePoint p)
    {
        // Shamir's trick: both scalars share the doublings, and where both have a bit, G + P is added.
        var both = new JacobianPoint(Generator).Add(p);
        var sum = JacobianPoint.Infinity;
        for (var bit = 255; bit >= 0; bit--)
        {
            sum = sum.Double();
            var inA = (a[bit / 64] >> (bit % 64) & 1) != 0;
            var inB = (b[bit / 64] >> (bit % 64) & 1) != 0;
            sum = (inA, inB) switch
            {
                (true, true) => sum.Add(both),
                (true, false) => sum.Add(Generator),
                (false, true) => sum.Add(p),
                _ => sum,
            };
        }

        return sum;
    }
}
