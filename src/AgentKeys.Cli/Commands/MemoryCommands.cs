using System.CommandLine;
using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace AgentKeys.Cli;

/// <summary><c>agentkeys memory put | get | list | delete | teardown</c>.</summary>
internal static class MemoryCommands
{
    private const int MaxBytes = 8 * 1024 * 1024;

    public static CliCommand Build(CliTree tree)
    {
        var group = new CliCommand("memory", "Keep, read, list and delete what an agent remembers.", "agentkeys memory put notes/today --from-file today.md", "agentkeys memory get notes/today | less");
        group.Add(BuildPut(tree));
        group.Add(BuildGet(tree));
        group.Add(ObjectCommands.BuildList(tree, "memory", "memory", (client, actor, cancel) => client.Memory.ListAsync(actor, cancel)));
        group.Add(ObjectCommands.BuildDelete(tree, "memory", "memories", "notes/today", NameArgument(), name => Actors.MemoryName(name).ToString(), (client, name, actor, version, cancel) => client.Memory.DeleteAsync(name, actor, version, cancel)));
        group.Add(ObjectCommands.BuildTeardown(tree, "memory", "memory", (client, actor, cancel) => client.Memory.TeardownAsync(actor, cancel)));
        return group;
    }

    private static CliCommand BuildPut(CliTree tree)
    {
        var name = NameArgument();
        var agent = CredentialCommands.AgentOption();
        var ifVersion = new Option<ulong?>("--if-version") { Description = "0: only if nothing is there; N: only over version N. Default: over whatever is there.", HelpName = "N" };
        var file = new Option<string?>("--from-file") { Description = "Read the value from a file, byte for byte.", HelpName = "FILE" };
        var descriptor = new Option<int?>("--from-fd") { Description = "Read the value from an open descriptor, byte for byte.", HelpName = "N" };
        var command = new CliCommand(
            "put", "Put a value of up to 8 MiB under NAMESPACE/KEY. The value comes from standard input (one line break at its end is left out), a file, a descriptor, or a prompt.",
            "agentkeys memory put notes/today --from-file today.md", "agentkeys memory put notes/today --if-version 3 < today.md");
        return tree.Leaf(
            command, (context, cancel) => PutAsync(context, context.Get(name), context.Get(agent), context.Get(ifVersion), context.Get(file), context.Get(descriptor), cancel), name, agent, ifVersion, file, descriptor);
    }

    private static CliCommand BuildGet(CliTree tree)
    {
        var name = NameArgument();
        var agent = CredentialCommands.AgentOption();
        var file = new Option<string?>("--out") { Description = "Write the value to this file (0600, replaced as a whole).", HelpName = "FILE" };
        var print = new Option<bool>("--print") { Description = "Show the value even on a terminal." };
        var command = new CliCommand(
            "get", "Get a value, byte for byte, to a pipe or a file. On a terminal only with --print. Only the actor's own device may.", "agentkeys memory get notes/today | less", "agentkeys memory get notes/today --out today.md");
        return tree.Leaf(command, (context, cancel) => GetAsync(context, context.Get(name), context.Get(agent), context.Get(file), context.Get(print), cancel), name, agent, file, print);
    }

    private static Argument<string> NameArgument() => new("name") { Description = "Namespace and key: notes/today. A grant names the namespace.", HelpName = "NAMESPACE/KEY" };

    private static async Task<int> PutAsync(CommandContext context, string name, string? agent, ulong? ifVersion, string? file, int? descriptor, CancellationToken cancel)
    {
        var objectName = Actors.MemoryName(name);
        using var services = new Services(context);
        var actor = Actors.Find(context, agent);
        var value = SecretInput.Read(name, file is null ? null : context.PathOf(file), descriptor, context.Edges, MaxBytes);
        try
        {
            var version = await services.UseAsync(client => client.Memory.PutAsync(name, value, actor, ifVersion, cancel));
            var answer = new JsonObject { ["name"] = objectName.ToString(), ["version"] = version, ["bytes"] = value.Length };
            context.Output.Answer(answer, () => context.Output.Say($"put {name}, version {version}"));
            return ExitCode.Ok;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(value);
        }
    }

    private static async Task<int> GetAsync(CommandContext context, string name, string? agent, string? file, bool print, CancellationToken cancel)
    {
        _ = Actors.MemoryName(name);
        FetchedOutput.ExpectAPlace(context, file, print);
        using var services = new Services(context);
        var actor = Actors.Find(context, agent);
        using var fetched = await services.UseAsync(client => client.Memory.GetAsync(name, actor, cancel));
        FetchedOutput.Write(context, fetched, file);
        return ExitCode.Ok;
    }
}
