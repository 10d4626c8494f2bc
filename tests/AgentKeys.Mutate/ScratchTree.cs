namespace AgentKeys.Mutate;

/// <summary>
/// A copy of the working tree with its built outputs, kept between runs in the git-ignored <c>.cache/mutate</c>. Only files that differ
/// are copied again, which also takes back what an interrupted run left changed.
/// </summary>
/// <param name="name">of the folder: runs that try two mutants at once have two.</param>
internal sealed class ScratchTree(string repository, string name)
{
    private static readonly string[] s_built = ["src/*/bin/Release", "src/*/obj", "tests/*/bin/Release", "tests/*/obj"];

    // Which optional packages what is built has in it.
    private const string Optional = ".cache/optional-packages.props";

    public string Root { get; } = Path.Combine(repository, ".cache", "mutate", name);

    public string Repository => repository;

    /// <summary>Two runs would take back each other's mutants. Held until it is disposed.</summary>
    /// <exception cref="InvalidOperationException">Another run has it.</exception>
    public FileStream Lock()
    {
        Directory.CreateDirectory(Root);
        try
        {
            return new FileStream(Path.Combine(Root, "../lock"), FileMode.Create, FileAccess.Write, FileShare.None);
        }
        catch (IOException)
        {
            throw new InvalidOperationException("another run is under way in this clone");
        }
    }

    public async Task SynchronizeAsync(CancellationToken cancellationToken)
    {
        var (exit, listed) = await new Command("git", repository).RunAsync(["ls-files", "-co", "--exclude-standard", "-z"], cancellationToken);
        if (exit != 0)
            throw new InvalidOperationException("git ls-files failed: the tree must be a git clone.");
        var sources = listed.Split('\0', StringSplitOptions.RemoveEmptyEntries).Where(f => File.Exists(Path.Combine(repository, f))).ToHashSet();
        string[] files = [.. sources, .. s_built.SelectMany(Built), .. new[] { Optional }.Where(f => File.Exists(Path.Combine(repository, f)))];
        foreach (var file in files)
            CopyIfDifferent(file);
        foreach (var gone in Sources().Where(f => !sources.Contains(f)))
            File.Delete(Path.Combine(Root, gone));
    }

    /// <summary>How often the text occurs in the file; 0 also where there is no file.</summary>
    public int Count(Mutant mutant)
    {
        var path = Path.Combine(repository, mutant.File);
        return File.Exists(path) ? File.ReadAllText(path).Split(mutant.Before).Length - 1 : 0;
    }

    public void Apply(Mutant mutant)
    {
        var path = Path.Combine(Root, mutant.File);
        File.WriteAllText(path, mutant.Apply(File.ReadAllText(path)));
    }

    public void Revert(Mutant mutant) => CopyIfDifferent(mutant.File);

    /// <summary>Takes a file of the working tree over, content and time, where either differs.</summary>
    public void CopyIfDifferent(string file)
    {
        FileInfo from = new(Path.Combine(repository, file)), to = new(Path.Combine(Root, file));
        if (to.Exists && to.Length == from.Length && to.LastWriteTimeUtc == from.LastWriteTimeUtc)
            return;
        to.Directory!.Create();
        from.CopyTo(to.FullName, overwrite: true);
    }

    private IEnumerable<string> Built(string pattern)
    {
        var parts = pattern.Split("/*/");
        return Directory.GetDirectories(Path.Combine(repository, parts[0]))
            .Select(project => Path.Combine(project, parts[1])).Where(Directory.Exists)
            .SelectMany(folder => Directory.GetFiles(folder, "*", SearchOption.AllDirectories))
            .Select(file => Path.GetRelativePath(repository, file));
    }

    private IEnumerable<string> Sources() =>
        Directory.GetFiles(Root, "*", SearchOption.AllDirectories).Where(f => f.EndsWith(".cs", StringComparison.Ordinal) || f.EndsWith(".sol", StringComparison.Ordinal))
            .Select(f => Path.GetRelativePath(Root, f)).Where(f => !f.Split('/').Any(part => part is "bin" or "obj" or "out" or "cache"));
}
