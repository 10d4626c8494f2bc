using AgentKeys.Chain.Nethereum.Contracts;
using AgentKeys.Ethereum;
using AgentKeys.Ethereum.Rpc;
using AgentKeys.Protocol;
using Nethereum.Contracts;

namespace AgentKeys.Chain.Nethereum;

/// <summary>
/// The <see cref="IRegistryWriter"/> on Nethereum: typed messages make the calldata, Nethereum's transactions are what is signed.
/// Nonces, deadlines, receipts and refusals are the built-in writer's: a send that a node refuses leaves no gap behind it.
/// </summary>
/// <param name="client">Over a <see cref="NethereumTransport"/>.</param>
public sealed partial class NethereumRegistryWriter(
    EthereumClient client, Deployment deployment, GasModel gasModel, SenderOptions? options = null, TimeProvider? time = null) : IRegistryWriter, IDisposable
{
    private readonly Deployment _deployment = deployment;
    private readonly OperationSender _operations = new(client, deployment, gasModel, options, time, NethereumSigning.SignAsync);

    public Task<TransactionInfo> RegisterFirstMasterAsync(
        ISecp256k1Signer wallet, FirstMasterRegistration registration, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(registration);
        return SendAsync(wallet, _deployment.Registry, "registerFirstMasterDevice", new SidecarRegistryRegisterFirstMasterDeviceFunction
        {
            DeviceKeyHash = registration.Device.Value.ToArray(),
            Passkey = Wire.Passkey(registration.Passkey),
            AuditRelay = Wire.Text(registration.AuditRelay),
            Deadline = registration.Deadline,
            DeviceSignature = registration.DeviceSignature,
            Attestation = Wire.Assertion(registration.Attestation),
        }, cancel);
    }

    public Task<TransactionInfo> RegisterAgentDeviceAsync(
        ISecp256k1Signer sender, AgentDeviceRegistration registration, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(registration);
        return SendAsync(sender, _deployment.Registry, "registerAgentDevice", new SidecarRegistryRegisterAgentDeviceFunction
        {
            DeviceKeyHash = registration.Device.Value.ToArray(),
            Operator = registration.Operator.Value.ToArray(),
            Actor = registration.Actor.Value.ToArray(),
            Deadline = registration.Deadline,
            DeviceSignature = registration.DeviceSignature,
            Approvals = Wire.Approvals(registration.Approvals),
        }, cancel);
    }

    public Task<TransactionInfo> RevokeAgentDeviceAsync(
        ISecp256k1Signer sender, DeviceKeyHash device, IReadOnlyList<MasterApproval> approvals, CancellationToken cancel)
    {
        return SendAsync(sender, _deployment.Registry, "revokeAgentDevice", new SidecarRegistryRevokeAgentDeviceFunction
        {
            DeviceKeyHash = device.Value.ToArray(),
            Approvals = Wire.Approvals(approvals),
        }, cancel);
    }

    public Task<TransactionInfo> SetScopeAsync(
        ISecp256k1Signer sender, Omni operatorOmni, Omni actor, ulong generation, IReadOnlyList<ScopeGrant> grants,
        IReadOnlyList<MasterApproval> approvals, CancellationToken cancel)
    {
        return SendAsync(sender, _deployment.Scope, "setScopeWithWebauthn", new AgentKeysScopeSetScopeWithWebauthnFunction
        {
            Operator = operatorOmni.Value.ToArray(),
            Actor = actor.Value.ToArray(),
            Generation = generation,
            Grants = Wire.Grants(grants),
            Approvals = Wire.Approvals(approvals),
        }, cancel);
    }

    public Task<TransactionInfo> RevokeScopeAsync(
        ISecp256k1Signer sender, Omni operatorOmni, Omni actor, IReadOnlyList<MasterApproval> approvals, CancellationToken cancel)
    {
        return SendAsync(sender, _deployment.Scope, "revokeScope", new AgentKeysScopeRevokeScopeFunction
        {
            Operator = operatorOmni.Value.ToArray(),
            Actor = actor.Value.ToArray(),
            Approvals = Wire.Approvals(approvals),
        }, cancel);
    }

    public Task<TransactionInfo> AdvanceEpochAsync(ISecp256k1Signer governance, CancellationToken cancel) =>
        SendAsync(governance, _deployment.Epoch, "advanceEpoch", new K3EpochCounterAdvanceEpochFunction(), cancel);

    public void Dispose() => _operations.Dispose();

    private Task<TransactionInfo> SendAsync<TFunction>(ISecp256k1Signer signer, Address contract, string function, TFunction message, CancellationToken cancel)
        where TFunction : FunctionMessage, new() =>
        _operations.SendAsync(signer, contract, function, message.GetCallData(), cancel);
}
