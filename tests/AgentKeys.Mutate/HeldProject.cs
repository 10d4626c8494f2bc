using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Text;

namespace AgentKeys.Mutate;

/// <param name="File">name of the assembly's file.</param>
internal sealed record BuiltAssembly(string File, byte[] Content);

/// <summary>One project as its compiler sees it: parsed, its generators run. Compiling it never changes it, so several may at once.</summary>
internal sealed class HeldProject
{
    private readonly CSharpCommandLineArguments _arguments;
    private readonly CSharpCompilation _compilation;
    private readonly GeneratorDriver _generators;
    private readonly Dictionary<string, SyntaxTree> _trees;

    private HeldProject(CSharpCommandLineArguments arguments, CSharpCompilation compilation, GeneratorDriver generators)
    {
        (_arguments, _compilation, _generators) = (arguments, compilation, generators);
        _trees = compilation.SyntaxTrees.ToDictionary(t => t.FilePath);
    }

    /// <param name="folder">to which names of files are relative.</param>
    /// <param name="commandLine">of the compiler.</param>
    /// <exception cref="InvalidOperationException">It is not understood.</exception>
    public static HeldProject Open(string folder, IReadOnlyList<string> commandLine)
    {
        var arguments = CSharpCommandLineParser.Default.Parse(commandLine, folder, sdkDirectory: null);
        if (arguments.Errors.Any(e => e.Severity == DiagnosticSeverity.Error))
            throw new InvalidOperationException($"{folder}: {string.Join('\n', arguments.Errors)}");
        var trees = arguments.SourceFiles.Select(f => CSharpSyntaxTree.ParseText(SourceText.From(File.ReadAllText(f.Path), Encoding.UTF8), arguments.ParseOptions, f.Path));
        var references = arguments.MetadataReferences.Select(r => MetadataReference.CreateFromFile(Path.Combine(folder, r.Reference), r.Properties));
        var options = arguments.CompilationOptions.WithSourceReferenceResolver(new SourceFileResolver([], folder, arguments.PathMap));
        var compilation = CSharpCompilation.Create(Path.GetFileNameWithoutExtension(arguments.OutputFileName), trees, references, options);

        var generators = arguments.ResolveAnalyzerReferences(new GeneratorLoader()).SelectMany(a => a.GetGenerators(LanguageNames.CSharp));
        var config = arguments.AnalyzerConfigPaths.Select(path => AnalyzerConfig.Parse(File.ReadAllText(path), path));
        var driver = CSharpGeneratorDriver.Create(generators, [], arguments.ParseOptions, new ConfigOptions(AnalyzerConfigSet.Create(config.ToList())));
        return new HeldProject(arguments, compilation, driver.RunGenerators(compilation));
    }

    /// <param name="path">of the file that is changed.</param>
    /// <returns>the assembly, or what the compiler says.</returns>
    public (BuiltAssembly? Assembly, string Errors) Compile(string path, Func<string, string> change, CancellationToken cancellationToken)
    {
        var tree = _trees[path];
        var changed = tree.WithChangedText(SourceText.From(change(tree.GetText(cancellationToken).ToString()), Encoding.UTF8));
        _generators.RunGeneratorsAndUpdateCompilation(_compilation.ReplaceSyntaxTree(tree, changed), out var compilation, out var said, cancellationToken);
        using var assembly = new MemoryStream();
        var built = compilation.Emit(assembly, manifestResources: _arguments.ManifestResources, options: _arguments.EmitOptions, cancellationToken: cancellationToken);
        var errors = said.Concat(built.Diagnostics).Where(d => d.Severity == DiagnosticSeverity.Error).ToList();
        return errors.Count == 0 ? (new BuiltAssembly(_arguments.OutputFileName!, assembly.ToArray()), "") : (null, string.Join('\n', errors));
    }

    private sealed class GeneratorLoader : IAnalyzerAssemblyLoader
    {
        // What it needs lies beside it, where LoadFrom looks.
        public void AddDependencyLocation(string fullPath)
        {
        }

        public Assembly LoadFromPath(string fullPath) => Assembly.LoadFrom(fullPath);
    }

    /// <summary>What .editorconfig and the project say to generators.</summary>
    private sealed class ConfigOptions(AnalyzerConfigSet config) : AnalyzerConfigOptionsProvider
    {
        public override AnalyzerConfigOptions GlobalOptions { get; } = new Options(config.GlobalConfigOptions.AnalyzerOptions);

        public override AnalyzerConfigOptions GetOptions(SyntaxTree tree) => OptionsFor(tree.FilePath);

        public override AnalyzerConfigOptions GetOptions(AdditionalText textFile) => OptionsFor(textFile.Path);

        private Options OptionsFor(string path) => new(config.GetOptionsForSourcePath(path).AnalyzerOptions);
    }

    private sealed class Options(ImmutableDictionary<string, string> values) : AnalyzerConfigOptions
    {
        public override bool TryGetValue(string key, [NotNullWhen(true)] out string? value) => values.TryGetValue(key, out value);
    }
}
