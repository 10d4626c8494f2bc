using System.Globalization;
using System.Text.RegularExpressions;

namespace AgentKeys.Cli;

/// <summary>
/// Waits until a process says that it can serve. An answer alone proves nothing: between the look at a port and our child's bind another program,
/// such as another stack, may have taken it, and answers just as ours would. So ours has to say in its own log that it listens there, which it
/// says after the bind, and has to live on after the answer: who holds a port shares it with nobody.
/// </summary>
internal static class Readiness
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan s_poll = TimeSpan.FromMilliseconds(100);

    /// <param name="port">that the child is to listen on; null: a Unix socket.</param>
    /// <param name="probe">true: ready. Its exceptions mean: not yet.</param>
    /// <exception cref="PortTakenException">the child ended because another program has its port.</exception>
    public static async Task WaitAsync(ChildProcess child, int? port, Func<CancellationToken, Task<bool>> probe, TimeProvider time, CancellationToken cancel)
    {
        var started = time.GetTimestamp();
        while (!(SaysItListens(child, port) && await TryAsync(probe, cancel) && !child.HasExited)) // in this order
        {
            if (child.HasExited)
                throw !SaysItListens(child, port) && port is { } wanted && !DevPorts.IsFree(wanted) ? new PortTakenException(wanted) : Died(child);
            if (time.GetElapsedTime(started) > s_limit)
                throw CliException.Unreachable($"{child.Name} was not ready within {s_limit.TotalSeconds:0} seconds. Its log ends:\n{child.LogTail()}");
            await Task.Delay(s_poll, time, cancel);
        }
    }

    public static CliException Died(ChildProcess child) =>
        CliException.Failure($"{child.Name} ended by itself with {child.ExitCode}. Its log ends:\n{child.LogTail()}");

    /// <summary>Anvil and the services' server say it in nearly the same words: <c>Listening on 127.0.0.1:8545</c>, <c>Now listening on: http://127.0.0.1:8091</c>.</summary>
    private static bool SaysItListens(ChildProcess child, int? port)
    {
        var address = port is null ? "" : string.Create(CultureInfo.InvariantCulture, $@".*127\.0\.0\.1:{port}[^0-9]");
        return Regex.IsMatch(child.Said(), "listening on" + address, RegexOptions.IgnoreCase | RegexOptions.CultureInvariant);
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
