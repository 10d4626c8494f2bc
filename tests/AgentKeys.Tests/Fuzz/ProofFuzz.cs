using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using AgentKeys.Ethereum;
using AgentKeys.Protocol;
using AgentKeys.Testing.Tokens;
using Xunit;
using Xunit.Abstractions;

namespace AgentKeys.Tests.Fuzz;

public sealed class ProofFuzz(ITestOutputHelper output) : TokenFuzz
{
    private const string Url = "http://vault.test/v1/cred/store";

    [Fact]
    public async Task Bent_proofs()
    {
        var bodyHash = new Bytes32(SHA256.HashData("{}"u8));
        var key = new FastSigner();
        var input = Encoding.ASCII.GetString(ProofOfPossession.EncodeSigningInput(key.Jwk, "POST", Url, "token", bodyHash, s_now, TestTokens.NewId())).Split('.');
        var valid = new JwsForge(Part(input[0]), Part(input[1]), key.Sign);
        var signed = Encoding.ASCII.GetBytes(valid.Sign());
        await FuzzRun.RunAsync(output, 1000, m => Bend(m, valid, signed), token =>
        {
            var accepted = ProofOfPossession.Verify(Text(token), new ProofExpectation("POST", Url, "token", bodyHash, s_now, s_now.AddDays(-1))).IsOk(out var proof, out _);
            return Agrees(valid, token, jws => key.Sign(jws.SigningInput).SequenceEqual(jws.Signature), accepted, () =>
            {
                var again = ProofOfPossession.EncodeSigningInput(key.Jwk, "POST", Url, "token", bodyHash, proof!.IssuedAt, proof.Id);
                return Decode(Encoding.ASCII.GetString(again).Split('.')[1]);
            });
        });
    }

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
