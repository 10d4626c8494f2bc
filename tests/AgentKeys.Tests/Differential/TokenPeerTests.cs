using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using AgentKeys.Ethereum;
using AgentKeys.Protocol;
using AgentKeys.Testing.Tokens;
using Xunit;
using Xunit.Abstractions;

namespace AgentKeys.Tests.Differential;

/// <summary>JWS with ES256 and thumbprints (RFC 7638) as jose has them; DPoP proofs with ES256K, which jose lacks, signed and verified by noble.</summary>
public sealed class TokenPeerTests(NodePeer peer, ITestOutputHelper output) : PeerTests(peer, output), IDisposable
{
    private static readonly ChainRef s_chain = new(31337, AccountAddress.Parse("0x5fbdb2315678afecb367f032d93f642f64180aa3"));
    private static readonly DateTimeOffset s_now = DateTimeOffset.FromUnixTimeSeconds(1_800_000_000);

    private readonly TestTokens _tokens = new();
    private readonly TestDevice _device = new();

    public void Dispose()
    {
        _tokens.Dispose();
        _device.Dispose();
    }

    [PeerFact]
    public Task Thumbprints_are_theirs() => CompareAsync(
        "tokens.thumbprint", 1000, r => new Jwk(r.OneIn(2) ? Jwk.P256 : Jwk.Secp256k1, r.Bytes(32), r.Bytes(32)), Question, (jwk, theirs) =>
        {
            Assert.Equal(theirs.GetString(), jwk.KeyId());
            return true;
        });

    /// <summary>Our caps, whole and with a bit of a part flipped: jose takes those that we take, and reads our claims in them.</summary>
    [PeerFact]
    public Task Jose_takes_the_caps_that_we_take() => CompareAsync(
        "tokens.verify", 600, r => Cap(r) is var claims ? (Claims: claims, Token: BendToken(r, _tokens.Cap(claims))) : default,
        c => new { token = c.Token, jwk = Question(_tokens.K1) }, (c, theirs) =>
        {
            var verified = CapToken.Verify(c.Token, _tokens.CapKeys, _tokens.Issuer, s_chain);
            Assert.Equal(theirs.ValueKind != JsonValueKind.Null, verified.Refusal is null);
            if (verified.Refusal is not null)
                return false;
            Assert.Equal(JsonSerializer.Serialize(theirs.GetProperty("claims")), Encoding.UTF8.GetString(CapToken.EncodeClaims(verified.Value.Claims)));
            Assert.Equal(c.Claims, verified.Value.Claims);
            Assert.Equal(_tokens.K1.KeyId(), theirs.GetProperty("header").GetProperty("kid").GetString());
            return true;
        }, both: true);

    [PeerFact]
    public async Task We_take_the_caps_that_jose_signs()
    {
        var publicKey = JsonSerializer.Serialize((await Peer.AskAsync("tokens.publicKey", [0]))[0]);
        var jwk = JsonDocument.Parse(publicKey).RootElement;
        Assert.True(Jwk.TryParse(Encoding.UTF8.GetBytes($$"""{"kty":"EC","crv":"P-256","x":"{{jwk.GetProperty("x")}}","y":"{{jwk.GetProperty("y")}}"}"""), Jwk.P256, out var key));
        var keys = new TrustedKeys([key]);
        await CompareAsync(
            "tokens.sign", 600, Cap, claims => new { typ = TokenTypes.Cap, kid = key.KeyId(), claims = Encoding.UTF8.GetString(CapToken.EncodeClaims(claims)) }, (claims, theirs) =>
            {
                var token = theirs.GetString()!;
                Assert.Equal(claims, CapToken.Verify(token, keys, _tokens.Issuer, s_chain).Value.Claims);
                Assert.Equal(RefusalCode.CapInvalid, CapToken.Verify(token, _tokens.CapKeys, _tokens.Issuer, s_chain).Refusal?.Code);
                return true;
            });
    }

