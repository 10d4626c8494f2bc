namespace AgentKeys.Cli;

/// <summary>What the process ends with; scripts rely on it. Printed by <c>agentkeys --help</c>.</summary>
internal static class ExitCode
{
    public const int Ok = 0;

    /// <summary>Something on this machine: a file, a key, an answer that makes no sense.</summary>
    public const int Failure = 1;

    /// <summary>The command line is wrong.</summary>
    public const int Usage = 2;

    /// <summary>A service or the chain said no; the code is in the message.</summary>
    public const int Refused = 3;

    /// <summary>A service or the chain gave no answer.</summary>
    public const int Unreachable = 4;

    /// <summary><c>run</c>: the program is there and cannot be executed.</summary>
    public const int NotExecutable = 126;

    /// <summary><c>run</c>: there is no such program.</summary>
    public const int NotFound = 127;

    /// <summary>Stopped by Ctrl-C or a signal.</summary>
    public const int Interrupted = 130;

    /// <summary>All of them in words, for <c>--help</c> and docs/cli.md: the one place where they are explained.</summary>
    public static IReadOnlyList<(int Code, string Meaning)> All { get; } =
    [
        (Ok, "done"),
        (Failure, "failed on this machine: a file, a key, an answer that makes no sense; doctor found a fail; a teardown left something"),
        (Usage, "wrong command line, or a secret that would be shown"),
        (Refused, "a service or the chain refused; the message and --json have the code"),
        (Unreachable, "a service or the chain gave no answer"),
        (NotExecutable, "run: the program cannot be executed"),
        (NotFound, "run: there is no such program"),
        (Interrupted, "stopped by Ctrl-C or a signal"),
    ];
}
