using AgentKeys.Chain.Nethereum.Contracts;
using AgentKeys.Ethereum;
using AgentKeys.Protocol;

namespace AgentKeys.Chain.Nethereum;

/// <summary>What changes operators and their masters, at once or after a delay.</summary>
public sealed partial class NethereumRegistryWriter
{
    public Task<TransactionInfo> RegisterAgentRootedAsync(
        ISecp256k1Signer wallet, AgentRootedRegistration registration, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(registration);
        return SendAsync(wallet, _deployment.Registry, "registerAgentRooted", new SidecarRegistryRegisterAgentRootedFunction
        {
            DeviceKeyHash = registration.Device.Value.ToArray(),
            AuditRelay = Wire.Text(registration.AuditRelay),
            Deadline = registration.Deadline,
            DeviceSignature = registration.DeviceSignature,
        }, cancel);
    }

    public Task<TransactionInfo> UpgradeToHumanAnchoredAsync(
        ISecp256k1Signer wallet, HumanAnchoredUpgrade upgrade, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(upgrade);
        return SendAsync(wallet, _deployment.Registry, "upgradeToHumanAnchored", new SidecarRegistryUpgradeToHumanAnchoredFunction
        {
            NewWallet = Wire.Text(upgrade.NewWallet),
            DeviceKeyHash = upgrade.Device.Value.ToArray(),
            Passkey = Wire.Passkey(upgrade.Passkey),
            AuditRelay = Wire.Text(upgrade.AuditRelay),
            Deadline = upgrade.Deadline,
            WalletConsent = upgrade.WalletConsent,
            DeviceSignature = upgrade.DeviceSignature,
            Attestation = Wire.Assertion(upgrade.Attestation),
        }, cancel);
    }

    public Task<TransactionInfo> RegisterAdditionalMasterAsync(
        ISecp256k1Signer sender, AdditionalMasterRegistration registration, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(registration);
        return SendAsync(sender, _deployment.Registry, "registerAdditionalMasterDevice", new SidecarRegistryRegisterAdditionalMasterDeviceFunction
        {
            DeviceKeyHash = registration.Device.Value.ToArray(),
            Operator = registration.Operator.Value.ToArray(),
            Passkey = Wire.Passkey(registration.Passkey),
            Roles = (byte)registration.Roles,
            RecoveryThreshold = registration.RecoveryThreshold,
            GrantThreshold = registration.GrantThreshold,
            Deadline = registration.Deadline,
            DeviceSignature = registration.DeviceSignature,
            Attestation = Wire.Assertion(registration.Attestation),
            Approvals = Wire.Approvals(registration.Approvals),
        }, cancel);
    }

    public Task<TransactionInfo> SetDeviceRolesAsync(
        ISecp256k1Signer sender, DeviceKeyHash device, DeviceRoles roles, IReadOnlyList<MasterApproval> approvals, CancellationToken cancel)
    {
        return SendAsync(sender, _deployment.Registry, "setDeviceRoles", new SidecarRegistrySetDeviceRolesFunction
        {
            Device = device.Value.ToArray(),
            Roles = (byte)roles,
            Approvals = Wire.Approvals(approvals),
        }, cancel);
    }

    public Task<TransactionInfo> SetRecoveryThresholdAsync(
        ISecp256k1Signer sender, Omni operatorOmni, byte threshold, IReadOnlyList<MasterApproval> approvals, CancellationToken cancel)
    {
        return SendAsync(sender, _deployment.Registry, "setRecoveryThreshold", new SidecarRegistrySetRecoveryThresholdFunction
        {
            Operator = operatorOmni.Value.ToArray(),
            Threshold = threshold,
            Approvals = Wire.Approvals(approvals),
        }, cancel);
    }

    public Task<TransactionInfo> SetGrantThresholdAsync(
        ISecp256k1Signer sender, Omni operatorOmni, byte threshold, IReadOnlyList<MasterApproval> approvals, CancellationToken cancel)
    {
        return SendAsync(sender, _deployment.Registry, "setGrantThreshold", new SidecarRegistrySetGrantThresholdFunction
        {
            Operator = operatorOmni.Value.ToArray(),
            Threshold = threshold,
            Approvals = Wire.Approvals(approvals),
        }, cancel);
    }

