using System.Globalization;
using AgentKeys.Protocol;

namespace AgentKeys.Cli;

/// <summary>What <c>status</c> shows a person.</summary>
internal static class StatusText
{
    public static void Say(StatusReport status, CommandContext context)
    {
        var output = context.Output;
        output.Table(["", ""], Head(status, context));
        if (status.Operator?.Devices is { Count: > 0 } devices)
            Section(output, ["device", "is", "roles", "since"], devices.Select(d => (IReadOnlyList<string>)[Short(d.Hash.ToString()) + (d.Hash == status.Device ? " (this machine)" : ""), Owner(d, status), Roles(d), Since(d)]));
        if (status.Agents.Count > 0)
            Section(output, ["agent", "may use", "terms"], status.Agents.SelectMany(Grants));
        Section(output, ["service", "is", "at"], status.Services.Select(s => (IReadOnlyList<string>)[s.Name, Said(s), s.Where]));
        foreach (var weakness in status.Weak)
        {
            output.Warn(weakness.Message);
            if (weakness.ToDo is { } toDo)
                output.Hint(toDo);
        }
        if (NextStep(status) is { } next)
            output.Hint(next);
    }

    /// <summary>Apart from the one before it: where no terminal draws them, tables have no borders.</summary>
    private static void Section(CliOutput output, IReadOnlyList<string> columns, IEnumerable<IReadOnlyList<string>> rows)
    {
        output.WriteLine("");
        output.Table(columns, rows);
    }

    private static IEnumerable<IReadOnlyList<string>> Head(StatusReport status, CommandContext context)
    {
        var deployment = status.Chain.Deployment;
        yield return ["home", $"{status.Home.Path} ({status.Kind})"];
        yield return ["operator", status.OperatorOmni?.ToString() ?? "none"];
        if (status.Operator?.Record is { } record)
        {
            yield return ["tier", record.Tier.Name()];
            yield return ["wallet", record.Wallet.ToString()];
            yield return ["thresholds", Text($"recovery {record.RecoveryThreshold} of {record.ActiveRecoveryMasters}, grants {record.GrantThreshold} of {record.ActiveMasters}; a recovery waits {Duration.Format(TimeSpan.FromSeconds(deployment.RecoveryDelaySeconds))}")];
        }
        yield return ["this device", $"{status.Device} ({ReportedDevice.StateOf(status.Record).Replace('_', ' ')})"];
        if (status.Record is { } own && own.Actor != status.OperatorOmni)
            yield return ["actor", own.Actor.ToString()];
        yield return ["chain", Text($"{status.Chain.Profile.Name}, {deployment.Chain}, block {status.Facts.Head.Number} of {Moments.Utc(status.Facts.Head.Timestamp)}")];
        yield return ["chain client", $"{CliChainClient.Choose().Name}, P-256 in {ChainCommands.P256Name(status.P256)}"];
        yield return ["key epoch", Text($"{status.Facts.Epoch}")];
        yield return ["session", status.Session is null ? "none; commands log in by themselves" : $"until {Moments.Local(status.Session.ExpiresAt, context.Edges.Time)}"];
    }

    /// <summary>As long as telling two apart takes; --json has all of it.</summary>
    private static string Short(string id) => id.Length > 12 ? id[..10] + "\u2026" : id;

    private static string Owner(ReportedDevice device, StatusReport status)
    {
        var agent = device.Record.Tier == DeviceTier.Agent ? status.Agents.FirstOrDefault(a => a.Actor == device.Record.Actor) : null;
        var state = device.IsActive ? "" : ", revoked";
        return (agent is null ? "master" : $"agent {agent.Name ?? "of another home"}") + state;
    }

    private static string Roles(ReportedDevice device) => device.IsActive ? string.Join(", ", StatusJson.Roles(device.Record.Roles)) : "none any more";

    private static string Since(ReportedDevice device) => Moments.Utc(device.IsActive ? device.Record.RegisteredAt : device.Record.RevokedAt);

    private static IEnumerable<IReadOnlyList<string>> Grants(ReportedAgent agent)
    {
        var name = agent.Name ?? Short(agent.Actor.ToString());
        if (agent.Scope is null)
            return [[name, "nothing", "its device is revoked"]];
        return agent.Scope.Grants.Count == 0
            ? [[name, "nothing", ""]]
            : agent.Scope.Grants.Select(g => (IReadOnlyList<string>)[name, Service(agent, g), ScopePlan.Describe(g)]);
    }

    private static string Service(ReportedAgent agent, ScopeGrant grant) => agent.Services.GetValueOrDefault(grant.ServiceHash) ?? Short(grant.ServiceHash.ToString());

    private static string Said(ServiceReport service) => service.State switch
    {
        ServiceState.Ready => "ready",
        ServiceState.NotReady => $"not ready: {string.Join(", ", service.Failed.Select(f => f.Name))}",
        ServiceState.Stranger => "not a service of AgentKeys",
        _ => "unreachable",
    };

    private static string? NextStep(StatusReport status) => status switch
    {
        { Services: var services } when services.Any(s => s.State != ServiceState.Ready) => "agentkeys doctor says what is wrong and what to do",
        { Record: null, Kind: InitCommand.AgentKind } => "the operator registers this device: agentkeys agent create NAME --request FILE",
        { Record: null } => "agentkeys init makes this machine an operator's",
        { Own: null, Agents.Count: 0, Operator: not null } => "make an agent: agentkeys init --agent --operator OMNI on its machine, then agentkeys agent create here",
        _ => null,
    };

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
