using AgentKeys.Protocol;
using AgentKeys.Testing.Tokens;
using Xunit;

namespace AgentKeys.Tests.Tokens;

public sealed class CapTokenTests : IDisposable
{
    private static readonly DateTimeOffset s_now = DateTimeOffset.FromUnixTimeSeconds(1_800_000_000);
    private static readonly ChainRef s_chain = new(31337, AccountAddress.Parse("0x5fbdb2315678afecb367f032d93f642f64180aa3"));

    private readonly TestTokens _tokens = new();
    private readonly TestDevice _device = new();

    public static TheoryData<string> Forged => new(BrokerTokenBends.Forged.Keys);

    public static TheoryData<string> Mangled => new(BrokerTokenBends.Mangled.Keys);

    [Fact]
    public void Says_what_it_was_made_to_say()
    {
        foreach (var op in CapOps.All)
        {
            var claims = Claims with
            {
                Op = op,
                DataClass = DataClass.Memory,
                Service = op.NamesService() ? ServiceName.Parse("notes") : null,
                Key = op.NamesService() ? ServiceName.Parse("today") : null,
                Epoch = ulong.MaxValue,
                Block = ulong.MaxValue,
            };
            Assert.Equal(claims, Verify(_tokens.Cap(claims)).Value.Claims);
        }
    }

    [Theory, MemberData(nameof(Forged))]
    public void Refuses_a_forged(string bend) => Invalid(Bent(f => BrokerTokenBends.Forged[bend](f, _tokens)));

    [Theory, MemberData(nameof(Mangled))]
    public void Refuses_a_token_with(string bend) => Invalid(BrokerTokenBends.Mangled[bend](_tokens.Cap(Claims)));

    [Fact]
    public void Refuses_each_claim_missing_null_or_of_another_type() =>
        BrokerTokenBends.EachClaimIsNeeded(() => _tokens.Forge(Claims with { DataClass = DataClass.Memory }), (_, token) => Invalid(token));

    [Fact]
    public void Refuses_an_explicit_null_where_a_claim_may_be_absent()
    {
        Invalid(Bent(f => f.Claims["key"] = null));
        Invalid(_tokens.Forge(Claims with { Op = CapOp.List, Service = null }).Bend(f => f.Claims["service"] = null).Sign());
    }

    [Fact]
    public void Refuses_tokens_of_the_other_kinds()
    {
        Invalid(_tokens.Session(_tokens.SessionClaims(_device, s_now)));
        Invalid(_tokens.Storage(_tokens.StorageClaims(_device.Omni, DataClass.Credentials, "agentkeys:worker", s_now)));
        Invalid(_device.Prove("POST", "http://127.0.0.1/v1/cred/fetch", null, [], s_now));
        Invalid(Bent(f => f.Header["typ"] = TokenTypes.Session));
        Invalid(Bent(f => f.Header["typ"] = "JWT"));
    }

    [Fact]
    public void Refuses_the_storage_key_even_under_its_own_name() => Invalid(Bent(f =>
    {
        f.Header["kid"] = _tokens.K2.KeyId();
        f.Signer = TestTokens.Es256(_tokens.OidcKey);
    }));

    [Theory]
    [InlineData("eip155:1:0x5fbdb2315678afecb367f032d93f642f64180aa3")]
    [InlineData("eip155:31337:0x5fbdb2315678afecb367f032d93f642f64180aa4")]
    [InlineData("eip155:031337:0x5fbdb2315678afecb367f032d93f642f64180aa3")]
    [InlineData("eip155:31337:0x5FBDB2315678AFECB367F032D93F642F64180AA3")]
    [InlineData("eip155:31337")]
    public void Refuses_another_chain_or_registry(string chain) => Invalid(Bent(f => f.Claims["chain"] = chain));

    [Theory]
    [InlineData("ver", 2)]
    [InlineData("ver", 0)]
    [InlineData("k3_epoch", -1)]
    [InlineData("block", -1)]
    public void Refuses_the_number(string claim, long value) => Invalid(Bent(f => f.Claims[claim] = value));

    [Theory]
    [InlineData("op", "put")]
    [InlineData("op", "Fetch")]
    [InlineData("op", "")]
    [InlineData("data_class", "Credentials")]
    [InlineData("data_class", "secrets")]
    [InlineData("service", "OpenAI")]
    [InlineData("service", "")]
    [InlineData("service", "-a")]
    [InlineData("service", "a/b")]
    [InlineData("operator_omni", "0x00")]
    [InlineData("operator_omni", "00")]
    [InlineData("device_key_hash", "0xZZ")]
    public void Refuses_the_text(string claim, string value) => Invalid(Bent(f => f.Claims[claim] = value));

