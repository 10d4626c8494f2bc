using System.Buffers;

namespace AgentKeys.Protocol;

/// <summary>Which characters each free field of a login message may hold. None holds a line break, so no field can pass for another.</summary>
internal static class SiweText
{
    private const string AlphaNumeric = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    // RFC 3986: unreserved and reserved.
    private const string UriSigns = AlphaNumeric + "-._~" + ":/?#[]@!$&'()*+,;=";

    private static readonly SearchValues<char> s_nonce = SearchValues.Create(AlphaNumeric);
    private static readonly SearchValues<char> s_domain = SearchValues.Create(AlphaNumeric + ".-:[]");
    private static readonly SearchValues<char> s_uri = SearchValues.Create(UriSigns + "%");
    private static readonly SearchValues<char> s_statement = SearchValues.Create(UriSigns + " ");

    /// <summary>EIP-4361: an authority. A host, which is in brackets where it has colons, then a colon and a port or nothing.</summary>
    public static bool IsDomain(string text)
    {
        if (!Is(text, s_domain, 1, 255))
            return false;
        var bracketed = text[0] == '[';
        var end = text.IndexOf(bracketed ? ']' : ':', StringComparison.Ordinal);
        var host = end < 0 && !bracketed ? text.Length : bracketed ? end + 1 : end;
        return host > (bracketed ? 2 : 0)
            && (bracketed ? text.LastIndexOf('[') == 0 : !text.AsSpan(0, host).ContainsAny('[', ']'))
            && IsPortOrNothing(text.AsSpan(host));
    }

    /// <summary>EIP-4361: reserved, unreserved and space.</summary>
    public static bool IsStatement(string text) => Is(text, s_statement, 1, 500);

    public static bool IsNonce(string text) => Is(text, s_nonce, 8, 64);

    public static bool IsHttpUri(string text) =>
        Is(text, s_uri, 8, 500) && (text.StartsWith("https://", StringComparison.Ordinal) || text.StartsWith("http://", StringComparison.Ordinal));

    private static bool IsPortOrNothing(ReadOnlySpan<char> text) =>
        text.IsEmpty || (text[0] == ':' && text.Length is >= 2 and <= 6 && !text[1..].ContainsAnyExceptInRange('0', '9'));

    private static bool Is(string text, SearchValues<char> allowed, int min, int max) =>
        text.Length >= min && text.Length <= max && !text.AsSpan().ContainsAnyExcept(allowed);
}
