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
