using AgentKeys.Protocol;
using AgentKeys.Verification;
using Xunit;

namespace AgentKeys.Tests.Verification;

/// <summary>A session that was verified before is judged like a new one in everything but its signature.</summary>
public sealed class RememberedSessionTests : IDisposable
{
    private readonly GateFixture _f = new();

    public void Dispose() => _f.Dispose();

    [Fact]
    public void A_remembered_session_ends_when_it_expires()
    {
        var claims = _f.Tokens.SessionClaims(_f.Agent, _f.Now);
        var token = _f.Tokens.Session(claims);
        Assert.Null(Present(token));
        _f.Clock.Advance(claims.ExpiresAt - _f.Now - TimeSpan.FromSeconds(1));
        Assert.Null(Present(token));
        _f.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(RefusalCode.Unauthorized, Present(token));
    }

    [Fact]
    public void A_remembered_session_needs_a_proof_by_its_own_key_every_time()
    {
        var token = _f.Tokens.Session(_f.Tokens.SessionClaims(_f.Agent, _f.Now));
        Assert.Null(Present(token));
        Assert.Equal(RefusalCode.ProofInvalid, Present(token, _f.Master.Prove("POST", GateFixture.Url, token, GateFixture.Body, _f.Now)));
        Assert.Equal(RefusalCode.ProofInvalid, Present(token, ""));
    }

    [Fact]
    public void Another_token_is_not_the_remembered_one()
    {
        var token = _f.Tokens.Session(_f.Tokens.SessionClaims(_f.Agent, _f.Now));
        Assert.Null(Present(token));
        var at = token.LastIndexOf('.') + 1;
        var bent = token[..at] + (token[at] == 'A' ? 'B' : 'A') + token[(at + 1)..];
        Assert.Equal(RefusalCode.Unauthorized, Present(bent));
        Assert.Null(Present(token));
    }

    [Fact]
    public void Refused_tokens_are_not_remembered()
    {
        var claims = _f.Tokens.SessionClaims(_f.Agent, _f.Now);
        var early = _f.Tokens.Session(claims with { IssuedAt = claims.IssuedAt.AddSeconds(60), ExpiresAt = claims.ExpiresAt.AddSeconds(60) });
        Assert.Equal(RefusalCode.Unauthorized, Present(early));
        _f.Clock.Advance(TimeSpan.FromSeconds(60));
        Assert.Null(Present(early));
    }

    [Fact]
    public void No_more_are_remembered_than_two_generations_and_what_is_in_use_stays()
    {
        var remembered = new RememberedSessions(most: 4);
        var sessions = Enumerable.Range(0, 40).Select(_ => Verified()).ToList();
        remembered.Add(sessions[0]);
        foreach (var session in sessions.Skip(1))
        {
            remembered.Add(session);
            Assert.Same(session, remembered.Find(session.Token));
            Assert.Same(sessions[0], remembered.Find(sessions[0].Token));
            Assert.InRange(remembered.Count, 1, 8);
        }

        Assert.Null(remembered.Find(sessions[1].Token));
        Assert.Null(remembered.Find(null));
    }

    private VerifiedSession Verified() =>
        SessionToken.Verify(_f.Tokens.Session(_f.Tokens.SessionClaims(_f.Agent, _f.Now)), _f.Tokens.CapKeys, _f.Tokens.Issuer, _f.Now).Value;

    private RefusalCode? Present(string token, string? proof = null) => _f.Sessions.Present(
        "DPoP " + token, proof ?? _f.Agent.Prove("POST", GateFixture.Url, token, GateFixture.Body, _f.Now), "POST", GateFixture.Url, GateFixture.BodyHash).Refusal?.Code;
}
