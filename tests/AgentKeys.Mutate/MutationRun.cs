using System.Diagnostics;
using System.Globalization;

namespace AgentKeys.Mutate;

/// <summary>Tries mutants one after the other, Solidity beside .NET, and prints a line for each.</summary>
internal sealed class MutationRun(ScratchTree tree, TextWriter output, TextWriter errors)
{
    private readonly Lock _line = new();
    private readonly List<Verdict> _verdicts = [];

    /// <param name="mutants">those to try.</param>
    /// <param name="table">the whole table: code that moved on is found whatever is tried.</param>
    /// <returns>whether every mutant was killed and no entry of the table is stale.</returns>
    public async Task<bool> RunAsync(IReadOnlyList<Mutant> mutants, IReadOnlyList<Mutant> table, CancellationToken cancellationToken)
    {
        var watch = Stopwatch.StartNew();
        var stale = table.Where(m => tree.Count(m) != 1).ToList();
        foreach (var mutant in stale)
            Report(mutant, Verdict.Stale(tree.Count(mutant)), TimeSpan.Zero);
        await using var _ = tree.Lock();
        await tree.SynchronizeAsync(cancellationToken);
        var sound = mutants.Except(stale).ToLookup(m => m.IsSolidity);
        await Task.WhenAll(
            LaneAsync(new DotnetSuite(tree), [.. sound[false]], cancellationToken),
            LaneAsync(new ForgeSuite(tree), [.. sound[true]], cancellationToken));

        var killed = _verdicts.Count(v => v.IsKilled);
        var tried = mutants.Union(stale).Count();
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{tried} mutants: {killed} killed, {tried - killed} not, {watch.Elapsed.TotalSeconds:0} s"));
        return killed == tried;
    }

    private async Task LaneAsync(ISuite suite, IReadOnlyList<Mutant> mutants, CancellationToken cancellationToken)
    {
        if (mutants.Count == 0)
            return;
        if (await suite.BaselineAsync(mutants, cancellationToken) is { } failing)
        {
            await errors.WriteLineAsync($"mutate: error: tests fail with nothing changed: {failing}");
            return;
        }
        foreach (var mutant in mutants)
            await TryAsync(suite, mutant, cancellationToken);
    }

    private async Task TryAsync(ISuite suite, Mutant mutant, CancellationToken cancellationToken)
    {
        var watch = Stopwatch.StartNew();
        tree.Apply(mutant);
        try
        {
            Report(mutant, await suite.TryAsync(mutant, cancellationToken), watch.Elapsed);
        }
        finally
        {
            tree.Revert(mutant);
        }
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
