namespace AgentKeys.Testing.Reference;

/// <summary>Rows that a recovery quorum decides, and those of single masters.</summary>
public sealed partial class ReferenceRegistry
{
    private Action? Judge(SetDeviceRoles call)
    {
        if (FindActiveMaster(call.Device) is not { } device)
            return null;
        var op = Operators[device.Operator];
        Rule(call.Roles is >= 1 and <= 7, Refusal.RolesInvalid);
        CheckRecoveryThreshold(op.RecoveryThreshold, CountActive(op.Omni, Recovery) - Has(device.Roles, Recovery) + Has(call.Roles, Recovery));
        CheckApprovals(call, op);
        return () =>
        {
            Consume(call, op.Omni);
            device.Roles = call.Roles;
        };
    }

    private Action? Judge(SetRecoveryThreshold call)
    {
        if (FindOperator(call.Operator) is not { } op)
            return null;
        CheckRecoveryThreshold(call.Threshold, CountActive(op.Omni, Recovery));
        CheckApprovals(call, op);
        return () =>
        {
            Consume(call, op.Omni);
            op.RecoveryThreshold = call.Threshold;
        };
    }

    private Action? Judge(SetGrantThreshold call)
    {
        if (FindOperator(call.Operator) is not { } op)
            return null;
        CheckGrantThreshold(call.Threshold);
        CheckApprovals(call, op);
        return () =>
        {
            Consume(call, op.Omni);
            op.GrantThreshold = call.Threshold;
        };
    }

    private Action? Judge(RotateMasterWallet call)
    {
        if (FindOperator(call.Operator) is not { } op)
            return null;
        CheckConsent(call, op.Omni, call.NewWallet, call.Deadline, call.Consent);
        CheckApprovals(call, op);
        return () =>
        {
            Consume(call, op.Omni);
            op.Wallet = call.NewWallet;
            _walletsEver[call.NewWallet] = op.Omni;
        };
    }

    private Action? Judge(RevokeMasterDevice call)
    {
        if (FindActiveMaster(call.Target) is not { } target)
            return null;
        var op = Operators[target.Operator];
        CheckCompromisedSince(call.Since, target);
        CheckRecoveryThreshold(op.RecoveryThreshold, CountActive(op.Omni, Recovery) - Has(target.Roles, Recovery));
        CheckApprovals(call, op, approver => Rule(approver != call.Target, Refusal.ApproverIsTarget));
        return () =>
        {
            Consume(call, op.Omni);
            (target.RevokedAt, target.CompromisedSince) = (Now, call.Since);
        };
    }

    private Action? Judge(SetCompromisedSince call)
    {
        var target = Devices.GetValueOrDefault(call.Target);
        if (!Rule(target is { Tier: Master }, Refusal.NoSuchMaster) || !Rule(target!.Revoked, Refusal.MasterStillActive))
            return null;
        var op = Operators[target.Operator];
        CheckCompromisedSince(call.Since, target);
        Rule(call.Since < target.CompromisedSince, Refusal.CompromisedSinceInvalid);
        CheckApprovals(call, op);
        return () =>
        {
            Consume(call, op.Omni);
            target.CompromisedSince = call.Since;
        };
    }

    private Action? Judge(VoidApprovals call)
    {
        if (FindActiveMaster(call.Device) is not { } device)
            return null;
        CheckApprovals(call, Operators[device.Operator], approver => Rule(approver == call.Device, Refusal.ApproverIsAnother));
        return () =>
        {
            Consume(call, device.Operator);
            _voids[call.Device] = Voids(call.Device) + 1;
        };
    }

    private Action? Judge(SetAuditRelay call)
    {
        if (FindOperator(call.Operator) is not { } op)
            return null;
        CheckApprovals(call, op);
        return () =>
        {
            Consume(call, op.Omni);
            op.Relay = call.Relay;
        };
    }
}
