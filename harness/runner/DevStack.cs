using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace AgentKeys.Demo;

/// <summary>A running <c>agentkeys dev</c>: node, contracts, broker, signer, worker. Stopped the way a person stops it: one interrupt.</summary>
internal sealed class DevStack : IAsyncDisposable
{
    private static readonly TimeSpan s_startDeadline = TimeSpan.FromSeconds(120);
    private static readonly TimeSpan s_stopDeadline = TimeSpan.FromSeconds(20);
    private readonly Process _process;

    private DevStack(Process process, JsonElement ready) => (_process, Ready) = (process, ready);

    /// <summary>What <c>dev --json</c> printed when everything was up.</summary>
    public JsonElement Ready { get; }

    public static async Task<DevStack> StartAsync(DemoContext context, CancellationToken ct)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            WorkingDirectory = context.Root,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var argument in new[] { context.Built("src/AgentKeys.Cli", "agentkeys"), "dev", "--state", context.DevState, "--json" })
            start.ArgumentList.Add(argument);

        var process = Process.Start(start)!;
        var errors = new Queue<string>();
        process.ErrorDataReceived += (_, e) => Keep(errors, e.Data);
        process.BeginErrorReadLine();
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(ct);
        deadline.CancelAfter(s_startDeadline);
        try
        {
            while (await process.StandardOutput.ReadLineAsync(deadline.Token) is { } line)
            {
                if (TryReadReady(line) is not { } ready)
                    continue;
                _ = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
                return new DevStack(process, ready);
            }
            throw new StepFailedException("agentkeys dev stopped while starting: " + Tail(errors));
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            await StopAsync(process);
            throw new StepFailedException("agentkeys dev was not ready in time: " + Tail(errors));
        }
    }

    public async ValueTask DisposeAsync() => await StopAsync(_process);

    private static JsonElement? TryReadReady(string line)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
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
            _ = Kill(process.Id, 2);
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
