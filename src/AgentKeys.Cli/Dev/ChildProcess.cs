using System.ComponentModel;
using System.Diagnostics;

namespace AgentKeys.Cli;

/// <summary>
/// A program that the stack runs. Its output goes to a file by its own hand, so it goes on when this process is killed; it has
/// its own session where the system can do that, so Ctrl-C reaches this process alone and the order of stopping is ours.
/// </summary>
internal sealed class ChildProcess : IDisposable
{
    // $0 is the log: no argument is ever read as shell text.
    private const string Redirect = "exec \"$@\" >>\"$0\" 2>&1 </dev/null";

    private readonly Process _process;
    private readonly string _log;
    private readonly long _logStart;

    private ChildProcess(string name, Process process, string log, long logStart)
    {
        (_process, _log, _logStart) = (process, log, logStart);
        Identity = new DevProcess(name, process.Id, ProcessIdentity.StartOf(process.Id) ?? "");
    }

    public DevProcess Identity { get; }
    public string Name => Identity.Name;
    public bool HasExited => _process.HasExited;

    public Task ExitedAsync() => _process.WaitForExitAsync();

    /// <param name="command">program and arguments.</param>
    /// <param name="log">appended to.</param>
    public static ChildProcess Start(string name, IReadOnlyList<string> command, string log, string folder)
    {
        long logStart;
        using (var made = new FileStream(log, NewLog())) // made here, so that it is ours alone
            logStart = made.Length;
        string[] shell = ["/bin/sh", "-c", Redirect, log, .. command];
        string[] all = FindOnPath("setsid") is { } setsid ? [setsid, .. shell] : shell;
        var start = new ProcessStartInfo(all[0]) { UseShellExecute = false, WorkingDirectory = folder };
        foreach (var argument in all[1..])
            start.ArgumentList.Add(argument);
        try
        {
            return new ChildProcess(name, Process.Start(start)!, log, logStart);
        }
        catch (Win32Exception e)
        {
            throw CliException.Failure($"{name} cannot be started: {e.Message}", inner: e);
        }
    }

    /// <summary>Runs a program to its end, expects success, and returns what it printed.</summary>
    public static async Task<string> RunAsync(string name, IReadOnlyList<string> command, string folder, CancellationToken cancel)
    {
        var (exitCode, output, error) = await CaptureAsync(command, folder, cancel);
        return exitCode == 0 ? output : throw CliException.Failure($"{name} ended with {exitCode}: {LastLines(error, 3)}");
    }

    /// <summary>Runs a program to its end, however that is.</summary>
    public static async Task<(int ExitCode, string Output, string Error)> CaptureAsync(IReadOnlyList<string> command, string folder, CancellationToken cancel)
    {
        var start = new ProcessStartInfo(command[0]) { UseShellExecute = false, WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in command.Skip(1))
            start.ArgumentList.Add(argument);
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(cancel);
        var error = process.StandardError.ReadToEndAsync(cancel);
        await process.WaitForExitAsync(cancel);
        return (process.ExitCode, await output, await error);
    }

    /// <summary>The end of what it wrote, for a failure message.</summary>
    public string LogTail(int lines = 8) => LastLines(Said(), lines);

    /// <summary>What this process itself wrote; what an earlier one left in the same log is not in it. Nothing where somebody removed the log.</summary>
    public string Said()
    {
        if (!File.Exists(_log))
            return "";
        using var log = new FileStream(_log, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        log.Seek(_logStart, SeekOrigin.Begin);
        using var reader = new StreamReader(log);
        return reader.ReadToEnd();
    }

    public int ExitCode => _process.ExitCode;

    public void Dispose() => _process.Dispose();

    /// <param name="path">null: this process's PATH.</param>
    public static string? FindOnPath(string program, string? path = null) =>
        (path ?? Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);

    private static string LastLines(string text, int count) =>
        string.Join('\n', text.Split('\n', StringSplitOptions.RemoveEmptyEntries).TakeLast(count));

    private static FileStreamOptions NewLog() => new()
    {
        Mode = FileMode.OpenOrCreate,
        Access = FileAccess.Write,
        UnixCreateMode = OperatingSystem.IsWindows() ? null : PrivateFiles.FileMode,
    };
}
