using AgentKeys.Chain;
using AgentKeys.Protocol;

namespace AgentKeys.Cli;

internal sealed record ReportedDevice(DeviceKeyHash Hash, DeviceRecord Record)
{
    public bool IsActive => Record.RevokedAt == 0;

    /// <summary><c>master</c>, <c>agent</c>, or <c>revoked</c>; <c>not_registered</c> for none.</summary>
    public static string StateOf(DeviceRecord? record) => record switch
    {
        null => "not_registered",
        { RevokedAt: > 0 } => "revoked",
        { Tier: DeviceTier.Master } => "master",
        _ => "agent",
    };
}

/// <param name="Name">this home's; null: another home of the operator made it.</param>
/// <param name="Scope">null: its devices are all revoked, so nothing it was granted counts.</param>
/// <param name="Services">names of the hashes that this home granted: the chain has hashes only.</param>
internal sealed record ReportedAgent(string? Name, Omni Actor, IReadOnlyList<ReportedDevice> Devices, ScopeRecord? Scope, Dictionary<Bytes32, string> Services)
{
    public bool IsActive => Devices.Any(d => d.IsActive);

    public string Shown => Name ?? Actor.ToString();
}

/// <summary>An operator as the chain has it, with what this home adds: the names of agents and services.</summary>
/// <param name="Devices">masters and agents', in order of registration.</param>
/// <param name="Proposals">live proposals to revoke a master, with who proposed.</param>
internal sealed record OperatorReport(
    Omni Omni, OperatorRecord Record, IReadOnlyList<ReportedDevice> Devices, IReadOnlyList<ReportedAgent> Agents, IReadOnlyList<(DeviceKeyHash Proposer, ProposalRecord Proposal)> Proposals)
{
    private const int PageSize = 64;
    private const int MaxDevices = 1024;
    private const int AtOnce = 8;

    public IEnumerable<ReportedDevice> ActiveMasters => Devices.Where(d => d.IsActive && d.Record.Tier == DeviceTier.Master);

    /// <summary>Reads it all; null: the chain knows no such operator.</summary>
    public static async Task<OperatorReport?> ReadAsync(IRegistryReader reader, Omni omni, AgentBook book, CancellationToken cancel)
    {
        if (await reader.GetOperatorAsync(omni, cancel) is not { } record)
            return null;
        var devices = await DevicesAsync(reader, omni, cancel);
        var masters = devices.Where(d => d.IsActive && d.Record.Tier == DeviceTier.Master).ToList();
        var proposals = await EachAsync(masters, async d => (d.Hash, Proposal: await reader.GetProposalAsync(d.Hash, cancel)), cancel);
        var actors = devices.Where(d => d.Record.Tier == DeviceTier.Agent).GroupBy(d => d.Record.Actor).ToList();
        var agents = await EachAsync(actors, a => AgentAsync(reader, a.Key, [.. a], book, cancel), cancel);
        return new OperatorReport(omni, record, devices, agents, [.. proposals.Where(p => p.Proposal is { Live: true }).Select(p => (p.Hash, p.Proposal!))]);
    }

    /// <summary>One actor, for the agent itself, which is shown no other.</summary>
    public static async Task<ReportedAgent> AgentAsync(IRegistryReader reader, Omni actor, IReadOnlyList<ReportedDevice> devices, AgentBook book, CancellationToken cancel)
    {
        var (name, known) = book.Agents.FirstOrDefault(a => a.Value.ActorOmni == actor.ToString());
        var scope = devices.Any(d => d.IsActive) ? await reader.GetScopeAsync(actor, cancel) : null;
        return new ReportedAgent(name, actor, devices, scope, ScopePlan.Names(known?.Services ?? []));
    }

    private static async Task<IReadOnlyList<ReportedDevice>> DevicesAsync(IRegistryReader reader, Omni omni, CancellationToken cancel)
    {
        var hashes = new List<DeviceKeyHash>();
        for (var offset = 0; offset < MaxDevices; offset += PageSize)
        {
            var page = await reader.GetDevicesAsync(omni, offset, PageSize, cancel);
            hashes.AddRange(page);
            if (page.Count < PageSize)
                break;
        }
        var records = await EachAsync(hashes, async h => (Hash: h, Record: await reader.GetDeviceAsync(h, cancel)), cancel);
        return [.. records.Where(r => r.Record is not null).Select(r => new ReportedDevice(r.Hash, r.Record!))];
    }

    /// <summary>In order, a few at a time: a public node limits how fast it is asked.</summary>
    private static async Task<IReadOnlyList<TResult>> EachAsync<T, TResult>(IReadOnlyList<T> items, Func<T, Task<TResult>> ask, CancellationToken cancel)
    {
        var results = new TResult[items.Count];
        await Parallel.ForAsync(0, items.Count, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancel }, async (i, _) => results[i] = await ask(items[i]));
        return results;
    }
}