    /// <summary>Their proofs for exactly this request are taken; for one thing else, or with high s, they are not.</summary>
    [PeerFact]
    public Task We_take_the_proofs_that_they_make() => CompareAsync("tokens.prove", 200, r => new ProofCase(r), c => c.Question, (c, theirs) =>
    {
        var verified = ProofOfPossession.Verify(theirs.GetProperty("proof").GetString(), c.Expected);
        Assert.Equal(c.Bend == ProofBend.None, verified.Refusal is null);
        if (c.Bend != ProofBend.None)
            return false;
        using var key = Secp256k1Key.FromPrivateKey(c.Key);
        Assert.Equal(theirs.GetProperty("thumbprint").GetString(), Base64UrlStrict.Encode(verified.Value.Jkt.ToArray()));
        Assert.Equal((key.Address.ToString(), c.Id), (verified.Value.Address.ToString(), verified.Value.Id));
        return true;
    }, both: true);

    [PeerFact]
    public Task They_read_in_our_proofs_what_we_put_in() => CompareAsync(
        "tokens.readProof", 200, r => new ProofCase(r) is var c ? (Case: c, Proof: Flip(r, c.MakeOurs(_device))) : default, c => new { proof = c.Proof.Text }, (c, theirs) =>
        {
            Assert.Equal(theirs.ValueKind == JsonValueKind.Null, c.Proof.Flipped);
            if (c.Proof.Flipped)
                return false;
            var (header, claims) = (theirs.GetProperty("header"), theirs.GetProperty("claims"));
            Assert.Equal(("dpop+jwt", "ES256K"), (header.GetProperty("typ").GetString(), header.GetProperty("alg").GetString()));
            Assert.Equal((c.Case.Method, c.Case.Url), (claims.GetProperty("htm").GetString(), claims.GetProperty("htu").GetString()));
            Assert.Equal((c.Case.Time.ToUnixTimeSeconds(), c.Case.Id), (claims.GetProperty("iat").GetInt64(), claims.GetProperty("jti").GetString()));
            Assert.Equal(Base64UrlStrict.Encode(SHA256.HashData(c.Case.Body)), claims.GetProperty("body").GetString());
            Assert.Equal(c.Case.Token is not null, claims.TryGetProperty("ath", out var ath));
            if (c.Case.Token is not null)
                Assert.Equal(Base64UrlStrict.Encode(SHA256.HashData(Encoding.ASCII.GetBytes(c.Case.Token))), ath.GetString());
            Assert.Equal(Base64UrlStrict.Encode(_device.Jkt.ToArray()), theirs.GetProperty("thumbprint").GetString());
            return true;
        }, both: true);

    private CapClaims Cap(RandomInputs random)
    {
        var dataClass = random.Pick(DataClass.Credentials, DataClass.Memory);
        var op = random.Pick(CapOp.Fetch, CapOp.Store, CapOp.List, CapOp.Delete);
        var service = op.NamesService() ? ServiceName.Parse("s" + random.Text("abz09_.:-", 0, 60)) : null;
        return _tokens.CapClaims(_device, s_chain, s_now) with
        {
            Id = Base64UrlStrict.Encode(random.Bytes(16)),
            Op = op,
            DataClass = dataClass,
            Service = service,
            Key = service is not null && dataClass.HasKeys() ? ServiceName.Parse("k" + random.Text("abz09_.:-", 0, 60)) : null,
            ExpiresAt = s_now.AddSeconds(60 + random.Next(841)),
            Operator = new Omni(new Bytes32(random.Bytes(32))),
            Epoch = (ulong)random.Unsigned(53),
            Block = (ulong)random.Unsigned(53),
        };
    }

    /// <summary>A bit of the signed bytes or of the signature; the text stays canonical base64url, which jose does not ask for.</summary>
    private static string BendToken(RandomInputs random, string token)
    {
        if (random.OneIn(2))
            return token;
        var parts = token.Split('.');
        var at = random.Next(3);
        Assert.True(Base64UrlStrict.TryDecode(parts[at], out var bytes));
        parts[at] = Base64UrlStrict.Encode(random.Flip(bytes));
        return string.Join('.', parts);
    }

    private static (string Text, bool Flipped) Flip(RandomInputs random, string proof)
    {
        if (random.OneIn(2))
            return (proof, false);
        var at = proof.LastIndexOf('.') + 1;
        Assert.True(Base64UrlStrict.TryDecode(proof.AsSpan(at), out var signature));
        return (proof[..at] + Base64UrlStrict.Encode(random.Flip(signature)), true);
    }

    private static object Question(Jwk jwk) => JsonSerializer.Deserialize<JsonElement>(jwk.ToJson());
}
