using System.Numerics;
using AgentKeys.Protocol;

namespace AgentKeys.Chain;

/// <summary>
/// Reads one deployment through one endpoint. Nothing is cached: every call asks the node. Implementations try transport faults
/// again within one deadline, so callers do not. Safe for concurrent use.
/// <para>Missing is a value (null, zero, an empty list), never an exception. No usable answer, also from another chain or
/// contract version, is <see cref="ChainUnavailableException"/>.</para>
/// </summary>
public interface IRegistryReader
{
    /// <summary>Most queries that one call answers.</summary>
    const int MaxQueries = CapLensCodec.MaxQueries;

    /// <summary>The deployment that is read.</summary>
    Deployment Deployment { get; }

    /// <summary>Of which <see cref="IChainClient"/> this is a part, for readiness.</summary>
    string ClientName => GetType().Name;

    /// <summary>The facts at the node's head, by one eth_call.</summary>
    Task<CapFacts> GetFactsAsync(FactsQuery query, CancellationToken cancel);

    /// <summary>The facts of 1 to 64 queries, in their order, all of the same block, by one eth_call.</summary>
    Task<IReadOnlyList<CapFacts>> GetFactsAsync(IReadOnlyList<FactsQuery> queries, CancellationToken cancel);

    /// <summary>The facts at the head and those <paramref name="confirmations"/> blocks below it (no deeper than the deployment).</summary>
    Task<FactsAtDepth> GetFactsAsync(FactsQuery query, ulong confirmations, CancellationToken cancel);

    /// <summary>The same for 1 to 64 queries, in their order; all heads are of the same block, and so is all that is below.</summary>
    Task<IReadOnlyList<FactsAtDepth>> GetFactsAsync(IReadOnlyList<FactsQuery> queries, ulong confirmations, CancellationToken cancel);

    /// <summary>What one actor was granted; generation 0: it never had a scope.</summary>
    Task<ScopeRecord> GetScopeAsync(Omni actor, CancellationToken cancel);

    /// <summary>Null: the registry has never seen the device.</summary>
    Task<DeviceRecord?> GetDeviceAsync(DeviceKeyHash device, CancellationToken cancel);

    /// <summary>Null: there is no such operator.</summary>
    Task<OperatorRecord?> GetOperatorAsync(Omni operatorOmni, CancellationToken cancel);

    /// <summary>A page of the devices that an operator has or had, masters and agents, in order of registration; empty behind the end.</summary>
    Task<IReadOnlyList<DeviceKeyHash>> GetDevicesAsync(Omni operatorOmni, int offset, int limit, CancellationToken cancel);

    /// <summary>What the device proposed, void or not; null: nothing.</summary>
    Task<ProposalRecord?> GetProposalAsync(DeviceKeyHash proposer, CancellationToken cancel);

    /// <summary>The nonce word of the device's next approval of this kind: voids &lt;&lt; 128 | counter.</summary>
    Task<BigInteger> GetChallengeNonceAsync(DeviceKeyHash device, ApprovingContract contract, ApprovalKind kind, CancellationToken cancel);

    /// <summary>The operator's counter of recoveries, which a new master's own assertion carries for the registry.</summary>
    Task<BigInteger> GetRecoveryNonceAsync(Omni operatorOmni, ApprovingContract contract, CancellationToken cancel);

    /// <summary>The node's newest block.</summary>
    Task<ChainHead> GetHeadAsync(CancellationToken cancel);

    /// <summary>How the deployment checks passkey signatures.</summary>
    Task<P256Path> GetP256PathAsync(CancellationToken cancel);
}

/// <param name="Confirmed">Null when no confirmations were asked for.</param>
public sealed record FactsAtDepth(CapFacts Latest, CapFacts? Confirmed);

/// <param name="Timestamp">Unix seconds.</param>
public sealed record ChainHead(ulong Number, ulong Timestamp, Bytes32 Hash);

/// <summary>The contract that an approval is for: its address is in the challenge, and nonces are kept per contract.</summary>
public enum ApprovingContract
{
    Registry,
    Scope,
    Recovery,
}

/// <summary>Where P-256 signatures are checked.</summary>
public enum P256Path
{
    /// <summary>The chain's precompile at 0x100 first, Solidity after it.</summary>
    Precompile,

    /// <summary>Solidity alone.</summary>
    Solidity,
}
