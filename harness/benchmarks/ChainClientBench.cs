using System.Diagnostics;
using AgentKeys.Chain;
using AgentKeys.ChainClients;
using AgentKeys.Protocol;

namespace AgentKeys.Benchmarks;

/// <summary>The chain clients that are compiled in, by turns against one node: facts a second and what a reading allocates.</summary>
internal static class ChainClientBench
{
    private const int Connections = 8;
    private const int Batch = IRegistryReader.MaxQueries;

    public static async Task<IReadOnlyList<Finding>> RunAsync(BenchContext context, BenchStack stack, FactsQuery query, string name, CancellationToken ct)
    {
        if (CompiledChainClients.All.Count < 2)
            return [Finding.Skip(name, "the built-in client beside Nethereum's", "Nethereum is not compiled in: docs/nethereum.md says how")];

        var readings = context.Quick ? 16 : 320;
        var batch = Enumerable.Repeat(query, Batch).ToList();
        var findings = new List<Finding>();
        List<IRegistryReader> readers = [.. CompiledChainClients.All.Select(client => stack.Open(client).Reader)];
        foreach (var (what, turn) in new (string, Func<IRegistryReader, Task<int>>)[]
        {
            ("one after another", reader => SeriesAsync(reader, query, readings, ct)),
            ($"{Connections} at once", async reader => (await Task.WhenAll(Enumerable.Range(0, Connections).Select(_ => SeriesAsync(reader, query, readings / Connections, ct)))).Sum()),
            ($"{Batch} in one call", async reader => await BatchesAsync(reader, batch, readings / 16, ct)),
        })
        {
            var sides = await AlternateAsync(context, readers, turn);
            findings.Add(Compare(name, $"facts, {what}, {readers[0].ClientName}", "/s", readers[1].ClientName, sides[0].Rate, sides[1].Rate));
            findings.Add(Compare(name, $"allocated for one, {what}, {readers[0].ClientName}", "bytes", readers[1].ClientName, sides[0].Bytes, sides[1].Bytes));
        }
        return findings;
    }

    private static Finding Compare(string name, string what, string unit, string beside, double figure, double other) =>
        new(name, what) { Figure = figure, Unit = unit, Beside = beside, BesideFigure = other, Ratio = figure / other };

    /// <summary>Medians over the rounds; the first, which compiles and connects, is not counted.</summary>
    private static async Task<(double Rate, double Bytes)[]> AlternateAsync(BenchContext context, List<IRegistryReader> readers, Func<IRegistryReader, Task<int>> turn)
    {
        var rounds = readers.ConvertAll(_ => new List<(double Rate, double Bytes)>());
        for (var round = 0; round <= context.Measure.Rounds; round++)
        {
            for (var i = 0; i < readers.Count; i++)
            {
                var (bytes, start) = (GC.GetTotalAllocatedBytes(precise: true), Stopwatch.GetTimestamp());
                var facts = await turn(readers[i]);
                var elapsed = Stopwatch.GetElapsedTime(start);
                if (round > 0)
                    rounds[i].Add((facts / elapsed.TotalSeconds, (GC.GetTotalAllocatedBytes(precise: true) - bytes) / (double)facts));
            }
        }
        return [.. rounds.Select(r => (Measure.Median([.. r.Select(x => x.Rate)]), Measure.Median([.. r.Select(x => x.Bytes)])))];
    }

    private static async Task<int> SeriesAsync(IRegistryReader reader, FactsQuery query, int count, CancellationToken ct)
    {
        for (var i = 0; i < count; i++)
            await reader.GetFactsAsync(query, ct);
        return count;
    }

    private static async Task<int> BatchesAsync(IRegistryReader reader, List<FactsQuery> batch, int count, CancellationToken ct)
    {
        for (var i = 0; i < count; i++)
            await reader.GetFactsAsync(batch, ct);
        return count * batch.Count;
    }
}
