using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using AgentKeys.Ethereum;
using Xunit;
using static AgentKeys.Tests.Ethereum.ArithmeticTests;

namespace AgentKeys.Tests.Ethereum;

public class Secp256k1KeyTests
{
    public static TheoryData<Secp256k1Backend> Backends =>
        Secp256k1Key.FrameworkHasCurve
            ? [Secp256k1Backend.Auto, Secp256k1Backend.Framework, Secp256k1Backend.Portable]
            : [Secp256k1Backend.Auto, Secp256k1Backend.Portable];

    /// <summary>The RFC 6979 vectors for secp256k1 and SHA-256 that Bitcoin's libraries share: key, text, k, r || s with low s.</summary>
    [Theory]
    [InlineData("0x0000000000000000000000000000000000000000000000000000000000000001", "Satoshi Nakamoto",
        "0x8f8a276c19f4149656b280621e358cce24f5f52542772691ee69063b74f15d15",
        "0x934b1ea10a4b3c1757e2b0c017d0b6143ce3c9a7e6a4a49860d7a6ab210ee3d82442ce9d2b916064108014783e923ec36b49743e2ffa1c4496f01a512aafd9e5")]
    [InlineData("0x0000000000000000000000000000000000000000000000000000000000000001", "All those moments will be lost in time, like tears in rain. Time to die...",
        "0x38aa22d72376b4dbc472e06c3ba403ee0a394da63fc58d88686c611aba98d6b3",
        "0x8600dbd41e348fe5c9465ab92d23e3db8b98b873beecd930736488696438cb6b547fe64427496db33bf66019dacbf0039c04199abb0122918601db38a72cfc21")]
    [InlineData("0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364140", "Satoshi Nakamoto",
        "0x33a19b60e25fb6f4435af53a3d42d493644827367e6453928554f43e49aa6f90",
        "0xfd567d121db66e382991534ada77a6bd3106f0a1098c231e47993447cd6af2d06b39cd0eb1bc8603e159ef5c20a5c8ad685a45b06ce9bebed3f153d10d93bed5")]
    [InlineData("0xf8b8af8ce3c7cca5e300d33939540c10d45ce001b8f252bfbc57ba0342904181", "Alan Turing",
        "0x525a82b70e67874398067543fd84c83d30c175fdc45fdeee082fe13b1d7cfdf1",
        "0x7063ae83e7f62bbb171798131b4a0564b956930092b33b07b395615d9ec7e15c58dfcc1e00a35e1572f366ffe34ba0fc47db1e7189759b9fb233c5b05ab388ea")]
    public void The_portable_signer_is_deterministic_as_RFC_6979_says(string privateKey, string text, string k, string signature)
    {
        var digest = SHA256.HashData(Encoding.ASCII.GetBytes(text));
        using var nonces = new Rfc6979(Hex.Decode(privateKey), digest);
        var nonce = new byte[32];
        nonces.Next(nonce);
        Assert.Equal(k, Hex.Encode(nonce));

        using var key = Secp256k1Key.FromPrivateKey(Hex.Decode(privateKey), Secp256k1Backend.Portable);
        Assert.Equal(signature, Hex.Encode(key.SignDigest(digest).ToBytes64()));
        Assert.Equal(key.SignDigest(digest), key.SignDigest(digest));
    }

    [Fact]
    public void A_digest_above_n_is_reduced_before_it_seeds_the_nonce()
    {
        // bits2octets of RFC 6979, section 2.3.4; few digests are that high.
        using var key = Secp256k1Key.FromPrivateKey(Bytes32(1), Secp256k1Backend.Portable);
        Assert.Equal(
            "0x7cb38cc5712e9e11a767615f6080dbc111c9cdd613eb98999fd92a86bafd45407923ca1f4d03471d2866f776ef8a6d3cac099b427331aeb245aa9dafeddcf1151b",
            key.SignDigest(Enumerable.Repeat((byte)0xff, 32).ToArray()).ToString());
    }

    [Theory]
    [MemberData(nameof(Backends))]
    public void Signatures_have_low_s_and_the_id_that_recovers_the_key(Secp256k1Backend backend)
    {
        for (var i = 0; i < 60; i++)
        {
            using var key = Secp256k1Key.Generate(backend);
            var digest = RandomNumberGenerator.GetBytes(32);
            var signature = key.SignDigest(digest);
            Assert.True(signature.IsLowS);
            Assert.True(Secp256k1.Verify(digest, signature.ToBytes64(), key.PublicKey));
            Assert.True(Secp256k1.TryRecover(digest, signature, out var recovered));
            Assert.Equal(key.PublicKey, recovered);
            Assert.Equal(Secp256k1.AddressOf(recovered), key.Address);
        }
    }

