using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace AgentKeys.Hosting;

/// <summary>All on stderr, in one of two forms: stdout is a program's data.</summary>
internal static class ServiceLogging
{
    /// <summary>The setting: <c>json</c> (absent, too) or <c>text</c>.</summary>
    public const string FormatSetting = "Logging:Format";

    public static readonly string[] Formats = ["json", "text"];

    public static void Add(ILoggingBuilder logging, IConfiguration configuration)
    {
        logging.ClearProviders();
        var text = configuration[FormatSetting] == "text";
        logging.AddConsole(options =>
        {
            options.FormatterName = text ? TextLines.FormatterName : JsonLines.FormatterName;
            options.LogToStandardErrorThreshold = LogLevel.Trace;
        });
        logging.AddConsoleFormatter<JsonLines, ConsoleFormatterOptions>();
        logging.AddConsoleFormatter<TextLines, ConsoleFormatterOptions>();
        logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        logging.AddFilter("Microsoft.Hosting.Lifetime", LogLevel.Information);
    }
}
