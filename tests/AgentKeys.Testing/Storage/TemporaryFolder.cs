using System.Diagnostics;

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
        // Not File.Copy: that asks for the lock that a running log holds.
        using var cp = Process.Start("cp", ["-RP", Path + "/.", copy.Path]);
        cp.WaitForExit();
        if (cp.ExitCode != 0)
            throw new IOException("cp failed");
        return copy;
    }

    /// <summary>Puts another file in the place of one that a log had. Not over it: a process that another test starts at that moment keeps the log's lock until it is a program of its own.</summary>
    public async Task ReplaceAsync(string name, byte[] content)
    {
        await File.WriteAllBytesAsync(this[name + ".new"], content);
        File.Move(this[name + ".new"], this[name], overwrite: true);
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
