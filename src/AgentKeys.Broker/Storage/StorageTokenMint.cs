using AgentKeys.Broker.Keys;
using AgentKeys.Protocol;
using AgentKeys.Verification;

namespace AgentKeys.Broker.Storage;

/// <summary>Storage tokens (K2): which actor's objects of which class a store shall show. They open nothing without a cap.</summary>
/// <param name="audiences">by data class, from configuration: an STS role's, or a local store's.</param>
internal sealed class StorageTokenMint(
    BrokerIdentity broker, StorageAudiences audiences, IFactsSource facts, MintRecord record, TokenSigner signer, TimeProvider clock)
{
    /// <returns>
    /// or <c>invalid_input</c> for a class that no store serves, the refusals of freshness and of <see cref="CapRules.CheckStorage"/>,
    /// <c>proof_replayed</c>, <c>audit_unavailable</c>.
    /// </returns>
    public async Task<Result<MintedStorageToken>> MintAsync(PresentedSession presented, StorageWish wish, ulong minBlock, CancellationToken cancellationToken)
    {
        if (audiences.Find(wish.DataClass) is not { } audience)
            return Refusal.InvalidInput("data_class", "No store of this class is configured here.");

        var session = presented.Session.Claims;
        var query = new FactsQuery
        {
            Operator = session.Operator,
            Actor = wish.Actor,
            Device = presented.Proof.Device,
            DataClass = wish.DataClass,
            SessionWallet = session.SessionWallet ?? default,
        };
        var judged = await facts.JudgeAsync(
            query, found => CapRules.CheckStorage(wish.DataClass, session.Operator, wish.Actor, session.SessionWallet, found), minBlock, cancellationToken);
        if (!judged.IsOk(out var allowed, out var refusal))
            return refusal;

        var mint = new Mint(AuditOpKind.StorageTokenMinted, session.Operator, wish.Actor, presented.Proof, allowed.Head.Number, Object: null);
        return await record.MintAsync(mint, () => Sign(wish, audience, allowed.Head.Number), cancellationToken);
    }

    private MintedStorageToken Sign(StorageWish wish, string audience, ulong block)
    {
        var now = DateTimeOffset.FromUnixTimeSeconds(clock.GetUtcNow().ToUnixTimeSeconds());
        var claims = new StorageClaims
        {
            Issuer = broker.PublicUrl,
            Audience = audience,
            IssuedAt = now,
            ExpiresAt = now + StorageClaims.Lifetime,
            Id = TokenSigner.NewTokenId(),
            Actor = wish.Actor,
            DataClass = wish.DataClass,
        };
        return new MintedStorageToken(signer.Sign(claims), audience, claims.ExpiresAt, block);
    }
}

/// <summary>Audience of the store of each class that has one.</summary>
internal sealed class StorageAudiences(IReadOnlyDictionary<DataClass, string> byClass)
{
    public string? Find(DataClass dataClass) => byClass.GetValueOrDefault(dataClass);
}

internal sealed record MintedStorageToken(string Token, string Audience, DateTimeOffset ExpiresAt, ulong Block);
