using System.Text.Json;

namespace AgentKeys.Mutate;

/// <summary>
/// Compiles one project of the scratch tree by the compiler's own command line, asked of the build once: evaluating a project again for
/// each mutant would take longer than compiling it. Style is not judged: a mutant may leave an unused variable.
/// </summary>
internal sealed class ProjectCompiler(ScratchTree tree)
{
    // A compiler that stays for the run and five minutes longer: a slow test must not find it gone.
    private static readonly string[] s_server = ["/noconfig", $"/shared:agentkeys-mutants-{Environment.ProcessId}", "/keepalive:300"];
    private static readonly string[] s_left = ["/noconfig", "/doc:", "/out:", "/refout:", "/warnaserror"];

    private readonly Command _dotnet = new("dotnet", tree.Root);
    private readonly Dictionary<string, Line> _lines = [];

    /// <param name="project">a folder of src.</param>
    /// <returns>the assembly, outside the tree, or what the compiler says.</returns>
    public async Task<(string Assembly, string? Errors)> CompileAsync(string project, CancellationToken cancellationToken)
    {
        if (!_lines.TryGetValue(project, out var line))
            _lines[project] = line = await AskAsync(project, cancellationToken);
        // Its file names are relative to the project.
        var compiler = new Command("dotnet", Path.Combine(tree.Root, "src", project));
        var (exit, output) = await compiler.RunAsync([line.Compiler, .. s_server, $"@{line.Arguments}", $"/out:{line.Assembly}"], cancellationToken);
        return (line.Assembly, exit == 0 ? null : output);
    }

    private async Task<Line> AskAsync(string project, CancellationToken cancellationToken)
    {
        string[] asked =
        [
            "build", $"src/{project}", "-c", "Release", "--no-restore", "-nologo", "-t:Compile", "-getItem:CscCommandLineArgs", "-getProperty:RoslynTargetsPath",
            "-p:DesignTimeBuild=true", "-p:ProvideCommandLineArgs=true", "-p:SkipCompilerExecution=true", "-p:NonExistentFile=none", "-p:BuildProjectReferences=false",
            "-p:RunAnalyzers=false", "-p:EnforceCodeStyleInBuild=false", "-p:TreatWarningsAsErrors=false",
        ];
        var (exit, output) = await _dotnet.RunAsync(asked, cancellationToken);
        if (exit != 0)
            throw new InvalidOperationException($"the build does not say how {project} is compiled: {output}");
        using var answer = JsonDocument.Parse(output);
        string[] arguments = [.. answer.RootElement.GetProperty("Items").GetProperty("CscCommandLineArgs").EnumerateArray().Select(a => a.GetProperty("Identity").GetString()!)];
        var name = Path.GetFileName(arguments.Single(a => a.StartsWith("/out:", StringComparison.Ordinal)));
        var file = $"{tree.Root}.{project}.rsp";
        Directory.CreateDirectory($"{tree.Root}.out");
        await File.WriteAllLinesAsync(file, arguments.Where(a => !s_left.Any(l => a.StartsWith(l, StringComparison.Ordinal))), cancellationToken);
        var roslyn = answer.RootElement.GetProperty("Properties").GetProperty("RoslynTargetsPath").GetString()!;
        return new Line(Path.Combine(roslyn, "bincore", "csc.dll"), file, Path.Combine($"{tree.Root}.out", name));
    }

    private sealed record Line(string Compiler, string Arguments, string Assembly);
}
