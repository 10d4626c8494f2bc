namespace AgentKeys.Ethereum;

/// <summary>
/// The curve's endomorphism: lambda * (x, y) = (beta * x, y), with lambda^3 = 1 (mod n) and beta^3 = 1 (mod p). So k * P is
/// k1 * P + k2 * (lambda * P) with k1, k2 of 128 bits, which halves the doublings. For PUBLIC scalars: signs are branches.
/// Source: R. Gallant, R. Lambert, S. Vanstone, "Faster point multiplication on elliptic curves with efficient endomorphisms"
/// (CRYPTO 2001). The tests derive the constants anew from the lattice.
/// </summary>
internal static class Endomorphism
{
    // With the short vectors (a1, b1), (a2, b2) of the lattice { (x, y) : x + y * lambda = 0 (mod n) }, b1 negative:
    // G1 = round(2^384 * b2 / n) and G2 = round(2^384 * -b1 / n), so that k * G / 2^384 rounds k * b / n.
    private static readonly Scalar G1 = new(0xE893209A45DBB031, 0x3DAA8A1471E8CA7F, 0xE86C90E49284EB15, 0x3086D221A7D46BCD);
    private static readonly Scalar G2 = new(0x1571B4AE8AC47F71, 0x221208AC9DF506C6, 0x6F547FA90ABFE4C4, 0xE4437ED6010E8828);
    private static readonly Scalar MinusB1 = new(0x6F547FA90ABFE4C3, 0xE4437ED6010E8828, 0, 0);
    private static readonly Scalar B2 = new(0xE86C90E49284EB15, 0x3086D221A7D46BCD, 0, 0);

    public static Scalar Lambda { get; } = new(0xDF02967C1B23BD72, 0x122E22EA20816678, 0xA5261C028812645A, 0x5363AD4CC05C30E0);

    public static FieldElement Beta { get; } = new(0xC1396C28719501EE, 0x9CF0497512F58995, 0x6E64479EAC3434E9, 0x7AE96A2B657C0710);

    /// <summary><c>k = k1 + k2 * lambda (mod n)</c>, both of at most 128 bits without their signs.</summary>
    public static void Split(in Scalar k, out SignedHalf k1, out SignedHalf k2)
    {
        var c1 = Scalar.MultiplyShift384(k, G1);
        var c2 = Scalar.MultiplyShift384(k, G2);
        var second = c1 * MinusB1 - c2 * B2;
        k1 = SignedHalf.From(k - second * Lambda);
        k2 = SignedHalf.From(second);
    }

    /// <summary>A scalar near 0 or near n, as a sign and at most 128 bits.</summary>
    internal readonly record struct SignedHalf(UInt128 Magnitude, bool IsNegative)
    {
        public static SignedHalf From(in Scalar k)
        {
            var negative = k.IsHigh;
            var magnitude = negative ? -k : k;
            return (magnitude[2] | magnitude[3]) == 0
                ? new(new UInt128(magnitude[1], magnitude[0]), negative)
                : throw new InvalidOperationException("The two halves of a scalar have 128 bits each.");
        }
    }
}
