using System.CommandLine;
using System.Text.Json.Nodes;
using AgentKeys.Protocol;

namespace AgentKeys.Cli;

/// <summary><c>agentkeys storage-token</c>: for programs that talk to a worker themselves.</summary>
internal static class StorageTokenCommand
{
    public static CliCommand Build(CliTree tree)
    {
        var agent = CredentialCommands.AgentOption();
        var dataClass = new Option<string>("--class") { Description = "Data class: credentials, memory, audit or email.", HelpName = "CLASS", DefaultValueFactory = _ => "credentials" };
        var command = new CliCommand(
            "storage-token",
            "Mint a storage token (five minutes) and print it to a pipe or file. It is a bearer token, but opens nothing without a cap.",
            "agentkeys storage-token --agent research-bot > token.txt");
        return tree.Leaf(command, (context, cancel) => MintAsync(context, context.Get(agent), context.Get(dataClass)!, cancel), agent, dataClass);
    }

    private static async Task<int> MintAsync(CommandContext context, string? agent, string className, CancellationToken cancel)
    {
        if (!DataClasses.TryParse(className, out var dataClass))
            throw CliException.Usage($"There is no data class {className}.", "one of credentials, memory, audit, email");
        if (context.Edges.OutputIsTerminal)
            throw CliException.Usage("A storage token is not shown on a terminal.", "send it to a pipe or a file: agentkeys storage-token > token.txt");
        using var services = new Services(context);
        var actor = Actors.Find(context, agent);
        var token = await services.UseAsync(client => client.GetStorageSessionAsync(dataClass, actor, cancel));
        if (context.Output.Json)
            context.Output.WriteJson(new JsonObject { ["token"] = token.Token, ["audience"] = token.Audience, ["expires_at"] = token.ExpiresAt.ToUnixTimeSeconds() });
        else
            context.Output.WriteLine(token.Token);
        return ExitCode.Ok;
    }
}
