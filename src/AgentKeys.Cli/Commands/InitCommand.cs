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
        var import = new Option<bool>("--import") { Description = "Take a wallet that exists: its mnemonic of 12 to 24 English words, or its private key in hex, by prompt, standard input, --from-file or --from-fd." };
        var account = new Option<uint>("--account") { Description = "Which account of the mnemonic, m/44'/60'/0'/0/N. [default: 0]", HelpName = "N" };
        var file = new Option<string?>("--from-file") { Description = "With --import: read it from a file.", HelpName = "FILE" };
        var descriptor = new Option<int?>("--from-fd") { Description = "With --import: read it from an open descriptor.", HelpName = "N" };
        var noBrowser = Ceremonies.NoBrowserOption();
        var command = new CliCommand(
            "init",
            "Become an operator: makes a wallet and a device key, and enrols a passkey on chain (two touches). With --agent: makes a device key alone and prints a request on standard output. Running it again finishes what is missing and changes nothing else.",
            "agentkeys init", "agentkeys init --import --from-file mnemonic.txt", "agentkeys init --agent --operator 0x4f2c... > request.json");
        return tree.Leaf(
            command,
            (context, cancel) => RunAsync(context, context.Get(agent), context.Get(operatorOmni), new WalletSource(context.Get(import), context.Get(account), context.Get(file), context.Get(descriptor)), !context.Get(noBrowser), cancel),
            agent, operatorOmni, import, account, file, descriptor, noBrowser);
    }

    private static Task<int> RunAsync(CommandContext context, bool agent, string? operatorText, WalletSource source, bool openBrowser, CancellationToken cancel)
    {
        source.ExpectConsistent(agent);
        if (!agent)
        {
            if (operatorText is not null)
                throw CliException.Usage("--operator goes with --agent.", "agentkeys init --agent --operator 0x...");
            return new OperatorSetup(context, openBrowser).RunAsync(source, cancel);
        }
        return Omni.TryParse(operatorText, out var operatorOmni)
            ? AgentSetup.RunAsync(context, operatorOmni, cancel)
            : throw CliException.Usage("--agent needs --operator, 0x and 64 lower-case hex digits.", "`agentkeys status` on the operator's machine shows its omni");
    }
}
