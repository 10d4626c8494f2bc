namespace AgentKeys.Protocol;

/// <summary>
/// The rule: may this device do this, given what the chain says? One pure function behind broker, worker, signer and explain.
/// </summary>
/// <remarks>
/// Decides: session wallet, tier, device state, operator binding, device binding, roles, grant, read-only, expiry.
/// Does NOT decide, and its callers must: token signatures and expiry, proof of possession, freshness of the facts themselves
/// (chain identity, head age, minimum block), the cap's epoch (<see cref="CheckEpoch"/>), replay and quota (the audit append).
/// </remarks>
public static class CapRules
{
    /// <summary>Rows of SPEC.md section 7's table from here on are about the grant of one service.</summary>
    public const int FirstGrantRow = 9;

    /// <returns>null when allowed, else the first check that refuses, in the order of SPEC.md section 7.</returns>
    public static Refusal? Check(CapRequest request, CapFacts facts, DateTimeOffset now)
    {
        var refusal = CheckActor(request.DataClass, request.Operator, request.Actor, request.SessionWallet, facts)
            ?? CheckBinding(request, facts)
            ?? CheckRoles(request.Op, facts)
            ?? CheckGrant(request, facts, now);
        return refusal is null ? null : refusal with { Block = facts.Head.Number };
    }

    /// <summary>May this device get a storage token for (actor, class)? Its own actor, or an agent of its operator for a master.</summary>
    public static Refusal? CheckStorage(DataClass dataClass, Omni operatorOmni, Omni actor, AccountAddress? sessionWallet, CapFacts facts)
    {
        var device = facts.Device;
        var refusal = CheckActor(dataClass, operatorOmni, actor, sessionWallet, facts)
            ?? (device.Actor == actor || device.Tier == DeviceTier.Master
                ? null
                : new Refusal(RefusalCode.DeviceBindingMismatch, "This device may not reach that actor's storage."))
            ?? RequireRole(facts, DeviceRoles.CapMint);
        return refusal is null ? null : refusal with { Block = facts.Head.Number };
    }

    /// <summary>A cap is void as soon as the epoch on chain moves on.</summary>
    public static Refusal? CheckEpoch(ulong capEpoch, CapFacts facts) =>
        capEpoch == facts.Epoch
            ? null
            : new Refusal(RefusalCode.K3EpochMismatch, "The key epoch has advanced since this cap was minted; ask for a new cap.") { Block = facts.Head.Number };

    /// <summary>The lowest tier whose operators may touch the class at all.</summary>
    public static TrustTier RequiredTier(DataClass dataClass) =>
        dataClass is DataClass.Memory or DataClass.Audit ? TrustTier.AgentRooted : TrustTier.HumanAnchored;

    private static Refusal Refuse(int row, RefusalCode code, string detail) => new(code, detail) { Row = row };

    private static Refusal? CheckActor(DataClass dataClass, Omni operatorOmni, Omni actor, AccountAddress? sessionWallet, CapFacts facts)
    {
        // An operator that the chain does not know has no wallet to be replaced: the tier refuses it, and says what to do.
        if (sessionWallet is not null && facts.Operator.Tier != TrustTier.WalletOnly && facts.WalletOperator != operatorOmni)
            return Refuse(1, RefusalCode.SessionRevoked, "The wallet that opened this session is no longer its operator's wallet; log in again.");

        var required = RequiredTier(dataClass);
        if (facts.Operator.Tier < required)
        {
            return Refuse(2, RefusalCode.CustodyTierRequired, $"{dataClass.Name()} needs an operator that is {required.Name()}.") with
            {
                RequiredTier = required,
                Remediation = "Register a first master device with a passkey: agentkeys init.",
            };
        }

        var device = facts.Device;
        if (device.RegisteredAt == 0)
            return Refuse(3, RefusalCode.DeviceNotActive, "The registry does not know this device.");
        if (device.Revoked)
            return Refuse(4, RefusalCode.DeviceRevoked, "This device has been revoked.");
        if (device.ApproverRevoked)
            return Refuse(5, RefusalCode.ApproverRevoked, "A master that approved this device was compromised at that time.");
        if (device.Operator != operatorOmni)
            return Refuse(6, RefusalCode.OperatorMismatch, "This device belongs to another operator.");
        if (facts.ActorOperator != operatorOmni)
            return Refuse(6, RefusalCode.OperatorMismatch, "That actor does not belong to this operator.");
        return null;
    }

    /// <summary>
    /// store, fetch, list, delete: the actor's own device. store, list, delete: also a master, for its operator's agents, never
    /// fetch. teardown: a master. The other ops: the actor's own device.
    /// </summary>
    private static Refusal? CheckBinding(CapRequest request, CapFacts facts)
    {
        var own = facts.Device.Actor == request.Actor;
        var master = facts.Device.Tier == DeviceTier.Master;
        var may = request.Op switch
        {
            CapOp.Store or CapOp.List or CapOp.Delete => own || master,
            CapOp.Teardown => own || master,
            _ => own,
        };
        return may ? null : Refuse(7, RefusalCode.DeviceBindingMismatch, $"This device may not {request.Op.Name()} for that actor.");
    }

    private static Refusal? CheckRoles(CapOp op, CapFacts facts)
    {
        if (RequireRole(facts, DeviceRoles.CapMint) is { } missing)
            return missing;
        if (op != CapOp.Teardown)
            return null;
        return facts.Device.Tier == DeviceTier.Master
            ? RequireRole(facts, DeviceRoles.ScopeMgmt)
            : Refuse(8, RefusalCode.DeviceRoleMissing, "Teardown needs a master device with SCOPE_MGMT.");
    }

    private static Refusal? RequireRole(CapFacts facts, DeviceRoles role) =>
        (facts.Device.Roles & role) == role ? null : Refuse(8, RefusalCode.DeviceRoleMissing, "This device lacks the role that this needs.");

    /// <summary>
    /// True when it takes a grant, and then the grant's quota counts too. Masters and the device of an agent_rooted operator need
    /// none; an agent's list shows only what is granted.
    /// </summary>
    public static bool NeedsGrant(CapOp op, CapFacts facts) =>
        facts.Device.Tier != DeviceTier.Master && facts.Operator.Tier != TrustTier.AgentRooted && op.NamesService();

    private static Refusal? CheckGrant(CapRequest request, CapFacts facts, DateTimeOffset now)
    {
        if (!NeedsGrant(request.Op, facts))
            return null;

        var grant = facts.Grant;
        if (!grant.Exists || (grant.Classes & request.DataClass.MaskBit()) == 0)
            return Refuse(9, RefusalCode.ServiceNotInScope, "This service is not granted to that actor.");
        if (grant.ApproverRevoked)
            return Refuse(10, RefusalCode.ApproverRevoked, "A master that approved this scope was compromised at that time.");
        if (grant.ExpiresAt != 0 && ((ulong)now.ToUnixTimeSeconds() >= grant.ExpiresAt || facts.Head.Timestamp >= grant.ExpiresAt))
            return Refuse(11, RefusalCode.ScopeExpired, "The grant of this service has expired.");
        if (grant.ReadOnly && request.Op.IsWrite())
            return Refuse(12, RefusalCode.ScopeReadOnly, "The grant of this service is read-only.");
        return null;
    }
}
