using System.CommandLine;
using System.Text.Json.Nodes;

namespace AgentKeys.Cli;

/// <summary><c>agentkeys audit reopen</c>: runs the service's own command, since only the service knows its log.</summary>
internal static class AuditCommands
{
    private static readonly Dictionary<string, (string Program, string[] Options)> s_services = new(StringComparer.Ordinal)
    {
        ["broker"] = ("AgentKeys.Broker", []),
        ["signer"] = ("AgentKeys.Signer", []),
        ["credentials"] = ("AgentKeys.Worker", ["--role", "credentials"]),
        ["memory"] = ("AgentKeys.Worker", ["--role", "memory"]),
    };

    public static CliCommand Build(CliTree tree)
    {
        var group = new CliCommand("audit", "Look after the audit logs of the services on this machine.", "agentkeys audit reopen credentials --reason \"the disk was replaced\"");
        group.Add(BuildReopen(tree));
        return group;
    }

    private static CliCommand BuildReopen(CliTree tree)
    {
        var service = new Argument<string>("service") { Description = $"One of {string.Join(", ", s_services.Keys)}.", HelpName = "SERVICE" };
        var reason = new Option<string>("--reason") { Description = "What happened; kept for ever in the new log's first record.", HelpName = "TEXT", Required = true };
        var config = new Option<string?>("--config") { Description = "The service's configuration file. Default: the dev stack's, beside its network description.", HelpName = "FILE" };
        var command = new CliCommand(
            "reopen",
            "Begin a service's audit log anew after it was lost or damaged; until then the service refuses everything with audit_unavailable. Find out first who did that: "
                + "the log was also the service's memory of used proofs and caps, of quotas, and of each object's newest version. What is left of the old log is kept.",
            "agentkeys audit reopen credentials --reason \"the disk was replaced\"");
        return tree.Leaf(command, (context, cancel) => ReopenAsync(context, context.Get(service), context.Get(reason)!, context.Get(config), cancel), service, reason, config);
    }

    private static async Task<int> ReopenAsync(CommandContext context, string service, string reason, string? config, CancellationToken cancel)
    {
        if (!s_services.TryGetValue(service, out var found))
            throw CliException.Usage($"There is no service {service} with an audit log.", $"one of {string.Join(", ", s_services.Keys)}");
        var file = config is not null ? context.PathOf(config) : NetworkFiles.FindDevConfig(context.NetworkOption, context.Home, context.Edges)
            ?? throw CliException.Failure("No configuration of a service was found.", "pass its file: --config FILE");
        string[] command = [.. new ServicePrograms(context.Edges.WorkingDirectory).Service(found.Program), "audit", "reopen", .. found.Options, "--reason", reason, "--config", file];
        context.Output.Step = $"waiting for {found.Program}";
        var (exitCode, output, error) = await ChildProcess.CaptureAsync(command, context.Edges.WorkingDirectory, cancel);
        if (exitCode != 0)
            throw CliException.Failure(Words(error).FirstOrDefault() ?? $"{found.Program} ended with {exitCode}.");
        var logs = new JsonArray([.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line))]);
        if (context.Output.Json)
            context.Output.WriteJson(new JsonObject { ["service"] = service, ["logs"] = logs });
        foreach (var line in Words(error))
            context.Output.Say(line);
        return ExitCode.Ok;
    }

    /// <summary>What the program said, without the prefixes that this one puts before them itself.</summary>
    private static IEnumerable<string> Words(string error) => error.Split('\n', StringSplitOptions.RemoveEmptyEntries)
        .Select(line => line.Replace("agentkeys: ", "", StringComparison.Ordinal).Replace("error: ", "", StringComparison.Ordinal));
}
