namespace AgentKeys.Testing.Storage;

/// <summary>A folder of one test, 0700, gone afterwards.</summary>
public sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("agentkeys-test-").FullName;

    public string this[string name] => System.IO.Path.Combine(Path, name);

    /// <summary>What is on disk now, elsewhere: as a crash at this moment would leave it.</summary>
    public TemporaryFolder Copy()
    {
        var copy = new TemporaryFolder();
        foreach (var folder in Directory.EnumerateDirectories(Path, "*", SearchOption.AllDirectories))
            Directory.CreateDirectory(copy[System.IO.Path.GetRelativePath(Path, folder)]);
        foreach (var file in Directory.EnumerateFiles(Path, "*", SearchOption.AllDirectories))
            CopyBytes(file, copy[System.IO.Path.GetRelativePath(Path, file)]);
        return copy;
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);

    /// <summary>Not File.Copy: that asks for the lock that the owner holds.</summary>
    private static void CopyBytes(string from, string to)
    {
        using var source = new FileStream(from, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var target = new FileStream(to, FileMode.CreateNew, FileAccess.Write);
        source.CopyTo(target);
    }
}
