namespace AgentKeys.Protocol;

/// <summary>Whole Unix seconds of tokens, bounded so that arithmetic on hostile values cannot overflow.</summary>
internal static class TokenTime
{
    private const long Max = 253402300799; // 9999-12-31T23:59:59Z

    public static bool TryRead(long seconds, out DateTimeOffset time)
    {
        var ok = seconds is >= 0 and <= Max;
        time = ok ? DateTimeOffset.FromUnixTimeSeconds(seconds) : default;
        return ok;
    }

    /// <summary>16 random bytes as 22 base64url characters.</summary>
    public static bool IsTokenId(string? jti) => jti is { Length: 22 } && Base64UrlStrict.TryDecode(jti, out _);
}
