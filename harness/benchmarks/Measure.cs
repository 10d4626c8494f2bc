using System.Diagnostics;

namespace AgentKeys.Benchmarks;

/// <summary>
/// Medians of rounds in which the contenders take turns, so that what else the machine does hits all alike. Calls that only compute are
/// measured by the processor time of their process, which other processes do not stretch; calls that wait, by the clock.
/// </summary>
internal sealed class Measure(bool quick)
{
    private const double CheckEveryMilliseconds = 1;

    public int Rounds => quick ? 2 : 7;

    /// <summary>Requests to a server before it is measured: a service runs for weeks, and its compiler is done after some thousands of them.</summary>
    public int WarmUp => quick ? 20 : 6000;

    /// <summary>Processor time of one contender's turn in a round.</summary>
    public int TurnMilliseconds => quick ? 20 : 300;

    /// <summary>Calls in a turn of something that waits.</summary>
    public int Calls => quick ? 5 : 100;

    /// <summary>Microseconds of one call of each contender: median of the rounds.</summary>
    public async Task<double[]> MicrosecondsAsync(params Func<Task<double>>[] contenders)
    {
        var rounds = contenders.Select(_ => new List<double>()).ToArray();
        for (var round = 0; round < Rounds; round++)
        {
            for (var i = 0; i < contenders.Length; i++)
                rounds[i].Add(await contenders[i]());
        }

        return [.. rounds.Select(Median)];
    }

    /// <summary>A turn of something that computes, after a warm-up: processor time of one call.</summary>
    public Func<Task<double>> Turn(Action call) => () =>
    {
        Repeat(call, TurnMilliseconds);
        return Task.FromResult(Repeat(call, TurnMilliseconds));
    };

    /// <summary>A turn of something that waits: median of its calls.</summary>
    public Func<Task<double>> Turn(Func<Task> call) => async () =>
    {
        var times = new List<double>(Calls);
        await call();
        for (var i = 0; i < Calls; i++)
        {
            var start = Stopwatch.GetTimestamp();
            await call();
            times.Add(Stopwatch.GetElapsedTime(start).TotalMicroseconds);
        }

        return Median(times);
    };

    public static double Median(IReadOnlyCollection<double> values) => At(values, 0.5);

    /// <param name="part">0.1: what the fastest tenth stays below.</param>
    public static double At(IReadOnlyCollection<double> values, double part)
    {
        var sorted = values.Order().ToArray();
        return sorted[(int)(part * sorted.Length)];
    }

    /// <summary>Microseconds of processor time of one call.</summary>
    private static double Repeat(Action call, double milliseconds)
    {
        var (count, chunk, begin) = (0L, 1L, Environment.CpuUsage.TotalTime);
        for (var used = TimeSpan.Zero; used.TotalMilliseconds < milliseconds;)
        {
            for (var i = 0L; i < chunk; i++)
                call();
            count += chunk;
            used = Environment.CpuUsage.TotalTime - begin;
            if (used.TotalMilliseconds < CheckEveryMilliseconds * 2)
                chunk *= 2;
        }

        return (Environment.CpuUsage.TotalTime - begin).TotalMicroseconds / count;
    }
}
