using System.Globalization;
using System.Numerics;

namespace AgentKeys.Ethereum.Rpc;

/// <summary>Numbers as JSON-RPC writes them: <c>0x</c>, lower-case digits, no leading zeros.</summary>
internal static class Quantity
{
    public static string Of(ulong value) => "0x" + value.ToString("x", CultureInfo.InvariantCulture);

    public static string Of(BigInteger value)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(value);
        var digits = value.ToString("x", CultureInfo.InvariantCulture).TrimStart('0');
        return digits.Length == 0 ? "0x0" : "0x" + digits;
    }
}
