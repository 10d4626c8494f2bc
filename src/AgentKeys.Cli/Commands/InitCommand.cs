using System.CommandLine;
using AgentKeys.Protocol;

namespace AgentKeys.Cli;

/// <summary><c>agentkeys init</c>: makes this machine an operator's, or an agent's.</summary>
internal static class InitCommand
{
    public const string OperatorKind = "operator";
    public const string AgentKind = "agent";

    public static CliCommand Build(CliTree tree)
    {
        var agent = new Option<bool>("--agent") { Description = "Make an agent's device key and print a registration request for its operator." };
        var operatorOmni = new Option<string?>("--operator") { Description = "With --agent: the operator's omni, as `agentkeys status` shows it there.", HelpName = "0x..." };
        var noBrowser = Ceremonies.NoBrowserOption();
        var command = new CliCommand(
            "init",
            "Become an operator: makes a wallet and a device key, and enrols a passkey on chain (two touches). With --agent: makes a device key alone and prints a request on standard output. Running it again finishes what is missing and changes nothing else.",
            "agentkeys init", "agentkeys init --agent --operator 0x4f2c... > request.json");
        return tree.Leaf(command, (context, cancel) => RunAsync(context, context.Get(agent), context.Get(operatorOmni), !context.Get(noBrowser), cancel), agent, operatorOmni, noBrowser);
    }

    private static Task<int> RunAsync(CommandContext context, bool agent, string? operatorText, bool openBrowser, CancellationToken cancel)
    {
        if (!agent)
        {
            return operatorText is null
                ? new OperatorSetup(context, openBrowser).RunAsync(cancel)
                : throw CliException.Usage("--operator goes with --agent.", "agentkeys init --agent --operator 0x...");
        }
        return Omni.TryParse(operatorText, out var operatorOmni)
            ? AgentSetup.RunAsync(context, operatorOmni, cancel)
            : throw CliException.Usage("--agent needs --operator, 0x and 64 lower-case hex digits.", "`agentkeys status` on the operator's machine shows its omni");
    }
}
