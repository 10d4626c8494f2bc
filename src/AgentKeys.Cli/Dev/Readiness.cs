using System.Net.Sockets;
using System.Text.Json;

namespace AgentKeys.Cli;

/// <summary>Waits until a process says that it can serve.</summary>
internal static class Readiness
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan s_poll = TimeSpan.FromMilliseconds(100);

    /// <param name="probe">true: ready. Its exceptions mean: not yet.</param>
    public static async Task WaitAsync(ChildProcess child, Func<CancellationToken, Task<bool>> probe, TimeProvider time, CancellationToken cancel)
    {
        var started = time.GetTimestamp();
        while (!await TryAsync(probe, cancel))
        {
            if (child.HasExited)
                throw Died(child);
            if (time.GetElapsedTime(started) > s_limit)
                throw CliException.Unreachable($"{child.Name} was not ready within {s_limit.TotalSeconds:0} seconds. Its log ends:\n{child.LogTail()}");
            await Task.Delay(s_poll, time, cancel);
        }
    }

    public static CliException Died(ChildProcess child) =>
        CliException.Failure($"{child.Name} ended by itself with {child.ExitCode}. Its log ends:\n{child.LogTail()}");

    /// <summary>GET <c>/readyz</c>, over a Unix socket where one is given: names of the checks that failed; none when it is ready.</summary>
    public static async Task<IReadOnlyList<string>> AskAsync(Uri service, string? socket, CancellationToken cancel)
    {
        using var handler = new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false };
        if (socket is not null)
            handler.ConnectCallback = (_, token) => ConnectAsync(socket, token);
        using var http = new HttpClient(handler) { Timeout = TimeSpan.FromSeconds(2) };
        using var answer = await http.GetAsync(new Uri(service, "/readyz"), cancel);
        if (answer.IsSuccessStatusCode)
            return [];
        using var body = await JsonDocument.ParseAsync(await answer.Content.ReadAsStreamAsync(cancel), cancellationToken: cancel);
        return [.. body.RootElement.GetProperty("checks").EnumerateArray().Where(c => !c.GetProperty("ok").GetBoolean()).Select(c => c.GetProperty("name").GetString()!)];
    }

    private static async ValueTask<Stream> ConnectAsync(string path, CancellationToken cancel)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancel);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static async Task<bool> TryAsync(Func<CancellationToken, Task<bool>> probe, CancellationToken cancel)
    {
        try
        {
            return await probe(cancel);
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancel.IsCancellationRequested)
        {
            return false; // not up yet: whatever it was, the next try or the limit tells
        }
    }
}
