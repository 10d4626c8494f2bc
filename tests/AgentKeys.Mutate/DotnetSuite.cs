using System.Text.RegularExpressions;

namespace AgentKeys.Mutate;

/// <summary>Compiles the one project that the mutant is in, puts its assembly beside the tests that are built already, and runs those.</summary>
internal sealed partial class DotnetSuite(ScratchTree tree) : ISuite
{
    private const string Output = "bin/Release/net10.0";

    private readonly Command _dotnet = new("dotnet", tree.Root);
    private readonly ProjectCompiler _compiler = new(tree);

    public async Task<string?> BaselineAsync(IReadOnlyList<Mutant> mutants, CancellationToken cancellationToken)
    {
        foreach (var suite in mutants.GroupBy(m => m.Killers.Suite))
        {
            var filter = new TestFilter(suite.Key, [.. suite.SelectMany(m => m.Killers.Tests).Distinct()]);
            var (exit, output) = await TestAsync(filter, cancellationToken);
            if (exit != 0)
                return $"{suite.Key}: {FailedTest().Match(output).Groups[1].Value}\n{output}";
        }
        return null;
    }

    public async Task<Verdict> TryAsync(Mutant mutant, CancellationToken cancellationToken)
    {
        var project = mutant.File.Split('/')[1];
        var tested = $"tests/{mutant.Killers.Suite}/{Output}/{project}.dll";
        var compiled = Path.Combine(tree.Root, "..", $"{project}.dll");
        if (await _compiler.CompileAsync(project, compiled, cancellationToken) is { } errors)
            return Verdict.NotBuilt(errors);
        File.Copy(compiled, Path.Combine(tree.Root, tested), overwrite: true);
        try
        {
            return Judge(await TestAsync(mutant.Killers, cancellationToken));
        }
        finally
        {
            tree.CopyIfDifferent(tested);
        }
    }

    private Task<(int Exit, string Output)> TestAsync(TestFilter filter, CancellationToken cancellationToken)
    {
        var names = string.Join('|', filter.Tests.Select(t => $"FullyQualifiedName~{t}"));
        return _dotnet.RunAsync(["test", $"tests/{filter.Suite}/{Output}/{filter.Suite}.dll", "--filter", names, "--logger", "console;verbosity=minimal", "--nologo"], cancellationToken);
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

    // "  Failed AgentKeys.Tests.Rules.CapRulesTests.Row_4(op: Store) [3 ms]": class and method are enough.
    [GeneratedRegex(@"^\s+Failed [\w.+]*?(\w+\.\w+)(?=[ (])", RegexOptions.Multiline)]
    private static partial Regex FailedTest();
}
