using System.Globalization;
using System.Numerics;
using AgentKeys.Protocol;

namespace AgentKeys.Tests.Vectors;

/// <summary>Arithmetic on P-256's order n and prime p, for signatures and keys that are nearly right.</summary>
internal static class P256Order
{
    private static readonly BigInteger s_n = BigInteger.Parse("0ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551", NumberStyles.HexNumber, CultureInfo.InvariantCulture);
    private static readonly BigInteger s_p = BigInteger.Parse("0ffffffff00000001000000000000000000000000ffffffffffffffffffffffff", NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    public static Bytes32 N => Word(s_n);

    public static (Bytes32 Low, Bytes32 High) LowAndHigh(Bytes32 s)
    {
        var (one, other) = (Number(s), s_n - Number(s));
        return (Word(BigInteger.Min(one, other)), Word(BigInteger.Max(one, other)));
    }

    public static bool IsHigh(Bytes32 s) => Number(s) > s_n / 2;

    /// <summary>p - y: the other point with the same x.</summary>
    public static Bytes32 Negate(Bytes32 y) => Word(s_p - Number(y));

    private static BigInteger Number(Bytes32 word) => new(word.ToArray(), isUnsigned: true, isBigEndian: true);

    private static Bytes32 Word(BigInteger value)
    {
        var bytes = value.ToByteArray(isUnsigned: true, isBigEndian: true);
        return new Bytes32([.. new byte[32 - bytes.Length], .. bytes]);
    }
}
