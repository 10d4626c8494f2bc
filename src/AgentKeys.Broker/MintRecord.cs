using AgentKeys.Audit;
using AgentKeys.Protocol;

namespace AgentKeys.Broker;

/// <summary>A token about to be made, or an answer to be given: whose, by which proof, decided at which block (null: none was asked).</summary>
internal sealed record Mint(AuditOpKind Op, Omni Operator, Omni Actor, VerifiedProof Proof, ulong? Block, ObjectName? Object);

/// <summary>No record, no token. The append that records the mint is the one that refuses a proof's second use.</summary>
internal sealed class MintRecord(IAuditSink audit)
{
    /// <summary>Sign, then both records in one step: the token leaves only when they are durable. One that may not leave is forgotten here.</summary>
    /// <param name="sign">pure computation; makes the token.</param>
    /// <returns>or <c>proof_replayed</c>, <c>audit_unavailable</c>.</returns>
    public async Task<Result<T>> MintAsync<T>(Mint mint, Func<T> sign, CancellationToken cancellationToken)
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
        var token = sign();
        return (await audit.RecordAsync(authorization, cancellationToken)).IsOk(out _, out var refusal) ? token : refusal;
    }
}
