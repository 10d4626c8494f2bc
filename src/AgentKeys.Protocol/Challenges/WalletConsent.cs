namespace AgentKeys.Protocol;

/// <summary>
/// What a new wallet signs, where it does not send the call itself, so that nobody makes another's address his wallet: EIP-712
/// <c>WalletConsent(bytes32 op,bytes32 operator,address wallet,uint64 deadline)</c> in the domain of <see cref="DeviceRegistration"/>.
/// The signature must have low s.
/// </summary>
/// <param name="Deadline">Unix seconds of the chain's clock.</param>
public sealed record WalletConsent(ApprovalOperation Operation, Omni Operator, AccountAddress Wallet, ulong Deadline)
{
    private static readonly Bytes32 s_typeHash = AbiWords.HashText("WalletConsent(bytes32 op,bytes32 operator,address wallet,uint64 deadline)"u8);

    /// <summary>The 32 bytes that the wallet signs.</summary>
    public Bytes32 Digest(ulong chainId, AccountAddress registry) => DeviceRegistration.TypedDigest(
        AbiWords.Hash(s_typeHash, Operation.Id, Operator.Value, AbiWords.Address(Wallet), AbiWords.UInt(Deadline)), chainId, registry);
}
