using System.Security.Cryptography;
using AgentKeys.Ethereum;
using Xunit;

namespace AgentKeys.Tests.Ethereum;

/// <summary>Verification and recovery against the framework's ECDsa (OpenSSL), on fresh keys, valid and with one bit flipped.</summary>
public class Secp256k1OracleTests
{
    private static readonly ECCurve Curve = ECCurve.CreateFromFriendlyName("secp256k1");

    private static bool OracleVerifies(byte[] digest, byte[] signature, byte[] publicKey)
    {
        try
        {
            using var key = ECDsa.Create(new ECParameters { Curve = Curve, Q = new() { X = publicKey[..32], Y = publicKey[32..] } });
            return key.VerifyHash(digest, signature);
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    private static byte[] Flip(byte[] bytes, Random random, int from, int to)
    {
        var flipped = (byte[])bytes.Clone();
        var bit = random.Next(8 * from, 8 * to);
        flipped[bit / 8] ^= (byte)(1 << (bit % 8));
        return flipped;
    }

    private static bool Agree(byte[] digest, byte[] signature, byte[] key)
    {
        var ours = Secp256k1.Verify(digest, signature, key, requireLowS: false);
        Assert.Equal(OracleVerifies(digest, signature, key), ours);
        return ours;
    }

    [Fact]
    public void Verification_agrees_on_240_signatures_and_their_neighbours()
    {
        var random = new Random(1);
        for (var i = 0; i < 240; i++)
        {
            using var signer = ECDsa.Create(Curve);
            var q = signer.ExportParameters(false).Q;
            byte[] key = [.. q.X!, .. q.Y!];
            var digest = new byte[32];
            random.NextBytes(digest);
            var signature = signer.SignHash(digest);

            Assert.True(Agree(digest, signature, key));
            Assert.False(Agree(digest, Flip(signature, random, 0, 32), key));
            Assert.False(Agree(digest, Flip(signature, random, 32, 64), key));
            Assert.False(Agree(Flip(digest, random, 0, 32), signature, key));
            Assert.False(Agree(digest, signature, Flip(key, random, 0, 64)));

            // Another point that is on the curve, so that the refusal is the equation's: the same x, -y.
            Assert.True(Secp256k1.TryDecompress([(byte)(q.Y![31] % 2 == 0 ? 3 : 2), .. q.X!], out var opposite));
            Assert.False(Agree(digest, signature, opposite[1..]));
        }
    }

    [Fact]
    public void Recovery_returns_the_key_from_one_of_two_ids_and_never_from_a_changed_signature()
    {
        var random = new Random(2);
        for (var i = 0; i < 240; i++)
        {
            using var signer = ECDsa.Create(Curve);
            var q = signer.ExportParameters(false).Q;
            byte[] key = [4, .. q.X!, .. q.Y!];
            var digest = new byte[32];
            random.NextBytes(digest);
            var raw = signer.SignHash(digest);

            var found = 0;
            for (var v = 0; v <= 1; v++)
            {
                var signature = new Secp256k1Signature(raw.AsSpan(0, 32), raw.AsSpan(32), v);
                Assert.True(Secp256k1.TryRecover(digest, signature, out var recovered));
                // Whatever key comes back, the signature is valid under it.
                Assert.True(OracleVerifies(digest, raw, recovered[1..]));
                if (!recovered.AsSpan().SequenceEqual(key))
                    continue;

                found++;
                Assert.True(Secp256k1.TryRecover(digest, signature.Normalize(), out var normalized));
                Assert.Equal(key, normalized);
                Assert.True(Secp256k1.TryRecover(Flip(digest, random, 0, 32), signature, out var other));
                Assert.NotEqual(key, other);
                Assert.True(Secp256k1.TryRecoverAddress(digest, signature, out var address));
                Assert.Equal(Secp256k1.AddressOf(key), address);
            }

            Assert.Equal(1, found);
        }
    }
}
