using System.Text;

namespace AgentKeys.Protocol;

/// <summary>
/// An operation that masters approve. Its id is in every challenge, so an approval of one operation is never one of another.
/// </summary>
public sealed class ApprovalOperation
{
    public static readonly ApprovalOperation RegisterFirstMaster = new("register-first-master");
    public static readonly ApprovalOperation RegisterAgentRooted = new("register-agent-rooted");
    public static readonly ApprovalOperation UpgradeToHumanAnchored = new("upgrade-to-human-anchored");
    public static readonly ApprovalOperation RegisterAdditionalMaster = new("register-additional-master", ApprovalKind.Recover);
    public static readonly ApprovalOperation SetDeviceRoles = new("set-device-roles", ApprovalKind.Recover);
    public static readonly ApprovalOperation SetRecoveryThreshold = new("set-recovery-threshold", ApprovalKind.Recover);
    public static readonly ApprovalOperation SetGrantThreshold = new("set-grant-threshold", ApprovalKind.Recover);
    public static readonly ApprovalOperation RotateMasterWallet = new("rotate-master-wallet", ApprovalKind.Recover);
    public static readonly ApprovalOperation RevokeMasterDevice = new("revoke-master-device", ApprovalKind.Recover);
    public static readonly ApprovalOperation SetCompromisedSince = new("set-compromised-since", ApprovalKind.Recover);
    public static readonly ApprovalOperation VoidApprovals = new("void-approvals", ApprovalKind.Take);
    public static readonly ApprovalOperation SetAuditRelay = new("set-audit-relay", ApprovalKind.Give);
    public static readonly ApprovalOperation RegisterAgentDevice = new("register-agent-device", ApprovalKind.Give);
    public static readonly ApprovalOperation RevokeAgentDevice = new("revoke-agent-device", ApprovalKind.Take);
    public static readonly ApprovalOperation SetScope = new("set-scope", ApprovalKind.Give);
    public static readonly ApprovalOperation RevokeScope = new("revoke-scope", ApprovalKind.Take);
    public static readonly ApprovalOperation ProposeRecovery = new("propose-recovery", ApprovalKind.Propose);
    public static readonly ApprovalOperation CancelRecovery = new("cancel-recovery", ApprovalKind.Propose);
    public static readonly ApprovalOperation WithdrawRecovery = new("withdraw-recovery", ApprovalKind.Propose);

    private ApprovalOperation(string name, ApprovalKind? kind = null)
    {
        Name = name;
        Kind = kind;
        Id = AbiWords.HashText(Encoding.ASCII.GetBytes("agentkeys:v1:" + name));
    }

    public static IReadOnlyList<ApprovalOperation> All { get; } =
    [
        RegisterFirstMaster, RegisterAgentRooted, UpgradeToHumanAnchored, RegisterAdditionalMaster, SetDeviceRoles, SetRecoveryThreshold,
        SetGrantThreshold, RotateMasterWallet, RevokeMasterDevice, SetCompromisedSince, VoidApprovals, SetAuditRelay, RegisterAgentDevice,
        RevokeAgentDevice, SetScope, RevokeScope, ProposeRecovery, CancelRecovery, WithdrawRecovery,
    ];

    /// <summary>Null: the wallet sends it and the new keys prove themselves; no master approves.</summary>
    public ApprovalKind? Kind { get; }

    /// <summary>For instance <c>set-scope</c>.</summary>
    public string Name { get; }

    /// <summary>keccak256 of <c>agentkeys:v1:&lt;name&gt;</c>.</summary>
    public Bytes32 Id { get; }

    public override string ToString() => Name;
}
