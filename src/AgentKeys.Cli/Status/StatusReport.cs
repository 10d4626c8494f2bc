using AgentKeys.Chain;
using AgentKeys.Client;
using AgentKeys.Protocol;

namespace AgentKeys.Cli;

/// <summary>Everything that <c>status</c> found, before it becomes JSON or words.</summary>
/// <param name="Operator">null: the chain does not know it (yet). Of an agent's machine the record alone.</param>
/// <param name="Own">of an agent's machine: that agent.</param>
internal sealed record StatusReport(
    AgentKeysHome Home, AccountAddress Account, DeviceKeyHash Device, DeviceRecord? Record, Omni? OperatorOmni, OperatorReport? Operator, ReportedAgent? Own,
    CapFacts Facts, OperatorChain Chain, P256Path P256, NetworkDescription Network, IReadOnlyList<ServiceReport> Services, Session? Session, IReadOnlyList<Weakness> Weak)
{
    public string Kind => Home.Init?.Kind ?? "not_initialised";

    public IReadOnlyList<ReportedAgent> Agents => Own is null ? Operator?.Agents ?? [] : [Own];
}
