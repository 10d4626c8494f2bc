using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace AgentKeys.Mutate;

/// <summary>Tries mutants, Solidity beside .NET, and prints a line for each. Many of .NET are tried in two trees at once.</summary>
internal sealed class MutationRun(string repository, TextWriter output, TextWriter errors)
{
    /// <summary>A second tree costs a copy of everything that is built.</summary>
    private const int Many = 40;

    private readonly Lock _line = new();
    private readonly List<Verdict> _verdicts = [];

    /// <param name="mutants">those to try.</param>
    /// <param name="table">the whole table: code that moved on is found whatever is tried.</param>
    /// <returns>whether every mutant was killed and no entry of the table is stale.</returns>
    public async Task<bool> RunAsync(IReadOnlyList<Mutant> mutants, IReadOnlyList<Mutant> table, CancellationToken cancellationToken)
    {
        var watch = Stopwatch.StartNew();
        var first = new ScratchTree(repository, "tree");
        var stale = table.Where(m => first.Count(m) != 1).ToList();
        foreach (var mutant in stale)
            Report(mutant, Verdict.Stale(first.Count(mutant)), TimeSpan.Zero);
        await using var _ = first.Lock();
        var sound = mutants.Except(stale).ToLookup(m => m.IsSolidity);
        List<ScratchTree> trees = [first];
        if (sound[false].Count() > Many)
            trees.Add(new ScratchTree(repository, "tree2"));
        foreach (var tree in trees)
            await tree.SynchronizeAsync(cancellationToken);
        var compiler = new ProjectCompiler(first);
        await Task.WhenAll(
            LanesAsync([.. trees.Select(tree => new DotnetSuite(tree, compiler))], [.. sound[false]], cancellationToken),
            LanesAsync([new ForgeSuite(first)], [.. sound[true]], cancellationToken));

        var killed = _verdicts.Count(v => v.IsKilled);
        var tried = mutants.Union(stale).Count();
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{tried} mutants: {killed} killed, {tried - killed} not, {watch.Elapsed.TotalSeconds:0} s"));
        return killed == tried;
    }

    /// <summary>Each lane takes the next mutant that is left.</summary>
    private async Task LanesAsync(List<ISuite> lanes, List<Mutant> mutants, CancellationToken cancellationToken)
    {
        if (mutants.Count == 0)
            return;
        if (await lanes[0].BaselineAsync(mutants, cancellationToken) is { } failing)
        {
            await errors.WriteLineAsync($"mutate: error: tests fail with nothing changed: {failing}");
            return;
        }
        var left = new ConcurrentQueue<Mutant>(mutants);
        await Task.WhenAll(lanes.Select(async lane =>
        {
            while (left.TryDequeue(out var mutant))
                await TryAsync(lane, mutant, cancellationToken);
        }));
    }

    private async Task TryAsync(ISuite suite, Mutant mutant, CancellationToken cancellationToken)
    {
        var watch = Stopwatch.StartNew();
        Report(mutant, await suite.TryAsync(mutant, cancellationToken), watch.Elapsed);
    }

    private void Report(Mutant mutant, Verdict verdict, TimeSpan time)
    {
        lock (_line)
        {
            _verdicts.Add(verdict);
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{mutant.Name}: {verdict.Text} {time.TotalSeconds:0} s"));
            if (verdict.Detail.Length > 0)
                errors.WriteLine(verdict.Detail);
        }
    }
}
