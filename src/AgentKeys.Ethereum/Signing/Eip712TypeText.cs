using System.Globalization;

namespace AgentKeys.Ethereum;

/// <summary>The grammar of EIP-712's encodeType: what a struct, a field, a name and a type look like.</summary>
internal static class Eip712TypeText
{
    /// <summary>The structs of a text, in order. No struct is looked up here.</summary>
    public static List<(string Name, Eip712Field[] Fields)> Split(string text)
    {
        var structs = new List<(string, Eip712Field[])>();
        var rest = text;
        while (rest.Length > 0)
        {
            var open = rest.IndexOf('(', StringComparison.Ordinal);
            var close = rest.IndexOf(')', StringComparison.Ordinal);
            if (open < 0 || close < open || !IsName(rest[..open]) || IsAtomic(rest[..open]))
                throw new FormatException("A struct is a name and its fields in parentheses.");

            structs.Add((rest[..open], SplitFields(rest[(open + 1)..close])));
            rest = rest[(close + 1)..];
        }

        return structs;
    }

    /// <summary><c>uint8[2][]</c> to <c>uint8</c>; a type that is no array is its own.</summary>
    public static string ElementOf(string type)
    {
        var bracket = type.IndexOf('[', StringComparison.Ordinal);
        return bracket < 0 ? type : type[..bracket];
    }

    /// <summary>Of an array its members' type and, where it is fixed, their number: <c>uint8[2][]</c> is many <c>uint8[2]</c>.</summary>
    public static bool TryGetMember(string type, out string member, out int? count)
    {
        member = type;
        count = null;
        if (!type.EndsWith(']'))
            return false;

        var bracket = type.LastIndexOf('[');
        member = type[..bracket];
        var digits = type[(bracket + 1)..^1];
        if (digits.Length > 0)
            count = int.Parse(digits, NumberStyles.None, CultureInfo.InvariantCulture);
        return true;
    }

    /// <summary>Solidity's own types. The aliases <c>uint</c> and <c>int</c> are none: they never appear in an encodeType.</summary>
    public static bool IsAtomic(string type) =>
        type is "address" or "bool" or "string" or "bytes"
        || TryGetSize(type, "bytes", out _) || TryGetSize(type, "uint", out _) || TryGetSize(type, "int", out _);

    /// <summary>The number behind <paramref name="family"/>: 1 to 32 bytes, or 8, 16, ... 256 bits.</summary>
    public static bool TryGetSize(string type, string family, out int size)
    {
        size = 0;
        if (!type.StartsWith(family, StringComparison.Ordinal) || !TryReadCount(type.AsSpan(family.Length), out var number))
            return false;
        if (family == "bytes" ? number > 32 : number > 256 || number % 8 != 0)
            return false;
        size = number;
        return true;
    }

    private static Eip712Field[] SplitFields(string text) =>
        text.Length == 0 ? [] : Array.ConvertAll(text.Split(','), SplitField);

    private static Eip712Field SplitField(string text)
    {
        var parts = text.Split(' ');
        return parts.Length == 2 && IsType(parts[0]) && IsName(parts[1])
            ? new Eip712Field(parts[0], parts[1])
            : throw new FormatException("A field is a type, one space and a name.");
    }

    private static bool IsType(string type)
    {
        var element = ElementOf(type);
        if (!IsName(element) || element is "uint" or "int")
            return false;

        var rest = type.AsSpan(element.Length);
        while (!rest.IsEmpty)
        {
            var close = rest.IndexOf(']');
            if (rest[0] != '[' || close < 0 || (close > 1 && !TryReadCount(rest[1..close], out _)))
                return false;
            rest = rest[(close + 1)..];
        }

        return true;
    }

    /// <summary>1 to 9999, without leading zeros.</summary>
    private static bool TryReadCount(ReadOnlySpan<char> digits, out int number)
    {
        number = 0;
        return digits.Length is > 0 and <= 4 && digits[0] != '0' && int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out number);
    }

    private static bool IsName(string text) =>
        text.Length > 0 && !char.IsAsciiDigit(text[0]) && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '$');
}
