namespace AgentKeys.Testing.Reference;

/// <summary>One call of a contract: SPEC section 3.2, one record for each row.</summary>
/// <param name="Sender">Address that sends it.</param>
public abstract record Call(string Sender)
{
    public const string Registry = "registry";
    public const string Scope = "scope";
    public const string Proposals = "proposals";
    public const string Epochs = "epochs";

    public IReadOnlyList<Approval> Approvals { get; init; } = [];

    /// <summary>Text behind <c>agentkeys:v1:</c>; empty where nobody approves.</summary>
    public abstract string Operation { get; }

    public virtual string Contract => Registry;

    public virtual ApprovalKind? Kind => ApprovalKind.Recover;

    /// <summary>abi.encode of the row's fields, in hex.</summary>
    public abstract string Fields { get; }

    /// <summary>Only what the call says for itself is printed: the rest follows from it.</summary>
    protected virtual bool PrintMembers(System.Text.StringBuilder builder)
    {
        builder.Append("Sender = ").Append(Sender);
        return true;
    }
}

/// <summary>A registration: a deadline and the new K10's signature; a master's also its passkey's assertion.</summary>
public abstract record RegistrationCall(string Sender, string Device, ulong Deadline) : Call(Sender)
{
    public DeviceProof? Proof { get; init; }

    public Assertion? Attestation { get; init; }
}

public sealed record RegisterFirstMaster(string Sender, string Device, ModelPasskey Passkey, string Relay, ulong Deadline)
    : RegistrationCall(Sender, Device, Deadline)
{
    public override string Operation => "register-first-master";
    public override ApprovalKind? Kind => null;
    public override string Fields => Device + Passkey.Words + Word.OfAddress(Relay) + Word.Of(Deadline);
}

public sealed record RegisterAgentRooted(string Sender, string Device, string Relay, ulong Deadline) : RegistrationCall(Sender, Device, Deadline)
{
    public override string Operation => "register-agent-rooted";
    public override ApprovalKind? Kind => null;
    public override string Fields => Device + Word.OfAddress(Relay) + Word.Of(Deadline);
}

public sealed record UpgradeToHumanAnchored(string Sender, string NewWallet, string Device, ModelPasskey Passkey, string Relay, ulong Deadline)
    : RegistrationCall(Sender, Device, Deadline)
{
    public ConsentProof? Consent { get; init; }

    public override string Operation => "upgrade-to-human-anchored";
    public override ApprovalKind? Kind => null;
    public override string Fields => Word.OfAddress(NewWallet) + Device + Passkey.Words + Word.OfAddress(Relay) + Word.Of(Deadline);
}

public sealed record RegisterAdditionalMaster(
    string Sender, string Device, string Operator, ModelPasskey Passkey, byte Roles, byte RecoveryThreshold, byte GrantThreshold, ulong Deadline)
    : RegistrationCall(Sender, Device, Deadline)
{
    public override string Operation => "register-additional-master";
    public override string Fields =>
        Device + Operator + Passkey.Words + Word.Of(Roles) + Word.Of(RecoveryThreshold) + Word.Of(GrantThreshold) + Word.Of(Deadline);
}

public sealed record SetDeviceRoles(string Sender, string Device, byte Roles) : Call(Sender)
{
    public override string Operation => "set-device-roles";
    public override string Fields => Device + Word.Of(Roles);
}

public sealed record SetRecoveryThreshold(string Sender, string Operator, byte Threshold) : Call(Sender)
{
    public override string Operation => "set-recovery-threshold";
    public override string Fields => Operator + Word.Of(Threshold);
}

public sealed record SetGrantThreshold(string Sender, string Operator, byte Threshold) : Call(Sender)
{
    public override string Operation => "set-grant-threshold";
    public override string Fields => Operator + Word.Of(Threshold);
}

public sealed record RotateMasterWallet(string Sender, string Operator, string NewWallet, ulong Deadline) : Call(Sender)
{
    public ConsentProof? Consent { get; init; }

    public override string Operation => "rotate-master-wallet";
    public override string Fields => Operator + Word.OfAddress(NewWallet) + Word.Of(Deadline);
}

public sealed record RevokeMasterDevice(string Sender, string Target, ulong Since) : Call(Sender)
{
    public override string Operation => "revoke-master-device";
    public override string Fields => Target + Word.Of(Since);
}

