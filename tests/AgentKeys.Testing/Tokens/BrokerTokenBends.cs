using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using AgentKeys.Protocol;

namespace AgentKeys.Testing.Tokens;

/// <summary>What no verifier of a broker token may take, whatever its kind. Each entry bends one thing of a valid token.</summary>
public static class BrokerTokenBends
{
    /// <summary>Before signing.</summary>
    public static IReadOnlyDictionary<string, Action<JwsForge, TestTokens>> Forged { get; } = new Dictionary<string, Action<JwsForge, TestTokens>>
    {
        ["alg none"] = (f, _) => f.Header["alg"] = "none",
        ["alg ES384"] = (f, _) => f.Header["alg"] = "ES384",
        ["alg ES256K"] = (f, _) => f.Header["alg"] = "ES256K",
        ["alg in lower case"] = (f, _) => f.Header["alg"] = "es256",
        ["HS256 with the public key"] = (f, t) =>
        {
            f.Header["alg"] = "HS256";
            f.Signer = input => HMACSHA256.HashData(Encoding.ASCII.GetBytes(t.K1.ToJson()), input);
        },
        ["HS512 with the public key, 64 bytes"] = (f, t) =>
        {
            f.Header["alg"] = "HS512";
            f.Signer = input => HMACSHA512.HashData(t.K1.ToPublicKey(), input);
        },
        ["typ of a proof"] = (f, _) => f.Header["typ"] = TokenTypes.Proof,
        ["typ in another case"] = (f, _) => f.Header["typ"] = f.Header["typ"]!.GetValue<string>() == "JWT" ? "jwt" : f.Header["typ"]!.GetValue<string>().ToUpperInvariant(),
        ["typ missing"] = (f, _) => f.Header.Remove("typ"),
        ["typ null"] = (f, _) => f.Header["typ"] = null,
        ["kid of nobody"] = (f, _) => f.Header["kid"] = Base64UrlStrict.Encode(new byte[32]),
        ["kid missing"] = (f, _) => f.Header.Remove("kid"),
        ["kid a number"] = (f, _) => f.Header["kid"] = 1,
        ["crit"] = (f, _) => f.Header["crit"] = new JsonArray("exp"),
        ["jwk in the header"] = (f, t) => f.Header["jwk"] = JsonNode.Parse(t.K1.ToJson()),
        ["jku in the header"] = (f, _) => f.Header["jku"] = "http://127.0.0.1/jwks.json",
        ["duplicate header member"] = (f, _) => f.HeaderText = f.Header.ToJsonString()[..^1] + ",\"alg\":\"ES256\"}",
        ["header with trailing bytes"] = (f, _) => f.HeaderText = f.Header.ToJsonString() + "{}",
        ["header that is an array"] = (f, _) => f.HeaderText = "[]",
        ["header that is null"] = (f, _) => f.HeaderText = "null",
        ["another key under our kid"] = (f, _) => f.Signer = TestTokens.Es256(ECDsa.Create(ECCurve.NamedCurves.nistP256)),
        ["signature of zeros"] = (f, _) => f.Signer = _ => new byte[64],
        ["signature in DER"] = (f, t) => f.Signer = input => t.SessionKey.SignData(input, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence),
        ["signature of 63 bytes"] = (f, _) => f.Signer = Altered(f.Signer, s => s[..63]),
        ["signature of 65 bytes"] = (f, _) => f.Signer = Altered(f.Signer, s => [.. s, 0]),
        ["one bit of the signature"] = (f, _) => f.Signer = Altered(f.Signer, s => [.. s[..63], (byte)(s[63] ^ 1)]),
        ["unknown claim"] = (f, _) => f.Claims["admin"] = true,
        ["claim in another case"] = (f, _) => Rename(f.Claims, "aud", "Aud"),
        ["duplicate claim, same value"] = (f, _) => f.ClaimsText = f.ClaimsJson[..^1] + $",\"iss\":{f.Claims["iss"]!.ToJsonString()}}}",
        ["duplicate claim, first wins elsewhere"] = (f, _) => f.ClaimsText = "{\"iss\":\"http://evil\"," + f.ClaimsJson[1..],
        ["claims with a comment"] = (f, _) => f.ClaimsText = "{/**/" + f.ClaimsJson[1..],
        ["claims with trailing bytes"] = (f, _) => f.ClaimsText = f.ClaimsJson + "x",
        ["claims with a second value"] = (f, _) => f.ClaimsText = f.ClaimsJson + " {}",
        ["claims with a trailing comma"] = (f, _) => f.ClaimsText = f.ClaimsJson[..^1] + ",}",
        ["claims that are null"] = (f, _) => f.ClaimsText = "null",
        ["empty claims"] = (f, _) => f.ClaimsText = "{}",
        ["iss of somebody else"] = (f, _) => f.Claims["iss"] = "http://127.0.0.1:9999",
        ["iss with a slash"] = (f, _) => f.Claims["iss"] = f.Claims["iss"]!.GetValue<string>() + "/",
        ["aud of nobody"] = (f, _) => f.Claims["aud"] = "agentkeys:nobody",
        ["aud as a list"] = (f, _) => f.Claims["aud"] = new JsonArray(f.Claims["aud"]!.DeepClone()),
        ["jti short"] = (f, _) => f.Claims["jti"] = Base64UrlStrict.Encode(new byte[15]),
        ["jti long"] = (f, _) => f.Claims["jti"] = Base64UrlStrict.Encode(new byte[17]),
        ["jti not canonical"] = (f, _) => f.Claims["jti"] = new string('A', 21) + "B",
        ["iat negative"] = (f, _) => f.Claims["iat"] = -1,
        ["iat fraction"] = (f, _) => f.Claims["iat"] = 1.5,
        ["exp beyond the calendar"] = (f, _) => f.Claims["exp"] = 253402300800,
        ["exp beyond 64 bits"] = (f, _) => f.ClaimsText = f.ClaimsJson.Replace($"\"exp\":{f.Claims["exp"]!.ToJsonString()}", "\"exp\":99999999999999999999", StringComparison.Ordinal),
        ["exp before iat"] = (f, _) => f.Claims["exp"] = f.Claims["iat"]!.GetValue<long>() - 1,
    };

