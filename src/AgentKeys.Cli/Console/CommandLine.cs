using System.Runtime.InteropServices;

namespace AgentKeys.Cli;

/// <summary>The process around the tree of commands: what signals mean.</summary>
internal static class CommandLine
{
    private const int FileSizeExceeded = 25; // SIGXFSZ, on Linux and macOS

    /// <summary>One interrupt asks the running command to stop and clean up; everything else is in the tree of commands.</summary>
    public static async Task<int> RunAsync(string[] arguments)
    {
        using var stop = new CancellationTokenSource();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, Stop);

        // A file that grows beyond a limit of the system must be an error that is told, with nothing half written left behind, not our end.
        using var tooLarge = OperatingSystem.IsWindows() ? null : PosixSignalRegistration.Create((PosixSignal)FileSizeExceeded, signal => signal.Cancel = true);

        return await new CliTree(CliEdges.OfProcess()).RunAsync(arguments, stop.Token);

        void Stop(PosixSignalContext signal)
        {
            signal.Cancel = true;
            stop.Cancel();
        }
    }
}
