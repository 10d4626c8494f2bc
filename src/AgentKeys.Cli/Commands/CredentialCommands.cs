using System.CommandLine;
using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace AgentKeys.Cli;

/// <summary><c>agentkeys cred store | fetch | import | list | export-names | delete | teardown</c>.</summary>
internal static class CredentialCommands
{
    public static Option<string?> AgentOption() => new("--agent") { Description = "An agent of this operator: its name, or an actor's omni. Default: this machine's own actor.", HelpName = "AGENT" };

    public static CliCommand Build(CliTree tree)
    {
        var group = new CliCommand("cred", "Store, fetch, list and delete credentials.", "agentkeys cred import .env --agent research-bot", "agentkeys cred fetch OPENAI_API_KEY | some-program");
        group.Add(BuildStore(tree));
        group.Add(BuildFetch(tree));
        group.Add(BuildImport(tree));
        group.Add(ObjectCommands.BuildList(tree, "cred", "credentials", (client, actor, cancel) => client.Credentials.ListAsync(actor, cancel)));
        group.Add(BuildExportNames(tree));
        group.Add(ObjectCommands.BuildDelete(tree, "cred", "credentials", "OPENAI_API_KEY", NameArgument(), name => Actors.Service(name).Value, (client, name, actor, version, cancel) => client.Credentials.DeleteAsync(name, actor, version, cancel)));
        group.Add(ObjectCommands.BuildTeardown(tree, "cred", "credentials", (client, actor, cancel) => client.Credentials.TeardownAsync(actor, cancel)));
        return group;
    }

    private static CliCommand BuildStore(CliTree tree)
    {
        var name = NameArgument();
        var agent = AgentOption();
        var file = new Option<string?>("--from-file") { Description = "Read the value from a file, byte for byte.", HelpName = "FILE" };
        var descriptor = new Option<int?>("--from-fd") { Description = "Read the value from an open descriptor, byte for byte.", HelpName = "N" };
        var command = new CliCommand(
            "store",
            "Store a value under a name, replacing an earlier one. The value comes from standard input (one line break at its end is left out), a file, a descriptor, or a prompt.",
            "agentkeys cred store OPENAI_API_KEY", "pass show openai | agentkeys cred store OPENAI_API_KEY --agent research-bot");
        return tree.Leaf(command, (context, cancel) => StoreAsync(context, context.Get(name), context.Get(agent), context.Get(file), context.Get(descriptor), cancel), name, agent, file, descriptor);
    }

    private static CliCommand BuildFetch(CliTree tree)
    {
        var name = NameArgument();
        var agent = AgentOption();
        var file = new Option<string?>("--out") { Description = "Write the value to this file (0600, replaced as a whole).", HelpName = "FILE" };
        var print = new Option<bool>("--print") { Description = "Show the value even on a terminal." };
        var command = new CliCommand(
            "fetch",
            "Fetch a value, byte for byte, to a pipe or a file. On a terminal only with --print: a screen is read by others. Only the actor's own device may fetch.",
            "agentkeys cred fetch OPENAI_API_KEY | some-program", "agentkeys cred fetch OPENAI_API_KEY --out key.txt");
        return tree.Leaf(command, (context, cancel) => FetchAsync(context, context.Get(name), context.Get(agent), context.Get(file), context.Get(print), cancel), name, agent, file, print);
    }

    private static CliCommand BuildImport(CliTree tree)
    {
        var file = new Argument<string>("file") { Description = "A .env file: NAME=value lines, quotes, comments, export.", HelpName = "FILE.env" };
        var agent = AgentOption();
        var command = new CliCommand(
            "import",
            "Store every value of a .env file. Names are shown, values never. A second run stores the same names again and leaves nothing double.",
            "agentkeys cred import .env --agent research-bot");
        return tree.Leaf(command, (context, cancel) => CredentialImport.RunAsync(context, context.Get(file), context.Get(agent), cancel), file, agent);
    }

    private static CliCommand BuildExportNames(CliTree tree)
    {
        var agent = AgentOption();
        var command = new CliCommand(
            "export-names",
            "Print names of credentials, one a line and nothing else, for scripts; with --json an array. An agent gets those it could fetch now. Lower case, as grants have them: the typed form is sealed with the value, and nothing is opened here.",
            "agentkeys cred export-names | while read name; do agentkeys cred fetch \"$name\" --out \"keys/$name\"; done", "agentkeys cred export-names --agent research-bot --json");
        return tree.Leaf(command, (context, cancel) => ExportNamesAsync(context, context.Get(agent), cancel), agent);
    }

    private static Argument<string> NameArgument() => new("name") { Description = "Name of the credential, as you like to type it: OPENAI_API_KEY.", HelpName = "NAME" };

    private static async Task<int> StoreAsync(CommandContext context, string name, string? agent, string? file, int? descriptor, CancellationToken cancel)
    {
        var service = Actors.Service(name);
        using var services = new Services(context);
        var actor = Actors.Find(context, agent);
        var value = SecretInput.Read(name, file is null ? null : context.PathOf(file), descriptor, context.Edges);
        try
        {
            var version = await services.UseAsync(client => client.Credentials.StoreAsync(name, value, actor, cancel: cancel));
            var answer = new JsonObject { ["name"] = name, ["service"] = service.Value, ["version"] = version, ["bytes"] = value.Length };
            context.Output.Answer(answer, () => context.Output.Say($"stored {name}, version {version}"));
            return ExitCode.Ok;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(value);
        }
    }

    private static async Task<int> FetchAsync(CommandContext context, string name, string? agent, string? file, bool print, CancellationToken cancel)
    {
        Actors.Service(name);
        FetchedOutput.ExpectAPlace(context, file, print);
        using var services = new Services(context);
        var actor = Actors.Find(context, agent);
        using var fetched = await services.UseAsync(client => client.Credentials.FetchAsync(name, actor, cancel: cancel));
        FetchedOutput.Write(context, fetched, file);
        return ExitCode.Ok;
    }

    private static async Task<int> ExportNamesAsync(CommandContext context, string? agent, CancellationToken cancel)
    {
        using var services = new Services(context);
        var actor = Actors.Find(context, agent);
        var names = await services.UseAsync(async client =>
        {
            var all = new List<string>();
            await foreach (var entry in client.Credentials.ListAsync(actor, cancel))
                all.Add(entry.Name);
            return all;
        });
        context.Output.Answer(new JsonArray([.. names.Select(n => (JsonNode)n)]), () => names.ForEach(context.Output.WriteLine));
        return ExitCode.Ok;
    }
}
