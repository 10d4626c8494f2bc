namespace AgentKeys.Testing.Reference;

/// <summary>SPEC sections 3.1 and 3.4: what makes an approval count.</summary>
public sealed partial class ReferenceRegistry
{
    /// <summary>What an honest approver of this call signs now. The operator is the call's; a device without operator has none.</summary>
    public Statement StatementFor(Call call, string device, ulong deadline)
    {
        var operatorOmni = OperatorOf(call) ?? Word.Zero;
        var counter = call.Kind == ApprovalKind.Recover ? RecoveryNonce(operatorOmni, call.Contract) : ApprovalNonce(device, call.Contract);
        return new Statement(call.Operation, call.Contract, operatorOmni, new ApprovalNonce(Voids(device), counter), deadline, call.Fields);
    }

    /// <summary>What a new master's own passkey signs.</summary>
    public Statement AttestationFor(RegistrationCall call)
    {
        var operatorOmni = OperatorOf(call) ?? Word.Zero;
        return new Statement(call.Operation, Call.Registry, operatorOmni, new ApprovalNonce(0, RecoveryNonce(operatorOmni, Call.Registry)), call.Deadline, call.Fields);
    }

    /// <summary>The operator that a call is about; null where it names none that exists.</summary>
    public string? OperatorOf(Call call) => call switch
    {
        RegisterFirstMaster or RegisterAgentRooted => OperatorOfWallet(call.Sender) ?? Word.Omni(call.Sender),
        UpgradeToHumanAnchored => OperatorOfWallet(call.Sender),
        RegisterAdditionalMaster c => c.Operator,
        SetDeviceRoles c => OfDevice(c.Device),
        SetRecoveryThreshold c => c.Operator,
        SetGrantThreshold c => c.Operator,
        RotateMasterWallet c => c.Operator,
        RevokeMasterDevice c => OfDevice(c.Target),
        SetCompromisedSince c => OfDevice(c.Target),
        VoidApprovals c => OfDevice(c.Device),
        SetAuditRelay c => c.Operator,
        RegisterAgentDevice c => c.Operator,
        RevokeAgentDevice c => OfDevice(c.Device),
        SetScope c => c.Operator,
        RevokeScope c => c.Operator,
        ProposeRecovery c => c.Operator,
        CancelRecovery c => OfDevice(c.Proposer),
        WithdrawRecovery c => OfDevice(c.Proposer),
        ConsumeApprovals c => c.Operator,
        _ => null,
    };

    private string? OfDevice(string hash) => Devices.GetValueOrDefault(hash)?.Operator;

    /// <summary>At least one: an operator without masters has no thresholds, and nobody who could approve.</summary>
    public static int Needed(ApprovalKind kind, ModelOperator op) =>
        Math.Max(1, kind switch { ApprovalKind.Give => op.GrantThreshold, ApprovalKind.Recover => op.RecoveryThreshold, _ => 1 });

    /// <summary>Any one of these roles.</summary>
    public static byte RoleOf(ApprovalKind kind) => kind switch
    {
        ApprovalKind.Give => ScopeMgmt,
        ApprovalKind.Recover or ApprovalKind.Propose => Recovery,
        _ => CapMint | Recovery | ScopeMgmt,
    };

    /// <summary>Every approval of the list is checked, also those beyond what is needed. Deadlines and distinct devices: <see cref="CheckShape"/>.</summary>
    /// <param name="also">A rule of this call's own about each approving device.</param>
    private void CheckApprovals(Call call, ModelOperator op, Action<string>? also = null)
    {
        var kind = call.Kind!.Value;
        Rule(call.Approvals.Count >= Needed(kind, op), Refusal.TooFewApprovals);
        foreach (var approval in call.Approvals)
            CheckApproval(call, op, kind, approval, also);
    }

    private void CheckApproval(Call call, ModelOperator op, ApprovalKind kind, Approval approval, Action<string>? also)
    {
        also?.Invoke(approval.Device);
        var approver = Devices.GetValueOrDefault(approval.Device);
        if (!Rule(approver is { IsActiveMaster: true } && approver.Operator == op.Omni, Refusal.ApproverNotMaster))
            return;
        Rule((approver!.Roles & RoleOf(kind)) != 0, Refusal.ApproverRole);
        CheckAssertion(approval.Assertion, approver.Passkey!, StatementFor(call, approval.Device, approval.Deadline));
    }

    /// <summary>The first failure counts.</summary>
    private void CheckAssertion(Assertion? assertion, ModelPasskey passkey, Statement expected)
    {
        if (assertion is null)
            Rule(false, Refusal.SignatureInvalid);
        else if (FirstFault(assertion, passkey, expected) is { } fault)
            Rule(false, fault);
    }

    private static Refusal? FirstFault(Assertion assertion, ModelPasskey passkey, Statement expected) => assertion switch
    {
        _ when assertion.RpIdHash != passkey.RpIdHash => Refusal.RpIdMismatch,
        { Flaw: AssertionFlaw.UserNotPresent } => Refusal.UserNotPresent,
        { Flaw: AssertionFlaw.UserNotVerified } => Refusal.UserNotVerified,
        { Flaw: AssertionFlaw.BackupStateInvalid } => Refusal.BackupStateInvalid,
        { Flaw: AssertionFlaw.TypeMismatch } => Refusal.TypeMismatch,
        _ when assertion.Statement != expected => Refusal.ChallengeMismatch,
        _ when passkey.OriginHash != Word.Zero && assertion.OriginHash != passkey.OriginHash => Refusal.OriginMismatch,
        { Flaw: AssertionFlaw.CrossOrigin } => Refusal.CrossOrigin,
        { Flaw: AssertionFlaw.SignatureInvalid } => Refusal.SignatureInvalid,
        _ when (assertion.X, assertion.Y) != (passkey.X, passkey.Y) => Refusal.SignatureInvalid,
        _ => null,
    };

    /// <summary>Nonces of the approvals that counted.</summary>
    private void Consume(Call call, string operatorOmni)
    {
        if (call.Kind == ApprovalKind.Recover)
        {
            _recoveryNonces[(operatorOmni, call.Contract)] = RecoveryNonce(operatorOmni, call.Contract) + 1;
            return;
        }

        foreach (var approval in call.Approvals)
            _approvalNonces[(approval.Device, call.Contract)] = ApprovalNonce(approval.Device, call.Contract) + 1;
    }

    private static IReadOnlyList<string> FirstTwo(Call call) => [.. call.Approvals.Take(2).Select(a => a.Device)];

    private Action? Judge(ConsumeApprovals call)
    {
        if (FindOperator(call.Operator) is not { } op)
            return null;
        CheckApprovals(call, op);
        return () => Consume(call, op.Omni);
    }
}
