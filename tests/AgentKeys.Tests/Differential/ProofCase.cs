using System.Security.Cryptography;
using AgentKeys.Ethereum;
using AgentKeys.Protocol;
using AgentKeys.Testing.Tokens;

namespace AgentKeys.Tests.Differential;

/// <summary>What of a proof is not the request's.</summary>
internal enum ProofBend
{
    None,
    Method,
    Url,
    Token,
    Body,
    TooOld,
    TooEarly,
    HighS,
}

/// <summary>A random request, and a proof for it or for one that differs in one thing.</summary>
internal sealed class ProofCase
{
    private readonly DateTimeOffset _now = DateTimeOffset.FromUnixTimeSeconds(1_800_000_000);

    public ProofCase(RandomInputs random)
    {
        Key = random.PrivateKey();
        Method = random.Pick("GET", "POST", "DELETE");
        Url = $"https://{random.Text("abcxyz", 1, 10)}.example:{1 + random.Next(65535)}/v1/{random.Text("abc/", 0, 20)}";
        Token = random.OneIn(3) ? null : random.Text("abcXYZ019-_.", 1, 400);
        Body = random.SomeBytes(500);
        Id = Base64UrlStrict.Encode(random.Bytes(16));
        Bend = random.OneIn(2) ? ProofBend.None : (ProofBend)(1 + random.Next(7));
        Time = _now.AddSeconds(Bend switch { ProofBend.TooOld => -61 - random.Next(100), ProofBend.TooEarly => 6 + random.Next(100), _ => random.Next(66) - 60 });
    }

    public byte[] Key { get; }
    public string Method { get; }
    public string Url { get; }
    public string? Token { get; }
    public byte[] Body { get; }
    public string Id { get; }
    public ProofBend Bend { get; }
    public DateTimeOffset Time { get; }

    /// <summary>What the server knows of the request.</summary>
    public ProofExpectation Expected => new(Method, Url, Token, new Bytes32(SHA256.HashData(Body)), _now, _now.AddHours(-1));

    /// <summary>What the peer makes a proof for.</summary>
    public object Question => new
    {
        key = Hex.Encode(Key),
        method = Bend == ProofBend.Method ? Method.ToLowerInvariant() : Method,
        url = Bend == ProofBend.Url ? Url + "/" : Url,
        token = Bend == ProofBend.Token ? Token + "x" : Token,
        body = Hex.Encode(Bend == ProofBend.Body ? [.. Body, 0] : Body),
        iat = Time.ToUnixTimeSeconds(),
        jti = Id,
        lowS = Bend != ProofBend.HighS,
    };

    public string MakeOurs(TestDevice device) => device.Prove(Method, Url, Token, Body, Time, Id);
}
