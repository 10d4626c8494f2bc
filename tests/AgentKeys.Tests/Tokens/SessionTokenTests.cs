using AgentKeys.Protocol;
using AgentKeys.Testing.Tokens;
using Xunit;

namespace AgentKeys.Tests.Tokens;

public sealed class SessionTokenTests : IDisposable
{
    private static readonly DateTimeOffset s_now = DateTimeOffset.FromUnixTimeSeconds(1_800_000_000);

    private readonly TestTokens _tokens = new();
    private readonly TestDevice _device = new();

    public static TheoryData<string> Forged => new(BrokerTokenBends.Forged.Keys);

    public static TheoryData<string> Mangled => new(BrokerTokenBends.Mangled.Keys);

    [Theory]
    [InlineData(LoginKind.Wallet)]
    [InlineData(LoginKind.Device)]
    public void Says_what_it_was_made_to_say(LoginKind login)
    {
        var claims = Claims with { Login = login };
        Assert.Equal(claims, Verify(_tokens.Session(claims), s_now).Value.Claims);
        Assert.Equal(login == LoginKind.Wallet ? claims.Address : null, claims.SessionWallet);
    }

    [Theory, MemberData(nameof(Forged))]
    public void Refuses_a_forged(string bend) => Unauthorized(Bent(f => BrokerTokenBends.Forged[bend](f, _tokens)));

    [Theory, MemberData(nameof(Mangled))]
    public void Refuses_a_token_with(string bend) => Unauthorized(BrokerTokenBends.Mangled[bend](_tokens.Session(Claims)));

    [Fact]
    public void Refuses_each_claim_missing_null_or_of_another_type() =>
        BrokerTokenBends.EachClaimIsNeeded(() => _tokens.Forge(Claims), (_, token) => Unauthorized(token));

    [Fact]
    public void Refuses_tokens_of_the_other_kinds()
    {
        Unauthorized(_tokens.Cap(_tokens.CapClaims(_device, new ChainRef(1, _device.Address), s_now)));
        Unauthorized(_tokens.Storage(_tokens.StorageClaims(_device.Omni, DataClass.Credentials, SessionClaims.Audience, s_now)));
        Unauthorized(Bent(f => f.Header["typ"] = TokenTypes.Cap));
    }

    [Theory]
    [InlineData("login", "Wallet")]
    [InlineData("login", "admin")]
    [InlineData("address", "0x00")]
    public void Refuses_the_text(string claim, string value) => Unauthorized(Bent(f => f.Claims[claim] = value));

    [Theory]
    [InlineData(-6, false)]
    [InlineData(-5, true)]
    [InlineData(3599, true)]
    [InlineData(3600, false)]
    public void Period_is_judged_by_our_clock(int secondsAfterIssue, bool ok) =>
        Assert.Equal(ok, Verify(_tokens.Session(Claims), s_now.AddSeconds(secondsAfterIssue)).Refusal is null);

    [Fact]
    public void Lives_at_most_an_hour() => Unauthorized(_tokens.Session(Claims with { ExpiresAt = Claims.IssuedAt.AddSeconds(3601) }));

    /// <summary>Both times within what our clock allows.</summary>
    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void Ends_after_it_begins(int seconds) =>
        Unauthorized(_tokens.Session(Claims with { IssuedAt = s_now.AddSeconds(3), ExpiresAt = s_now.AddSeconds(seconds) }));

    public void Dispose()
    {
        _tokens.Dispose();
        _device.Dispose();
    }

    private SessionClaims Claims => _tokens.SessionClaims(_device, s_now);

    private string Bent(Action<JwsForge> bend) => _tokens.Forge(Claims).Bend(bend).Sign();

    private Result<VerifiedSession> Verify(string token, DateTimeOffset now) => SessionToken.Verify(token, _tokens.CapKeys, _tokens.Issuer, now);

    private void Unauthorized(string token) => Assert.Equal(RefusalCode.Unauthorized, Verify(token, s_now).Refusal?.Code);
}
