using System.Numerics;

namespace AgentKeys.Ethereum;

/// <summary>256-bit unsigned numbers are <see cref="BigInteger"/> at the surface; this is where their range is checked.</summary>
internal static class Amount
{
    private static readonly BigInteger Limit = BigInteger.One << 256;

    /// <exception cref="ArgumentOutOfRangeException">Negative, or 2^256 and more.</exception>
    public static BigInteger Check(BigInteger value, string name)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(value, name);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(value, Limit, name);
        return value;
    }
}