    [Fact]
    public void The_portable_signer_and_the_framework_are_each_others_oracle()
    {
        if (!Secp256k1Key.FrameworkHasCurve)
            return;

        var random = new Random(5);
        List<byte[]> privateKeys = [Bytes32(1), Bytes32(2), Bytes32(3), Bytes32(16), Bytes32(N - 1), Bytes32(N - 2), Bytes32(BigInteger.Pow(2, 255)), Bytes32(N / 2)];
        for (var i = 0; i < 100; i++)
        {
            var bytes = new byte[32];
            random.NextBytes(bytes);
            privateKeys.Add(bytes);
        }

        foreach (var privateKey in privateKeys)
        {
            using var portable = Secp256k1Key.FromPrivateKey(privateKey, Secp256k1Backend.Portable);
            using var framework = Secp256k1Key.FromPrivateKey(privateKey, Secp256k1Backend.Framework);
            Assert.Equal(framework.PublicKey, portable.PublicKey);

            using var oracle = ECDsa.Create(new ECParameters { Curve = ECCurve.CreateFromFriendlyName("secp256k1"), D = privateKey });
            Assert.True(oracle.VerifyHash(privateKey, portable.SignDigest(privateKey).ToBytes64()));
        }
    }

    [Fact]
    public void Another_attempt_takes_another_nonce()
    {
        using var operations = new PortableOperations(Bytes32(7));
        byte[][] signatures = [new byte[64], new byte[64], new byte[64]];
        for (var attempt = 0; attempt < signatures.Length; attempt++)
        {
            operations.Sign(new byte[32], attempt, signatures[attempt]);
            Assert.True(Secp256k1.Verify(new byte[32], signatures[attempt], Secp256k1.Encode(operations.PublicPoint), requireLowS: false));
        }

        Assert.Equal(3, signatures.Select(bytes => Hex.Encode(bytes)).Distinct().Count());
    }

    [Fact]
    public void A_signature_made_under_another_key_is_not_given_out()
    {
        using var mine = new PortableOperations(Bytes32(7));
        using var other = new PortableOperations(Bytes32(8));
        var raw = new byte[64];
        other.Sign(new byte[32], 0, raw);
        Assert.False(Secp256k1.TryComplete(new byte[32], raw, mine.PublicPoint, out _));
        Assert.True(Secp256k1.TryComplete(new byte[32], raw, other.PublicPoint, out _));
        Assert.False(Secp256k1.TryComplete(new byte[32], new byte[64], other.PublicPoint, out _));
    }

    public static TheoryData<BigInteger> NotPrivateKeys => [0, N, N + 1, BigInteger.Pow(2, 256) - 1];

    [Theory]
    [MemberData(nameof(NotPrivateKeys))]
    public void Numbers_out_of_range_are_no_keys(BigInteger number)
    {
        Assert.False(Secp256k1Key.IsPrivateKey(Bytes32(number)));
        var e = Assert.Throws<ArgumentException>(() => Secp256k1Key.FromPrivateKey(Bytes32(number)));
        Assert.DoesNotContain(Convert.ToHexStringLower(Bytes32(number)), e.Message, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(31)]
    [InlineData(33)]
    public void Other_sizes_are_refused(int size)
    {
        using var key = Secp256k1Key.Generate();
        var bytes = Enumerable.Repeat((byte)1, size).ToArray();
        Assert.Throws<ArgumentException>(() => Secp256k1Key.FromPrivateKey(bytes));
        Assert.Throws<ArgumentException>(() => key.SignDigest(bytes));
        Assert.Throws<ArgumentException>(() => key.ExportPrivateKey(bytes));
    }

    [Theory]
    [MemberData(nameof(Backends))]
    public void A_disposed_key_signs_and_exports_nothing(Secp256k1Backend backend)
    {
        var key = Secp256k1Key.FromPrivateKey(Bytes32(1), backend);
        var exported = new byte[32];
        key.ExportPrivateKey(exported);
        Assert.Equal(Bytes32(1), exported);

        key.Dispose();
        key.Dispose();
        Assert.Throws<ObjectDisposedException>(() => key.SignDigest(new byte[32]));
        Assert.Throws<ObjectDisposedException>(() => key.ExportPrivateKey(exported));
        Assert.Equal("0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf", key.Address.ToChecksumString());
    }

    [Fact]
    public void The_text_of_a_key_is_its_address_and_its_bytes_are_a_copy()
    {
        using var key = Secp256k1Key.FromPrivateKey(Bytes32(1));
        Assert.Equal("0x7e5f4552091a69125d5dfcb7b8c2659029395bdf", key.ToString());
        Assert.NotEqual(Secp256k1Backend.Auto, key.Backend);
        key.PublicKey[1] ^= 1;
        Assert.True(Secp256k1.IsOnCurve(key.PublicKey));
        Assert.Throws<ArgumentOutOfRangeException>(() => Secp256k1Key.Generate((Secp256k1Backend)9));
    }

    [Fact]
    public void One_key_signs_in_several_threads()
    {
        using var key = Secp256k1Key.Generate();
        Parallel.For(0, 50, i =>
        {
            var digest = SHA256.HashData(BitConverter.GetBytes(i));
            Assert.True(Secp256k1.Verify(digest, key.SignDigest(digest).ToBytes64(), key.PublicKey));
        });
    }
}
