using AgentKeys.Ethereum;
using AgentKeys.Protocol;

namespace AgentKeys.Chain;

/// <summary>What changes operators and their masters, at once or after a delay.</summary>
public sealed partial class RegistryWriter
{
    public Task<TransactionInfo> RegisterAgentRootedAsync(ISecp256k1Signer wallet, AgentRootedRegistration registration, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(registration);
        return RegistryAsync(
            wallet, "registerAgentRooted", cancel, registration.Device.Value.ToArray(), registration.AuditRelay.ToAddress(), registration.Deadline,
            registration.DeviceSignature);
    }

    public Task<TransactionInfo> UpgradeToHumanAnchoredAsync(ISecp256k1Signer wallet, HumanAnchoredUpgrade upgrade, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(upgrade);
        return RegistryAsync(
            wallet, "upgradeToHumanAnchored", cancel, upgrade.NewWallet.ToAddress(), upgrade.Device.Value.ToArray(), AssertionArguments.Passkey(upgrade.Passkey),
            upgrade.AuditRelay.ToAddress(), upgrade.Deadline, upgrade.WalletConsent, upgrade.DeviceSignature, AssertionArguments.Assertion(upgrade.Attestation));
    }

    public Task<TransactionInfo> RegisterAdditionalMasterAsync(ISecp256k1Signer sender, AdditionalMasterRegistration registration, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(registration);
        return RegistryAsync(
            sender, "registerAdditionalMasterDevice", cancel, registration.Device.Value.ToArray(), registration.Operator.Value.ToArray(),
            AssertionArguments.Passkey(registration.Passkey), (byte)registration.Roles, registration.RecoveryThreshold, registration.GrantThreshold,
            registration.Deadline, registration.DeviceSignature, AssertionArguments.Assertion(registration.Attestation),
            AssertionArguments.Approvals(registration.Approvals));
    }

    public Task<TransactionInfo> SetDeviceRolesAsync(
        ISecp256k1Signer sender, DeviceKeyHash device, DeviceRoles roles, IReadOnlyList<MasterApproval> approvals, CancellationToken cancel) =>
        RegistryAsync(sender, "setDeviceRoles", cancel, device.Value.ToArray(), (byte)roles, AssertionArguments.Approvals(approvals));

    public Task<TransactionInfo> SetRecoveryThresholdAsync(
        ISecp256k1Signer sender, Omni operatorOmni, byte threshold, IReadOnlyList<MasterApproval> approvals, CancellationToken cancel) =>
        RegistryAsync(sender, "setRecoveryThreshold", cancel, operatorOmni.Value.ToArray(), threshold, AssertionArguments.Approvals(approvals));

    public Task<TransactionInfo> SetGrantThresholdAsync(
        ISecp256k1Signer sender, Omni operatorOmni, byte threshold, IReadOnlyList<MasterApproval> approvals, CancellationToken cancel) =>
        RegistryAsync(sender, "setGrantThreshold", cancel, operatorOmni.Value.ToArray(), threshold, AssertionArguments.Approvals(approvals));

    public Task<TransactionInfo> RotateMasterWalletAsync(ISecp256k1Signer sender, WalletRotation rotation, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(rotation);
        return RegistryAsync(
            sender, "rotateMasterWallet", cancel, rotation.Operator.Value.ToArray(), rotation.NewWallet.ToAddress(), rotation.Deadline, rotation.WalletConsent,
            AssertionArguments.Approvals(rotation.Approvals));
    }

    public Task<TransactionInfo> RevokeMasterDeviceAsync(
        ISecp256k1Signer sender, DeviceKeyHash target, ulong compromisedSince, IReadOnlyList<MasterApproval> approvals, CancellationToken cancel) =>
        RegistryAsync(sender, "revokeMasterDevice", cancel, target.Value.ToArray(), compromisedSince, AssertionArguments.Approvals(approvals));

    public Task<TransactionInfo> SetCompromisedSinceAsync(
        ISecp256k1Signer sender, DeviceKeyHash target, ulong compromisedSince, IReadOnlyList<MasterApproval> approvals, CancellationToken cancel) =>
        RegistryAsync(sender, "setCompromisedSince", cancel, target.Value.ToArray(), compromisedSince, AssertionArguments.Approvals(approvals));

    public Task<TransactionInfo> VoidApprovalsAsync(
        ISecp256k1Signer sender, DeviceKeyHash device, IReadOnlyList<MasterApproval> approvals, CancellationToken cancel) =>
        RegistryAsync(sender, "voidApprovals", cancel, device.Value.ToArray(), AssertionArguments.Approvals(approvals));

    public Task<TransactionInfo> SetAuditRelayAsync(
        ISecp256k1Signer sender, Omni operatorOmni, AccountAddress relay, IReadOnlyList<MasterApproval> approvals, CancellationToken cancel) =>
        RegistryAsync(sender, "setAuditRelay", cancel, operatorOmni.Value.ToArray(), relay.ToAddress(), AssertionArguments.Approvals(approvals));

    public Task<TransactionInfo> ProposeRecoveryAsync(
        ISecp256k1Signer sender, Omni operatorOmni, DeviceKeyHash target, ulong compromisedSince, MasterApproval approval, CancellationToken cancel) =>
        RecoveryAsync(
            sender, "proposeRecovery", cancel, operatorOmni.Value.ToArray(), target.Value.ToArray(), compromisedSince, AssertionArguments.Approval(approval));

    public Task<TransactionInfo> CancelRecoveryAsync(ISecp256k1Signer sender, DeviceKeyHash proposer, MasterApproval approval, CancellationToken cancel) =>
        RecoveryAsync(sender, "cancelRecovery", cancel, proposer.Value.ToArray(), AssertionArguments.Approval(approval));

    public Task<TransactionInfo> WithdrawRecoveryAsync(ISecp256k1Signer sender, DeviceKeyHash proposer, MasterApproval approval, CancellationToken cancel) =>
        RecoveryAsync(sender, "withdrawRecovery", cancel, proposer.Value.ToArray(), AssertionArguments.Approval(approval));

    public Task<TransactionInfo> ExecuteRecoveryAsync(ISecp256k1Signer sender, DeviceKeyHash proposer, CancellationToken cancel) =>
        RecoveryAsync(sender, "executeRecovery", cancel, proposer.Value.ToArray());

    private Task<TransactionInfo> RegistryAsync(ISecp256k1Signer sender, string function, CancellationToken cancel, params object?[] arguments) =>
        SendAsync(sender, deployment.Registry, ContractNames.SidecarRegistry, function, cancel, arguments);

    private Task<TransactionInfo> RecoveryAsync(ISecp256k1Signer sender, string function, CancellationToken cancel, params object?[] arguments) =>
        SendAsync(sender, deployment.Recovery, ContractNames.RecoveryProposals, function, cancel, arguments);
}
