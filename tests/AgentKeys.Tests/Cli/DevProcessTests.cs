using System.Globalization;
using AgentKeys.Cli;
using AgentKeys.Testing.Storage;
using Xunit;

namespace AgentKeys.Tests.Cli;

public sealed class DevProcessTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_child_is_ended_and_only_that_child()
    {
        using var child = Sleep();
        var stranger = child.Identity with { Start = child.Identity.Start + "0" };
        Assert.False(await DevProcesses.EndAsync(stranger, TimeProvider.System, CancellationToken.None));
        Assert.False(child.HasExited);
        Assert.True(await DevProcesses.EndAsync(child.Identity, TimeProvider.System, CancellationToken.None));
        await child.ExitedAsync();
        Assert.False(await DevProcesses.EndAsync(child.Identity, TimeProvider.System, CancellationToken.None));
    }

    [Fact]
    public async Task A_child_that_ignores_the_request_is_ended_all_the_same()
    {
        using var child = ChildProcess.Start("deaf", ["/bin/sh", "-c", "trap '' TERM; echo deaf; while :; do sleep 1; done"], _folder["log"], _folder.Path);
        while (!child.LogTail().Contains("deaf", StringComparison.Ordinal))
            await Task.Delay(10);
        Assert.True(await DevProcesses.EndAsync(child.Identity, TimeProvider.System, CancellationToken.None));
        await child.ExitedAsync();
    }

    [Fact]
    public async Task What_a_killed_run_left_is_ended_at_the_next_start_and_nothing_else()
    {
        using var left = Sleep();
        using var reused = Sleep();
        using var folder = DevFolder.Open(_folder["dev"]);
        var journal = new DevProcesses([left.Identity, reused.Identity with { Start = "an earlier boot:1" }, new DevProcess("gone", int.MaxValue, "x")]);
        journal.Save(folder);
        Assert.Equal(["sleep"], await DevProcesses.CleanAsync(folder, TimeProvider.System, CancellationToken.None));
        await left.ExitedAsync();
        Assert.False(reused.HasExited);
        Assert.Empty(await DevProcesses.CleanAsync(folder, TimeProvider.System, CancellationToken.None));
        await DevProcesses.EndAsync(reused.Identity, TimeProvider.System, CancellationToken.None);
    }

    [Fact]
    public async Task A_child_that_dies_is_told_with_its_last_words()
    {
        using var child = ChildProcess.Start("brief", ["/bin/sh", "-c", "echo first; echo last words >&2; exit 7"], _folder["log"], _folder.Path);
        await child.ExitedAsync();
        var died = Readiness.Died(child);
        Assert.Contains("brief ended by itself with 7", died.Message, StringComparison.Ordinal);
        Assert.EndsWith("first\nlast words", died.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Arguments_are_never_shell_text()
    {
        var touched = _folder["touched"];
        using var child = ChildProcess.Start("echo", ["/bin/echo", $"$(touch {touched})", $"; touch {touched}", $"`touch {touched}`"], _folder["log"], _folder.Path);
        await child.ExitedAsync();
        Assert.False(File.Exists(touched));
        Assert.Contains("$(touch", child.LogTail(), StringComparison.Ordinal);
    }

    [Fact]
    public void One_stack_holds_a_folder()
    {
        using (DevFolder.Open(_folder["dev"]))
            Assert.Contains("Another `agentkeys dev`", Assert.Throws<CliException>(() => DevFolder.Open(_folder["dev"])).Message, StringComparison.Ordinal);
        using var again = DevFolder.Open(_folder["dev"]);
        Assert.Equal("*\n", File.ReadAllText(again.In(".gitignore")));
    }

    [Fact]
    public void A_folder_with_something_else_in_it_is_left_alone()
    {
        Directory.CreateDirectory(_folder["mine"], PrivateFiles.FolderMode);
        File.WriteAllText(Path.Combine(_folder["mine"], "thesis.txt"), "x");
        Assert.Throws<CliException>(() => DevFolder.Open(_folder["mine"]));
        Assert.Equal(["thesis.txt"], Directory.EnumerateFileSystemEntries(_folder["mine"]).Select(Path.GetFileName));
    }

    [Fact]
    public void Ports_are_chosen_once()
    {
        using var folder = DevFolder.Open(_folder["dev"]);
        var first = DevPorts.LoadOrChoose(folder);
        Assert.Equal(first, DevPorts.LoadOrChoose(folder));
        Assert.Equal(3, new HashSet<int> { first.Chain, first.Broker, first.Credentials }.Count);
        folder.Clear();
        Assert.False(File.Exists(folder.Ports));
    }

    private ChildProcess Sleep() => ChildProcess.Start("sleep", ["/bin/sleep", 60.ToString(CultureInfo.InvariantCulture)], _folder["sleep.log"], _folder.Path);
}
