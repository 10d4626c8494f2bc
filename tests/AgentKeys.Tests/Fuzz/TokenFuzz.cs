using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using AgentKeys.Ethereum;
using AgentKeys.Protocol;
using AgentKeys.Testing.Tokens;
using Xunit;
using Xunit.Abstractions;

namespace AgentKeys.Tests.Fuzz;

/// <summary>Tokens whose members are bent and then signed properly, so that the parser behind the signature is reached; and tokens bent as text.</summary>
public sealed class TokenFuzz(ITestOutputHelper output) : IDisposable
{
    private const string Url = "http://vault.test/v1/cred/store";
    private static readonly DateTimeOffset s_now = new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);
    private static readonly ChainRef s_chain = new(31337, AccountAddress.Parse("0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266"));

    private readonly TestTokens _tokens = new();
    private readonly TestDevice _device = new();

    public void Dispose()
    {
        _tokens.Dispose();
        _device.Dispose();
    }

    [Fact]
    public async Task Cap()
    {
        var claims = _tokens.CapClaims(_device, s_chain, s_now) with { DataClass = DataClass.Memory, Key = ServiceName.Parse("notes") };
        var valid = _tokens.Forge(claims);
        await FuzzRun.RunAsync(output, 2000, m => Bend(m, valid), token =>
            Agrees(valid, token, ByK1, CapToken.Verify(Text(token), _tokens.CapKeys, _tokens.Issuer, s_chain).IsOk(out var cap, out _), () => CapToken.EncodeClaims(cap!.Claims)));
    }

    [Fact]
    public async Task Session()
    {
        var valid = _tokens.Forge(_tokens.SessionClaims(_device, s_now));
        await FuzzRun.RunAsync(output, 2000, m => Bend(m, valid), token =>
            Agrees(valid, token, ByK1, SessionToken.Verify(Text(token), _tokens.CapKeys, _tokens.Issuer, s_now).IsOk(out var session, out _), () => SessionToken.EncodeClaims(session!.Claims)));
    }

    [Fact]
    public async Task Storage_token()
    {
        const string Audience = "agentkeys:store:dev:credentials";
        var claims = _tokens.StorageClaims(_device.Omni, DataClass.Credentials, Audience, s_now);
        var valid = _tokens.Forge(claims);
        await FuzzRun.RunAsync(output, 2000, m => Bend(m, valid), token =>
        {
            var accepted = StorageToken.Verify(Text(token), _tokens.StorageKeys, _tokens.Issuer, Audience, _device.Omni, DataClass.Credentials, s_now) is null;
            // The verifier gives no claims back: those that may differ are read here, everything else must be what was asked for.
            return Agrees(valid, token, jws => By(_tokens.OidcKey, jws), accepted, () => StorageToken.EncodeClaims(claims with
            {
                Id = (string)Payload(token)["jti"]!,
                IssuedAt = DateTimeOffset.FromUnixTimeSeconds((long)Payload(token)["iat"]!),
                ExpiresAt = DateTimeOffset.FromUnixTimeSeconds((long)Payload(token)["exp"]!),
            }));
        });
    }

    [Fact]
    public async Task Proof()
    {
        var bodyHash = new Bytes32(SHA256.HashData("{}"u8));
        var key = new FastSigner();
        var input = Encoding.ASCII.GetString(ProofOfPossession.EncodeSigningInput(key.Jwk, "POST", Url, "token", bodyHash, s_now, TestTokens.NewId())).Split('.');
        var valid = new JwsForge(Part(input[0]), Part(input[1]), key.Sign);
        await FuzzRun.RunAsync(output, 1000, m => Bend(m, valid), token =>
        {
            var accepted = ProofOfPossession.Verify(Text(token), new ProofExpectation("POST", Url, "token", bodyHash, s_now, s_now.AddDays(-1))).IsOk(out var proof, out _);
            return Agrees(valid, token, jws => key.Sign(jws.SigningInput).SequenceEqual(jws.Signature), accepted, () =>
            {
                var again = ProofOfPossession.EncodeSigningInput(key.Jwk, "POST", Url, "token", bodyHash, proof!.IssuedAt, proof.Id);
                return Decode(Encoding.ASCII.GetString(again).Split('.')[1]);
            });
        });
    }

    private static byte[] Bend(Mutator mutator, JwsForge valid)
    {
        if (mutator.OneIn(3))
            return mutator.Bytes(Encoding.ASCII.GetBytes(valid.Sign()));
        var headerIsBent = mutator.OneIn(4);
        var header = headerIsBent ? mutator.Json(valid.Header) : Encoding.UTF8.GetBytes(valid.Header.ToJsonString());
        var claims = headerIsBent ? Encoding.UTF8.GetBytes(valid.Claims.ToJsonString()) : mutator.Json(valid.Claims);
        var input = CompactJws.EncodeSigningInput(header, claims);
        return Encoding.ASCII.GetBytes(CompactJws.Assemble(input, valid.Signer(input)));
    }

    /// <summary>
    /// Accepted: one compact form, and header and claims say exactly what was understood. Refused: not the valid token in another member
    /// order, with blanks or escapes, which strict JSON allows.
    /// </summary>
    private static bool Agrees(JwsForge valid, byte[] token, Func<CompactJws, bool> isSigned, bool accepted, Func<byte[]> understood)
    {
        var text = Text(token);
        var parsed = CompactJws.TryParse(text, out var jws);
        if (parsed)
            Assert.Equal(text, CompactJws.Assemble(CompactJws.EncodeSigningInput(jws.Header, jws.Payload), jws.Signature));
        if (accepted)
        {
            Assert.True(parsed);
            Assert.True(JsonOracle.Same(jws.Payload, understood()), "accepted claims that say something else: " + Encoding.UTF8.GetString(jws.Payload));
            Assert.True(JsonOracle.Same(jws.Header, Encoding.UTF8.GetBytes(valid.Header.ToJsonString())), "accepted another header");
        }
        else if (parsed)
        {
            var same = JsonOracle.Same(jws.Payload, Encoding.UTF8.GetBytes(valid.Claims.ToJsonString())) && JsonOracle.Same(jws.Header, Encoding.UTF8.GetBytes(valid.Header.ToJsonString()));
            Assert.False(same && isSigned(jws), "refused a valid token: " + Encoding.UTF8.GetString(jws.Payload));
        }
        return accepted;
    }

    private bool ByK1(CompactJws jws) => By(_tokens.SessionKey, jws);

    private static bool By(ECDsa key, CompactJws jws) =>
        key.VerifyData(jws.SigningInput, jws.Signature, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);

    private static string Text(byte[] token) => Encoding.Latin1.GetString(token);

    private static JsonObject Payload(byte[] token) => Part(Text(token).Split('.')[1]);

    private static JsonObject Part(string part) => JsonNode.Parse(Decode(part))!.AsObject();

    private static byte[] Decode(string part) => Base64UrlStrict.TryDecode(part, out var bytes) ? bytes : throw new FormatException(part);

    /// <summary>A secp256k1 key that signs with one nonce for ever: worthless as a key, a hundred times as fast as a real one.</summary>
    private sealed class FastSigner
    {
        private static readonly BigInteger s_order = BigInteger.Parse("0FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141", System.Globalization.NumberStyles.HexNumber, null);

        private readonly BigInteger _key, _r, _inverse;

        public FastSigner()
        {
            var (key, nonce) = (SHA256.HashData([1]), SHA256.HashData([2]));
            using var secret = Secp256k1Key.FromPrivateKey(key);
            using var once = Secp256k1Key.FromPrivateKey(nonce);
            Jwk = new Jwk(Jwk.Secp256k1, secret.PublicKey.AsSpan(^64..^32), secret.PublicKey.AsSpan(^32..));
            (_key, _r) = (Number(key), Number(once.PublicKey.AsSpan(^64..^32)) % s_order);
            _inverse = BigInteger.ModPow(Number(nonce), s_order - 2, s_order);
        }

        public Jwk Jwk { get; }

        public byte[] Sign(byte[] input)
        {
            var s = _inverse * (Number(SHA256.HashData(input)) + _r * _key) % s_order;
            return [.. Bytes(_r), .. Bytes(s > s_order / 2 ? s_order - s : s)];
        }

        private static BigInteger Number(ReadOnlySpan<byte> bytes) => new(bytes, isUnsigned: true, isBigEndian: true);

        private static byte[] Bytes(BigInteger number)
        {
            var bytes = number.ToByteArray(isUnsigned: true, isBigEndian: true);
            return [.. new byte[32 - bytes.Length], .. bytes];
        }
    }
}
