using System.Globalization;

namespace AgentKeys.Cli;

/// <summary>Durations as people type them: a whole number and <c>s</c>, <c>m</c>, <c>h</c>, <c>d</c> or <c>w</c>: <c>90s</c>, <c>1h</c>, <c>7d</c>.</summary>
internal static class Duration
{
    private const long MaxSeconds = 100L * 366 * 86400;

    /// <summary>At least one second, at most a hundred years. No sums, fractions or missing units: <c>7</c> could mean anything.</summary>
    public static bool TryParse(string? text, out TimeSpan duration)
    {
        duration = default;
        if (text is not { Length: >= 2 and <= 12 } || UnitSeconds(text[^1]) is not { } unit)
            return false;
        if (!long.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var count) || count is 0 || count > MaxSeconds / unit)
            return false;
        duration = TimeSpan.FromSeconds(count * unit);
        return true;
    }

    /// <summary>The largest unit that divides it: what <see cref="TryParse"/> reads back.</summary>
    public static string Format(TimeSpan duration)
    {
        var seconds = (long)duration.TotalSeconds;
        foreach (var unit in "wdhm")
        {
            if (seconds % UnitSeconds(unit)!.Value == 0)
                return string.Create(CultureInfo.InvariantCulture, $"{seconds / UnitSeconds(unit)!.Value}{unit}");
        }
        return string.Create(CultureInfo.InvariantCulture, $"{seconds}s");
    }

    private static long? UnitSeconds(char unit) => unit switch
    {
        's' => 1,
        'm' => 60,
        'h' => 3600,
        'd' => 86400,
        'w' => 7 * 86400,
        _ => null,
    };
}
