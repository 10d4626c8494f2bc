using AgentKeys.Broker.Keys;
using AgentKeys.Protocol;
using AgentKeys.Verification;

namespace AgentKeys.Broker.Caps;

/// <summary>From a session and a wish to a cap, if the chain says so now.</summary>
internal sealed class CapMint(BrokerIdentity broker, IFactsSource facts, MintRecord record, TokenSigner signer, TimeProvider clock)
{
    private static readonly Refusal s_otherOperator = new(RefusalCode.OperatorMismatch, "This session is another operator's.");
    private static readonly Refusal s_otherDevice = new(RefusalCode.DeviceBindingMismatch, "The DPoP proof was made by another device than this request names.");

    /// <summary>
    /// First failure wins: the session's operator and the proof's device (no chain read yet), the rule on fresh facts, the record.
    /// Epoch and block of the cap are those of the very facts that the rule was judged on.
    /// </summary>
    /// <returns>
    /// or <c>operator_mismatch</c>, <c>device_binding_mismatch</c>, the refusals of freshness and of the rule, <c>proof_replayed</c>,
    /// <c>audit_unavailable</c>.
    /// </returns>
    public async Task<Result<MintedCap>> MintAsync(PresentedSession presented, CapOp op, DataClass dataClass, CapWish wish, ulong minBlock, CancellationToken cancellationToken)
    {
        var session = presented.Session.Claims;
        if (wish.Operator != session.Operator)
            return s_otherOperator;
        if (wish.Device != presented.Proof.Device)
            return s_otherDevice;

        var request = new CapRequest
        {
            Op = op,
            DataClass = dataClass,
            Operator = wish.Operator,
            Actor = wish.Actor,
            Service = wish.Service,
            Device = wish.Device,
            SessionWallet = session.SessionWallet,
        };
        var judged = await facts.JudgeAsync(request.ToQuery(), found => CapRules.Check(request, found, clock.GetUtcNow()), minBlock, cancellationToken);
        if (!judged.IsOk(out var allowed, out var refusal))
            return refusal;

        var mint = new Mint(AuditOpKind.CapMinted, wish.Operator, wish.Actor, presented.Proof, allowed.Head.Number, new ObjectName(wish.Service));
        return await record.MintAsync(mint, () => Sign(request, wish, presented.Proof, allowed), cancellationToken);
    }

    private MintedCap Sign(CapRequest request, CapWish wish, VerifiedProof proof, CapFacts allowed)
    {
        var now = DateTimeOffset.FromUnixTimeSeconds(clock.GetUtcNow().ToUnixTimeSeconds());
        var claims = new CapClaims
        {
            Issuer = broker.PublicUrl,
            IssuedAt = now,
            ExpiresAt = now + wish.Lifetime,
            Id = TokenSigner.NewTokenId(),
            Op = request.Op,
            DataClass = request.DataClass,
            Operator = request.Operator,
            Actor = request.Actor,
            Service = request.Service,
            Device = request.Device,
            Epoch = allowed.Epoch,
            Chain = allowed.Chain,
            Block = allowed.Head.Number,
            Jkt = proof.Jkt,
        };
        return new MintedCap(signer.Sign(claims), claims.ExpiresAt, claims.Block);
    }
}

internal sealed record MintedCap(string Token, DateTimeOffset ExpiresAt, ulong Block);
