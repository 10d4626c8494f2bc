using System.Numerics;
using AgentKeys.Ethereum;
using AgentKeys.Ethereum.Abi;
using AgentKeys.Ethereum.Rpc;
using AgentKeys.Protocol;

namespace AgentKeys.Chain;

/// <summary>The built-in <see cref="IRegistryReader"/>: one JSON-RPC endpoint, deadlines and retries as its
/// <see cref="RpcOptions"/> say.</summary>
public sealed class RegistryReader : IRegistryReader
{
    private readonly Deployment _deployment;
    private readonly NodeReads _node;
    private readonly FactsReads _facts;

    public RegistryReader(EthereumClient client, Deployment deployment)
    {
        _deployment = deployment;
        _node = new NodeReads(client);
        _facts = new FactsReads(
            _node, deployment, CapLensCodec.EncodeSingle, CapLensCodec.EncodeBatch,
            answer => CapLensCodec.DecodeSingle(answer, deployment), (answer, count) => CapLensCodec.DecodeBatch(answer, count, deployment));
    }

    public Deployment Deployment => _deployment;

    public string ClientName => BuiltInChainClient.ClientName;

    public Task<CapFacts> GetFactsAsync(FactsQuery query, CancellationToken cancel) => _facts.GetAsync(query, cancel);

    public Task<IReadOnlyList<CapFacts>> GetFactsAsync(IReadOnlyList<FactsQuery> queries, CancellationToken cancel) => _facts.GetAsync(queries, cancel);

    public Task<FactsAtDepth> GetFactsAsync(FactsQuery query, ulong confirmations, CancellationToken cancel) => _facts.GetAsync(query, confirmations, cancel);

    public Task<IReadOnlyList<FactsAtDepth>> GetFactsAsync(IReadOnlyList<FactsQuery> queries, ulong confirmations, CancellationToken cancel) =>
        _facts.GetAsync(queries, confirmations, cancel);

    public async Task<ScopeRecord> GetScopeAsync(Omni actor, CancellationToken cancel)
    {
        var function = ContractArtifacts.Get(ContractNames.AgentKeysScope).Abi.Function("getScope");
        var results = await CallAsync(_deployment.Scope, function, cancel, actor.Value.ToArray());
        var info = new AbiRecord(function.Results[0].Type, results[0]);
        var grant = function.Results[1].Type.Element!;
        return new ScopeRecord(
            info.Number("generation"), info.Number("setAt"), info.Devices("approvers"), new Omni(info.Hash("operator")),
            [.. ((object[])results[1]).Select(g => ReadGrant(new AbiRecord(grant, g)))]);
    }

    public async Task<DeviceRecord?> GetDeviceAsync(DeviceKeyHash device, CancellationToken cancel)
    {
        var function = ContractArtifacts.Get(ContractNames.SidecarRegistry).Abi.Function("getDevice");
        var results = await CallAsync(_deployment.Registry, function, cancel, device.Value.ToArray());
        var record = new AbiRecord(function.Results[0].Type, results[0]);
        if (record.Number("registeredAt") == 0)
            return null;
        var tier = (DeviceTier)record.Byte("tier");
        return new DeviceRecord(
            new Omni(record.Hash("operator")), new Omni(record.Hash("actor")), tier, (DeviceRoles)record.Byte("roles"),
            record.Number("registeredAt"), record.Number("revokedAt"), record.Number("compromisedSince"), (uint)record.Number("ordinal"), record.Devices("approvers"),
            tier == DeviceTier.Master ? ReadPasskey(record.Record("passkey")) : null);
    }

    public async Task<OperatorRecord?> GetOperatorAsync(Omni operatorOmni, CancellationToken cancel)
    {
        var function = ContractArtifacts.Get(ContractNames.SidecarRegistry).Abi.Function("getOperator");
        var results = await CallAsync(_deployment.Registry, function, cancel, operatorOmni.Value.ToArray());
        var record = new AbiRecord(function.Results[0].Type, results[0]);
        return record.Number("registeredAt") == 0
            ? null
            : new OperatorRecord(
                record.Account("wallet"), (TrustTier)record.Byte("tier"), record.Byte("recoveryThreshold"), record.Byte("grantThreshold"),
                record.Byte("activeMasters"), record.Byte("activeRecoveryMasters"), record.Account("auditRelay"), record.Number("registeredAt"),
                (uint)record.Number("deviceCount"));
    }

