using System.CommandLine;
using System.Text.Json.Nodes;
using AgentKeys.Client;
using AgentKeys.Protocol;

namespace AgentKeys.Cli;

/// <summary><c>list | delete | teardown</c>, the same for every class with sealed objects.</summary>
internal static class ObjectCommands
{
    public static CliCommand BuildList(CliTree tree, string group, string things, Func<AgentKeysClient, Omni?, CancellationToken, IAsyncEnumerable<ListedObject>> list)
    {
        var agent = CredentialCommands.AgentOption();
        var command = new CliCommand(
            "list", $"List names of {things}, never values. An agent sees what it could read now, its operator everything.", $"agentkeys {group} list", $"agentkeys {group} list --agent research-bot");
        return tree.Leaf(command, (context, cancel) => ListAsync(context, things, context.Get(agent), list, cancel), agent);
    }

    /// <param name="service">checks the typed name; answers the object's name.</param>
    public static CliCommand BuildDelete(
        CliTree tree, string group, string things, string example, Argument<string> name, Func<string, string> service, Func<AgentKeysClient, string, Omni?, ulong?, CancellationToken, Task<ulong>> delete)
    {
        var agent = CredentialCommands.AgentOption();
        var ifVersion = new Option<ulong?>("--if-version") { Description = "Only when this is the stored version. Default: whatever is stored, also what is damaged or lost.", HelpName = "N" };
        var command = new CliCommand(
            "delete", $"Delete one of the {things}. What was read of it before is out; a later store goes on with a higher version.", $"agentkeys {group} delete {example}", $"agentkeys {group} delete {example} --agent research-bot --if-version 3");
        return tree.Leaf(command, (context, cancel) => DeleteAsync(context, context.Get(name), service, context.Get(agent), context.Get(ifVersion), delete, cancel), name, agent, ifVersion);
    }

    public static CliCommand BuildTeardown(CliTree tree, string group, string things, Func<AgentKeysClient, Omni?, CancellationToken, Task<Teardown>> teardown)
    {
        var agent = CredentialCommands.AgentOption();
        var yes = new Option<bool>("--yes") { Description = "Yes, all of it. Nothing is asked, and nothing comes back." };
        var command = new CliCommand(
            "teardown", $"Delete all {things} of one actor. A master device with SCOPE_MGMT only.", $"agentkeys {group} teardown --agent research-bot --yes");
        return tree.Leaf(command, (context, cancel) => TeardownAsync(context, things, context.Get(agent), context.Get(yes), teardown, cancel), agent, yes);
    }

    private static async Task<int> ListAsync(
        CommandContext context, string things, string? agent, Func<AgentKeysClient, Omni?, CancellationToken, IAsyncEnumerable<ListedObject>> list, CancellationToken cancel)
    {
        using var services = new Services(context);
        var actor = Actors.Find(context, agent);
        var found = await services.UseAsync(async client =>
        {
            var all = new List<ListedObject>();
            await foreach (var entry in list(client, actor, cancel))
                all.Add(entry);
            return all;
        });
        var answer = new JsonObject { ["objects"] = new JsonArray([.. found.Select(o => new JsonObject { ["name"] = o.Name, ["sealed_bytes"] = o.SealedBytes })]) };
        context.Output.Answer(answer, () =>
        {
            if (found.Count == 0)
                context.Output.Say($"no {things}");
            foreach (var entry in found)
                context.Output.WriteLine(entry.Name);
        });
        return ExitCode.Ok;
    }

    private static async Task<int> DeleteAsync(
        CommandContext context, string name, Func<string, string> service, string? agent, ulong? ifVersion, Func<AgentKeysClient, string, Omni?, ulong?, CancellationToken, Task<ulong>> delete, CancellationToken cancel)
    {
        var objectName = service(name);
        if (ifVersion == 0)
            throw CliException.Usage("--if-version is at least 1.");
        using var services = new Services(context);
        var actor = Actors.Find(context, agent);
        var version = await services.UseAsync(client => delete(client, name, actor, ifVersion, cancel));
        context.Output.Answer(new JsonObject { ["name"] = objectName, ["version"] = version }, () => context.Output.Say($"deleted {name}; the deletion is version {version}"));
        return ExitCode.Ok;
    }

    private static async Task<int> TeardownAsync(
        CommandContext context, string things, string? agent, bool yes, Func<AgentKeysClient, Omni?, CancellationToken, Task<Teardown>> teardown, CancellationToken cancel)
    {
        if (!yes)
            throw CliException.Usage($"This deletes all {things} of {agent ?? "this machine's own actor"}.", "say --yes");
        using var services = new Services(context);
        var actor = Actors.Find(context, agent);
        var done = await services.UseAsync(client => teardown(client, actor, cancel));
        var answer = new JsonObject
        {
            ["deleted"] = done.Deleted,
            ["failed"] = new JsonArray([.. done.Failed.Select(f => new JsonObject { ["name"] = f.Name, ["code"] = f.Code })]),
            ["more"] = done.More,
        };
        context.Output.Answer(answer, () => context.Output.Say($"deleted {done.Deleted} {things}"));
        foreach (var failure in done.Failed)
            context.Output.Warn($"{failure.Name} is still there: {failure.Code}");
        if (done.More)
            context.Output.Warn("there is more that was not tried");
        return done.Failed.Count == 0 && !done.More ? ExitCode.Ok : ExitCode.Failure;
    }
}
