using AgentKeys.Protocol;

namespace AgentKeys.Audit;

/// <summary>The authorized record of an act that a cap allows; the same at worker and signer.</summary>
public static class CapAuthorization
{
    /// <summary>
    /// The proof must be new, a write's cap unused; where a grant allowed an act on an object its quota counts, at the worker and again
    /// at the signer, so that a bad worker cannot use a grant more often. Takes what the gate has checked.
    /// </summary>
    public static AuditAuthorization Of(CapClaims cap, VerifiedProof proof, CapFacts facts, AuditOpKind op) => new()
    {
        Operator = cap.Operator,
        Actor = cap.Actor,
        Device = cap.Device,
        Op = op,
        Proof = new ProofUse(proof.Jkt, proof.Id),
        Cap = new CapUse(cap.Id, cap.Op.IsWrite()),
        Quota = QuotaOf(cap, facts),
        Block = facts.Head.Number,
        Object = cap.ObjectName,
    };

    /// <summary>A limit without a period is refused by the contract; met all the same, it counts for ever.</summary>
    private static QuotaUse? QuotaOf(CapClaims cap, CapFacts facts) =>
        CapRules.NeedsGrant(cap.Op, facts) && facts.Grant.MaxCalls > 0
            ? new QuotaUse(facts.Grant.Generation, facts.Grant.MaxCalls, facts.Grant.PeriodSeconds == 0 ? uint.MaxValue : facts.Grant.PeriodSeconds)
            : null;
}
