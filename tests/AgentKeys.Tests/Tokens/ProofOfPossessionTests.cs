using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using AgentKeys.Protocol;
using AgentKeys.Testing.Tokens;
using Xunit;

namespace AgentKeys.Tests.Tokens;

/// <summary>A proof fits one request by one key: every part bent alone is <c>proof_invalid</c>. A second use is the audit log's to refuse.</summary>
public sealed class ProofOfPossessionTests : IDisposable
{
    private const string Url = "http://127.0.0.1:9094/v1/cred/fetch";
    private const string Token = "the.cap.token";
    private static readonly byte[] s_body = "{}"u8.ToArray();
    private static readonly DateTimeOffset s_now = DateTimeOffset.FromUnixTimeSeconds(1_800_000_000);

    private static readonly ProofExpectation s_expected =
        new("POST", Url, Token, new Bytes32(SHA256.HashData(s_body)), s_now, s_now.AddHours(-1));

    private readonly TestDevice _device = new();
    private readonly TestDevice _other = new();

    public static TheoryData<string> BendNames => new(ProofBends.All.Keys);

    public static TheoryData<string> Mangled => new(BrokerTokenBends.Mangled.Keys);

    [Fact]
    public void A_fitting_proof_names_its_key()
    {
        var proof = Verify(_device.Prove("POST", Url, Token, s_body, s_now)).Value;
        Assert.Equal((_device.Jkt, _device.Address, _device.Hash, s_now), (proof.Jkt, proof.Address, proof.Device, proof.IssuedAt));
        Assert.Equal(22, proof.Id.Length);
    }

    [Theory, MemberData(nameof(BendNames))]
    public void Refuses(string bend) => Invalid(Forge().Bend(ProofBends.All[bend]).Sign());

    [Theory, MemberData(nameof(Mangled))]
    public void Refuses_a_proof_with(string bend) => Invalid(BrokerTokenBends.Mangled[bend](Forge().Sign()));

    [Fact]
    public void Refuses_no_proof() => Assert.Equal(RefusalCode.ProofInvalid, ProofOfPossession.Verify(null, s_expected).Refusal?.Code);

    [Fact]
    public void Refuses_anothers_signature_under_our_key() => Invalid(Forge().Bend(f => f.Signer = _other.SignJws).Sign());

    [Fact]
    public void Refuses_our_signature_under_anothers_key() => Invalid(Forge().Bend(f => f.Header["jwk"] = JsonNode.Parse(_other.Jwk.ToJson())).Sign());

    [Fact]
    public void Refuses_high_s() => Invalid(Forge().Bend(f => f.Signer = input => _device.SignHighS(SHA256.HashData(input))).Sign());

    [Fact]
    public void Refuses_P256_signed_proofs()
    {
        using var p256 = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        Invalid(Forge().Bend(f =>
        {
            f.Header["jwk"] = JsonNode.Parse(Jwk.OfP256(p256).ToJson());
            f.Signer = TestTokens.Es256(p256);
        }).Sign());
    }

    [Theory]
    [InlineData(-60, true)]
    [InlineData(-61, false)]
    [InlineData(5, true)]
    [InlineData(6, false)]
    public void Age_has_exact_edges(int seconds, bool ok) =>
        Assert.Equal(ok, Verify(_device.Prove("POST", Url, Token, s_body, s_now.AddSeconds(seconds))).Refusal is null);

    [Theory]
    [InlineData(-1, true)]
    [InlineData(0, true)]
    [InlineData(1, false)]
    public void Refuses_proofs_from_before_the_process(int startAfterProof, bool ok)
    {
        var issued = s_now.AddSeconds(-20);
        var expected = s_expected with { ProcessStart = issued.AddSeconds(startAfterProof) };
        Assert.Equal(ok, ProofOfPossession.Verify(_device.Prove("POST", Url, Token, s_body, issued), expected).Refusal is null);
    }

    [Fact]
    public void A_login_proof_names_no_token_and_only_a_login_takes_it()
    {
        var login = _device.Prove("POST", Url, null, s_body, s_now);
        Assert.Null(ProofOfPossession.Verify(login, s_expected with { Token = null }).Refusal);
        Invalid(login);
        Assert.Equal(RefusalCode.ProofInvalid, ProofOfPossession.Verify(Forge().Sign(), s_expected with { Token = null }).Refusal?.Code);
    }

    [Fact]
    public void A_login_proof_leaves_the_token_hash_out_and_does_not_write_null()
    {
        var login = TestTokens.ForgeProof(_device, "POST", Url, null, s_body, s_now).Bend(f => f.Claims["ath"] = null).Sign();
        Assert.Equal(RefusalCode.ProofInvalid, ProofOfPossession.Verify(login, s_expected with { Token = null }).Refusal?.Code);
    }

    [Fact]
    public void Only_a_verifier_that_does_not_see_the_body_leaves_it_out()
    {
        var proof = _device.Prove("POST", Url, Token, Encoding.UTF8.GetBytes("anything"), s_now);
        Invalid(proof);
        Assert.Null(ProofOfPossession.Verify(proof, s_expected with { BodyHash = null }).Refusal);
    }

    public void Dispose()
    {
        _device.Dispose();
        _other.Dispose();
    }

    private JwsForge Forge() => TestTokens.ForgeProof(_device, "POST", Url, Token, s_body, s_now);

    private static Result<VerifiedProof> Verify(string proof) => ProofOfPossession.Verify(proof, s_expected);

    private static void Invalid(string proof) => Assert.Equal(RefusalCode.ProofInvalid, Verify(proof).Refusal?.Code);
}
