using AgentKeys.Protocol;
using AgentKeys.Testing.Tokens;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Xunit;

namespace AgentKeys.Tests.Tokens;

/// <summary>Somebody else's reader takes our tokens under the same keys: we wrote JWS, not something that only we can read.</summary>
public sealed class OutsideOpinionTests
{
    private static readonly DateTimeOffset s_now = DateTimeOffset.UtcNow;

    [Fact]
    public async Task JsonWebTokens_reads_our_caps()
    {
        using var tokens = new TestTokens();
        using var device = new TestDevice();
        var claims = tokens.CapClaims(device, new ChainRef(31337, device.Address), s_now);
        var read = await ReadAsync(tokens.Cap(claims), tokens, tokens.K1, CapClaims.Audience, TokenTypes.Cap);
        Assert.True(read.IsValid, read.Exception?.Message);
        Assert.Equal(claims.Actor.ToString(), read.Claims["actor_omni"]);
        Assert.Equal(claims.Id, read.Claims["jti"]);
        Assert.Equal(tokens.K1.KeyId(), ((JsonWebToken)read.SecurityToken).Kid);
    }

    [Fact]
    public async Task JsonWebTokens_reads_our_storage_tokens_and_agrees_on_the_thumbprint()
    {
        using var tokens = new TestTokens();
        using var device = new TestDevice();
        var claims = tokens.StorageClaims(device.Omni, DataClass.Memory, "agentkeys:store:dev:memory", s_now);
        var read = await ReadAsync(tokens.Storage(claims), tokens, tokens.K2, claims.Audience, TokenTypes.Storage);
        Assert.True(read.IsValid, read.Exception?.Message);
        Assert.Equal($"{device.Omni.ToBareHex()}:memory", read.Claims["sub"]);
        Assert.Equal(tokens.K2.KeyId(), Base64UrlEncoder.Encode(new JsonWebKey(tokens.K2.ToJson()).ComputeJwkThumbprint()));
    }

    [Fact]
    public async Task JsonWebTokens_refuses_our_cap_under_the_other_key()
    {
        using var tokens = new TestTokens();
        using var device = new TestDevice();
        var cap = tokens.Cap(tokens.CapClaims(device, new ChainRef(31337, device.Address), s_now));
        Assert.False((await ReadAsync(cap, tokens, tokens.K2, CapClaims.Audience, TokenTypes.Cap)).IsValid);
    }

    private static Task<TokenValidationResult> ReadAsync(string token, TestTokens tokens, Jwk key, string audience, string typ) =>
        new JsonWebTokenHandler().ValidateTokenAsync(token, new TokenValidationParameters
        {
            ValidIssuer = tokens.Issuer,
            ValidAudience = audience,
            ValidTypes = [typ],
            ValidAlgorithms = ["ES256"],
            IssuerSigningKey = new JsonWebKey(key.ToJson()) { Kid = key.KeyId() },
        });
}
