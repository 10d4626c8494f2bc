using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using AgentKeys.Protocol;

namespace AgentKeys.Testing.Tokens;

/// <summary>A broker's two keys (K1, K2) for tests: mints valid tokens, and hands out forges to bend.</summary>
public sealed class TestTokens : IDisposable
{
    public TestTokens(string issuer = "http://127.0.0.1:8091")
        : this(issuer, ECDsa.Create(ECCurve.NamedCurves.nistP256), ECDsa.Create(ECCurve.NamedCurves.nistP256))
    {
    }

    private TestTokens(string issuer, ECDsa sessionKey, ECDsa oidcKey)
    {
        (Issuer, SessionKey, OidcKey) = (issuer, sessionKey, oidcKey);
        CapKeys = Trust(K1, sessionKey);
        StorageKeys = Trust(K2, oidcKey);
    }

    public string Issuer { get; }
    public ECDsa SessionKey { get; }
    public ECDsa OidcKey { get; }
    public Jwk K1 => Jwk.OfP256(SessionKey);
    public Jwk K2 => Jwk.OfP256(OidcKey);
    public TrustedKeys CapKeys { get; }
    public TrustedKeys StorageKeys { get; }

    /// <summary>With a real broker's keys, as whoever stole its key files would have them.</summary>
    public static TestTokens OfKeyFiles(string issuer, string sessionKeyFile, string oidcKeyFile) => new(issuer, LoadKey(sessionKeyFile), LoadKey(oidcKeyFile));

    /// <summary>With keys that sign and verify next to nothing, for millions of tokens.</summary>
    public static TestTokens WithDigestKeys() => new("http://127.0.0.1:8091", new DigestKey(), new DigestKey());

    private static TrustedKeys Trust(Jwk jwk, ECDsa key) => key is DigestKey digest ? digest.Trusted(jwk) : new TrustedKeys([jwk]);

    /// <summary>16 random bytes, 22 base64url characters.</summary>
    public static string NewId() => Base64UrlStrict.Encode(RandomNumberGenerator.GetBytes(16));

    /// <summary>A cap for this device in force from now; the caller fills in with <c>with</c> what matters to it.</summary>
    public CapClaims CapClaims(TestDevice device, ChainRef chain, DateTimeOffset now) => new()
    {
        Issuer = Issuer,
        IssuedAt = Whole(now),
        ExpiresAt = Whole(now) + Protocol.CapClaims.DefaultLifetime,
        Id = NewId(),
        Op = CapOp.Fetch,
        DataClass = DataClass.Credentials,
        Operator = device.Omni,
        Actor = device.Omni,
        Service = ServiceName.Parse("openai"),
        Device = device.Hash,
        Epoch = 1,
        Chain = chain,
        Block = 1,
        Jkt = device.Jkt,
    };

    public SessionClaims SessionClaims(TestDevice device, DateTimeOffset now) => new()
    {
        Issuer = Issuer,
        IssuedAt = Whole(now),
        ExpiresAt = Whole(now) + Protocol.SessionClaims.Lifetime,
        Id = NewId(),
        Login = LoginKind.Device,
        Address = device.Address,
        Operator = device.Omni,
        Actor = device.Omni,
        Device = device.Hash,
        Jkt = device.Jkt,
    };

    public StorageClaims StorageClaims(Omni actor, DataClass dataClass, string audience, DateTimeOffset now) => new()
    {
        Issuer = Issuer,
        Audience = audience,
        IssuedAt = Whole(now),
        ExpiresAt = Whole(now) + Protocol.StorageClaims.Lifetime,
        Id = NewId(),
        Actor = actor,
        DataClass = dataClass,
    };

    public string Cap(CapClaims claims) => Forge(claims).Sign();

    public string Session(SessionClaims claims) => Forge(claims).Sign();

    public string Storage(StorageClaims claims) => Forge(claims).Sign();

    public JwsForge Forge(CapClaims claims) => Forge(TokenTypes.Cap, CapToken.EncodeClaims(claims), SessionKey);

    public JwsForge Forge(SessionClaims claims) => Forge(TokenTypes.Session, SessionToken.EncodeClaims(claims), SessionKey);

    public JwsForge Forge(StorageClaims claims) => Forge(TokenTypes.Storage, StorageToken.EncodeClaims(claims), OidcKey);

    /// <summary>A proof open to bending.</summary>
    public static JwsForge ForgeProof(TestDevice device, string method, string url, string? token, ReadOnlySpan<byte> body, DateTimeOffset now)
    {
        var input = Encoding.ASCII.GetString(ProofOfPossession.EncodeSigningInput(device.Jwk, method, url, token, new Bytes32(SHA256.HashData(body)), now, NewId()));
        return JwsForge.Of(input, device.SignJws);
    }

    /// <summary>ES256, r || s.</summary>
    public static Func<byte[], byte[]> Es256(ECDsa key) => input =>
    {
        lock (key)
            return key.SignData(input, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
    };

    public void Dispose()
    {
        SessionKey.Dispose();
        OidcKey.Dispose();
    }

    private static JwsForge Forge(string typ, byte[] claims, ECDsa key)
    {
        var header = new JsonObject { ["alg"] = "ES256", ["typ"] = typ, ["kid"] = Jwk.OfP256(key).KeyId() };
        return new JwsForge(header, JsonNode.Parse(claims)!.AsObject(), Es256(key));
    }

    private static ECDsa LoadKey(string path)
    {
        using var file = JsonDocument.Parse(File.ReadAllBytes(path));
        byte[] Member(string name) => Base64UrlStrict.TryDecode(file.RootElement.GetProperty(name).GetString(), out var bytes) ? bytes : [];
        return ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, D = Member("d"), Q = new ECPoint { X = Member("x"), Y = Member("y") } });
    }

    private static DateTimeOffset Whole(DateTimeOffset time) => DateTimeOffset.FromUnixTimeSeconds(time.ToUnixTimeSeconds());
}