    /// <summary>After signing: the signature still covers what it covered.</summary>
    public static IReadOnlyDictionary<string, Func<string, string>> Mangled { get; } = new Dictionary<string, Func<string, string>>
    {
        ["padding"] = t => t + "==",
        ["padding inside"] = t => t.Replace(".", "=.", StringComparison.Ordinal),
        ["line break at the end"] = t => t + "\n",
        ["space in front"] = t => " " + t,
        ["a fourth part"] = t => t + ".AAAA",
        ["two parts"] = t => t[..t.LastIndexOf('.')],
        ["no signature"] = t => t[..(t.LastIndexOf('.') + 1)],
        ["no header"] = t => t[t.IndexOf('.')..],
        ["non-canonical last character"] = NonCanonical,
        ["oversize"] = t => t + new string('A', CompactJws.MaxLength),
        ["empty"] = _ => "",
        ["dots"] = _ => "..",
        ["not ASCII"] = t => t[..^1] + "é",
    };

    /// <summary>Of <see cref="Mangled"/>, what HTTP itself refuses or, blanks at an edge, takes off before anybody sees it.</summary>
    public static IReadOnlyList<string> NeverInHeaders { get; } = ["line break at the end", "space in front", "not ASCII"];

    /// <summary>Every claim missing, null and of another type.</summary>
    public static void EachClaimIsNeeded(Func<JwsForge> valid, Action<string, string> refused)
    {
        foreach (var claim in valid().Claims.Select(c => c.Key).ToList())
        {
            refused($"{claim} missing", valid().Bend(f => f.Claims.Remove(claim)).Sign());
            refused($"{claim} null", valid().Bend(f => f.Claims[claim] = null).Sign());
            refused($"{claim} of another type", valid().Bend(f => f.Claims[claim] = Retyped(f.Claims[claim]!)).Sign());
        }
    }

    public static void Rename(JsonObject node, string from, string to)
    {
        var value = node[from]!.DeepClone();
        node.Remove(from);
        node[to] = value;
    }

    private static JsonValue Retyped(JsonNode value) => value.GetValueKind() switch
    {
        System.Text.Json.JsonValueKind.Number => JsonValue.Create(value.ToJsonString()),
        System.Text.Json.JsonValueKind.Object => JsonValue.Create("object"),
        _ => JsonValue.Create(1),
    };

    /// <summary>64 bytes are 86 characters: the last one carries 2 bits and 4 that must be zero.</summary>
    private static string NonCanonical(string token)
    {
        const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        return token[..^1] + Alphabet[Alphabet.IndexOf(token[^1], StringComparison.Ordinal) + 1];
    }

    private static Func<byte[], byte[]> Altered(Func<byte[], byte[]> signer, Func<byte[], byte[]> alter) => input => alter(signer(input));
}
