using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace AgentKeys.Testing.Processes;

/// <summary>
/// A running <c>agentkeys dev</c>: node, contracts, broker, signer, worker. Stopped by one SIGTERM, which it treats as Ctrl-C; SIGINT is ignored
/// by everything that a shell started in the background.
/// </summary>
public sealed class DevStack : IAsyncDisposable
{
    private static readonly TimeSpan s_startDeadline = TimeSpan.FromSeconds(120);
    private static readonly TimeSpan s_stopDeadline = TimeSpan.FromSeconds(20);
    private const int Terminate = 15;
    private readonly Process _process;

    private DevStack(Process process, JsonElement ready) => (_process, Ready) = (process, ready);

    /// <summary>What <c>dev --json</c> printed when everything was up.</summary>
    public JsonElement Ready { get; }

    /// <summary>Process id of <c>agentkeys dev</c> itself.</summary>
    public int ProcessId => _process.Id;

    /// <param name="state">folder of the stack; a second start with the same one finds everything again.</param>
    public static async Task<DevStack> StartAsync(Programs programs, string state, CancellationToken ct)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            WorkingDirectory = programs.Root,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var argument in new[] { programs.Cli, "dev", "--state", state, "--json" })
            start.ArgumentList.Add(argument);

        var process = Process.Start(start)!;
        var errors = new Queue<string>();
        process.ErrorDataReceived += (_, e) => Keep(errors, e.Data);
        process.BeginErrorReadLine();
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(ct);
        deadline.CancelAfter(s_startDeadline);
        try
        {
            var said = new StringBuilder();
            while (await process.StandardOutput.ReadLineAsync(deadline.Token) is { } line)
            {
                if (TryReadReady(said.AppendLine(line).ToString()) is not { } ready)
                    continue;
                _ = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
                CliSchema.Expect(ready, "dev");
                return new DevStack(process, ready);
            }
            throw new UnexpectedOutcomeException("agentkeys dev stopped while starting: " + Tail(errors));
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            await StopAsync(process);
            throw new UnexpectedOutcomeException("agentkeys dev was not ready in time: " + Tail(errors));
        }
    }

    /// <summary>Process ids of what it started.</summary>
    public IReadOnlyList<int> Children => [.. Ready.GetProperty("services").EnumerateArray().Select(s => s.GetProperty("pid").GetInt32())];

    /// <summary>SIGKILL to <c>agentkeys dev</c> alone: what a crash does. Its children are left behind.</summary>
    public async Task CrashAsync()
    {
        _process.Kill(entireProcessTree: false);
        await _process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync() => await StopAsync(_process);

    private static JsonElement? TryReadReady(string said)
    {
        try
        {
            using var document = JsonDocument.Parse(said);
            return document.RootElement.TryGetProperty("event", out var name) && name.GetString() == "ready" ? document.RootElement.Clone() : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static async Task StopAsync(Process process)
    {
        if (!process.HasExited)
        {
            _ = Kill(process.Id, Terminate);
            using var deadline = new CancellationTokenSource(s_stopDeadline);
            try
            {
                await process.WaitForExitAsync(deadline.Token);
            }
            catch (OperationCanceledException)
            {
                process.Kill(entireProcessTree: true);
            }
        }
        process.Dispose();
    }

    private static void Keep(Queue<string> lines, string? line)
    {
        if (line is null)
            return;
        lock (lines)
        {
            lines.Enqueue(line);
            if (lines.Count > 20)
                lines.Dequeue();
        }
    }

    private static string Tail(Queue<string> lines)
    {
        lock (lines)
            return string.Join(" | ", lines.TakeLast(5));
    }

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static extern int Kill(int pid, int signal);
}
