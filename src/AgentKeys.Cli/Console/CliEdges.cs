using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace AgentKeys.Cli;

/// <summary>Everything outside the process that commands touch: streams, environment, clock. Tests put their own in.</summary>
[SuppressMessage("Design", "CA1001", Justification = "the streams are the process's own")]
internal sealed class CliEdges
{
    /// <summary>Data, and nothing else.</summary>
    public required Stream Output { get; init; }

    /// <summary>Everything a person reads.</summary>
    public required TextWriter Error { get; init; }

    public required Stream Input { get; init; }
    public required bool OutputIsTerminal { get; init; }
    public required bool ErrorIsTerminal { get; init; }
    public required bool InputIsTerminal { get; init; }
    public required Func<string, string?> Environment { get; init; }
    public required string WorkingDirectory { get; init; }
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Reads one secret line from the terminal without showing it.</summary>
    public required Func<string, byte[]> PromptSecret { get; init; }

    public static CliEdges OfProcess() => new()
    {
        Output = Console.OpenStandardOutput(),
        Error = TextWriter.Synchronized(new StreamWriter(Console.OpenStandardError(), new UTF8Encoding(false)) { AutoFlush = true }),
        Input = Console.OpenStandardInput(),
        OutputIsTerminal = !Console.IsOutputRedirected,
        ErrorIsTerminal = !Console.IsErrorRedirected,
        InputIsTerminal = !Console.IsInputRedirected,
        Environment = System.Environment.GetEnvironmentVariable,
        WorkingDirectory = Directory.GetCurrentDirectory(),
        PromptSecret = SecretPrompt.Read,
    };
}
