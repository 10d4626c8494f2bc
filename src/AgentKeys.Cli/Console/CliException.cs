namespace AgentKeys.Cli;

/// <summary>A failure with words for the person at the terminal. Never holds a secret.</summary>
/// <param name="exitCode">one of <see cref="ExitCode"/>.</param>
internal sealed class CliException(int exitCode, string message, string? hint = null, Exception? inner = null) : Exception(message, inner)
{
    public int ExitCode { get; } = exitCode;

    /// <summary>What to do about it; null where there is nothing to say.</summary>
    public string? Hint { get; } = hint;

    /// <summary>Wire name of the refusal, for <c>--json</c>.</summary>
    public string? Code { get; init; }

    /// <summary>The block that decided, for <c>--json</c>.</summary>
    public ulong? Block { get; init; }

    public static CliException Failure(string message, string? hint = null, Exception? inner = null) => new(Cli.ExitCode.Failure, message, hint, inner);

    public static CliException Usage(string message, string? hint = null) => new(Cli.ExitCode.Usage, message, hint);

    public static CliException Refused(string code, string message, string? hint = null) => new(Cli.ExitCode.Refused, $"{code}: {message}", hint) { Code = code };

    public static CliException Unreachable(string message, string? hint = null, Exception? inner = null) => new(Cli.ExitCode.Unreachable, message, hint, inner) { Code = "unreachable" };
}
