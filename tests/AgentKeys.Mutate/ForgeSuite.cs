using System.Text.RegularExpressions;

namespace AgentKeys.Mutate;

/// <summary>
/// forge compiles the contracts that changed, as [profile.mutants] of foundry.toml says; tests are linked to them when they run, so they are
/// not compiled again. contracts/tools/solc-mutants.mjs says what the compiler is spared.
/// </summary>
internal sealed partial class ForgeSuite : ISuite
{
    // It compiles everything, and a mutant a contract or two.
    private static readonly TimeSpan s_baseline = TimeSpan.FromMinutes(20);
    private readonly ScratchTree _tree;
    private readonly Command _forge;

    public ForgeSuite(ScratchTree tree)
    {
        _tree = tree;
        var local = Path.Combine(tree.Repository, "contracts/node_modules/.bin/forge");
        var environment = new Dictionary<string, string>
        {
            ["FOUNDRY_SOLC"] = Path.Combine(tree.Repository, "contracts/tools/solc-mutants.mjs"),
            ["FOUNDRY_OFFLINE"] = "true",
            // A mutant may leave an unused argument.
            ["FOUNDRY_DENY"] = "never",
            ["FOUNDRY_PROFILE"] = "mutants",
            ["FOUNDRY_FUZZ_RUNS"] = "64",
        };
        _forge = new Command(File.Exists(local) ? local : "forge", tree.Root, environment);
    }

    public async Task<string?> BaselineAsync(IReadOnlyList<Mutant> mutants, CancellationToken cancellationToken)
    {
        var files = mutants.Select(m => m.Killers.Suite).Distinct().ToList();
        var tests = mutants.SelectMany(m => m.Killers.Tests).Distinct();
        var (exit, output) = await TestAsync(files.Count == 1 ? files[0] : $"{{{string.Join(',', files)}}}", tests, cancellationToken, s_baseline);
        return exit == 0 ? null : output;
    }

    public async Task<Verdict> TryAsync(Mutant mutant, CancellationToken cancellationToken)
    {
        _tree.Apply(mutant);
        try
        {
            return Judge(await TestAsync(mutant.Killers.Suite, mutant.Killers.Tests, cancellationToken));
        }
        finally
        {
            _tree.Revert(mutant);
        }
    }

    private static Verdict Judge((int Exit, string Output) run)
    {
        var (exit, output) = run;
        if (output.Contains("No tests match", StringComparison.Ordinal) || output.Contains("No tests found", StringComparison.Ordinal))
            return Verdict.NoTest;
        if (exit == 0)
            return Verdict.Survived;
        var failed = FailedTest().Match(output);
        return failed.Success ? Verdict.Killed(failed.Groups[1].Value) : Verdict.NotBuilt(output);
    }

    private Task<(int Exit, string Output)> TestAsync(string file, IEnumerable<string> tests, CancellationToken cancellationToken, TimeSpan? limit = null) =>
        _forge.RunAsync(["test", "--dynamic-test-linking", "--match-path", $"contracts/test/{file}", "--match-test", string.Join('|', tests)], cancellationToken, limit);

    [GeneratedRegex(@"^\[FAIL.*\] (\w+)\(", RegexOptions.Multiline)]
    private static partial Regex FailedTest();
}
