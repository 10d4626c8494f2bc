using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using AgentKeys.Client;
using AgentKeys.Protocol;

namespace AgentKeys.Cli;

/// <summary><c>agentkeys explain</c>: would this be allowed, and if not, which check refuses.</summary>
internal static class ExplainCommand
{
    public static CliCommand Build(CliTree tree)
    {
        var op = new Argument<string>("op") { Description = "store, fetch, list, delete or teardown; memory's put and get too.", HelpName = "OP" };
        var name = new Argument<string?>("name") { Description = "Name of the credential, or NAMESPACE/KEY; none for list and teardown.", HelpName = "NAME", Arity = ArgumentArity.ZeroOrOne };
        var agent = CredentialCommands.AgentOption();
        var dataClass = new Option<string>("--class") { Description = "Data class: credentials or memory.", HelpName = "CLASS", DefaultValueFactory = _ => "credentials" };
        var command = new CliCommand(
            "explain",
            "Ask the broker whether this device would be allowed now. Nothing is done and nothing is minted; a refusal names its check, the block that decided, and the grant's limits.",
            "agentkeys explain fetch OPENAI_API_KEY", "agentkeys explain put notes/today --class memory");
        return tree.Leaf(command, (context, cancel) => AskAsync(context, context.Get(op), context.Get(name), context.Get(agent), context.Get(dataClass)!, cancel), op, name, agent, dataClass);
    }

    private static async Task<int> AskAsync(CommandContext context, string opName, string? name, string? agent, string className, CancellationToken cancel)
    {
        if (!DataClasses.TryParse(className, out var dataClass) || CapRoutes.All.All(r => r.DataClass != dataClass))
            throw CliException.Usage("--class is credentials or memory.");
        var op = Op(opName, dataClass);
        if (op.NamesService() == name is null)
            throw CliException.Usage(name is null ? $"{opName} needs a name." : $"{opName} takes no name: it speaks of everything.");
        var target = name is null ? null : dataClass.HasKeys() ? Actors.MemoryName(name) : new ObjectName(Actors.Service(name));
        using var services = new Services(context);
        var actor = Actors.Find(context, agent);
        var answer = await services.UseAsync(client => client.ExplainAsync(dataClass, op, target, actor, cancel));
        context.Output.Answer(Json(answer), () => Say(context.Output, answer));
        return ExitCode.Ok;
    }

    private static CapOp Op(string name, DataClass dataClass)
    {
        var spelled = (name, dataClass) switch
        {
            ("put", DataClass.Memory) => "store",
            ("get", DataClass.Memory) => "fetch",
            _ => name,
        };
        return CapOps.TryParse(spelled, out var op) && CapRoutes.All.Contains((dataClass, op)) ? op : throw CliException.Usage($"There is no such operation on {dataClass.Name()}.", "one of store, fetch, list, delete, teardown");
    }

    private static void Say(CliOutput output, Explanation answer)
    {
        var where = answer.Block is { } block ? string.Create(CultureInfo.InvariantCulture, $" at block {block}") : "";
        if (answer.Refusal is not { } refusal)
            output.Say($"allowed{where}");
        else
            output.Say($"refused{where}: {refusal.Code} (row {refusal.Row}): {refusal.Detail}{(refusal.Remediation is null ? "" : " " + refusal.Remediation)}");
        if (answer.Grant is { } grant)
            output.Say($"the grant: {string.Join(", ", Limits(grant))}");
    }

    private static IEnumerable<string> Limits(ExplainedGrant grant)
    {
        yield return string.Join(" and ", grant.DataClasses);
        yield return grant.ReadOnly ? "read only" : "read and write";
        yield return grant.ExpiresAt == 0 ? "no end" : $"until {Moments.Utc(grant.ExpiresAt)}";
        if (grant.MaxCalls > 0)
            yield return string.Create(CultureInfo.InvariantCulture, $"{grant.MaxCalls} calls per {Duration.Format(TimeSpan.FromSeconds(grant.PeriodSeconds))}");
    }

    private static JsonObject Json(Explanation answer) => new()
    {
        ["allowed"] = answer.Allowed,
        ["refusal"] = answer.Refusal is not { } refusal ? null : new JsonObject
        {
            ["code"] = refusal.Code,
            ["row"] = refusal.Row,
            ["detail"] = refusal.Detail,
            ["required_tier"] = refusal.RequiredTier,
            ["remediation"] = refusal.Remediation,
        },
        ["grant"] = answer.Grant is not { } grant ? null : new JsonObject
        {
            ["data_classes"] = new JsonArray([.. grant.DataClasses.Select(c => (JsonNode)c)]),
            ["read_only"] = grant.ReadOnly,
            ["expires_at"] = grant.ExpiresAt,
            ["max_calls"] = grant.MaxCalls,
            ["period_seconds"] = grant.PeriodSeconds,
            ["generation"] = grant.Generation,
        },
        ["block"] = answer.Block,
    };
}
