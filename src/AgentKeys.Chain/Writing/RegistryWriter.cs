using AgentKeys.Ethereum;
using AgentKeys.Ethereum.Rpc;
using AgentKeys.Protocol;

namespace AgentKeys.Chain;

/// <summary>The built-in <see cref="IRegistryWriter"/>. Checks the node's chain id before the first send. Concurrent operations of
/// one account queue their nonces here, so use one writer per process.</summary>
public sealed partial class RegistryWriter(
    EthereumClient client, Deployment deployment, GasModel gasModel, SenderOptions? options = null, TimeProvider? time = null) : IRegistryWriter, IDisposable
{
    private readonly OperationSender _operations = new(client, deployment, gasModel, options, time);

    public Task<TransactionInfo> RegisterFirstMasterAsync(ISecp256k1Signer wallet, FirstMasterRegistration registration, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(registration);
        return SendAsync(
            wallet, deployment.Registry, ContractNames.SidecarRegistry, "registerFirstMasterDevice", cancel,
            registration.Device.Value.ToArray(), AssertionArguments.Passkey(registration.Passkey), registration.AuditRelay.ToAddress(),
            registration.Deadline, registration.DeviceSignature, AssertionArguments.Assertion(registration.Attestation));
    }

    public Task<TransactionInfo> RegisterAgentDeviceAsync(ISecp256k1Signer sender, AgentDeviceRegistration registration, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(registration);
        return SendAsync(
            sender, deployment.Registry, ContractNames.SidecarRegistry, "registerAgentDevice", cancel,
            registration.Device.Value.ToArray(), registration.Operator.Value.ToArray(), registration.Actor.Value.ToArray(),
            registration.Deadline, registration.DeviceSignature, AssertionArguments.Approvals(registration.Approvals));
    }

    public Task<TransactionInfo> RevokeAgentDeviceAsync(
        ISecp256k1Signer sender, DeviceKeyHash device, IReadOnlyList<MasterApproval> approvals, CancellationToken cancel) => SendAsync(
            sender, deployment.Registry, ContractNames.SidecarRegistry, "revokeAgentDevice", cancel,
            device.Value.ToArray(), AssertionArguments.Approvals(approvals));

    public Task<TransactionInfo> SetScopeAsync(
        ISecp256k1Signer sender, Omni operatorOmni, Omni actor, ulong generation, IReadOnlyList<ScopeGrant> grants,
        IReadOnlyList<MasterApproval> approvals, CancellationToken cancel) => SendAsync(
            sender, deployment.Scope, ContractNames.AgentKeysScope, "setScopeWithWebauthn", cancel,
            operatorOmni.Value.ToArray(), actor.Value.ToArray(), generation, AssertionArguments.Grants(grants), AssertionArguments.Approvals(approvals));

    public Task<TransactionInfo> RevokeScopeAsync(
        ISecp256k1Signer sender, Omni operatorOmni, Omni actor, IReadOnlyList<MasterApproval> approvals, CancellationToken cancel) => SendAsync(
            sender, deployment.Scope, ContractNames.AgentKeysScope, "revokeScope", cancel,
            operatorOmni.Value.ToArray(), actor.Value.ToArray(), AssertionArguments.Approvals(approvals));

    public Task<TransactionInfo> AdvanceEpochAsync(ISecp256k1Signer governance, CancellationToken cancel) =>
        SendAsync(governance, deployment.Epoch, ContractNames.K3EpochCounter, "advanceEpoch", cancel);

    public void Dispose() => _operations.Dispose();

    private Task<TransactionInfo> SendAsync(
        ISecp256k1Signer signer, Address contract, string name, string function, CancellationToken cancel, params object?[] arguments)
    {
        var calldata = ContractArtifacts.Get(name).Abi.Function(function).Encode(arguments);
        return _operations.SendAsync(signer, contract, function, calldata, cancel);
    }
}
