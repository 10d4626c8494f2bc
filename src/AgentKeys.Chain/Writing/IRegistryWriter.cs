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
    Task<TransactionInfo> SetScopeAsync(
        ISecp256k1Signer sender, Omni operatorOmni, Omni actor, IReadOnlyList<ScopeGrant> grants, IReadOnlyList<MasterApproval> approvals,
        CancellationToken cancel);

    /// <summary>Takes the whole scope away.</summary>
    /// <param name="approvals">Empty: the sender is the operator's wallet.</param>
    Task<TransactionInfo> RevokeScopeAsync(
        ISecp256k1Signer sender, Omni operatorOmni, Omni actor, IReadOnlyList<MasterApproval> approvals, CancellationToken cancel);

    /// <summary>Begins the next key epoch. The sender is epoch governance.</summary>
    Task<TransactionInfo> AdvanceEpochAsync(ISecp256k1Signer governance, CancellationToken cancel);
}

/// <summary>Where an operation is now.</summary>
/// <param name="Hash">0x and 64 digits.</param>
public sealed record TransactionInfo(string Hash, ulong BlockNumber, ulong GasUsed);
