using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace AgentKeys.Hosting;

/// <summary>One line per event for people: <c>TIME LEVEL [TRACE] CATEGORY: MESSAGE</c>, and the exception behind it, on the same line too.</summary>
internal sealed class TextLines(TimeProvider clock) : ConsoleFormatter(FormatterName)
{
    public const string FormatterName = "agentkeys-text";

    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        var trace = Activity.Current is { } span ? $"[{span.TraceId.ToHexString()}] " : "";
        var behind = logEntry.Exception is { } exception ? " | " + exception : "";
        var said = logEntry.Formatter(logEntry.State, logEntry.Exception) + behind;
        textWriter.WriteLine($"{LogFields.Time(clock)} {LogFields.Level(logEntry.LogLevel),-7} {trace}{logEntry.Category}: {LogFields.OneLine(said)}");
    }
}
