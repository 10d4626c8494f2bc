using System.Text.Json.Nodes;

namespace AgentKeys.Cli;

/// <summary><c>agentkeys doctor</c>: what works, what does not, and what to do. Changes nothing.</summary>
internal static class DoctorCommand
{
    public static CliCommand Build(CliTree tree)
    {
        var command = new CliCommand(
            "doctor",
            """
            Look at this machine and its network: tools, home folder, rights, keys, services, nodes, contracts, clocks, ports. Each line is ok, warn or fail, with what to do. Changes nothing and shows no secret.
            Exit code 0 without a fail (warnings do not count), else 1.
            """,
            "agentkeys doctor", "agentkeys doctor --json");
        return tree.Leaf(command, RunAsync);
    }

    private static async Task<int> RunAsync(CommandContext context, CancellationToken cancel)
    {
        context.Output.Step = "asking services and nodes";
        List<Finding> findings =
        [
            .. await ToolChecks.LookAsync(context.Edges, cancel),
            .. HomeChecks.Look(context.Home),
            .. await NetworkChecks.LookAsync(context, cancel),
        ];
        var (failed, warned) = (findings.Count(f => f.Level == FindingLevel.Fail), findings.Count(f => f.Level == FindingLevel.Warn));
        context.Output.Answer(Json(findings, failed == 0), () =>
        {
            context.Output.Table(["", "", ""], findings.SelectMany(Lines));
            context.Output.Say(failed == 0 && warned == 0 ? "everything is as it should be" : $"{failed} failed, {warned} to look at");
        });
        return failed == 0 ? ExitCode.Ok : ExitCode.Failure;
    }

    private static IEnumerable<IReadOnlyList<string>> Lines(Finding finding)
    {
        yield return [Name(finding.Level), finding.Check, finding.Detail];
        if (finding.ToDo is { } toDo)
            yield return ["", "", $"-> {toDo}"];
    }

    private static JsonObject Json(IEnumerable<Finding> findings, bool ok) => new()
    {
        ["ok"] = ok,
        ["checks"] = new JsonArray([.. findings.Select(f => new JsonObject { ["check"] = f.Check, ["level"] = Name(f.Level), ["detail"] = f.Detail, ["to_do"] = f.ToDo })]),
    };

    private static string Name(FindingLevel level) => level switch
    {
        FindingLevel.Ok => "ok",
        FindingLevel.Warn => "warn",
        _ => "fail",
    };
}
