namespace AgentKeys.Protocol;

/// <summary>Lower-case hex without prefix; anything else is refused, so equal values have equal text.</summary>
internal static class LowerHex
{
    public static bool TryDecode(ReadOnlySpan<char> text, out byte[] bytes)
    {
        bytes = [];
        if (text.Length % 2 != 0 || text.ContainsAnyExcept("0123456789abcdef"))
            return false;
        bytes = Convert.FromHexString(text);
        return true;
    }
}
