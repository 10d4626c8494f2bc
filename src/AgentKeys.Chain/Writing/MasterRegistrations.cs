using AgentKeys.Protocol;

namespace AgentKeys.Chain;

/// <summary>A further master, with both thresholds as they will be.</summary>
/// <param name="Deadline">Unix seconds, at most 7 days ahead; in the device's signature and in the passkey's challenge.</param>
/// <param name="DeviceSignature">65 bytes r || s || v (27 or 28) by K10 over the EIP-712 registration.</param>
/// <param name="Attestation">The new passkey over this operation's challenge, nonce <see cref="IRegistryReader.GetRecoveryNonceAsync"/>.</param>
/// <param name="Approvals">Of recoveryThreshold masters with RECOVERY.</param>
public sealed record AdditionalMasterRegistration(
    DeviceKeyHash Device, Omni Operator, Passkey Passkey, DeviceRoles Roles, byte RecoveryThreshold, byte GrantThreshold, ulong Deadline,
    byte[] DeviceSignature, WebAuthnAssertion Attestation, IReadOnlyList<MasterApproval> Approvals);

/// <summary>An operator without masters, or the next device of one.</summary>
/// <param name="AuditRelay">Who may append to the operator's log; zero: nobody yet.</param>
/// <param name="Deadline">Unix seconds, of the device's signature.</param>
public sealed record AgentRootedRegistration(DeviceKeyHash Device, AccountAddress AuditRelay, ulong Deadline, byte[] DeviceSignature);

/// <summary>The first master of an operator that had none.</summary>
/// <param name="NewWallet">The sender itself, or a wallet that consents.</param>
/// <param name="WalletConsent">65 bytes by the new wallet over <see cref="Protocol.WalletConsent"/>; not looked at if that is the sender.</param>
/// <param name="Attestation">The new passkey over this operation's challenge, nonce 0.</param>
public sealed record HumanAnchoredUpgrade(
    AccountAddress NewWallet, DeviceKeyHash Device, Passkey Passkey, AccountAddress AuditRelay, ulong Deadline, byte[] WalletConsent,
    byte[] DeviceSignature, WebAuthnAssertion Attestation);

/// <summary>Another wallet for an operator.</summary>
/// <param name="Deadline">Unix seconds, of the consent; every approval has its own.</param>
/// <param name="WalletConsent">65 bytes by the new wallet over <see cref="Protocol.WalletConsent"/>; not looked at if that is the sender.</param>
/// <param name="Approvals">Of recoveryThreshold masters with RECOVERY.</param>
public sealed record WalletRotation(
    Omni Operator, AccountAddress NewWallet, ulong Deadline, byte[] WalletConsent, IReadOnlyList<MasterApproval> Approvals);
