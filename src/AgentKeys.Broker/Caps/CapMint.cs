using AgentKeys.Broker.Keys;
using AgentKeys.Protocol;
using AgentKeys.Verification;

namespace AgentKeys.Broker.Caps;

/// <summary>From a session and a wish to a cap, if the chain says so now.</summary>
internal sealed class CapMint(BrokerIdentity broker, IFactsSource facts, MintRecord record, TokenSigner signer, TimeProvider clock)
{
    /// <summary>
    /// First failure wins: the session's operator and the proof's device (no chain read yet), the rule on fresh facts, the record.
    /// Epoch and block of the cap are those of the very facts that the rule was judged on.
    /// </summary>
    /// <returns>
    /// or <c>operator_mismatch</c>, <c>device_binding_mismatch</c>, the refusals of freshness and of the rule, <c>proof_replayed</c>,
    /// <c>audit_unavailable</c>.
    /// </returns>
    public async Task<Result<MintedCap>> MintAsync(PresentedSession presented, CapWish asked, ulong minBlock, CancellationToken cancellationToken)
    {
        var wish = asked.Wish;
        if (SessionCheck.Check(presented, wish) is { } unfit)
            return unfit;

        var request = wish.ToRequest(presented.Session.Claims.SessionWallet);
        var judged = await facts.JudgeAsync(request.ToQuery(), found => CapRules.Check(request, found, clock.GetUtcNow()), minBlock, cancellationToken);
        if (!judged.IsOk(out var allowed, out var refusal))
            return refusal;

        var mint = new Mint(AuditOpKind.CapMinted, wish.Operator, wish.Actor, presented.Proof, allowed.Head.Number, wish.Object);
        return await record.MintAsync(mint, () => Sign(asked, presented.Proof, allowed), cancellationToken);
    }

    private MintedCap Sign(CapWish asked, VerifiedProof proof, CapFacts allowed)
    {
        var wish = asked.Wish;
        var now = DateTimeOffset.FromUnixTimeSeconds(clock.GetUtcNow().ToUnixTimeSeconds());
        var claims = new CapClaims
        {
            Issuer = broker.PublicUrl,
            IssuedAt = now,
            ExpiresAt = now + asked.Lifetime,
            Id = TokenSigner.NewTokenId(),
            Op = wish.Op,
            DataClass = wish.DataClass,
            Operator = wish.Operator,
            Actor = wish.Actor,
            Service = wish.Service,
            Key = wish.Key,
            Device = wish.Device,
            Epoch = allowed.Epoch,
            Chain = allowed.Chain,
            Block = allowed.Head.Number,
            Jkt = proof.Jkt,
        };
        return new MintedCap(signer.Sign(claims), claims.ExpiresAt, claims.Block);
    }
}

internal sealed record MintedCap(string Token, DateTimeOffset ExpiresAt, ulong Block);
