using System.Diagnostics;
using System.Runtime.InteropServices;

namespace AgentKeys.Testing.Processes;

/// <summary>
/// One program of a stack under a test's own hand: started, killed and started again by the process id that it has now, its output appended
/// to one file. A write beyond the file size limit fails as on a full disk instead of ending it (SIGXFSZ is ignored).
/// </summary>
public sealed class ServiceProcess(string name, IReadOnlyList<string> command, string folder, string log, Func<CancellationToken, Task<bool>> isUp) : IAsyncDisposable
{
    private const int Terminate = 15;
    private const string Redirect = "trap '' XFSZ; exec \"$@\" >>\"$0\" 2>&1 </dev/null"; // $0 is the log: no argument is read as shell text

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan s_poll = TimeSpan.FromMilliseconds(20);

    private Process? _process;

    public string Name => name;

    /// <summary>Standard output and standard error of every process that this was.</summary>
    public string Log => log;

    public bool IsRunning => _process is { HasExited: false };

    public int Pid => (_process ?? throw new InvalidOperationException($"{name} does not run.")).Id;

    /// <summary>Put before the command: a program that changes what the process may do, and becomes it.</summary>
    public IReadOnlyList<string> Prefix { get; set; } = [];

    /// <summary>Added to its environment.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; set; } = new Dictionary<string, string>();

    /// <summary>Starts and waits until it answers.</summary>
    public async Task StartAsync(CancellationToken ct)
    {
        Launch();
        var started = Stopwatch.GetTimestamp();
        while (!await TryAsync(ct))
        {
            if (_process!.HasExited)
                throw new UnexpectedOutcomeException($"{name} ended with {_process.ExitCode}: {Tail()}");
            if (Stopwatch.GetElapsedTime(started) > s_patience)
                throw new UnexpectedOutcomeException($"{name} did not answer within {s_patience.TotalSeconds:0} s: {Tail()}");
            await Task.Delay(s_poll, ct);
        }
    }

    /// <summary>Starts, and waits for it to end by itself.</summary>
    /// <returns>its exit code.</returns>
    public async Task<int> RunAsync(CancellationToken ct)
    {
        Launch();
        await _process!.WaitForExitAsync(ct);
        return _process.ExitCode;
    }

    /// <summary>SIGKILL: no handler, no flush, no goodbye.</summary>
    public async Task KillAsync() => await EndAsync(process => process.Kill(entireProcessTree: false));

    /// <summary>SIGTERM, and SIGKILL when that is not heard.</summary>
    public async Task StopAsync() => await EndAsync(process => _ = Kill(process.Id, Terminate));

    /// <summary>Any signal; waits for the end and gives the exit code: 128 and the signal, for one that ended it.</summary>
    public async Task<int> EndByAsync(int signal)
    {
        var process = _process!;
        _ = Kill(process.Id, signal);
        await process.WaitForExitAsync().WaitAsync(s_patience);
        return process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _process?.Dispose();
    }

    private void Launch()
    {
        if (IsRunning)
            throw new InvalidOperationException($"{name} runs already.");
        _process?.Dispose();
        var start = new ProcessStartInfo("/bin/sh") { UseShellExecute = false, WorkingDirectory = folder };
        foreach (var argument in (string[])["-c", Redirect, log, .. Prefix, .. command])
            start.ArgumentList.Add(argument);
        foreach (var (key, value) in Environment)
            start.Environment[key] = value;
        _process = Process.Start(start)!;
    }

    private async Task EndAsync(Action<Process> end)
    {
        if (_process is not { HasExited: false } process)
            return;
        end(process);
        try
        {
            await process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(20));
        }
        catch (TimeoutException)
        {
            process.Kill(entireProcessTree: false);
            await process.WaitForExitAsync();
        }
    }

    private async Task<bool> TryAsync(CancellationToken ct)
    {
        try
        {
            return await isUp(ct);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException && !ct.IsCancellationRequested)
        {
            return false;
        }
    }

    private string Tail() => File.Exists(log) ? string.Join(" | ", File.ReadLines(log).TakeLast(6)) : "";

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static extern int Kill(int pid, int signal);
}
