using System.Text;

namespace AgentKeys.Protocol;

/// <summary>Raw values of clientDataJSON, compared byte by byte: an escape is another spelling and does not match.</summary>
internal static class ClientDataText
{
    /// <summary>A quoted 43-character base64url of the 32 bytes.</summary>
    public static bool IsChallenge(ReadOnlySpan<byte> rawValue, Bytes32 expected) => IsText(rawValue, Base64UrlStrict.Encode(expected.ToArray()));

    public static bool IsText(ReadOnlySpan<byte> rawValue, string expected) =>
        TryUnquote(rawValue, out var text) && text.SequenceEqual(Encoding.UTF8.GetBytes(expected));

    /// <summary>The bytes between the quotes of a string.</summary>
    public static bool TryUnquote(ReadOnlySpan<byte> rawValue, out ReadOnlySpan<byte> text)
    {
        var quoted = rawValue.Length >= 2 && rawValue[0] == '"';
        text = quoted ? rawValue[1..^1] : default;
        return quoted;
    }
}
