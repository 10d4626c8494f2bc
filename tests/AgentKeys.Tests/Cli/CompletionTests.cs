using AgentKeys.Cli;
using AgentKeys.Testing.Processes;
using Xunit;

namespace AgentKeys.Tests.Cli;

/// <summary>Completion as a shell asks for it; bash for real, with the built program.</summary>
public sealed class CompletionTests : IDisposable
{
    private readonly FakeTerminal _terminal = new();

    public void Dispose() => _terminal.Dispose();

    [Theory]
    [InlineData("cre", "cred")]
    [InlineData("cred ", "export-names")]
    [InlineData("scope set bot KEY --read", "--read-only")]
    [InlineData("completion ", "bash")]
    [InlineData("explain fetch ", "--agent")]
    public async Task The_program_knows_what_may_come_next(string line, string expected)
    {
        Assert.Equal(ExitCode.Ok, await _terminal.RunBareAsync($"[suggest:{line.Length}]", line));
        Assert.Contains(expected, _terminal.Output.Split('\n', StringSplitOptions.TrimEntries));
        Assert.Empty(_terminal.Error);
    }

    [Theory]
    [InlineData("agent revoke ")]
    [InlineData("scope set ")]
    [InlineData("cred list --agent ")]
    public async Task The_names_of_this_home_s_agents_are_completed(string line)
    {
        var home = new AgentKeysHome(_terminal.Home);
        home.EnsureFolder();
        home.Agents = new AgentBook(new() { ["research-bot"] = new AgentRecord("0x1", "0x2", "0x3", []) });
        _terminal.Environment["AGENTKEYS_HOME"] = _terminal.Home;
        Assert.Equal(ExitCode.Ok, await _terminal.RunBareAsync($"[suggest:{line.Length}]", line));
        Assert.Contains("research-bot", _terminal.Output.Split('\n', StringSplitOptions.TrimEntries));
    }

    [Fact]
    public async Task A_damaged_home_completes_nothing_and_fails_nothing()
    {
        Directory.CreateDirectory(_terminal.Home);
        await File.WriteAllTextAsync(Path.Combine(_terminal.Home, "agents.json"), "{");
        _terminal.Environment["AGENTKEYS_HOME"] = _terminal.Home;
        Assert.Equal(ExitCode.Ok, await _terminal.RunBareAsync("[suggest:13]", "agent revoke "));
        Assert.Empty(_terminal.Error);
    }

    [Theory]
    [InlineData("agentkeys cre", 1, "cred")]
    [InlineData("agentkeys cred fe", 2, "fetch")]
    [InlineData("agentkeys dev --re", 2, "--reset")]
    public async Task Bash_completes_after_sourcing_the_script(string line, int word, string expected)
    {
        // Everything a Tab does: the variables that bash sets, then the function that `complete -F` named.
        const string Script = """
            agentkeys() { dotnet "$0" "$@"; }
            source <(agentkeys completion bash)
            COMP_LINE="$1"; COMP_POINT=${#1}; COMP_WORDS=($1); COMP_CWORD=$2
            eval "$(complete -p agentkeys | sed -E 's/.*-F ([^ ]+) agentkeys/\1/')"
            printf '%s\n' "${COMPREPLY[@]}"
            """;
        var result = await Command.RunAsync("bash", ["-c", Script, Programs.OfThisBuild().Cli, line, word.ToString(System.Globalization.CultureInfo.InvariantCulture)], _terminal.Folder.Path, CancellationToken.None);
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.Equal([expected], result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Theory]
    [InlineData("zsh")]
    [InlineData("fish")]
    public async Task Other_shells_take_their_script(string shell)
    {
        Assert.Equal(shell, (await _terminal.JsonAsync(ExitCode.Ok, "completion", shell)).GetProperty("shell").GetString());
        var program = ChildProcess.FindOnPath(shell);
        if (program is null)
            return; // bash, which is everywhere, stands for the mechanism; syntax is checked where the shell is
        await File.WriteAllTextAsync(_terminal.Folder["script"], (await _terminal.JsonAsync(ExitCode.Ok, "completion", shell)).GetProperty("script").GetString());
        Assert.Equal(0, (await Command.RunAsync(program, ["-n", _terminal.Folder["script"]], _terminal.Folder.Path, CancellationToken.None)).ExitCode);
    }

    [Fact]
    public async Task Another_shell_is_a_wrong_command_line() => Assert.Equal(ExitCode.Usage, await _terminal.RunBareAsync("completion", "tcsh"));
}
