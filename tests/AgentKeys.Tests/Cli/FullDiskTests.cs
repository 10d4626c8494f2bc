using AgentKeys.Testing.Processes;
using AgentKeys.Testing.Storage;
using Xunit;

namespace AgentKeys.Tests.Cli;

/// <summary>A disk that takes nothing more, as far as one process can have one of its own: no file of it may grow.</summary>
public sealed class FullDiskTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Nothing_half_written_is_left_and_it_is_said()
    {
        // Without write-xor-execute, since the runtime keeps its code in a memory file, which counts as one.
        const string Script = "ulimit -f 0; export DOTNET_EnableWriteXorExecute=0; exec dotnet \"$0\" dev --state \"$1\" --json";
        var result = await Command.RunAsync("/bin/sh", ["-c", Script, Programs.OfThisBuild().Cli, _folder["dev"]], _folder.Path, CancellationToken.None);
        Assert.Equal(1, result.ExitCode);
        Assert.Contains(".gitignore was not written: The file would be larger than this system allows.", result.Error, StringComparison.Ordinal);
        Assert.Contains("agentkeys: hint: nothing was changed", result.Error, StringComparison.Ordinal);
        Assert.Equal(["lock"], Directory.EnumerateFileSystemEntries(_folder["dev"]).Select(Path.GetFileName));
    }
}
