using System.Text.RegularExpressions;

namespace AgentKeys.Mutate;

/// <summary>Compiles the one project that the mutant is in, puts its assembly beside the tests that are built already, and runs those.</summary>
internal sealed partial class DotnetSuite(ScratchTree tree) : ISuite
{
    private const string Output = "bin/Release/net10.0";

    // All tests that notice anything, at once, on a machine that does something else meanwhile.
    private static readonly TimeSpan s_baseline = TimeSpan.FromMinutes(20);

    private readonly Command _dotnet = new("dotnet", tree.Root);
    private readonly ProjectCompiler _compiler = new(tree);

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
        var project = mutant.File.Split('/')[1];
        var (assembly, errors) = await _compiler.CompileAsync(project, cancellationToken);
        if (errors is not null)
            return Verdict.NotBuilt(errors);
        // Beside the tests, and where a test finds the program to start.
        string[] places = [.. new[] { $"tests/{mutant.Killers.Suite}", $"src/{project}" }.Select(f => $"{f}/{Output}/{Path.GetFileName(assembly)}")];
        foreach (var place in places)
            File.Copy(assembly, Path.Combine(tree.Root, place), overwrite: true);
        try
        {
            return Judge(await TestAsync(mutant.Killers, cancellationToken));
        }
        finally
        {
            foreach (var place in places)
                tree.CopyIfDifferent(place);
        }
    }

    private Task<(int Exit, string Output)> TestAsync(TestFilter filter, CancellationToken cancellationToken, TimeSpan? limit = null)
    {
        var names = string.Join('|', filter.Tests.Select(t => $"FullyQualifiedName~{t}"));
        return _dotnet.RunAsync(["test", $"tests/{filter.Suite}/{Output}/{filter.Suite}.dll", "--filter", names, "--logger", "console;verbosity=minimal", "--nologo", "--", "xUnit.StopOnFail=true", "xUnit.PreEnumerateTheories=false"], cancellationToken, limit);
    }

    private static Verdict Judge((int Exit, string Output) run)
    {
        if (run.Output.Contains("No test matches", StringComparison.Ordinal))
            return Verdict.NoTest;
        if (run.Exit == 0)
            return Verdict.Survived;
        var failed = FailedTest().Match(run.Output);
        return failed.Success ? Verdict.Killed(failed.Groups[1].Value) : Verdict.Broken(run.Output);
    }

    // "  Failed AgentKeys.Tests.Rules.CapRulesTests.Row_4(op: Store) [3 ms]", or "[xUnit.net 00:00:12.00]   ...Row_4(op: Store) [FAIL]" alone where the
    // runner falls over its own stop: class and method are enough.
    [GeneratedRegex(@"^(?:\s+Failed |\[xUnit\.net [\d:.]+\]\s+(?=.*\[FAIL\]))[\w.+]*?(\w+\.\w+)(?=[ (])", RegexOptions.Multiline)]
    private static partial Regex FailedTest();
}
