using System.CommandLine;
using AgentKeys.Cli;
using Xunit;

namespace AgentKeys.Tests.Cli;

/// <summary>The surface of the command line. A change here is a change for everybody's scripts.</summary>
public class CommandTreeTests
{
    private static readonly string[] s_surface =
    [
        "agentkeys --home --json --network",
        "agentkeys agent",
        "agentkeys agent create NAME --no-browser --request",
        "agentkeys agent list",
        "agentkeys agent revoke NAME --no-browser --passkey",
        "agentkeys audit",
        "agentkeys audit reopen SERVICE --config --reason",
        "agentkeys chain",
        "agentkeys chain deploy --governance --key-file --out --profile --redeploy --rpc-url --yes",
        "agentkeys chain profiles",
        "agentkeys chain verify",
        "agentkeys completion SHELL",
        "agentkeys cred",
        "agentkeys cred delete NAME --agent --if-version",
        "agentkeys cred export-names --agent",
        "agentkeys cred fetch NAME --agent --out --print",
        "agentkeys cred import FILE.env --agent",
        "agentkeys cred list --agent",
        "agentkeys cred store NAME --agent --from-fd --from-file",
        "agentkeys cred teardown --agent --yes",
        "agentkeys dev --reset --state",
        "agentkeys dev env --state",
        "agentkeys doctor",
        "agentkeys epoch",
        "agentkeys epoch add --ring",
        "agentkeys epoch advance --key-file",
        "agentkeys explain OP NAME --agent --class",
        "agentkeys init --account --agent --from-fd --from-file --import --no-browser --operator",
        "agentkeys login --wallet",
        "agentkeys memory",
        "agentkeys memory delete NAMESPACE/KEY --agent --if-version",
        "agentkeys memory get NAMESPACE/KEY --agent --out --print",
        "agentkeys memory list --agent",
        "agentkeys memory put NAMESPACE/KEY --agent --from-fd --from-file --if-version",
        "agentkeys memory teardown --agent --yes",
        "agentkeys proof METHOD URL --body-file --header --session --token-file",
        "agentkeys reference PAGE",
        "agentkeys run CMD --only",
        "agentkeys scope",
        "agentkeys scope revoke NAME SERVICE --no-browser --passkey",
        "agentkeys scope set NAME SERVICE --class --for --max-calls --no-browser --no-limit --per --read-only --read-write",
        "agentkeys scope show NAME",
        "agentkeys status",
        "agentkeys storage-token --agent --class",
    ];

    public static TheoryData<string> Commands { get; } = [.. s_surface.Select(s => string.Join(' ', s.Split(' ').Skip(1).TakeWhile(w => char.IsAsciiLetterLower(w[0]))))];

    [Fact]
    public void The_surface_is_this()
    {
        using var terminal = new FakeTerminal();
        Assert.Equal(s_surface, Surface(new CliTree(terminal.Edges()).Root, "agentkeys").Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task Every_command_explains_itself_with_an_example(string command)
    {
        using var terminal = new FakeTerminal();
        var exit = await terminal.RunBareAsync([.. command.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--help"]);
        Assert.Equal(ExitCode.Ok, exit);
        Assert.Contains("Usage:", terminal.Output, StringComparison.Ordinal);
        if (command.Length == 0)
            Assert.Matches(@"Exit codes:\n  0\s+done\n", terminal.Output);
        else
            Assert.Contains($"  agentkeys {command.Split(' ')[0]}", terminal.Output[terminal.Output.LastIndexOf("Example", StringComparison.Ordinal)..], StringComparison.Ordinal);
        Assert.Empty(terminal.Error);
    }

    private static IEnumerable<string> Surface(Command command, string path)
    {
        var options = command.Options.Select(o => o.Name).Where(n => n is not ("--help" or "--version")).Order(StringComparer.Ordinal);
        yield return string.Join(' ', [path, .. command.Arguments.Select(a => a.HelpName), .. options]);
        foreach (var line in command.Subcommands.SelectMany(c => Surface(c, $"{path} {c.Name}")))
            yield return line;
    }
}
