namespace AgentKeys.Testing.Reference;

/// <summary>Rows of recovery without a quorum: one master proposes, the delay decides.</summary>
public sealed partial class ReferenceRegistry
{
    /// <summary>Whether a proposal can still be executed some time, as far as the registry's nonce says.</summary>
    public bool IsVoid(ModelProposal proposal) => RecoveryNonce(proposal.Operator, Call.Registry) != proposal.RecoveryNonce;

    private Action? Judge(ProposeRecovery call)
    {
        var (known, target) = (FindOperator(call.Operator), FindActiveMaster(call.Target));
        Rule(target is not null && target.Operator == call.Operator, Refusal.NoSuchMaster);
        if (known is not { } op || target is null)
            return null;
        CheckCompromisedSince(call.Since, target);
        CheckApprovals(call, op, approver => Rule(approver != call.Target, Refusal.ProposalSelf));
        return () =>
        {
            Consume(call, op.Omni);
            Open[call.Approvals[0].Device] = new ModelProposal(op.Omni, call.Target, call.Since, Now, RecoveryNonce(op.Omni, Call.Registry));
        };
    }

    private Action? Judge(CancelRecovery call)
    {
        if (!Rule(Open.TryGetValue(call.Proposer, out var proposal), Refusal.NoProposal))
            return null;
        CheckApprovals(call, Operators[proposal!.Operator], approver => Rule(approver != call.Proposer, Refusal.ProposalOwn));
        return () =>
        {
            Consume(call, proposal.Operator);
            Open.Remove(call.Proposer);
        };
    }

    private Action? Judge(WithdrawRecovery call)
    {
        if (!Rule(Open.TryGetValue(call.Proposer, out var proposal), Refusal.NoProposal))
            return null;
        CheckApprovals(call, Operators[proposal!.Operator], approver => Rule(approver == call.Proposer, Refusal.ProposalOfAnother));
        return () =>
        {
            Consume(call, proposal.Operator);
            Open.Remove(call.Proposer);
        };
    }

    private Action? Judge(ExecuteRecovery call)
    {
        if (!Rule(Open.TryGetValue(call.Proposer, out var proposal), Refusal.NoProposal))
            return null;
        Rule(Now >= proposal!.ProposedAt + Delay, Refusal.ProposalTooEarly);
        Rule(Now <= proposal.ProposedAt + Delay + Week, Refusal.ProposalTooLate);
        Rule(!IsVoid(proposal), Refusal.ProposalVoid);
        Rule(Devices[call.Proposer] is { IsActiveMaster: true } proposer && (proposer.Roles & Recovery) != 0, Refusal.ApproverRole);
        if (FindActiveMaster(proposal.Target) is not { } target)
            return null;
        return () =>
        {
            (target.RevokedAt, target.CompromisedSince) = (Now, proposal.Since);
            var op = Operators[proposal.Operator];
            op.RecoveryThreshold = (byte)Math.Min(op.RecoveryThreshold, CountActive(op.Omni, Recovery));
            _recoveryNonces[(op.Omni, Call.Registry)] = RecoveryNonce(op.Omni, Call.Registry) + 1;
            Open.Remove(call.Proposer);
        };
    }
}
