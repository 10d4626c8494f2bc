#if BOUNCYCASTLE
using System.Security.Cryptography;
using AgentKeys.Ethereum;
using AgentKeys.Ethereum.BouncyCastle;
using Xunit;

namespace AgentKeys.Tests.Ethereum;

/// <summary>The built-in arithmetic against BouncyCastle's, both ways: neither shares code with the other.</summary>
public class BouncyCastleTests
{
    [Fact]
    public void Digests_agree_at_every_length_around_the_rate()
    {
        for (var length = 0; length <= 300; length++)
        {
            var data = RandomNumberGenerator.GetBytes(length);
            Assert.Equal(BouncyCastleKeccak256.Hash(data), Keccak256.Hash(data));
        }
    }

    [Fact]
    public void Keys_signatures_and_recovered_senders_agree()
    {
        for (var i = 0; i < 40; i++)
        {
            var bytes = PrivateKey();
            using var ours = Secp256k1Key.FromPrivateKey(bytes, Secp256k1Backend.Portable);
            using var theirs = new BouncyCastleKey(bytes);
            var digest = RandomNumberGenerator.GetBytes(32);

            // Nonces of both are RFC 6979's: not only valid, the same.
            var signature = theirs.SignDigest(digest);

            Assert.Equal((ours.Address, Hex.Encode(ours.PublicKey)), (theirs.Address, Hex.Encode(theirs.PublicKey)));
            Assert.Equal(ours.SignDigest(digest), signature);
            Assert.True(signature.IsLowS);
            Assert.True(Secp256k1.TryRecover(digest, signature, out var recovered) && BouncyCastleSecp256k1.TryRecover(digest, signature, out var other) && recovered.AsSpan().SequenceEqual(other));
            Assert.True(BouncyCastleSecp256k1.Verify(digest, signature.ToBytes64(), ours.PublicKey));
        }
    }

    [Fact]
    public void What_one_refuses_the_other_refuses()
    {
        for (var i = 0; i < 60; i++)
        {
            using var key = Secp256k1Key.Generate(Secp256k1Backend.Portable);
            var digest = RandomNumberGenerator.GetBytes(32);
            var signature = key.SignDigest(digest).ToBytes64();
            var publicKey = key.PublicKey;
            (i % 3 == 0 ? signature : i % 3 == 1 ? digest : publicKey)[RandomNumberGenerator.GetInt32(1, 32)] ^= (byte)(1 << (i % 8));

            foreach (var low in new[] { true, false })
                Assert.Equal(Secp256k1.Verify(digest, signature, publicKey, low), BouncyCastleSecp256k1.Verify(digest, signature, publicKey, low));
        }

        Assert.Throws<ArgumentException>(() => new BouncyCastleKey(new byte[32]));
        Assert.Throws<ArgumentException>(() => new BouncyCastleKey(new byte[31]));
        Assert.Throws<ArgumentException>(() => new BouncyCastleKey(Hex.Decode("0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141")));
    }

    /// <summary>A signature of any r and s in range recovers the same key, or none, in both.</summary>
    [Fact]
    public void Any_signature_recovers_the_same()
    {
        var none = 0;
        for (var i = 0; i < 200; i++)
        {
            var digest = RandomNumberGenerator.GetBytes(32);
            var signature = Secp256k1Signature.Parse([.. PrivateKey(), .. PrivateKey(), (byte)(27 + i % 2)]);

            var found = Secp256k1.TryRecover(digest, signature, out var ours);

            Assert.Equal(found, BouncyCastleSecp256k1.TryRecover(digest, signature, out var theirs));
            Assert.Equal(ours, theirs);
            none += found ? 0 : 1;
        }

        Assert.InRange(none, 50, 150);
    }

    [Fact]
    public void A_disposed_key_signs_nothing()
    {
        var key = new BouncyCastleKey(PrivateKey());
        key.Dispose();
        Assert.Throws<ObjectDisposedException>(() => key.SignDigest(new byte[32]));
        Assert.Equal(65, key.PublicKey.Length);
    }

    private static byte[] PrivateKey()
    {
        using var key = Secp256k1Key.Generate();
        var bytes = new byte[Secp256k1Key.Size];
        key.ExportPrivateKey(bytes);
        return bytes;
    }
}
#endif
