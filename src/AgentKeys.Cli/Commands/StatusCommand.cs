using AgentKeys.Chain;
using AgentKeys.Protocol;

namespace AgentKeys.Cli;

/// <summary><c>agentkeys status</c>: who this machine is, its operator's devices and agents, the network, and what is weak.</summary>
internal static class StatusCommand
{
    public static CliCommand Build(CliTree tree)
    {
        var command = new CliCommand(
            "status",
            "Show who this machine is, what the chain says of it, and what is weak. An operator sees its thresholds, devices with their roles, agents with what they may use and until when, the key epoch, and which services are ready; an agent sees itself alone.",
            "agentkeys status", "agentkeys status --json");
        return tree.Leaf(command, RunAsync);
    }

    private static async Task<int> RunAsync(CommandContext context, CancellationToken cancel)
    {
        using var device = context.Home.LoadDevice();
        var account = device.Address.ToAccount();
        var hash = DeviceKeyHash.OfAddress(account);
        using var chain = context.OpenChain();
        var services = ServicesAsync(context, cancel);
        var now = context.Edges.Time.GetUtcNow();
        var facts = await chain.Reader.GetFactsAsync(new FactsQuery { Device = hash }, cancel);
        var record = await chain.Reader.GetDeviceAsync(hash, cancel);
        var omni = record?.Operator ?? OmniOf(context.Home.Init);
        var (whole, own) = await PeopleAsync(context, chain.Reader, hash, record, omni, cancel);
        IEnumerable<Weakness> weak = (whole, own) switch
        {
            ({ } all, null) => Weaknesses.Of(all, now, chain.Deployment.RecoveryDelaySeconds),
            (_, { } agent) => Weaknesses.OfOwnGrants(agent, now),
            _ => [],
        };
        var session = context.Home.LoadSession(context.Network.Broker) is { } kept && kept.Device == hash && kept.IsFresh(now) ? kept : null;
        var status = new StatusReport(
            context.Home, account, hash, record, omni, whole, own, facts, chain, await chain.Reader.GetP256PathAsync(cancel), context.Network, await services, session, [.. weak]);
        context.Output.Answer(StatusJson.Of(status), () => StatusText.Say(status, context));
        return ExitCode.Ok;
    }

    /// <summary>The operator with everything, or for an agent's machine the operator's record and that agent.</summary>
    private static async Task<(OperatorReport? Whole, ReportedAgent? Own)> PeopleAsync(
        CommandContext context, IRegistryReader reader, DeviceKeyHash hash, DeviceRecord? record, Omni? omni, CancellationToken cancel)
    {
        if (omni is not { } known)
            return (null, null);
        if (context.Home.Init?.Kind != InitCommand.AgentKind)
            return (await OperatorReport.ReadAsync(reader, known, context.Home.Agents, cancel), null);
        var own = record is null ? null : await OperatorReport.AgentAsync(reader, record.Actor, [new ReportedDevice(hash, record)], context.Home.Agents, cancel);
        return (await reader.GetOperatorAsync(known, cancel) is { } found ? new OperatorReport(known, found, [], [], []) : null, own);
    }

    private static Task<ServiceReport[]> ServicesAsync(CommandContext context, CancellationToken cancel) => Task.WhenAll(
        context.Network.Workers.OrderBy(w => w.Key, StringComparer.Ordinal).Select(w => (w.Key, w.Value)).Prepend(("broker", context.Network.Broker))
            .Select(s => ServiceProbe.AskAsync(s.Item1, s.Item2, null, cancel)));

    private static Omni? OmniOf(InitJournal? journal) => journal is not null && Omni.TryParse(journal.OperatorOmni, out var omni) ? omni : null;
}
