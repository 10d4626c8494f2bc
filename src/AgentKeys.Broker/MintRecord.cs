using AgentKeys.Audit;
using AgentKeys.Protocol;

namespace AgentKeys.Broker;

/// <summary>A token about to be made, or an answer to be given: whose, by which proof, decided at which block (null: none was asked).</summary>
internal sealed record Mint(AuditOpKind Op, Omni Operator, Omni Actor, VerifiedProof Proof, ulong? Block, ObjectName? Object);

/// <summary>No record, no token. The append that records the mint is the one that refuses a proof's second use.</summary>
internal sealed class MintRecord(IAuditSink audit)
{
    /// <summary>Record, sign, outcome: the token leaves only when both records are durable.</summary>
    /// <param name="sign">pure computation; makes the token.</param>
    /// <returns>or <c>proof_replayed</c>, <c>audit_unavailable</c>.</returns>
    public Task<Result<T>> MintAsync<T>(Mint mint, Func<T> sign, CancellationToken cancellationToken)
    {
        var authorization = new AuditAuthorization
        {
            Operator = mint.Operator,
            Actor = mint.Actor,
            Device = mint.Proof.Device,
            Op = mint.Op,
            Proof = new ProofUse(mint.Proof.Jkt, mint.Proof.Id),
            Cap = null,
            Quota = null,
            Block = mint.Block,
            Object = mint.Object,
        };
        return audit.ActAsync(authorization, isWrite: true, Act, cancellationToken);

        Task<Result<ActResult<T>>> Act(AuditReceipt receipt) =>
            Task.FromResult<Result<ActResult<T>>>(new ActResult<T>(sign(), AuditOutcome.Done(receipt.Leaf)));
    }
}
