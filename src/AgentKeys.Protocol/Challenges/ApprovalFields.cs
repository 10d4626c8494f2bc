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
    /// (bytes32 operator, bytes32 actor, uint64 generation, (bytes32,uint8,bool,uint64,uint32,uint32)[] grants). The array is the only dynamic value:
    /// its offset is 128, then its length, then six words a grant. The order of the grants counts.
    /// </summary>
    /// <param name="generation">the current one + 1.</param>
    public static Bytes32 SetScope(Omni operatorOmni, Omni actor, ulong generation, IReadOnlyList<ScopeGrant> grants)
    {
        const ulong ArrayOffset = 4 * 32;
        List<Bytes32> words = [operatorOmni.Value, actor.Value, AbiWords.UInt(generation), AbiWords.UInt(ArrayOffset), AbiWords.UInt((ulong)grants.Count)];
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

    /// <summary>(address newWallet, bytes32 deviceKeyHash, passkey, address auditRelay, uint64 deadline).</summary>
    public static Bytes32 UpgradeToHumanAnchored(AccountAddress newWallet, DeviceKeyHash device, Passkey passkey, AccountAddress auditRelay, ulong deadline) =>
        AbiWords.Hash(AbiWords.Address(newWallet), device.Value, passkey.CredentialIdHash, passkey.X, passkey.Y, passkey.RpIdHash, passkey.OriginHash,
            AbiWords.Address(auditRelay), AbiWords.UInt(deadline));

    /// <summary>(bytes32 deviceKeyHash, bytes32 operator, passkey, uint8 roles, uint8 recoveryThreshold, uint8 grantThreshold, uint64 deadline).</summary>
    public static Bytes32 RegisterAdditionalMaster(
        DeviceKeyHash device, Omni operatorOmni, Passkey passkey, DeviceRoles roles, byte recoveryThreshold, byte grantThreshold, ulong deadline) =>
        AbiWords.Hash(device.Value, operatorOmni.Value, passkey.CredentialIdHash, passkey.X, passkey.Y, passkey.RpIdHash, passkey.OriginHash,
            AbiWords.UInt((byte)roles), AbiWords.UInt(recoveryThreshold), AbiWords.UInt(grantThreshold), AbiWords.UInt(deadline));

    /// <summary>(bytes32 device, uint8 roles).</summary>
    public static Bytes32 SetDeviceRoles(DeviceKeyHash device, DeviceRoles roles) => AbiWords.Hash(device.Value, AbiWords.UInt((byte)roles));

    /// <summary>(bytes32 operator, uint8 threshold): of set-recovery-threshold and of set-grant-threshold.</summary>
    public static Bytes32 SetThreshold(Omni operatorOmni, byte threshold) => AbiWords.Hash(operatorOmni.Value, AbiWords.UInt(threshold));

    /// <summary>(bytes32 operator, address newWallet, uint64 deadline).</summary>
    public static Bytes32 RotateMasterWallet(Omni operatorOmni, AccountAddress newWallet, ulong deadline) =>
        AbiWords.Hash(operatorOmni.Value, AbiWords.Address(newWallet), AbiWords.UInt(deadline));

    /// <summary>(bytes32 target, uint64 compromisedSince).</summary>
    public static Bytes32 RevokeMasterDevice(DeviceKeyHash target, ulong compromisedSince) => AbiWords.Hash(target.Value, AbiWords.UInt(compromisedSince));

    /// <summary>(bytes32 target, uint64 compromisedSince).</summary>
    public static Bytes32 SetCompromisedSince(DeviceKeyHash target, ulong compromisedSince) => AbiWords.Hash(target.Value, AbiWords.UInt(compromisedSince));

    /// <summary>(bytes32 device).</summary>
    public static Bytes32 VoidApprovals(DeviceKeyHash device) => AbiWords.Hash(device.Value);

    /// <summary>(bytes32 operator, address relay).</summary>
    public static Bytes32 SetAuditRelay(Omni operatorOmni, AccountAddress relay) => AbiWords.Hash(operatorOmni.Value, AbiWords.Address(relay));

    /// <summary>(bytes32 operator, bytes32 target, uint64 compromisedSince).</summary>
    public static Bytes32 ProposeRecovery(Omni operatorOmni, DeviceKeyHash target, ulong compromisedSince) =>
        AbiWords.Hash(operatorOmni.Value, target.Value, AbiWords.UInt(compromisedSince));

    /// <summary>(bytes32 proposer): of cancel-recovery and of withdraw-recovery.</summary>
    public static Bytes32 EndRecovery(DeviceKeyHash proposer) => AbiWords.Hash(proposer.Value);

    /// <summary>(bytes32 operator, bytes32 actor).</summary>
    public static Bytes32 RevokeScope(Omni operatorOmni, Omni actor) => AbiWords.Hash(operatorOmni.Value, actor.Value);
}
