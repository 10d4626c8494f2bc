using System.Collections.Concurrent;
using System.Runtime.Loader;
using System.Text.Json;

namespace AgentKeys.Mutate;

/// <summary>
/// Compiles projects of a scratch tree with one file changed, by the compiler of the build and its command line, asked of the build once.
/// Projects are held parsed: evaluating or parsing one again for each mutant would take longer than compiling it.
/// </summary>
/// <param name="tree">whose sources and references are those of the working tree.</param>
internal sealed class ProjectCompiler(ScratchTree tree)
{
    // Style is not judged: a mutant may leave an unused variable.
    private static readonly string[] s_left = ["/doc:", "/refout:", "/warnaserror"];

    private readonly Command _dotnet = new("dotnet", tree.Root);
    private readonly ConcurrentDictionary<string, Lazy<Task<HeldProject>>> _projects = [];
    private readonly Lock _choosing = new();
    private bool _chosen;

    /// <returns>the assembly of the mutant's project, or what the compiler says.</returns>
    public async Task<(BuiltAssembly? Assembly, string Errors)> CompileAsync(Mutant mutant, CancellationToken cancellationToken)
    {
        var project = await _projects.GetOrAdd(mutant.Project, name => new Lazy<Task<HeldProject>>(() => OpenAsync(name, cancellationToken))).Value;
        return project.Compile(Path.Combine(tree.Root, mutant.File), mutant.Apply, cancellationToken);
    }

    private async Task<HeldProject> OpenAsync(string project, CancellationToken cancellationToken)
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
        var arguments = answer.RootElement.GetProperty("Items").GetProperty("CscCommandLineArgs").EnumerateArray().Select(a => a.GetProperty("Identity").GetString()!);
        UseCompilerIn(Path.Combine(answer.RootElement.GetProperty("Properties").GetProperty("RoslynTargetsPath").GetString()!, "bincore"));
        return HeldProject.Open(Path.Combine(tree.Root, "src", project), [.. arguments.Where(a => !s_left.Any(l => a.StartsWith(l, StringComparison.Ordinal)))]);
    }

    /// <summary>The SDK's own compiler, since its generators go with no older one: the package is there to be compiled against.</summary>
    private void UseCompilerIn(string folder)
    {
        lock (_choosing)
        {
            if (_chosen)
                return;
            _chosen = true;
            AssemblyLoadContext.Default.Resolving += (context, name) =>
            {
                var path = Path.Combine(folder, $"{name.Name}.dll");
                return File.Exists(path) ? context.LoadFromAssemblyPath(path) : null;
            };
        }
    }
}