public sealed record SetCompromisedSince(string Sender, string Target, ulong Since) : Call(Sender)
{
    public override string Operation => "set-compromised-since";
    public override string Fields => Target + Word.Of(Since);
}

public sealed record VoidApprovals(string Sender, string Device) : Call(Sender)
{
    public override string Operation => "void-approvals";
    public override ApprovalKind? Kind => ApprovalKind.Take;
    public override string Fields => Device;
}

public sealed record SetAuditRelay(string Sender, string Operator, string Relay) : Call(Sender)
{
    public override string Operation => "set-audit-relay";
    public override ApprovalKind? Kind => ApprovalKind.Give;
    public override string Fields => Operator + Word.OfAddress(Relay);
}

public sealed record RegisterAgentDevice(string Sender, string Device, string Operator, string Actor, ulong Deadline)
    : RegistrationCall(Sender, Device, Deadline)
{
    public override string Operation => "register-agent-device";
    public override ApprovalKind? Kind => ApprovalKind.Give;
    public override string Fields => Device + Operator + Actor + Word.Of(Deadline);
}

public sealed record RevokeAgentDevice(string Sender, string Device) : Call(Sender)
{
    public override string Operation => "revoke-agent-device";
    public override ApprovalKind? Kind => ApprovalKind.Take;
    public override string Fields => Device;
}

public sealed record SetScope(string Sender, string Operator, string Actor, ulong Generation, IReadOnlyList<Grant> Grants) : Call(Sender)
{
    public override string Operation => "set-scope";
    public override string Contract => Scope;
    public override ApprovalKind? Kind => ApprovalKind.Give;
    public override string Fields =>
        Operator + Actor + Word.Of(Generation) + Word.Of(128) + Word.Of((ulong)Grants.Count) + string.Concat(Grants.Select(g => g.Words));
}

public sealed record RevokeScope(string Sender, string Operator, string Actor) : Call(Sender)
{
    public override string Operation => "revoke-scope";
    public override string Contract => Scope;
    public override ApprovalKind? Kind => ApprovalKind.Take;
    public override string Fields => Operator + Actor;
}

public sealed record ProposeRecovery(string Sender, string Operator, string Target, ulong Since) : Call(Sender)
{
    public override string Operation => "propose-recovery";
    public override string Contract => Proposals;
    public override ApprovalKind? Kind => ApprovalKind.Propose;
    public override string Fields => Operator + Target + Word.Of(Since);
}

public sealed record CancelRecovery(string Sender, string Proposer) : Call(Sender)
{
    public override string Operation => "cancel-recovery";
    public override string Contract => Proposals;
    public override ApprovalKind? Kind => ApprovalKind.Propose;
    public override string Fields => Proposer;
}

public sealed record WithdrawRecovery(string Sender, string Proposer) : Call(Sender)
{
    public override string Operation => "withdraw-recovery";
    public override string Contract => Proposals;
    public override ApprovalKind? Kind => ApprovalKind.Propose;
    public override string Fields => Proposer;
}

public sealed record ExecuteRecovery(string Sender, string Proposer) : Call(Sender)
{
    public override string Operation => "";
    public override string Contract => Proposals;
    public override ApprovalKind? Kind => null;
    public override string Fields => "";
}

/// <summary>registry.evict, which the proposals' contract alone may call: what stands behind an executed proposal.</summary>
public sealed record Evict(string Sender, string Proposer, string Target, ulong Since, ulong RecoveryNonce) : Call(Sender)
{
    public override string Operation => "";
    public override ApprovalKind? Kind => null;
    public override string Fields => "";
}

/// <summary>consumeApprovals, called by a contract (here an account) that is none of ours.</summary>
public sealed record ConsumeApprovals(string Sender, string ForeignOperation, string Operator, ApprovalKind ForeignKind, string ForeignFields) : Call(Sender)
{
    public override string Operation => ForeignOperation;
    public override string Contract => Sender;
    public override ApprovalKind? Kind => ForeignKind;
    public override string Fields => ForeignFields;
}

public abstract record EpochCall(string Sender) : Call(Sender)
{
    public override string Operation => "";
    public override string Contract => Epochs;
    public override ApprovalKind? Kind => null;
    public override string Fields => "";
}

public sealed record AdvanceEpoch(string Sender) : EpochCall(Sender);

public sealed record TransferGovernance(string Sender, string To) : EpochCall(Sender);

public sealed record AcceptGovernance(string Sender) : EpochCall(Sender);
