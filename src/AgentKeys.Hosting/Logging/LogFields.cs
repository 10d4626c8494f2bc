using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace AgentKeys.Hosting;

/// <summary>What both forms of a log line share.</summary>
internal static class LogFields
{
    public static string Time(TimeProvider clock) => clock.GetUtcNow().UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    public static string Level(LogLevel level) => level switch
    {
        LogLevel.Trace or LogLevel.Debug => "debug",
        LogLevel.Information => "info",
        LogLevel.Warning => "warning",
        _ => "error",
    };

    /// <summary>The message's parts by their names, as members; what the message does not show is not in it either.</summary>
    public static void Write<TState>(Utf8JsonWriter json, TState state)
    {
        if (state is not IReadOnlyList<KeyValuePair<string, object?>> parts)
            return;
        foreach (var (name, value) in parts)
        {
            if (name is "" or "{OriginalFormat}" || value is null)
                continue;
            var member = JsonNamingPolicy.CamelCase.ConvertName(name);
            if (s_own.Contains(member))
                member += "_";
            Write(json, member, value);
        }
    }

    /// <summary>One line whatever is in it.</summary>
    public static string OneLine(string text)
    {
        if (!text.AsSpan().ContainsAnyInRange('\0', '\u001f') && !text.Contains('\u007f', StringComparison.Ordinal))
            return text;
        var line = new StringBuilder();
        foreach (var c in text)
            line.Append(c switch { '\n' => "\\n", '\r' => "\\r", '\t' => "\\t", < ' ' or '\u007f' => string.Create(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"), _ => c.ToString() });
        return line.ToString();
    }

    private static readonly string[] s_own = ["time", "level", "category", "event", "message", "traceId", "spanId", "exception"];

    private static void Write(Utf8JsonWriter json, string member, object value)
    {
        switch (value)
        {
            case bool flag:
                json.WriteBoolean(member, flag);
                break;
            case int or long or uint or ulong or short or ushort or byte:
                json.WriteNumber(member, Convert.ToDecimal(value, CultureInfo.InvariantCulture));
                break;
            case double number when double.IsFinite(number):
                json.WriteNumber(member, number);
                break;
            default:
                json.WriteString(member, Convert.ToString(value, CultureInfo.InvariantCulture));
                break;
        }
    }
}
