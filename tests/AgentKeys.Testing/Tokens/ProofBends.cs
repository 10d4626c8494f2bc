using System.Security.Cryptography;
using AgentKeys.Protocol;

namespace AgentKeys.Testing.Tokens;

/// <summary>What no verifier of a proof may take. Each entry bends one thing of a valid proof made now, whatever it is a proof for.</summary>
public static class ProofBends
{
    /// <summary>The only one that the signer cannot see: the body is the worker's.</summary>
    public const string AnotherBody = "another body";

    public static IReadOnlyDictionary<string, Action<JwsForge>> All { get; } = new Dictionary<string, Action<JwsForge>>
    {
        ["alg none"] = f => f.Header["alg"] = "none",
        ["alg ES256"] = f => f.Header["alg"] = "ES256",
        ["typ JWT"] = f => f.Header["typ"] = "JWT",
        ["typ of a cap"] = f => f.Header["typ"] = TokenTypes.Cap,
        ["header member more"] = f => f.Header["kid"] = "a",
        ["jwk missing"] = f => f.Header.Remove("jwk"),
        ["jwk with its private member"] = f => f.Header["jwk"]!["d"] = Base64UrlStrict.Encode(new byte[32]),
        ["jwk with a use"] = f => f.Header["jwk"]!["use"] = "sig",
        ["jwk of another curve"] = f => f.Header["jwk"]!["crv"] = "P-256",
        ["jwk of another type"] = f => f.Header["jwk"]!["kty"] = "OKP",
        ["jwk short"] = f => f.Header["jwk"]!["x"] = Base64UrlStrict.Encode(new byte[31]),
        ["jwk off the curve"] = f => f.Header["jwk"]!["x"] = Base64UrlStrict.Encode(new byte[32]),
        ["jwk null"] = f => f.Header["jwk"] = null,
        ["method"] = f => f.Claims["htm"] = "GET",
        ["method in lower case"] = f => f.Claims["htm"] = "post",
        ["url path"] = f => f.Claims["htu"] = Url(f).Replace("/v1/", "/v2/", StringComparison.Ordinal),
        ["url host"] = f => f.Claims["htu"] = Rebuilt(f, u => u.Host = "elsewhere.test"),
        ["url port"] = f => f.Claims["htu"] = Rebuilt(f, u => u.Port = u.Port == 9095 ? 9096 : 9095),
        ["url query"] = f => f.Claims["htu"] = Url(f) + "?a=b",
        ["url slash"] = f => f.Claims["htu"] = Url(f) + "/",
        ["another token"] = f => f.Claims["ath"] = Base64UrlStrict.Encode(SHA256.HashData("another"u8)),
        ["no token hash"] = f => f.Claims.Remove("ath"),
        ["token hash null"] = f => f.Claims["ath"] = null,
        [AnotherBody] = f => f.Claims["body"] = Base64UrlStrict.Encode(SHA256.HashData("{ }"u8)),
        ["body hash short"] = f => f.Claims["body"] = "AA",
        ["body hash missing"] = f => f.Claims.Remove("body"),
        ["too old"] = f => f.Claims["iat"] = Issued(f) - 61,
        ["from the future"] = f => f.Claims["iat"] = Issued(f) + 6,
        ["iat in milliseconds"] = f => f.Claims["iat"] = Issued(f) * 1000,
        ["iat huge"] = f => f.Claims["iat"] = long.MaxValue,
        ["iat negative"] = f => f.Claims["iat"] = long.MinValue,
        ["iat text"] = f => f.Claims["iat"] = "1800000000",
        ["jti missing"] = f => f.Claims.Remove("jti"),
        ["jti short"] = f => f.Claims["jti"] = "AAAA",
        ["claim more"] = f => f.Claims["nonce"] = "a",
        ["claim twice"] = f => f.ClaimsText = f.ClaimsJson[..^1] + ",\"htm\":\"POST\"}",
        ["claims with trailing bytes"] = f => f.ClaimsText = f.ClaimsJson + " x",
        ["signature of zeros"] = f => f.Signer = _ => new byte[64],
    };

    private static string Url(JwsForge proof) => proof.Claims["htu"]!.GetValue<string>();

    private static long Issued(JwsForge proof) => proof.Claims["iat"]!.GetValue<long>();

    private static string Rebuilt(JwsForge proof, Action<UriBuilder> change)
    {
        var url = new UriBuilder(Url(proof));
        change(url);
        return url.Uri.AbsoluteUri;
    }
}
