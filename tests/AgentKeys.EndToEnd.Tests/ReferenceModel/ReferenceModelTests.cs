using System.Globalization;
using AgentKeys.EndToEnd.Tests.Stack;
using Xunit;
using Xunit.Abstractions;

namespace AgentKeys.EndToEnd.Tests.ReferenceModel;

/// <summary>
/// A second opinion: the registry as SPEC.md says it, written a second time, and the contracts on a node get the same random calls
/// and must answer and remember the same. <c>AGENTKEYS_LONG=1</c>: twenty thousand more, from seeds of the day. <c>AGENTKEYS_SEED=n</c>: that one alone.
/// </summary>
public sealed class ReferenceModelTests(ITestOutputHelper output)
{
    private const int Operations = 5_000;

    /// <summary>Of calls: 20 rows of the table, consumeApprovals, evict, three of epochs.</summary>
    private const int Kinds = 25;

    private static readonly ulong[] Usual = [20251, 20252];

    [AnvilFact]
    public async Task Ten_thousand_random_calls_end_alike_in_model_and_contracts()
    {
        foreach (var seeds in Runs())
        {
            var results = await Task.WhenAll(seeds.Select(seed => Task.Run(() => RunAsync(seed))));
            Assert.All(results, r => Assert.True(r.Failure is null, r.Failure));
            Assert.All(results, r => AssertThatEverythingHappened(r.Tally));
        }
    }

    /// <summary>Two at a time: each has a node of its own. More runs, not longer ones: what is compared grows with a run.</summary>
    private static IEnumerable<ulong[]> Runs()
    {
        if (One() is { } one)
        {
            yield return [one];
            yield break;
        }

        yield return Usual;
        if (Environment.GetEnvironmentVariable("AGENTKEYS_LONG") != "1")
            yield break;
        var first = (ulong)Environment.TickCount64;
        for (var seed = first; seed < first + 4; seed += 2)
            yield return [seed, seed + 1];
    }

    private static ulong? One() =>
        ulong.TryParse(Environment.GetEnvironmentVariable("AGENTKEYS_SEED"), NumberStyles.None, CultureInfo.InvariantCulture, out var seed) ? seed : null;

    private async Task<(string? Failure, Tally Tally)> RunAsync(ulong seed)
    {
        using var chain = await ModelChain.StartAsync();
        using var run = new ModelRun(seed, chain);
        var snapshot = await chain.SnapshotAsync();
        var watch = System.Diagnostics.Stopwatch.StartNew();
        var difference = await run.GoAsync(Operations);
        Report(seed, run.Tally, watch.Elapsed);
        if (difference is null)
            return (null, run.Tally);
        var least = await new Minimiser(run, chain, snapshot).MinimiseAsync(difference);
        return ($"Seed {seed}, call {difference.At}: {difference.What}\n{least}", run.Tally);
    }

    /// <summary>A run that never took or never refused a kind of call has compared less than it seems.</summary>
    private static void AssertThatEverythingHappened(Tally tally)
    {
        Assert.All(tally.Calls.Where(c => c.Key != "Evict"), c => Assert.True(c.Value is { Accepted: > 0, Refused: > 0 }, $"{c.Key}: {c.Value}"));
        Assert.Equal(Kinds, tally.Calls.Count);
        Assert.True(tally.Calls.Values.Sum(c => c.Accepted) * 3 > tally.Calls.Values.Sum(c => c.Accepted + c.Refused), "Too few calls were accepted to say much.");
    }

    private void Report(ulong seed, Tally tally, TimeSpan took)
    {
        lock (output)
        {
            output.WriteLine($"seed {seed}: {tally.Calls.Values.Sum(c => c.Accepted)} accepted, {tally.Calls.Values.Sum(c => c.Refused)} refused, whole state compared {tally.Views} times, {took.TotalSeconds:F0} s");
            output.WriteLine("  calls: " + string.Join(", ", tally.Calls.Select(c => $"{c.Key} {c.Value.Accepted}+{c.Value.Refused}")));
            output.WriteLine("  errors: " + string.Join(", ", tally.Errors.Select(e => $"{e.Key} {e.Value}")));
        }
    }
}
