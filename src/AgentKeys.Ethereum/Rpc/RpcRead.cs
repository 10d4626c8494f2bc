using System.Globalization;
using System.Numerics;
using System.Text.Json;

namespace AgentKeys.Ethereum.Rpc;

/// <summary>
/// Strict readers of what Ethereum's JSON-RPC puts into results (execution-apis, "Hex value encoding"): quantities without
/// leading zeros, byte strings with two digits for each byte. Anything else throws <see cref="FormatException"/>.
/// </summary>
internal static class RpcRead
{
    public static ulong UInt64(ref Utf8JsonReader reader) => UInt64(reader.GetString());

    public static BigInteger Integer(ref Utf8JsonReader reader) => Integer(reader.GetString());

    public static string Text(ref Utf8JsonReader reader) => reader.GetString() ?? throw Shape();

    public static Hash32 Hash(ref Utf8JsonReader reader) => Hash32.Parse(Text(ref reader));

    /// <summary>A byte string, decoded without a detour through a string of twice its size.</summary>
    public static byte[] Data(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.String || reader.ValueIsEscaped)
            throw Shape();
        var text = reader.ValueSpan;
        if (!text.StartsWith("0x"u8) || text.Length % 2 != 0)
            throw Shape();
        var bytes = new byte[text.Length / 2 - 1];
        return Convert.FromHexString(text[2..], bytes, out _, out _) == System.Buffers.OperationStatus.Done ? bytes : throw Shape();
    }

    public static JsonElement Element(ref Utf8JsonReader reader) => JsonElement.ParseValue(ref reader);

    public static ulong UInt64(string? text) =>
        Digits(text) is { Length: <= 16 } digits && ulong.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value)
            ? value
            : throw Shape();

    public static BigInteger Integer(string? text) =>
        Digits(text) is { Length: <= 64 } digits
        && BigInteger.TryParse("0" + digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value)
            ? value
            : throw Shape();

    // Members of objects.

    public static ulong UInt64(this JsonElement element, string name) => UInt64(element.Member(name));

    public static BigInteger Integer(this JsonElement element, string name) => Integer(element.Member(name));

    public static Hash32 Hash(this JsonElement element, string name) => Hash32.Parse(element.Member(name));

    public static byte[] Data(this JsonElement element, string name) => Hex.Decode(element.Member(name));

    public static Address Address(this JsonElement element, string name) => Ethereum.Address.Parse(element.Member(name));

    /// <summary>Whether the member is there and not null.</summary>
    public static bool Has(this JsonElement element, string name) =>
        element.TryGetProperty(name, out var member) && member.ValueKind != JsonValueKind.Null;

    public static IEnumerable<JsonElement> Items(this JsonElement element, string name) =>
        element.TryGetProperty(name, out var member) ? member.EnumerateArray() : throw Shape();

    private static string Member(this JsonElement element, string name) =>
        element.TryGetProperty(name, out var member) ? member.GetString() ?? throw Shape() : throw Shape();

    private static string Digits(string? text) =>
        text is ['0', 'x', _, ..] && (text[2] != '0' || text.Length == 3) ? text[2..] : throw Shape();

    private static FormatException Shape() => new("Not the expected hex value.");
}
