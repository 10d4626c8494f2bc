using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using AgentKeys.Ethereum;
using AgentKeys.Protocol;

namespace AgentKeys.Tests.Vectors;

/// <summary>
/// One token of each kind, byte for byte, with the keys that sign it. ES256 here has random nonces, so those signatures are made once and
/// kept as long as they are valid; the proof's is deterministic (RFC 6979).
/// </summary>
internal static class TokenVectors
{
    public const string Description =
        "Tokens of SPEC section 5. header and claims are the exact JSON texts; token = base64url(header).base64url(claims).base64url(signature). "
        + "jwk is the public key whose thumbprint is kid, in a proof the device's.";

    public const string Issuer = "https://broker.example.org";
    public const long IssuedAt = 1769860800;
    private const string Url = "https://worker.example.org/v1/cred/fetch";

    public static VectorFile File { get; } = new("tokens.json");

    public static ChainRef Chain { get; } = new(31337, AccountAddress.Parse("0x5fbdb2315678afecb367f032d93f642f64180aa3"));

    public static string Render()
    {
        var kept = (File.TryRead()?["cases"]?.AsArray() ?? []).ToDictionary(c => c!["name"]!.GetValue<string>(), c => c!["token"]!.GetValue<string>());
        using var device = Secp256k1Key.FromPrivateKey(Convert.FromHexString("59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d"), Secp256k1Backend.Portable);
        using var k1 = P256(1);
        using var k2 = P256(2);
        var jwk = new Jwk(Jwk.Secp256k1, device.PublicKey.AsSpan(1, 32), device.PublicKey.AsSpan(33, 32));
        var cap = Signed("cap", TokenTypes.Cap, CapToken.EncodeClaims(Cap(jwk)), k1, kept);
        return VectorFile.Render(Description,
        [
            cap,
            Signed("memory cap", TokenTypes.Cap, CapToken.EncodeClaims(Cap(jwk) with { Op = CapOp.Store, DataClass = DataClass.Memory, Key = ServiceName.Parse("notes.1") }), k1, kept),
            Signed("list cap", TokenTypes.Cap, CapToken.EncodeClaims(Cap(jwk) with { Op = CapOp.List, Service = null }), k1, kept),
            Signed("session", TokenTypes.Session, SessionToken.EncodeClaims(Session(jwk)), k1, kept),
            Signed("storage token", TokenTypes.Storage, StorageToken.EncodeClaims(Storage(jwk)), k2, kept),
            Proof("proof of the cap", device, jwk, cap["token"]!.GetValue<string>()),
            Proof("proof at login", device, jwk, null),
        ]);
    }

    private static CapClaims Cap(Jwk device) => new()
    {
        Issuer = Issuer,
        IssuedAt = Time(0),
        ExpiresAt = Time(300),
        Id = Id(1),
        Op = CapOp.Fetch,
        DataClass = DataClass.Credentials,
        Operator = Omni.OfAddress(AccountAddress.Parse("0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266")),
        Actor = Omni.OfAddress(Address(device)),
        Service = ServiceName.Parse("openai_api_key"),
        Device = DeviceKeyHash.OfAddress(Address(device)),
        Epoch = 1,
        Chain = Chain,
        Block = 42,
        Jkt = device.Thumbprint(),
    };

    private static SessionClaims Session(Jwk device) => new()
    {
        Issuer = Issuer,
        IssuedAt = Time(0),
        ExpiresAt = Time(3600),
        Id = Id(2),
        Login = LoginKind.Device,
        Address = Address(device),
        Operator = Cap(device).Operator,
        Actor = Cap(device).Actor,
        Device = Cap(device).Device,
        Jkt = device.Thumbprint(),
    };

    private static StorageClaims Storage(Jwk device) => new()
    {
        Issuer = Issuer,
        Audience = StorageClaims.LocalAudience("main", DataClass.Credentials),
        IssuedAt = Time(0),
        ExpiresAt = Time(300),
        Id = Id(3),
        Actor = Cap(device).Actor,
        DataClass = DataClass.Credentials,
    };

    private static JsonObject Signed(string name, string typ, byte[] claims, ECDsa key, Dictionary<string, string> kept)
    {
        var jwk = Jwk.OfP256(key);
        var header = TokenTypes.EncodeHeader(typ, jwk.KeyId());
        var input = CompactJws.EncodeSigningInput(header, claims);
        var stays = kept.GetValueOrDefault(name) is { } old && CompactJws.TryParse(old, out var jws) && jws.SigningInput.SequenceEqual(input)
            && key.VerifyData(input, jws.Signature, HashAlgorithmName.SHA256);
        var token = stays ? kept[name] : CompactJws.Assemble(input, key.SignData(input, HashAlgorithmName.SHA256));
        return Case(name, jwk, header, claims, token);
    }

    private static JsonObject Proof(string name, Secp256k1Key device, Jwk jwk, string? token)
    {
        var input = ProofOfPossession.EncodeSigningInput(jwk, "POST", Url, token, new Bytes32(SHA256.HashData("{}"u8)), Time(1), Id(4));
        var proof = CompactJws.Assemble(input, device.SignDigest(SHA256.HashData(input)).ToBytes64());
        _ = CompactJws.TryParse(proof, out var jws);
        var made = Case(name, jwk, jws.Header, jws.Payload, proof);
        made["url"] = Url;
        return made;
    }

    private static JsonObject Case(string name, Jwk jwk, byte[] header, byte[] claims, string token) => new()
    {
        ["name"] = name,
        ["jwk"] = jwk.ToJson(),
        ["kid"] = jwk.KeyId(),
        ["header"] = Encoding.UTF8.GetString(header),
        ["claims"] = Encoding.UTF8.GetString(claims),
        ["token"] = token,
    };

    private static ECDsa P256(byte d)
    {
        var privateKey = new byte[32];
        privateKey[31] = d;
        return ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, D = privateKey });
    }

    private static AccountAddress Address(Jwk device) => AccountAddress.OfPublicKey(device.ToPublicKey());

    private static DateTimeOffset Time(int after) => DateTimeOffset.FromUnixTimeSeconds(IssuedAt + after);

    private static string Id(byte b) => Base64UrlStrict.Encode(Enumerable.Repeat(b, 16).ToArray());
}
