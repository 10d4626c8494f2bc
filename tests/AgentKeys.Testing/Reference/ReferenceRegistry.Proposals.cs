namespace AgentKeys.Testing.Reference;

/// <summary>Rows of recovery without a quorum: one master proposes, the delay decides.</summary>
public sealed partial class ReferenceRegistry
{
    /// <summary>Whether a proposal can still be executed some time, as far as the registry's nonce says.</summary>
    public bool IsVoid(ModelProposal proposal) => RecoveryNonce(proposal.Operator, Call.Registry) != proposal.RecoveryNonce;

    private Action? Judge(ProposeRecovery call)
    {
        if (FindOperator(call.Operator) is not { } op || FindActiveMaster(call.Target) is not { } target)
            return null;
        Rule(target.Operator == op.Omni, Refusal.NoSuchMaster);
        CheckCompromisedSince(call.Since, target);
        CheckApprovals(call, op, approver => Rule(approver != target, Refusal.ProposalSelf));
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
        CheckApprovals(call, Operators[proposal!.Operator], approver => Rule(approver.Hash != call.Proposer, Refusal.ProposalOwn));
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
        CheckApprovals(call, Operators[proposal!.Operator], approver => Rule(approver.Hash == call.Proposer, Refusal.ProposalOfAnother));
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
            (target.Revoked, target.CompromisedSince) = (true, proposal.Since);
            var op = Operators[proposal.Operator];
            op.RecoveryThreshold = (byte)Math.Min(op.RecoveryThreshold, CountActive(op.Omni, Recovery));
            _recoveryNonces[(op.Omni, Call.Registry)] = RecoveryNonce(op.Omni, Call.Registry) + 1;
            Open.Remove(call.Proposer);
        };
    }
}
