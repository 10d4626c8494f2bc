using System.Text.Json;
using AgentKeys.Chain;
using AgentKeys.Cli;
using AgentKeys.Client;
using AgentKeys.Protocol;
using Xunit;

namespace AgentKeys.Tests.Cli;

public class ExitCodeTests
{
    [Theory]
    [InlineData("frobnicate")]
    [InlineData("cred")]
    [InlineData("cred fetch")]
    [InlineData("scope set bot A --for seven")]
    [InlineData("scope set bot A --max-calls 3")]
    [InlineData("scope set bot A --class secrets")]
    [InlineData("scope set bot A --read-only --read-write")]
    [InlineData("scope set bot A --max-calls 3 --per 1h --no-limit")]
    [InlineData("scope revoke bot ../etc")]
    [InlineData("cred fetch ../etc")]
    [InlineData("init --agent")]
    [InlineData("init --agent --operator 0x12")]
    [InlineData("storage-token --class secrets")]
    [InlineData("run")]
    [InlineData("run --only A")]
    public async Task Two_when_the_command_line_is_wrong(string commandLine)
    {
        using var terminal = new FakeTerminal();
        Assert.Equal(ExitCode.Usage, await terminal.RunAsync(commandLine.Split(' ')));
        Assert.StartsWith("agentkeys: error: ", terminal.Error, StringComparison.Ordinal);
        Assert.Empty(terminal.Output);
    }

    [Fact]
    public async Task One_with_a_hint_when_there_is_no_network()
    {
        using var terminal = new FakeTerminal();
        Assert.Equal(ExitCode.Failure, await terminal.RunAsync("init"));
        Assert.Contains("agentkeys: hint: start one with `agentkeys dev`", terminal.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Failures_are_JSON_on_standard_output_when_asked_for()
    {
        using var terminal = new FakeTerminal();
        Assert.Equal(ExitCode.Failure, await terminal.RunAsync("status", "--json"));
        using var answer = JsonDocument.Parse(terminal.Output);
        Assert.Equal(ExitCode.Failure, answer.RootElement.GetProperty("error").GetProperty("exit_code").GetInt32());
    }

    [Fact]
    public async Task A_secret_is_not_shown_on_a_terminal()
    {
        using var terminal = new FakeTerminal { OutputIsTerminal = true };
        Assert.Equal(ExitCode.Usage, await terminal.RunAsync("cred", "fetch", "A"));
        Assert.Contains("--print", terminal.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Interrupted_is_130()
    {
        using var terminal = new FakeTerminal();
        using var stopped = new CancellationTokenSource();
        await stopped.CancelAsync();
        var tree = new CliTree(terminal.Edges());
        var command = tree.Leaf(new CliCommand("wait", "waits", "agentkeys wait"), (_, cancel) => Task.FromCanceled<int>(cancel));
        tree.Root.Add(command);
        Assert.Equal(ExitCode.Interrupted, await tree.RunAsync(["wait"], stopped.Token));
    }

    [Fact]
    public void Three_for_refusals_four_for_silence()
    {
        var refused = Failures.Explain(new AgentKeysException("service_not_in_scope", "no") { Block = 7 });
        Assert.Equal((ExitCode.Refused, "service_not_in_scope", 7UL), (refused.ExitCode, refused.Code, refused.Block));
        Assert.Equal(ExitCode.Refused, Failures.Explain(new AgentKeysException("code_of_the_future", "no")).ExitCode);
        Assert.Equal(ExitCode.Unreachable, Failures.Explain(new AgentKeysException(AgentKeysException.Unreachable, "gone")).ExitCode);
        Assert.Equal(ExitCode.Failure, Failures.Explain(new AgentKeysException(AgentKeysException.BadAnswer, "html")).ExitCode);
        Assert.Equal(ExitCode.Unreachable, Failures.Explain(new ChainUnavailableException(ChainFault.TimedOut)).ExitCode);
        Assert.Equal(ExitCode.Failure, Failures.Explain(new ChainUnavailableException(ChainFault.NoCode)).ExitCode);
    }

    [Theory]
    [InlineData("frobnicate")]
    [InlineData("explain fetch A --class email")]
    [InlineData("proof GET nowhere")]
    [InlineData("init")]
    [InlineData("status")]
    [InlineData("dev env")]
    [InlineData("chain deploy --profile nowhere --key-file k --out o")]
    [InlineData("chain deploy --profile anvil --key-file k --out o")]
    [InlineData("agent list")]
    public async Task Every_failure_ends_with_what_to_do(string commandLine)
    {
        using var terminal = new FakeTerminal();
        Assert.NotEqual(ExitCode.Ok, await terminal.RunAsync(commandLine.Split(' ')));
        Assert.StartsWith("agentkeys: hint: ", terminal.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void Every_refusal_has_a_hint_and_most_have_their_own()
    {
        var codes = Enum.GetValues<RefusalCode>();
        Assert.All(codes, c => Assert.NotEmpty(Failures.Hint(c)));
        Assert.True(codes.Count(c => Failures.Hint(c) == Failures.Hint(RefusalCode.InvalidInput)) <= 4, "name what can be done about a new code");
        Assert.All([ExitCode.Failure, ExitCode.Usage, ExitCode.Refused, ExitCode.Unreachable], exit => Assert.NotNull(Failures.Taught(new CliException(exit, "x"), "agentkeys status").Hint));
        var known = CliException.Refused("not_found", "x", "look");
        Assert.Same(known, Failures.Taught(known, "agentkeys status"));
    }

    [Fact]
    public void What_a_service_says_cannot_steer_the_terminal()
    {
        using var terminal = new FakeTerminal();
        new CliOutput(terminal.Edges(), json: false).Fail(Failures.Explain(new AgentKeysException("not_found", "a\u001b[2Jb\r\nc")));
        Assert.DoesNotContain('\u001b', terminal.Error);
        Assert.DoesNotContain('\r', terminal.Error);
    }
}
