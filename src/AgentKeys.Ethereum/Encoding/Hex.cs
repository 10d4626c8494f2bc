namespace AgentKeys.Ethereum;

/// <summary>
/// Hex text as Ethereum's JSON-RPC writes byte strings ("unformatted data"): <c>0x</c>, then two digits for each byte.
/// Written in lower case, read in any case. Quantities (no leading zeros, odd lengths) are a different format and not read here.
/// </summary>
public static class Hex
{
    /// <summary>The bytes as <c>0x</c> and lower-case digits; no bytes give <c>0x</c>.</summary>
    public static string Encode(ReadOnlySpan<byte> bytes) => "0x" + Convert.ToHexStringLower(bytes);

    /// <summary>The bytes of <paramref name="text"/>.</summary>
    /// <exception cref="FormatException">No <c>0x</c> in front, an odd number of digits, or something that is no digit.
    /// The message does not repeat the text: it may be a secret.</exception>
    public static byte[] Decode(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return TryDecode(text, out var bytes)
            ? bytes
            : throw new FormatException("Hex text is 0x followed by an even number of hex digits.");
    }

    /// <summary>As <see cref="Decode"/>, for text from outside: false instead of an exception, and then no bytes.</summary>
    public static bool TryDecode(ReadOnlySpan<char> text, out byte[] bytes)
    {
        bytes = [];
        if (text.Length % 2 != 0 || !text.StartsWith("0x", StringComparison.Ordinal))
            return false;

        var digits = text[2..];
        var decoded = new byte[digits.Length / 2];
        if (Convert.FromHexString(digits, decoded, out _, out _) != System.Buffers.OperationStatus.Done)
            return false;

        bytes = decoded;
        return true;
    }
}
