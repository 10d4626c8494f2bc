namespace AgentKeys.Ethereum;

/// <summary>Odd multiples 1, 3, ... of the generator G and of lambda * G; made at first use, in under a millisecond.</summary>
internal static class GeneratorTable
{
    /// <summary>Width of the windows that the tables serve.</summary>
    public const int Width = 8;

    /// <summary>Entry i is (2i + 1) * G.</summary>
    public static readonly AffinePoint[] OddMultiples = Make();

    /// <summary>Entry i is (2i + 1) * lambda * G.</summary>
    public static readonly AffinePoint[] OddMultiplesTimesLambda =
        Array.ConvertAll(OddMultiples, point => new AffinePoint(point.X * Endomorphism.Beta, point.Y));

    private static AffinePoint[] Make()
    {
        var table = new AffinePoint[1 << (Width - 2)];
        var multiple = new JacobianPoint(AffinePoint.Generator);
        var twice = multiple.Double();
        for (var i = 0; i < table.Length; i++)
        {
            if (!multiple.TryToAffine(out table[i]))
                throw new InvalidOperationException("No small multiple of the generator is infinity.");
            multiple = multiple.Add(twice);
        }

        return table;
    }
}
