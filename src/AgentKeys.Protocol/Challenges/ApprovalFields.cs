namespace AgentKeys.Protocol;

/// <summary>
/// fieldsHash of each operation: keccak256(abi.encode(every argument that the call stores or acts on, in argument order)), with
/// approvals, signatures and passkey proofs left out. What a person approves is all in here and in the challenge around it.
/// </summary>
public static class ApprovalFields
{
    /// <summary>(bytes32 deviceKeyHash, passkey, address auditRelay, uint64 deadline), the passkey as its five words in line.</summary>
    public static Bytes32 RegisterFirstMaster(DeviceKeyHash device, Passkey passkey, AccountAddress auditRelay, ulong deadline) =>
        AbiWords.Hash(device.Value, passkey.CredentialIdHash, passkey.X, passkey.Y, passkey.RpIdHash, passkey.OriginHash,
            AbiWords.Address(auditRelay), AbiWords.UInt(deadline));

    /// <summary>(bytes32 deviceKeyHash, bytes32 operator, bytes32 actor, uint64 deadline).</summary>
    public static Bytes32 RegisterAgentDevice(DeviceKeyHash device, Omni operatorOmni, Omni actor, ulong deadline) =>
        AbiWords.Hash(device.Value, operatorOmni.Value, actor.Value, AbiWords.UInt(deadline));

    /// <summary>(bytes32 deviceKeyHash).</summary>
    public static Bytes32 RevokeAgentDevice(DeviceKeyHash device) => AbiWords.Hash(device.Value);

    /// <summary>
    /// (bytes32 operator, bytes32 actor, (bytes32,uint8,bool,uint64,uint32,uint32)[] grants). The array is the only dynamic value:
    /// its offset is 96, then its length, then six words a grant. The order of the grants counts.
    /// </summary>
    public static Bytes32 SetScope(Omni operatorOmni, Omni actor, IReadOnlyList<ScopeGrant> grants)
    {
        const ulong ArrayOffset = 3 * 32;
        List<Bytes32> words = [operatorOmni.Value, actor.Value, AbiWords.UInt(ArrayOffset), AbiWords.UInt((ulong)grants.Count)];
        foreach (var grant in grants)
        {
            words.AddRange(
            [
                grant.ServiceHash, AbiWords.UInt(grant.DataClasses), AbiWords.Bool(grant.ReadOnly),
                AbiWords.UInt(grant.ExpiresAt), AbiWords.UInt(grant.MaxCalls), AbiWords.UInt(grant.PeriodSeconds),
            ]);
        }
        return AbiWords.Hash([.. words]);
    }

    /// <summary>(bytes32 operator, bytes32 actor).</summary>
    public static Bytes32 RevokeScope(Omni operatorOmni, Omni actor) => AbiWords.Hash(operatorOmni.Value, actor.Value);
}
