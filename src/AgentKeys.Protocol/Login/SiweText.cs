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

    public static bool IsDomain(string text) => Is(text, s_domain, 1, 255);

    /// <summary>EIP-4361: reserved, unreserved and space.</summary>
    public static bool IsStatement(string text) => Is(text, s_statement, 1, 500);

    public static bool IsNonce(string text) => Is(text, s_nonce, 8, 64);

    public static bool IsHttpUri(string text) =>
        Is(text, s_uri, 8, 500) && (text.StartsWith("https://", StringComparison.Ordinal) || text.StartsWith("http://", StringComparison.Ordinal));

    private static bool Is(string text, SearchValues<char> allowed, int min, int max) =>
        text.Length >= min && text.Length <= max && !text.AsSpan().ContainsAnyExcept(allowed);
}
