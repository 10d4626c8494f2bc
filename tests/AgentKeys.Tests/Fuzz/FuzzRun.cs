using System.Diagnostics;
using System.Globalization;
using Xunit;
using Xunit.Abstractions;

namespace AgentKeys.Tests.Fuzz;

/// <summary>
/// Feeds a parser with bent valid inputs from fixed seeds: a failure names seed and input and repeats. A sample of a few thousand in every
/// run of the tests; with the environment variable <c>AGENTKEYS_LONG=1</c> (<c>scripts/test --long</c> sets it) a million for each parser.
/// </summary>
internal static class FuzzRun
{
    private const int Long = 1_000_000;
    private const int PerSeed = 1000;

    /// <summary>Any parser needs microseconds; this is for a machine that does something else meanwhile.</summary>
    private static readonly TimeSpan s_stuck = TimeSpan.FromSeconds(60);

    public static bool IsLong => Environment.GetEnvironmentVariable("AGENTKEYS_LONG") == "1";

    /// <param name="sample">inputs of a short run.</param>
    /// <param name="bend">the next input.</param>
    /// <param name="check">parses it and asserts what must hold; true if it was accepted.</param>
    public static async Task RunAsync(ITestOutputHelper output, int sample, Func<Mutator, byte[]> bend, Func<byte[], bool> check)
    {
        var count = IsLong ? Long : sample;
        var clock = Stopwatch.StartNew();
        var (at, accepted, input) = (0, 0, Array.Empty<byte>());
        // A thread of its own: what runs beside it needs the pool's.
        var work = Task.Factory.StartNew(() =>
        {
            Mutator mutator = null!;
            for (; at < count; at++)
            {
                if (at % PerSeed == 0)
                    mutator = new Mutator(1 + at / PerSeed);
                input = bend(mutator);
                accepted += check(input) ? 1 : 0;
            }
        }, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        await WatchAsync(work, () => at);
        if (work.Exception?.GetBaseException() is { } error)
            Assert.Fail($"seed {1 + at / PerSeed}, input {at % PerSeed}: {error.GetType().Name}: {error.Message}\n{Convert.ToHexStringLower(input)}\n{error.StackTrace}");
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{count} inputs, {accepted} accepted, {count - accepted} refused, {clock.Elapsed.TotalSeconds:F1} s"));
        Assert.InRange(accepted, 1, count - 1); // else it shows nothing about one of the two
    }

    private static async Task WatchAsync(Task work, Func<int> progress)
    {
        for (var seen = -1; await Task.WhenAny(work, Task.Delay(s_stuck)) != work;)
        {
            var now = progress();
            Assert.True(now != seen, $"input {now} has been parsed for {s_stuck}");
            seen = now;
        }
    }
}
