namespace AgentKeys.Ethereum;

/// <summary>
/// Width-w non-adjacent form: a number as digits d_i * 2^i, each 0 or odd and below 2^(w-1) without its sign, at least w - 1
/// zeros after each that is not 0. Fewer additions, from a table of odd multiples. For PUBLIC numbers.
/// Source: D. Hankerson, A. Menezes, S. Vanstone, "Guide to Elliptic Curve Cryptography", algorithm 3.35.
/// </summary>
internal static class SignedWindows
{
    /// <summary>Digits that 128 bits can give: one more than bits.</summary>
    public const int Length = 129;

    /// <summary>Writes the digits of <paramref name="half"/> over <paramref name="digits"/>, least first.</summary>
    /// <param name="half">A magnitude below 2^128 - 2^7, and its sign.</param>
    /// <param name="width">2 to 8.</param>
    /// <param name="digits"><see cref="Length"/> digits.</param>
    public static void Write(in Endomorphism.SignedHalf half, int width, Span<sbyte> digits)
    {
        digits.Clear();
        var rest = half.Magnitude;
        var position = 0;
        while (rest != 0)
        {
            var zeros = (int)UInt128.TrailingZeroCount(rest);
            rest >>= zeros;
            position += zeros;

            var digit = (int)((ulong)rest & ((1UL << width) - 1));
            if (digit >= 1 << (width - 1))
                digit -= 1 << width;
            rest = digit < 0 ? rest + (uint)-digit : rest - (uint)digit;
            digits[position] = (sbyte)(half.IsNegative ? -digit : digit);
        }
    }
}
