using AgentKeys.Ethereum;

namespace AgentKeys.Protocol;

/// <summary>
/// What a new device key (K10) signs to be registered, so that nobody registers, squats or burns another's device: EIP-712
/// <c>Registration(bytes32 op,bytes32 operator,bytes32 actor,uint8 tier,uint8 roles,bytes32 passkeyHash,uint64 deadline)</c> in the
/// domain {name AgentKeys, version 1, chainId, verifyingContract = registry}. The signature must have low s.
/// </summary>
/// <param name="Actor">whose data the device uses; a master's is the operator's own omni.</param>
/// <param name="PasskeyHash"><see cref="Passkey.Hash"/> for masters, zero for agents.</param>
/// <param name="Deadline">Unix seconds of the chain's clock, the registration's.</param>
public sealed record DeviceRegistration(
    ApprovalOperation Operation, Omni Operator, Omni Actor, DeviceTier Tier, DeviceRoles Roles, Bytes32 PasskeyHash, ulong Deadline)
{
    private static readonly Bytes32 s_typeHash = AbiWords.HashText(
        "Registration(bytes32 op,bytes32 operator,bytes32 actor,uint8 tier,uint8 roles,bytes32 passkeyHash,uint64 deadline)"u8);

    private static readonly Bytes32 s_domainTypeHash = AbiWords.HashText(
        "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"u8);

    private static readonly Bytes32 s_nameHash = AbiWords.HashText("AgentKeys"u8);

    private static readonly Bytes32 s_versionHash = AbiWords.HashText("1"u8);

    /// <summary>The 32 bytes that the device key signs: keccak256(0x1901 || domainSeparator || structHash).</summary>
    public Bytes32 Digest(ulong chainId, AccountAddress registry) => TypedDigest(StructHash(), chainId, registry);

    internal static Bytes32 TypedDigest(Bytes32 structHash, ulong chainId, AccountAddress registry)
    {
        Span<byte> message = stackalloc byte[2 + 32 + 32];
        message[0] = 0x19;
        message[1] = 0x01;
        DomainSeparator(chainId, registry).CopyTo(message[2..]);
        structHash.CopyTo(message[34..]);
        return new Bytes32(Keccak256.Hash(message));
    }

    public static Bytes32 DomainSeparator(ulong chainId, AccountAddress registry) =>
        AbiWords.Hash(s_domainTypeHash, s_nameHash, s_versionHash, AbiWords.UInt(chainId), AbiWords.Address(registry));

    private Bytes32 StructHash() =>
        AbiWords.Hash(s_typeHash, Operation.Id, Operator.Value, Actor.Value, AbiWords.UInt((byte)Tier), AbiWords.UInt((byte)Roles),
            PasskeyHash, AbiWords.UInt(Deadline));
}
