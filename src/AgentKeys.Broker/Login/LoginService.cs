using System.Security.Cryptography;
using AgentKeys.Broker.Keys;
using AgentKeys.Protocol;
using AgentKeys.Verification;

namespace AgentKeys.Broker.Login;

/// <summary>
/// Login with the wallet's key or a device's (EIP-4361), one attempt for each message. What comes out proves a key; what its
/// holder may do is read from the chain at every use.
/// </summary>
internal sealed class LoginService(
    BrokerIdentity broker, LoginChallenges challenges, IFactsSource facts, ILoginResolver resolver, MintRecord record, TokenSigner signer, TimeProvider clock)
{
    private const string Statement = "Log in to AgentKeys with this device.";

    private static readonly Refusal s_failed = new(RefusalCode.Unauthorized, "The login failed; start again.");
    private static readonly Refusal s_otherDevice = new(RefusalCode.DeviceBindingMismatch, "The DPoP proof was made by another device than this login names.");

    /// <returns>or <c>rate_limited</c> while too many logins are open.</returns>
    public Result<LoginChallenge> Start(LoginWish wish)
    {
        var now = WholeSecond(clock.GetUtcNow());
        var message = new SiweMessage(
            broker.Domain, wish.Address, Statement, broker.PublicUrl, facts.Chain.ChainId, RandomNumberGenerator.GetHexString(32, lowercase: true),
            now, now + LoginChallenges.Lifetime, wish.Device);
        var challenge = new LoginChallenge(LoginChallenges.NewId(), message.ToText(), wish.Address, wish.Device, message.ExpirationTime);
        return challenges.TryAdd(challenge)
            ? challenge
            : new Refusal(RefusalCode.RateLimited, "Too many logins are open.") { RetryAfterSeconds = (int)LoginChallenges.Lifetime.TotalSeconds };
    }

    /// <summary>
    /// First failure wins: the request id (once), the proof's device, the signature, who the address is by the chain, the record.
    /// The text is the one we kept, so domain, URI, chain, nonce and period are ours; the caller sends only the signature.
    /// </summary>
    /// <returns>
    /// or <c>unauthorized</c>, <c>device_binding_mismatch</c>, the refusals of <see cref="ILoginResolver"/>, <c>proof_replayed</c>,
    /// <c>audit_unavailable</c>.
    /// </returns>
    public async Task<Result<OpenedSession>> VerifyAsync(SignedLogin login, VerifiedProof proof, ulong minBlock, CancellationToken cancellationToken)
    {
        if (challenges.Take(login.RequestId) is not { } challenge)
            return s_failed;
        if (challenge.Device != proof.Device)
            return s_otherDevice;
        if (SiweVerifier.Verify(challenge.Text, login.Signature, out _) != SiweFault.None)
            return s_failed;
        if (!(await resolver.ResolveAsync(challenge.Address, minBlock, cancellationToken)).IsOk(out var identity, out var refusal))
            return refusal;
        // A device speaks for itself: its session is not for another key to hold.
        if (identity.Kind == LoginKind.Device && challenge.Address != proof.Address)
            return s_otherDevice;

        var minted = await record.MintAsync(
            new Mint(AuditOpKind.Login, identity.Operator, identity.Actor, proof, identity.Block, Object: null), () => Sign(challenge, identity, proof), cancellationToken);
        return minted.IsOk(out var session, out refusal) ? session : refusal;
    }

    private OpenedSession Sign(LoginChallenge challenge, LoginIdentity identity, VerifiedProof proof)
    {
        var now = WholeSecond(clock.GetUtcNow());
        var claims = new SessionClaims
        {
            Issuer = broker.PublicUrl,
            IssuedAt = now,
            ExpiresAt = now + SessionClaims.Lifetime,
            Id = TokenSigner.NewTokenId(),
            Login = identity.Kind,
            Address = challenge.Address,
            Operator = identity.Operator,
            Actor = identity.Actor,
            Device = proof.Device,
            Jkt = proof.Jkt,
        };
        return new OpenedSession(signer.Sign(claims), claims, identity.TrustTier, identity.Block);
    }

    private static DateTimeOffset WholeSecond(DateTimeOffset time) => DateTimeOffset.FromUnixTimeSeconds(time.ToUnixTimeSeconds());
}

internal sealed record OpenedSession(string Token, SessionClaims Claims, TrustTier TrustTier, ulong Block);
