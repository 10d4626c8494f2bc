using AgentKeys.Cli;
using AgentKeys.Testing.Processes;
using Xunit;

namespace AgentKeys.Tests.Cli;

public sealed class DevEnvironmentTests : IDisposable
{
    private readonly FakeTerminal _terminal = new();

    public void Dispose() => _terminal.Dispose();

    [Fact]
    public async Task A_shell_that_evaluates_it_has_the_stack()
    {
        var state = _terminal.Folder["it's a $(touch x) stack"];
        Directory.CreateDirectory(state);
        await File.WriteAllTextAsync(Path.Combine(state, "network.json"), "{}");
        Assert.Equal(ExitCode.Ok, await _terminal.RunAsync("dev", "env", "--state", state));
        var result = await Command.RunAsync("/bin/sh", ["-c", "eval \"$0\"; printf '%s\\n%s' \"$AGENTKEYS_NETWORK\" \"$AGENTKEYS_HOME\"", _terminal.Output], _terminal.Folder.Path, CancellationToken.None);
        Assert.Equal($"{state}/network.json\n{state}/home", result.Output);
        var json = await _terminal.JsonAsync(ExitCode.Ok, "dev", "env", "--state", state);
        Assert.Equal($"{state}/network.json", json.GetProperty("AGENTKEYS_NETWORK").GetString());
    }

    [Fact]
    public async Task Without_a_stack_it_says_how_to_start_one()
    {
        Assert.Equal(ExitCode.Failure, await _terminal.RunAsync("dev", "env"));
        Assert.Contains("agentkeys: hint: start it: agentkeys dev", _terminal.Error, StringComparison.Ordinal);
    }
}
