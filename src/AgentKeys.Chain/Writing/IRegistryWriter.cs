using AgentKeys.Ethereum;
using AgentKeys.Protocol;

namespace AgentKeys.Chain;

/// <summary>
/// Sends operations as a given account, which pays the gas; authority is in the approvals, or in the account where it is the
/// operator's wallet. On return the operation is in a block.
/// <para>A contract's refusal is <see cref="RegistryRevertedException"/> with the error's name. Nothing is ever sent twice: when no
/// receipt comes in time, <see cref="AgentKeys.Ethereum.Rpc.TransactionOutcomeUnknownException"/> says so and names the
/// transaction. A node that cannot be asked is <see cref="ChainUnavailableException"/>, and then nothing was sent; one that
/// refuses the transaction (no funds, say) is <see cref="TransactionRefusedException"/>.</para>
/// </summary>
public interface IRegistryWriter
{
    /// <summary>Makes the sender's wallet an operator with one master device.</summary>
    Task<TransactionInfo> RegisterFirstMasterAsync(ISecp256k1Signer wallet, FirstMasterRegistration registration, CancellationToken cancel);

    /// <summary>Gives an agent a device.</summary>
    Task<TransactionInfo> RegisterAgentDeviceAsync(ISecp256k1Signer sender, AgentDeviceRegistration registration, CancellationToken cancel);

    /// <summary>Takes an agent's device away, for ever.</summary>
    /// <param name="approvals">Empty: the sender is the operator's wallet.</param>
    Task<TransactionInfo> RevokeAgentDeviceAsync(
        ISecp256k1Signer sender, DeviceKeyHash device, IReadOnlyList<MasterApproval> approvals, CancellationToken cancel);

    /// <summary>Replaces the whole scope of an agent.</summary>
    /// <param name="generation">The current one + 1: somebody else's set or revoke in between refuses this one.</param>
    Task<TransactionInfo> SetScopeAsync(
        ISecp256k1Signer sender, Omni operatorOmni, Omni actor, ulong generation, IReadOnlyList<ScopeGrant> grants,
        IReadOnlyList<MasterApproval> approvals, CancellationToken cancel);

    /// <summary>Takes the whole scope away.</summary>
    /// <param name="approvals">Empty: the sender is the operator's wallet.</param>
    Task<TransactionInfo> RevokeScopeAsync(
        ISecp256k1Signer sender, Omni operatorOmni, Omni actor, IReadOnlyList<MasterApproval> approvals, CancellationToken cancel);

    /// <summary>Makes the sender's wallet an operator without masters, or gives such an operator its next device.</summary>
    Task<TransactionInfo> RegisterAgentRootedAsync(ISecp256k1Signer wallet, AgentRootedRegistration registration, CancellationToken cancel);

    /// <summary>Gives the sender's agent_rooted operator its first master.</summary>
    Task<TransactionInfo> UpgradeToHumanAnchoredAsync(ISecp256k1Signer wallet, HumanAnchoredUpgrade upgrade, CancellationToken cancel);

    /// <summary>Adds a master and sets both thresholds.</summary>
    Task<TransactionInfo> RegisterAdditionalMasterAsync(ISecp256k1Signer sender, AdditionalMasterRegistration registration, CancellationToken cancel);

    Task<TransactionInfo> SetDeviceRolesAsync(
        ISecp256k1Signer sender, DeviceKeyHash device, DeviceRoles roles, IReadOnlyList<MasterApproval> approvals, CancellationToken cancel);

    Task<TransactionInfo> SetRecoveryThresholdAsync(
        ISecp256k1Signer sender, Omni operatorOmni, byte threshold, IReadOnlyList<MasterApproval> approvals, CancellationToken cancel);

    Task<TransactionInfo> SetGrantThresholdAsync(
        ISecp256k1Signer sender, Omni operatorOmni, byte threshold, IReadOnlyList<MasterApproval> approvals, CancellationToken cancel);

    Task<TransactionInfo> RotateMasterWalletAsync(ISecp256k1Signer sender, WalletRotation rotation, CancellationToken cancel);

    /// <summary>Takes a master away, for ever.</summary>
    /// <param name="compromisedSince">2^64 - 1: lost, what it approved counts; 0: nothing counts; else nothing from that second on.</param>
    Task<TransactionInfo> RevokeMasterDeviceAsync(
        ISecp256k1Signer sender, DeviceKeyHash target, ulong compromisedSince, IReadOnlyList<MasterApproval> approvals, CancellationToken cancel);

    /// <summary>Moves a revoked master's compromisedSince to an earlier moment.</summary>
    Task<TransactionInfo> SetCompromisedSinceAsync(
        ISecp256k1Signer sender, DeviceKeyHash target, ulong compromisedSince, IReadOnlyList<MasterApproval> approvals, CancellationToken cancel);

    /// <summary>Voids what the device has approved and nobody has submitted.</summary>
    Task<TransactionInfo> VoidApprovalsAsync(ISecp256k1Signer sender, DeviceKeyHash device, IReadOnlyList<MasterApproval> approvals, CancellationToken cancel);

    Task<TransactionInfo> SetAuditRelayAsync(
        ISecp256k1Signer sender, Omni operatorOmni, AccountAddress relay, IReadOnlyList<MasterApproval> approvals, CancellationToken cancel);

    /// <summary>Proposes to revoke a master after the delay. The approval's device is the proposer.</summary>
    Task<TransactionInfo> ProposeRecoveryAsync(
        ISecp256k1Signer sender, Omni operatorOmni, DeviceKeyHash target, ulong compromisedSince, MasterApproval approval, CancellationToken cancel);

    /// <summary>Removes a proposal, by another master than its proposer.</summary>
    Task<TransactionInfo> CancelRecoveryAsync(ISecp256k1Signer sender, DeviceKeyHash proposer, MasterApproval approval, CancellationToken cancel);

    /// <summary>Removes a proposal, by its proposer.</summary>
    Task<TransactionInfo> WithdrawRecoveryAsync(ISecp256k1Signer sender, DeviceKeyHash proposer, MasterApproval approval, CancellationToken cancel);

    /// <summary>Revokes the target of a proposal whose delay has passed. Anyone may.</summary>
    Task<TransactionInfo> ExecuteRecoveryAsync(ISecp256k1Signer sender, DeviceKeyHash proposer, CancellationToken cancel);

    /// <summary>Begins the next key epoch. The sender is epoch governance.</summary>
    Task<TransactionInfo> AdvanceEpochAsync(ISecp256k1Signer governance, CancellationToken cancel);
}

/// <summary>Where an operation is now.</summary>
/// <param name="Hash">0x and 64 digits.</param>
public sealed record TransactionInfo(string Hash, ulong BlockNumber, ulong GasUsed);
