using AgentKeys.Protocol;

namespace AgentKeys.Verification;

/// <summary>Where a broker session is presented: the session, then a proof by the key that it was given to.</summary>
/// <remarks>
/// NOT verified here, and the caller must: what the session's holder may do (read from the chain at every use), and that the proof
/// is new (the audit append).
/// </remarks>
public sealed class SessionGate(TrustedIssuer issuer, ProcessStart start, TimeProvider clock)
{
    private readonly RememberedSessions _remembered = new();

    /// <summary>No I/O. First failure wins: session, proof, the proof's key, the proof's device.</summary>
    /// <param name="publicUrl">configured public URL of the route; never from the Host header.</param>
    /// <returns>or <c>unauthorized</c>, <c>proof_invalid</c>, <c>device_binding_mismatch</c>.</returns>
    public Result<PresentedSession> Present(string? authorization, string? dpop, string method, string publicUrl, Bytes32 bodyHash)
    {
        var now = clock.GetUtcNow();
        if (!Verify(TokenPresentation.ReadToken(authorization), now).IsOk(out var session, out var refusal))
            return refusal;
        var claims = session.Claims;
        var expected = new ProofExpectation(method, publicUrl, session.Token, bodyHash, now, start.At);
        if (!TokenPresentation.VerifyProof(dpop, expected, claims.Jkt, claims.Device).IsOk(out var proof, out refusal))
            return refusal;
        return new PresentedSession(session, proof);
    }

    /// <summary>The proof of a login, which has no token yet.</summary>
    /// <returns>or <c>proof_invalid</c>.</returns>
    public Result<VerifiedProof> PresentLogin(string? dpop, string method, string publicUrl, Bytes32 bodyHash) =>
        ProofOfPossession.Verify(dpop, new ProofExpectation(method, publicUrl, Token: null, bodyHash, clock.GetUtcNow(), start.At));

    /// <summary>The signature of a token once, its period every time.</summary>
    private Result<VerifiedSession> Verify(string? token, DateTimeOffset now)
    {
        if (_remembered.Find(token) is { } known)
            return known.CheckPeriod(now) is { } over ? over : known;
        var verified = SessionToken.Verify(token, issuer.CapKeys, issuer.Issuer, now);
        if (verified.IsOk(out var session, out _))
            _remembered.Add(session);
        return verified;
    }
}
