namespace AgentKeys.Ethereum;

/// <summary>A point of secp256k1, y^2 = x^3 + 7, that is not the point at infinity. Public values only.</summary>
internal readonly struct AffinePoint(in FieldElement x, in FieldElement y)
{
    public readonly FieldElement X = x;
    public readonly FieldElement Y = y;

    /// <summary>The group's generator. Source: SEC 2 version 2.0, section 2.4.1.</summary>
    public static AffinePoint Generator { get; } = new(
        new(0x59F2815B16F81798, 0x029BFCDB2DCE28D9, 0x55A06295CE870B07, 0x79BE667EF9DCBBAC),
        new(0x9C47D08FFB10D4B8, 0xFD17B448A6855419, 0x5DA4FBFC0E1108A8, 0x483ADA7726A3C465));

    /// <summary>Reads X and Y, 32 big-endian bytes each; false when one is not below p or the point is not on the curve.
    /// The group's order is prime, so a point of the curve is a point of the group.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes64, out AffinePoint point)
    {
        point = default;
        if (!FieldElement.TryRead(bytes64[..32], out var x) || !FieldElement.TryRead(bytes64[32..], out var y) || y.Square() != RightSide(x))
            return false;

        point = new(x, y);
        return true;
    }

    /// <summary>The point with this x and a y of this parity; false when x is on no point. (SEC 1, section 2.3.4)</summary>
    public static bool TryFromX(in FieldElement x, bool odd, out AffinePoint point)
    {
        point = default;
        if (!RightSide(x).TrySquareRoot(out var y))
            return false;

        // No point has y = 0: the group's order is odd. So exactly one of y and -y is odd.
        point = new(x, y.IsOdd == odd ? y : -y);
        return true;
    }

    public AffinePoint Negate() => new(X, -Y);

    public void Write(Span<byte> destination64)
    {
        X.Write(destination64[..32]);
        Y.Write(destination64[32..]);
    }

    private static FieldElement RightSide(in FieldElement x) => x.Square() * x + FieldElement.Seven;
}