    [Fact]
    public void Refuses_upper_case_and_unprefixed_hex()
    {
        Invalid(Bent(f => f.Claims["actor_omni"] = "0x" + f.Claims["actor_omni"]!.GetValue<string>()[2..].ToUpperInvariant()));
        Invalid(Bent(f => f.Claims["actor_omni"] = f.Claims["actor_omni"]!.GetValue<string>()[2..]));
    }

    [Fact]
    public void Service_is_there_exactly_where_the_op_names_one()
    {
        Invalid(Bent(f => f.Claims["op"] = "list"));
        Invalid(Bent(f => f.Claims["op"] = "teardown"));
        Assert.Null(Verify(_tokens.Cap(Claims with { Op = CapOp.List, Service = null })).Refusal);
    }

    [Fact]
    public void A_key_is_in_a_service_and_a_service_of_memory_has_one()
    {
        Invalid(_tokens.Cap(Claims with { DataClass = DataClass.Memory }));
        var list = Claims with { DataClass = DataClass.Memory, Op = CapOp.List, Service = null };
        Assert.Null(Verify(_tokens.Cap(list)).Refusal);
        Invalid(_tokens.Cap(list with { Key = ServiceName.Parse("today") }));
    }

    [Fact]
    public void Key_is_memorys_alone()
    {
        Invalid(Bent(f => f.Claims["key"] = "today"));
        Assert.Null(Verify(_tokens.Cap(Claims with { DataClass = DataClass.Memory, Key = ServiceName.Parse("today") })).Refusal);
    }

    [Fact]
    public void Confirmation_has_a_thumbprint_and_nothing_else()
    {
        Invalid(Bent(f => f.Claims["cnf"]!["x5t"] = "a"));
        Invalid(Bent(f => f.Claims["cnf"]!.AsObject().Remove("jkt")));
        Invalid(Bent(f => f.Claims["cnf"]!["jkt"] = "short"));
    }

    [Theory]
    [InlineData(59, false)]
    [InlineData(60, true)]
    [InlineData(900, true)]
    [InlineData(901, false)]
    public void Lifetime_is_60_to_900_seconds(int seconds, bool ok) =>
        Assert.Equal(ok, Verify(_tokens.Cap(Claims with { ExpiresAt = Claims.IssuedAt.AddSeconds(seconds) })).Refusal is null);

    [Theory]
    [InlineData(-6, RefusalCode.CapInvalid)]
    [InlineData(-5, null)]
    [InlineData(0, null)]
    [InlineData(299, null)]
    [InlineData(300, RefusalCode.CapExpired)]
    [InlineData(100_000, RefusalCode.CapExpired)]
    public void Period_is_judged_by_our_clock(int secondsAfterIssue, RefusalCode? code) =>
        Assert.Equal(code, Verify(_tokens.Cap(Claims)).Value.CheckPeriod(Claims.IssuedAt.AddSeconds(secondsAfterIssue))?.Code);

    [Fact]
    public void Route_names_the_class_before_the_op()
    {
        var cap = Verify(_tokens.Cap(Claims)).Value;
        Assert.Null(cap.CheckRoute(CapOp.Fetch, DataClass.Credentials));
        Assert.Equal(RefusalCode.CapOpMismatch, cap.CheckRoute(CapOp.Store, DataClass.Credentials)?.Code);
        Assert.Equal(RefusalCode.CapDataClassMismatch, cap.CheckRoute(CapOp.Fetch, DataClass.Memory)?.Code);
        Assert.Equal(RefusalCode.CapDataClassMismatch, cap.CheckRoute(CapOp.Store, DataClass.Memory)?.Code);
    }

    [Fact]
    public void A_verified_cap_does_not_print_its_token() => Assert.DoesNotContain(".", Verify(_tokens.Cap(Claims)).Value.ToString(), StringComparison.Ordinal);

    public void Dispose()
    {
        _tokens.Dispose();
        _device.Dispose();
    }

    private CapClaims Claims => _tokens.CapClaims(_device, s_chain, s_now);

    private string Bent(Action<JwsForge> bend) => _tokens.Forge(Claims).Bend(bend).Sign();

    private Result<VerifiedCap> Verify(string? token) => CapToken.Verify(token, _tokens.CapKeys, _tokens.Issuer, s_chain);

    private void Invalid(string token) => Assert.Equal(RefusalCode.CapInvalid, Verify(token).Refusal?.Code);
}
