using System.Text.RegularExpressions;

namespace AgentKeys.Mutate;

/// <summary>Compiles the one project that the mutant is in, puts its assembly beside the tests that are built already, and runs those.</summary>
/// <param name="tree">where; no source of it is changed.</param>
internal sealed partial class DotnetSuite(ScratchTree tree, ProjectCompiler compiler) : ISuite
{
    private const string Output = "bin/Release/net10.0";

    // All tests that notice anything, at once, on a machine that does something else meanwhile.
    private static readonly TimeSpan s_baseline = TimeSpan.FromMinutes(20);

    public async Task<string?> BaselineAsync(IReadOnlyList<Mutant> mutants, CancellationToken cancellationToken)
    {
        foreach (var suite in mutants.GroupBy(m => m.Killers.Suite))
        {
            var filter = new TestFilter(suite.Key, [.. suite.SelectMany(m => m.Killers.Tests).Distinct()]);
            var (exit, output) = await TestAsync(filter, cancellationToken, s_baseline);
            if (exit != 0)
                return $"{suite.Key}: {FailedTest().Match(output).Groups[1].Value}\n{output}";
        }
        return null;
    }

    public async Task<Verdict> TryAsync(Mutant mutant, CancellationToken cancellationToken)
    {
        var (assembly, errors) = await compiler.CompileAsync(mutant, cancellationToken);
        if (assembly is null)
            return Verdict.NotBuilt(errors);
        // Beside the tests, and where a test finds the program to start.
        string[] places = [.. new[] { $"tests/{mutant.Killers.Suite}", $"src/{mutant.Project}" }.Select(f => $"{f}/{Output}/{assembly.File}")];
        try
        {
            foreach (var place in places)
                await File.WriteAllBytesAsync(Path.Combine(tree.Root, place), assembly.Content, cancellationToken);
            return Judge(await TestAsync(mutant.Killers, cancellationToken));
        }
        finally
        {
            foreach (var place in places)
                tree.CopyIfDifferent(place);
        }
    }

    private Task<(int Exit, string Output)> TestAsync(TestFilter filter, CancellationToken cancellationToken, TimeSpan? limit = null) =>
        new Command("dotnet", Path.Combine(tree.Root, "tests", filter.Suite, Output)).RunAsync([$"{filter.Suite}.dll", .. filter.Tests], cancellationToken, limit);

    // tests/Shared/ChosenTests.cs says what the codes are.
    private static Verdict Judge((int Exit, string Output) run) => (run.Exit, FailedTest().Match(run.Output)) switch
    {
        (0, _) => Verdict.Survived,
        (1, { Success: true } failed) => Verdict.Killed(failed.Groups[1].Value),
        (2, _) => Verdict.NoTest,
        _ => Verdict.Broken(run.Output),
    };

    [GeneratedRegex("^FAILED (.+)$", RegexOptions.Multiline)]
    private static partial Regex FailedTest();
}
