using System.Text.Json.Nodes;
using AgentKeys.Protocol;
using AgentKeys.Testing.Tokens;
using Xunit;

namespace AgentKeys.Tests.Tokens;

public sealed class StorageTokenTests : IDisposable
{
    private static readonly DateTimeOffset s_now = DateTimeOffset.FromUnixTimeSeconds(1_800_000_000);
    private static readonly string s_audience = StorageClaims.LocalAudience("dev", DataClass.Credentials);

    private readonly TestTokens _tokens = new();
    private readonly TestDevice _device = new();
    private readonly TestDevice _other = new();

    public static TheoryData<string> Forged => new(BrokerTokenBends.Forged.Keys);

    public static TheoryData<string> Mangled => new(BrokerTokenBends.Mangled.Keys);

    [Fact]
    public void Opens_its_actors_class()
    {
        Assert.Null(Verify(_tokens.Storage(Claims)));
        Assert.Equal("agentkeys:store:dev:credentials", s_audience);
    }

    [Theory, MemberData(nameof(Forged))]
    public void Refuses_a_forged(string bend) => Refused(Bent(f => BrokerTokenBends.Forged[bend](f, _tokens)));

    [Theory, MemberData(nameof(Mangled))]
    public void Refuses_a_token_with(string bend) => Refused(BrokerTokenBends.Mangled[bend](_tokens.Storage(Claims)));

    [Fact]
    public void Refuses_each_claim_missing_null_or_of_another_type() =>
        BrokerTokenBends.EachClaimIsNeeded(() => _tokens.Forge(Claims), (_, token) => Refused(token));

    [Fact]
    public void Refuses_the_session_key_even_under_its_own_name() => Refused(Bent(f =>
    {
        f.Header["kid"] = _tokens.K1.KeyId();
        f.Signer = TestTokens.Es256(_tokens.SessionKey);
    }));

    [Fact]
    public void Another_actor_class_or_store_is_refused()
    {
        var token = _tokens.Storage(Claims);
        Assert.Equal(RefusalCode.StorageSessionRefused, Verify(token, actor: _other.Omni)?.Code);
        Assert.Equal(RefusalCode.StorageSessionRefused, Verify(token, dataClass: DataClass.Memory)?.Code);
        Assert.Equal(RefusalCode.StorageSessionRefused, Verify(token, audience: StorageClaims.LocalAudience("other", DataClass.Credentials))?.Code);
    }

    [Fact]
    public void Subject_and_both_tags_must_agree()
    {
        const string Tags = "https://aws.amazon.com/tags";
        Refused(Bent(f => f.Claims["sub"] = $"{_other.Omni.ToBareHex()}:credentials"));
        Refused(Bent(f => f.Claims["sub"] = $"{_device.Omni}:credentials"));
        Refused(Bent(f => f.Claims[Tags]!["principal_tags"]!["agentkeys_actor_omni"] = new JsonArray(_other.Omni.ToBareHex())));
        Refused(Bent(f => f.Claims[Tags]!["principal_tags"]!["agentkeys_data_class"] = new JsonArray("memory")));
        Refused(Bent(f => f.Claims[Tags]!["principal_tags"]!["agentkeys_actor_omni"] = new JsonArray(_device.Omni.ToBareHex(), _other.Omni.ToBareHex())));
        Refused(Bent(f => f.Claims[Tags]!["principal_tags"]!["agentkeys_actor_omni"] = new JsonArray()));
        Refused(Bent(f => f.Claims[Tags]!["principal_tags"]!["more"] = new JsonArray("x")));
    }

    [Theory]
    [InlineData(-6, false)]
    [InlineData(-5, true)]
    [InlineData(299, true)]
    [InlineData(300, false)]
    public void Period_is_judged_by_our_clock(int secondsAfterIssue, bool ok) =>
        Assert.Equal(ok, Verify(_tokens.Storage(Claims), now: s_now.AddSeconds(secondsAfterIssue)) is null);

    [Fact]
    public void Lives_at_most_five_minutes() => Refused(_tokens.Storage(Claims with { ExpiresAt = Claims.IssuedAt.AddSeconds(301) }));

    public void Dispose()
    {
        _tokens.Dispose();
        _device.Dispose();
        _other.Dispose();
    }

    private StorageClaims Claims => _tokens.StorageClaims(_device.Omni, DataClass.Credentials, s_audience, s_now);

    private string Bent(Action<JwsForge> bend) => _tokens.Forge(Claims).Bend(bend).Sign();

    private Refusal? Verify(string token, Omni? actor = null, DataClass dataClass = DataClass.Credentials, string? audience = null, DateTimeOffset? now = null) =>
        StorageToken.Verify(token, _tokens.StorageKeys, _tokens.Issuer, audience ?? s_audience, actor ?? _device.Omni, dataClass, now ?? s_now);

    private void Refused(string token) => Assert.Equal(RefusalCode.StorageSessionRefused, Verify(token)?.Code);
}