    public async Task<IReadOnlyList<DeviceKeyHash>> GetDevicesAsync(Omni operatorOmni, int offset, int limit, CancellationToken cancel)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfNegative(limit);
        var function = ContractArtifacts.Get(ContractNames.SidecarRegistry).Abi.Function("devicesOf");
        var results = await CallAsync(_deployment.Registry, function, cancel, operatorOmni.Value.ToArray(), offset, limit);
        return [.. ((object[])results[0]).Select(o => new DeviceKeyHash(new Bytes32((byte[])o)))];
    }

    public async Task<ProposalRecord?> GetProposalAsync(DeviceKeyHash proposer, CancellationToken cancel)
    {
        var function = ContractArtifacts.Get(ContractNames.RecoveryProposals).Abi.Function("getProposal");
        var results = await CallAsync(_deployment.Recovery, function, cancel, proposer.Value.ToArray());
        var record = new AbiRecord(function.Results[0].Type, results[0]);
        return record.Number("proposedAt") == 0
            ? null
            : new ProposalRecord(
                new Omni(record.Hash("operator")), new DeviceKeyHash(record.Hash("target")), record.Number("compromisedSince"),
                (BigInteger)record["recoveryNonce"], record.Number("proposedAt"), record.Number("executableFrom"), record.Number("expiresAfter"),
                record.Flag("live"));
    }

    public async Task<BigInteger> GetChallengeNonceAsync(DeviceKeyHash device, ApprovingContract contract, ApprovalKind kind, CancellationToken cancel)
    {
        var function = ContractArtifacts.Get(ContractNames.SidecarRegistry).Abi.Function("challengeNonce");
        var results = await CallAsync(_deployment.Registry, function, cancel, device.Value.ToArray(), _deployment.AddressOf(contract), (byte)kind);
        return (BigInteger)results[0];
    }

    public async Task<BigInteger> GetRecoveryNonceAsync(Omni operatorOmni, ApprovingContract contract, CancellationToken cancel)
    {
        var function = ContractArtifacts.Get(ContractNames.SidecarRegistry).Abi.Function("recoveryNonce");
        var results = await CallAsync(_deployment.Registry, function, cancel, operatorOmni.Value.ToArray(), _deployment.AddressOf(contract));
        return (BigInteger)results[0];
    }

    public Task<ChainHead> GetHeadAsync(CancellationToken cancel) => _node.HeadAsync(cancel);

    public async Task<P256Path> GetP256PathAsync(CancellationToken cancel)
    {
        var results = await CallAsync(_deployment.P256, ContractArtifacts.Get(ContractNames.P256Verifier).Abi.Function("hasPrecompile"), cancel);
        return (bool)results[0] ? P256Path.Precompile : P256Path.Solidity;
    }

    private async Task<object[]> CallAsync(Address contract, AbiFunction function, CancellationToken cancel, params object?[] arguments)
    {
        var answer = await _node.CallAsync(contract, function.Encode(arguments), cancel);
        return function.DecodeResult(answer, out var results) == AbiFault.None ? results : throw new ChainUnavailableException(ChainFault.BadAnswer);
    }

    private static ScopeGrant ReadGrant(AbiRecord grant) => new(
        grant.Hash("serviceHash"), grant.Byte("dataClasses"), grant.Flag("readOnly"), grant.Number("expiresAt"),
        (uint)grant.Number("maxCalls"), (uint)grant.Number("periodSeconds"));

    private static Passkey ReadPasskey(AbiRecord passkey) => new(
        passkey.Hash("credIdHash"), passkey.Hash("x"), passkey.Hash("y"), passkey.Hash("rpIdHash"), passkey.Hash("originHash"));
}
