using System.Numerics;
using System.Security.Cryptography;
using AgentKeys.Ethereum;
using Xunit;
using static AgentKeys.Tests.Ethereum.ArithmeticTests;

namespace AgentKeys.Tests.Ethereum;

public class Secp256k1EdgeTests
{
    private static readonly byte[] Digest = SHA256.HashData("edge"u8);
    private static readonly byte[] Key = Hex.Decode("0x79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8");

    /// <summary>A valid low-s signature of <see cref="Digest"/> under private key 1, whose public key is G, with nonce 2: r = x(2G).</summary>
    private static Secp256k1Signature Valid(out byte[] raw)
    {
        var r = BigInteger.Parse("0c6047f9441ed7d6d3045406e95c07cd85c778e4b8cef3ca7abac09b95c709ee5", System.Globalization.NumberStyles.HexNumber);
        var z = new BigInteger(Digest, isUnsigned: true, isBigEndian: true);
        var s = Mod((z + r) * BigInteger.ModPow(2, N - 2, N), N);
        var signature = new Secp256k1Signature(Bytes32(r), Bytes32(s), 0).Normalize();
        raw = signature.ToBytes64();
        return signature;
    }

    [Fact]
    public void A_valid_signature_is_verified_and_with_high_s_only_where_asked()
    {
        var signature = Valid(out var raw);
        Assert.True(Secp256k1.Verify(Digest, raw, Key));
        Assert.True(Secp256k1.Verify(Digest, raw, [4, .. Key]));

        var high = new Secp256k1Signature(signature.R, Bytes32(N - new BigInteger(signature.S, true, true)), signature.V ^ 1);
        Assert.False(high.IsLowS);
        Assert.False(Secp256k1.Verify(Digest, high.ToBytes64(), Key));
        Assert.True(Secp256k1.Verify(Digest, high.ToBytes64(), Key, requireLowS: false));
        Assert.Equal(signature, high.Normalize());
    }

    public static TheoryData<BigInteger> OutOfRange => [0, N, N + 1, P, BigInteger.Pow(2, 256) - 1];

    [Theory]
    [MemberData(nameof(OutOfRange))]
    public void R_or_s_out_of_range_is_refused(BigInteger value)
    {
        Valid(out var raw);
        byte[] wrongR = [.. Bytes32(value), .. raw[32..]], wrongS = [.. raw[..32], .. Bytes32(value)];
        Assert.False(Secp256k1.Verify(Digest, wrongR, Key, requireLowS: false));
        Assert.False(Secp256k1.Verify(Digest, wrongS, Key, requireLowS: false));
        Assert.False(Secp256k1Signature.TryParse([.. wrongR, 27], out _));
        Assert.False(Secp256k1Signature.TryParse([.. wrongS, 27], out _));
        Assert.Throws<ArgumentException>(() => new Secp256k1Signature(Bytes32(value), raw.AsSpan(32), 0));
        Assert.Throws<ArgumentException>(() => new Secp256k1Signature(raw.AsSpan(0, 32), Bytes32(value), 0));
    }

    [Fact]
    public void A_signature_whose_x_is_at_or_above_n_is_verified_but_has_no_recovery_id_here()
    {
        // A point whose x is in [n, p); r = x - n. The key is chosen for it: Q = (s R - z G) / r.
        var x = N + 1;
        AffinePoint point;
        while (true)
        {
            Assert.True(FieldElement.TryRead(Bytes32(x), out var field));
            if (AffinePoint.TryFromX(field, odd: false, out point))
                break;
            x++;
        }

        var r = x - N;
        var (z, s) = (new BigInteger(Digest, true, true), N / 3);
        var inverse = BigInteger.ModPow(r, N - 2, N);
        Assert.True(PublicMultiplication.Sum(ScalarOf(Mod(-z * inverse, N)), ScalarOf(s * inverse % N), point).TryToAffine(out var q));
        var key = Secp256k1.Encode(q);
        byte[] raw = [.. Bytes32(r), .. Bytes32(s)];

        Assert.True(Secp256k1.Verify(Digest, raw, key));
        using (var oracle = ECDsa.Create(new ECParameters { Curve = ECCurve.CreateFromFriendlyName("secp256k1"), Q = new() { X = key[1..33], Y = key[33..] } }))
            Assert.True(oracle.VerifyHash(Digest, raw));
        Assert.False(Secp256k1.TryComplete(Digest, raw, q, out _));
        for (var v = 0; v <= 1; v++)
            if (Secp256k1.TryRecover(Digest, new(raw.AsSpan(0, 32), raw.AsSpan(32), v), out var recovered))
                Assert.NotEqual(key, recovered);
    }

    [Fact]
    public void Nothing_is_recovered_from_an_r_that_is_no_x_or_from_infinity()
    {
        // 5 is the smallest x without a point.
        var none = new Secp256k1Signature(Bytes32(5), Bytes32(1), 0);
        Assert.False(Secp256k1.TryRecover(Digest, none, out var bytes));
        Assert.Empty(bytes);
        Assert.False(Secp256k1.TryRecoverAddress(Digest, none, out var address));
        Assert.True(address.IsZero);

        // With R = G and s = z, s R - z G is infinity, which is no key.
        var z = new BigInteger(Digest, true, true) % N;
        var infinity = new Secp256k1Signature(Key.AsSpan(0, 32), Bytes32(z), 0);
        Assert.False(Secp256k1.TryRecover(Digest, infinity, out _));

        Assert.False(Secp256k1.TryRecover(Digest, default, out _));
        Assert.False(Secp256k1.Verify(Digest, default(Secp256k1Signature).ToBytes64(), Key));
    }