    public Task<TransactionInfo> RotateMasterWalletAsync(
        ISecp256k1Signer sender, WalletRotation rotation, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(rotation);
        return SendAsync(sender, _deployment.Registry, "rotateMasterWallet", new SidecarRegistryRotateMasterWalletFunction
        {
            Operator = rotation.Operator.Value.ToArray(),
            NewWallet = Wire.Text(rotation.NewWallet),
            Deadline = rotation.Deadline,
            WalletConsent = rotation.WalletConsent,
            Approvals = Wire.Approvals(rotation.Approvals),
        }, cancel);
    }

    public Task<TransactionInfo> RevokeMasterDeviceAsync(
        ISecp256k1Signer sender, DeviceKeyHash target, ulong compromisedSince, IReadOnlyList<MasterApproval> approvals, CancellationToken cancel)
    {
        return SendAsync(sender, _deployment.Registry, "revokeMasterDevice", new SidecarRegistryRevokeMasterDeviceFunction
        {
            Target = target.Value.ToArray(),
            CompromisedSince = compromisedSince,
            Approvals = Wire.Approvals(approvals),
        }, cancel);
    }

    public Task<TransactionInfo> SetCompromisedSinceAsync(
        ISecp256k1Signer sender, DeviceKeyHash target, ulong compromisedSince, IReadOnlyList<MasterApproval> approvals, CancellationToken cancel)
    {
        return SendAsync(sender, _deployment.Registry, "setCompromisedSince", new SidecarRegistrySetCompromisedSinceFunction
        {
            Target = target.Value.ToArray(),
            CompromisedSince = compromisedSince,
            Approvals = Wire.Approvals(approvals),
        }, cancel);
    }

    public Task<TransactionInfo> VoidApprovalsAsync(
        ISecp256k1Signer sender, DeviceKeyHash device, IReadOnlyList<MasterApproval> approvals, CancellationToken cancel)
    {
        return SendAsync(sender, _deployment.Registry, "voidApprovals", new SidecarRegistryVoidApprovalsFunction
        {
            Device = device.Value.ToArray(),
            Approvals = Wire.Approvals(approvals),
        }, cancel);
    }

    public Task<TransactionInfo> SetAuditRelayAsync(
        ISecp256k1Signer sender, Omni operatorOmni, AccountAddress relay, IReadOnlyList<MasterApproval> approvals, CancellationToken cancel)
    {
        return SendAsync(sender, _deployment.Registry, "setAuditRelay", new SidecarRegistrySetAuditRelayFunction
        {
            Operator = operatorOmni.Value.ToArray(),
            Relay = Wire.Text(relay),
            Approvals = Wire.Approvals(approvals),
        }, cancel);
    }

    public Task<TransactionInfo> ProposeRecoveryAsync(
        ISecp256k1Signer sender, Omni operatorOmni, DeviceKeyHash target, ulong compromisedSince, MasterApproval approval, CancellationToken cancel)
    {
        return SendAsync(sender, _deployment.Recovery, "proposeRecovery", new RecoveryProposalsProposeRecoveryFunction
        {
            Operator = operatorOmni.Value.ToArray(),
            Target = target.Value.ToArray(),
            CompromisedSince = compromisedSince,
            Approval = Wire.Approval(approval),
        }, cancel);
    }

    public Task<TransactionInfo> CancelRecoveryAsync(
        ISecp256k1Signer sender, DeviceKeyHash proposer, MasterApproval approval, CancellationToken cancel)
    {
        return SendAsync(sender, _deployment.Recovery, "cancelRecovery", new RecoveryProposalsCancelRecoveryFunction
        {
            Proposer = proposer.Value.ToArray(),
            Approval = Wire.Approval(approval),
        }, cancel);
    }

    public Task<TransactionInfo> WithdrawRecoveryAsync(
        ISecp256k1Signer sender, DeviceKeyHash proposer, MasterApproval approval, CancellationToken cancel)
    {
        return SendAsync(sender, _deployment.Recovery, "withdrawRecovery", new RecoveryProposalsWithdrawRecoveryFunction
        {
            Proposer = proposer.Value.ToArray(),
            Approval = Wire.Approval(approval),
        }, cancel);
    }

    public Task<TransactionInfo> ExecuteRecoveryAsync(
        ISecp256k1Signer sender, DeviceKeyHash proposer, CancellationToken cancel)
    {
        return SendAsync(sender, _deployment.Recovery, "executeRecovery", new RecoveryProposalsExecuteRecoveryFunction
        {
            Proposer = proposer.Value.ToArray(),
        }, cancel);
    }
}
