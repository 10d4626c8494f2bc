using System.Globalization;
using System.Text;

namespace AgentKeys.Hosting;

/// <summary>Text that may hold a client's bytes, made safe to show: printable ASCII, at most 128 characters.</summary>
internal static class BoundedText
{
    public const int MaxLength = 128;

    public static string Of(string text)
    {
        var safe = new StringBuilder();
        foreach (var c in text)
        {
            var shown = c is >= ' ' and <= '~' and not ('<' or '>' or '&' or '"' or '\'' or '\\') ? c.ToString() : string.Create(CultureInfo.InvariantCulture, $"u{(int)c:x4}");
            if (safe.Length + shown.Length > MaxLength)
                break;
            safe.Append(shown);
        }
        return safe.ToString();
    }
}