    [Fact]
    public void The_sum_at_infinity_verifies_nothing()
    {
        // u1 G + u2 Q = infinity where z = -r (Q = G).
        var r = new BigInteger(Key.AsSpan(0, 32), true, true);
        var digest = Bytes32(N - r);
        Assert.False(Secp256k1.Verify(digest, [.. Bytes32(r), .. Bytes32(1)], Key));
    }

    [Fact]
    public void A_digest_of_zero_and_of_n_are_the_same_number()
    {
        // Private key 1, nonce 2, z = 0: s = r / 2.
        var r = new BigInteger(Valid(out _).R, true, true);
        var s = r * BigInteger.ModPow(2, N - 2, N) % N;
        var raw = new Secp256k1Signature(Bytes32(r), Bytes32(s), 0).Normalize().ToBytes64();
        Assert.True(Secp256k1.Verify(new byte[32], raw, Key));
        Assert.True(Secp256k1.Verify(Bytes32(N), raw, Key));
        Assert.False(Secp256k1.Verify(Bytes32(1), raw, Key));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(31)]
    [InlineData(33)]
    [InlineData(64)]
    public void A_digest_of_another_size_is_a_bug(int size)
    {
        var signature = Valid(out var raw);
        Assert.Throws<ArgumentException>(() => Secp256k1.Verify(new byte[size], raw, Key));
        Assert.Throws<ArgumentException>(() => Secp256k1.TryRecover(new byte[size], signature, out _));
        Assert.Throws<ArgumentException>(() => Secp256k1.TryRecoverAddress(new byte[size], signature, out _));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(63)]
    [InlineData(65)]
    [InlineData(72)]
    public void A_signature_of_another_length_is_refused(int size)
    {
        Valid(out var raw);
        Assert.False(Secp256k1.Verify(Digest, [.. raw.Concat(new byte[8]).Take(size)], Key));
    }

    [Fact]
    public void Keys_that_are_no_points_are_refused()
    {
        var p = Bytes32(P);
        byte[] wrongY = [.. Key[..63], (byte)(Key[63] ^ 1)];
        // x = 1 is on the curve, so x = p + 1 is its second spelling.
        Assert.True(Secp256k1.TryDecompress([2, .. Bytes32(1)], out var one));
        byte[][] wrong =
        [
            [], [0], Key[..63], [.. Key, 0], [2, .. Key], [6, .. Key], [4, .. Key, 0], new byte[64], [4, .. new byte[64]],
            wrongY, [.. p, .. Key[32..]], [.. Key[..32], .. p], [.. Bytes32(P + 1), .. one[33..]],
        ];
        Valid(out var raw);
        foreach (var key in wrong)
        {
            Assert.False(Secp256k1.IsOnCurve(key));
            Assert.False(Secp256k1.Verify(Digest, raw, key));
        }

        Assert.True(Secp256k1.IsOnCurve(Key) && Secp256k1.IsOnCurve([4, .. Key]) && Secp256k1.IsOnCurve(one));
    }

    [Fact]
    public void Decompression_finds_both_points_and_refuses_the_rest()
    {
        Assert.True(Secp256k1.TryDecompress([2, .. Key[..32]], out var even));
        Assert.Equal([4, .. Key], even);
        Assert.True(Secp256k1.TryDecompress([3, .. Key[..32]], out var odd));
        Assert.Equal(P, new BigInteger(even.AsSpan(33), true, true) + new BigInteger(odd.AsSpan(33), true, true));

        byte[][] wrong = [[], Key[..32], [4, .. Key[..32]], [0, .. Key[..32]], [2, .. Key], [2, .. Bytes32(5)], [2, .. Bytes32(P)], [2, .. Bytes32(P + 1)]];
        foreach (var bytes in wrong)
        {
            Assert.False(Secp256k1.TryDecompress(bytes, out var none));
            Assert.Empty(none);
        }
    }

    [Fact]
    public void Addresses_of_keys()
    {
        // Private key 1; its address is widely known.
        Assert.Equal("0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf", Secp256k1.AddressOf(Key).ToChecksumString());
        Assert.Equal(Secp256k1.AddressOf(Key), Secp256k1.AddressOf([4, .. Key]));
        Assert.Throws<ArgumentException>(() => Secp256k1.AddressOf([2, .. Key]));
        Assert.Throws<ArgumentException>(() => Secp256k1.AddressOf(Key.AsSpan(0, 63)));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 1)]
    [InlineData(27, 0)]
    [InlineData(28, 1)]
    public void Signatures_are_read_and_written_with_v(byte v, int id)
    {
        Valid(out var raw);
        var signature = Secp256k1Signature.Parse([.. raw, v]);
        Assert.Equal(id, signature.V);
        Assert.Equal([.. raw, (byte)(27 + id)], signature.ToBytes65());
        Assert.Equal(raw, signature.ToBytes64());
        Assert.Equal(Convert.ToHexString(raw), Convert.ToHexString(signature.R) + Convert.ToHexString(signature.S));
        Assert.Equal(signature, new Secp256k1Signature(raw.AsSpan(0, 32), raw.AsSpan(32), id));
        Assert.True(signature != new Secp256k1Signature(raw.AsSpan(0, 32), raw.AsSpan(32), id ^ 1));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(26)]
    [InlineData(29)]
    [InlineData(37)]
    [InlineData(255)]
    public void Another_v_or_length_is_refused(byte v)
    {
        Valid(out var raw);
        Assert.False(Secp256k1Signature.TryParse([.. raw, v], out _));
        Assert.Throws<FormatException>(() => Secp256k1Signature.Parse([.. raw, v]));
        Assert.False(Secp256k1Signature.TryParse(raw, out _));
        Assert.False(Secp256k1Signature.TryParse([.. raw, 27, 0], out _));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Secp256k1Signature(raw.AsSpan(0, 32), raw.AsSpan(32), v));
    }
}
