using System.Numerics;
using System.Text;

namespace AgentKeys.Ethereum;

/// <summary>EIP-712's encodeData: every value as one word of 32 bytes, numbers as the ABI has them, the rest as hashes.</summary>
internal static class Eip712Encoding
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Writes the word of a value; false when the value does not fit the type.</summary>
    public static bool TryEncode(string type, Eip712Value value, IReadOnlyDictionary<string, Eip712Type> structs, Span<byte> word)
    {
        word.Clear();
        if (Eip712TypeText.TryGetMember(type, out var member, out var count))
            return value is Eip712Value.Elements array && TryEncodeArray(member, count, array.Values, structs, word);

        switch (type, value)
        {
            case ("address", Eip712Value.Account account):
                account.Value.CopyTo(word[12..]);
                return true;
            case ("bool", Eip712Value.Flag flag):
                word[31] = flag.Value ? (byte)1 : (byte)0;
                return true;
            case ("string", Eip712Value.Text text):
                Keccak256.Hash(StrictUtf8.GetBytes(text.Value), word);
                return true;
            case ("bytes", Eip712Value.Octets octets):
                Keccak256.Hash(octets.Value, word);
                return true;
            case (_, Eip712Value.Octets octets):
                return TryEncodeFixedBytes(type, octets.Value, word);
            case (_, Eip712Value.Number number):
                return TryEncodeNumber(type, number.Value, word);
            case (_, Eip712Value.Fields nested) when structs.TryGetValue(type, out var nestedType):
                nestedType.Hash(nested.Values).CopyTo(word);
                return true;
            default:
                return false;
        }
    }

    /// <summary>The hash of the members' words, one after the other.</summary>
    private static bool TryEncodeArray(
        string member, int? count, Eip712Value[] values, IReadOnlyDictionary<string, Eip712Type> structs, Span<byte> word)
    {
        if (count is { } exactly && values.Length != exactly)
            return false;

        var words = new byte[32 * values.Length];
        for (var i = 0; i < values.Length; i++)
        {
            if (!TryEncode(member, values[i], structs, words.AsSpan(32 * i, 32)))
                return false;
        }

        Keccak256.Hash(words, word);
        return true;
    }

    /// <summary>Left-aligned, zeros behind.</summary>
    private static bool TryEncodeFixedBytes(string type, byte[] bytes, Span<byte> word)
    {
        if (!Eip712TypeText.TryGetSize(type, "bytes", out var size) || bytes.Length != size)
            return false;
        bytes.CopyTo(word);
        return true;
    }

    /// <summary>Right-aligned, big-endian; negative numbers in two's complement over the whole word.</summary>
    private static bool TryEncodeNumber(string type, BigInteger value, Span<byte> word)
    {
        BigInteger low, high;
        if (Eip712TypeText.TryGetSize(type, "uint", out var bits))
            (low, high) = (BigInteger.Zero, BigInteger.One << bits);
        else if (Eip712TypeText.TryGetSize(type, "int", out bits))
            (low, high) = (-(BigInteger.One << (bits - 1)), BigInteger.One << (bits - 1));
        else
            return false;
        if (value < low || value >= high)
            return false;

        var unsigned = value.Sign < 0 ? value + (BigInteger.One << 256) : value;
        return unsigned.TryWriteBytes(word[(32 - unsigned.GetByteCount(isUnsigned: true))..], out _, isUnsigned: true, isBigEndian: true);
    }
}
