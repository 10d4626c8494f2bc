using System.Numerics;
using AgentKeys.Chain.Nethereum.Contracts;
using AgentKeys.Ethereum;
using AgentKeys.Ethereum.Rpc;
using AgentKeys.Protocol;
using Nethereum.Contracts;

namespace AgentKeys.Chain.Nethereum;

/// <summary>
/// The <see cref="IRegistryReader"/> on Nethereum's typed messages. Every answer is read twice: by the project's strict decoder,
/// which refuses what the built-in reader refuses, and by Nethereum, whose values are returned. Of facts both must be equal.
/// </summary>
public sealed class NethereumRegistryReader : IRegistryReader
{
    private readonly Deployment _deployment;
    private readonly NodeReads _node;
    private readonly FactsReads _facts;

    /// <param name="client">Over a <see cref="NethereumTransport"/>.</param>
    public NethereumRegistryReader(EthereumClient client, Deployment deployment)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(deployment);
        _deployment = deployment;
        _node = new NodeReads(client);
        _facts = new FactsReads(
            _node, deployment, query => FactsMessages.Single(query).GetCallData(), queries => FactsMessages.Batch(queries).GetCallData(),
            answer => FactsMessages.Read(answer, deployment), (answer, count) => FactsMessages.Read(answer, count, deployment));
    }

    public Deployment Deployment => _deployment;

    public string ClientName => NethereumChainClient.ClientName;

    public Task<CapFacts> GetFactsAsync(FactsQuery query, CancellationToken cancel) => _facts.GetAsync(query, cancel);

    public Task<IReadOnlyList<CapFacts>> GetFactsAsync(IReadOnlyList<FactsQuery> queries, CancellationToken cancel) => _facts.GetAsync(queries, cancel);

    public Task<FactsAtDepth> GetFactsAsync(FactsQuery query, ulong confirmations, CancellationToken cancel) => _facts.GetAsync(query, confirmations, cancel);

    public Task<IReadOnlyList<FactsAtDepth>> GetFactsAsync(IReadOnlyList<FactsQuery> queries, ulong confirmations, CancellationToken cancel) =>
        _facts.GetAsync(queries, confirmations, cancel);

    public async Task<ScopeRecord> GetScopeAsync(Omni actor, CancellationToken cancel)
    {
        var message = new AgentKeysScopeGetScopeFunction { Actor = actor.Value.ToArray() };
        var output = await AskAsync<AgentKeysScopeGetScopeFunction, AgentKeysScopeGetScopeOutput>(ContractNames.AgentKeysScope, _deployment.Scope, message, cancel);
        var info = output.Info;
        return new ScopeRecord(
            info.Generation, info.SetAt, Wire.Devices(info.Approvers), new Omni(new Bytes32(info.Operator)), [.. output.Grants.Select(Wire.GrantOf)]);
    }

    public async Task<DeviceRecord?> GetDeviceAsync(DeviceKeyHash device, CancellationToken cancel)
    {
        var message = new SidecarRegistryGetDeviceFunction { DeviceKeyHash = device.Value.ToArray() };
        var found = (await RegistryAsync<SidecarRegistryGetDeviceFunction, SidecarRegistryGetDeviceOutput>(message, cancel)).ReturnValue1;
        if (found.RegisteredAt == 0)
            return null;
        var tier = (DeviceTier)found.Tier;
        return new DeviceRecord(
            new Omni(new Bytes32(found.Operator)), new Omni(new Bytes32(found.Actor)), tier, (DeviceRoles)found.Roles, found.RegisteredAt, found.RevokedAt,
            found.CompromisedSince, found.Ordinal, Wire.Devices(found.Approvers), tier == DeviceTier.Master ? Wire.PasskeyOf(found.Passkey) : null);
    }

    public async Task<OperatorRecord?> GetOperatorAsync(Omni operatorOmni, CancellationToken cancel)
    {
        var message = new SidecarRegistryGetOperatorFunction { Operator = operatorOmni.Value.ToArray() };
        var found = (await RegistryAsync<SidecarRegistryGetOperatorFunction, SidecarRegistryGetOperatorOutput>(message, cancel)).ReturnValue1;
        return found.RegisteredAt == 0
            ? null
            : new OperatorRecord(
                Wire.Account(found.Wallet), (TrustTier)found.Tier, found.RecoveryThreshold, found.GrantThreshold, found.ActiveMasters,
                found.ActiveRecoveryMasters, Wire.Account(found.AuditRelay), found.RegisteredAt, found.DeviceCount);
    }

    public async Task<IReadOnlyList<DeviceKeyHash>> GetDevicesAsync(Omni operatorOmni, int offset, int limit, CancellationToken cancel)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfNegative(limit);
        var message = new SidecarRegistryDevicesOfFunction { Operator = operatorOmni.Value.ToArray(), Offset = offset, Limit = limit };
        var found = await RegistryAsync<SidecarRegistryDevicesOfFunction, SidecarRegistryDevicesOfOutput>(message, cancel);
        return [.. found.ReturnValue1.Select(d => new DeviceKeyHash(new Bytes32(d)))];
    }

    public async Task<ProposalRecord?> GetProposalAsync(DeviceKeyHash proposer, CancellationToken cancel)
    {
        var message = new RecoveryProposalsGetProposalFunction { Proposer = proposer.Value.ToArray() };
        var found = (await AskAsync<RecoveryProposalsGetProposalFunction, RecoveryProposalsGetProposalOutput>(
            ContractNames.RecoveryProposals, _deployment.Recovery, message, cancel)).Proposal;
        return found.ProposedAt == 0
            ? null
            : new ProposalRecord(
                new Omni(new Bytes32(found.Operator)), new DeviceKeyHash(new Bytes32(found.Target)), found.CompromisedSince, found.RecoveryNonce,
                found.ProposedAt, found.ExecutableFrom, found.ExpiresAfter, found.Live);
    }

    public async Task<BigInteger> GetChallengeNonceAsync(DeviceKeyHash device, ApprovingContract contract, ApprovalKind kind, CancellationToken cancel)
    {
        var message = new SidecarRegistryChallengeNonceFunction
        {
            Device = device.Value.ToArray(),
            VerifyingContract = _deployment.AddressOf(contract).ToString(),
            Kind = (byte)kind,
        };
        return (await RegistryAsync<SidecarRegistryChallengeNonceFunction, SidecarRegistryChallengeNonceOutput>(message, cancel)).ReturnValue1;
    }

    public async Task<BigInteger> GetRecoveryNonceAsync(Omni operatorOmni, ApprovingContract contract, CancellationToken cancel)
    {
        var message = new SidecarRegistryRecoveryNonceFunction
        {
            Operator = operatorOmni.Value.ToArray(),
            VerifyingContract = _deployment.AddressOf(contract).ToString(),
        };
        return (await RegistryAsync<SidecarRegistryRecoveryNonceFunction, SidecarRegistryRecoveryNonceOutput>(message, cancel)).ReturnValue1;
    }

    public Task<ChainHead> GetHeadAsync(CancellationToken cancel) => _node.HeadAsync(cancel);

    public async Task<P256Path> GetP256PathAsync(CancellationToken cancel)
    {
        var output = await AskAsync<P256VerifierHasPrecompileFunction, P256VerifierHasPrecompileOutput>(
            ContractNames.P256Verifier, _deployment.P256, new P256VerifierHasPrecompileFunction(), cancel);
        return output.ReturnValue1 ? P256Path.Precompile : P256Path.Solidity;
    }

    private Task<TOutput> RegistryAsync<TFunction, TOutput>(TFunction message, CancellationToken cancel)
        where TFunction : FunctionMessage, new()
        where TOutput : new() =>
        AskAsync<TFunction, TOutput>(ContractNames.SidecarRegistry, _deployment.Registry, message, cancel);

    private async Task<TOutput> AskAsync<TFunction, TOutput>(string contract, Address at, TFunction message, CancellationToken cancel)
        where TFunction : FunctionMessage, new()
        where TOutput : new() =>
        StrictOutput.Read<TFunction, TOutput>(contract, await _node.CallAsync(at, message.GetCallData(), cancel));
}
