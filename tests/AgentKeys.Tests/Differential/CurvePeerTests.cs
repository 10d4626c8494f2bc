using System.Text.Json;
using AgentKeys.Ethereum;
using AgentKeys.Protocol;
using Xunit;
using Xunit.Abstractions;

namespace AgentKeys.Tests.Differential;

/// <summary>secp256k1, addresses and signatures on P-256 as noble and ethers have them.</summary>
public sealed class CurvePeerTests(NodePeer peer, ITestOutputHelper output) : PeerTests(peer, output)
{
    /// <summary>Nonces by RFC 6979 on both sides, so not a byte may differ; with random ones the peers are asked below.</summary>
    [PeerFact]
    public Task A_key_has_their_public_key_their_address_and_their_signature() => CompareAsync(
        "curves.sign", 200, r => (Key: r.PrivateKey(), Digest: r.Bytes(32)), c => new { key = Hex.Encode(c.Key), digest = Hex.Encode(c.Digest) }, (c, theirs) =>
        {
            using var portable = Secp256k1Key.FromPrivateKey(c.Key, Secp256k1Backend.Portable);
            Assert.Equal(theirs.GetProperty("publicKey").GetString(), Hex.Encode(portable.PublicKey));
            Assert.Equal(theirs.GetProperty("address").GetString(), portable.Address.ToChecksumString());
            Assert.Equal(theirs.GetProperty("signature").GetString(), portable.SignDigest(c.Digest).ToString());
            Assert.True(Secp256k1.Verify(c.Digest, Hex.Decode(theirs.GetProperty("signature").GetString()!).AsSpan(0, 64), portable.PublicKey));
            Assert.True(Secp256k1.TryDecompress(Hex.Decode(theirs.GetProperty("compressed").GetString()!), out var decompressed));
            Assert.Equal(portable.PublicKey, decompressed);
            return true;
        });

    [PeerFact]
    public Task Signatures_are_valid_for_both_or_for_none() => CompareAsync(
        "curves.verify", 400, SignatureCase, c => new { digest = Hex.Encode(c.Digest), signature = Hex.Encode(c.Signature), publicKey = Hex.Encode(c.PublicKey), lowS = c.LowS },
        (c, theirs) =>
        {
            Assert.Equal(theirs.GetBoolean(), Secp256k1.Verify(c.Digest, c.Signature, c.PublicKey, c.LowS));
            return theirs.GetBoolean();
        }, both: true);

    [PeerFact]
    public Task Both_recover_the_same_key_or_none() => CompareAsync(
        "curves.recover", 200, RecoveryCase, c => new { digest = Hex.Encode(c.Digest), signature = Hex.Encode(c.Signature.ToBytes64()), v = c.Signature.V }, (c, theirs) =>
        {
            var recovered = Secp256k1.TryRecover(c.Digest, c.Signature, out var key);
            Assert.Equal(theirs.GetString(), recovered ? Hex.Encode(key) : null);
            return recovered;
        }, both: true);

    [PeerFact]
    public Task The_recovered_address_is_theirs() => CompareAsync(
        "curves.recoverer", 100, r => RecoveryCase(r) is var c ? (c.Digest, Signature: c.Signature.Normalize()) : default,
        c => new { digest = Hex.Encode(c.Digest), r = Hex.Encode(c.Signature.R), s = Hex.Encode(c.Signature.S), v = c.Signature.V }, (c, theirs) =>
        {
            var recovered = Secp256k1.TryRecoverAddress(c.Digest, c.Signature, out var address);
            Assert.Equal(theirs.GetString(), recovered ? address.ToString() : null);
            return recovered;
        }, both: true);

    [PeerFact]
    public Task A_point_is_one_for_both() => CompareAsync("curves.point", 1200, PointCase, point => Hex.Encode(point), (bytes, theirs) =>
    {
        var ours = bytes.Length == 33
            ? Secp256k1.TryDecompress(bytes, out var point) ? Hex.Encode(point) : null
            : bytes.Length == 65 && Secp256k1.IsOnCurve(bytes) ? Hex.Encode(bytes) : null;
        Assert.Equal(theirs.GetString(), ours);
        return ours is not null;
    }, both: true);

    [PeerFact]
    public Task An_address_in_text_is_one_for_both() => CompareAsync("curves.address", 1200, AddressText, text => text, (text, theirs) =>
    {
        var read = Address.TryParse(text, out var address);
        Assert.Equal(theirs.GetString(), read ? address.ToChecksumString() : null);
        return read;
    }, both: true);

    /// <summary>Through the passkey's verifier, the only place where a P-256 signature without a token is read.</summary>
    [PeerFact]
    public Task Their_P256_signatures_are_read_from_DER_and_valid() => CompareAsync(
        "curves.signP256", 100, r => new PasskeyCase(r), c => new { key = Hex.Encode(c.PrivateKey), message = Hex.Encode(c.Signed) }, (c, theirs) =>
        {
            var der = Hex.Decode(theirs.GetProperty("der").GetString()!);
            Assert.True(EcdsaDer.TryRead(der, out var r, out var s));
            Assert.Equal(theirs.GetProperty("signature").GetString(), Hex.Encode([.. r.ToArray(), .. s.ToArray()]));
            var publicKey = Hex.Decode(theirs.GetProperty("publicKey").GetString()!);
            Assert.True(c.Accepts(publicKey, r, s));
            Assert.False(c.Accepts(publicKey, s, r));
            return true;
        });

    [PeerFact]
    public Task P256_signatures_are_valid_for_both_or_for_none() => CompareAsync(
        "curves.verifyP256", 200, r => new PasskeyCase(r).Sign(r),
        c => new { message = Hex.Encode(c.Signed), signature = Hex.Encode(c.Signature), publicKey = Hex.Encode(c.PublicKey) }, (c, theirs) =>
        {
            var ours = c.Accepts(c.PublicKey, new Bytes32(c.Signature.AsSpan(0, 32)), new Bytes32(c.Signature.AsSpan(32)));
            Assert.Equal(theirs.GetBoolean(), ours);
            return ours;
        }, both: true);

    [PeerFact]
    public Task DER_is_read_by_both_or_by_none() => CompareAsync("curves.der", 1500, DerCase, data => Hex.Encode(data), (der, theirs) =>
    {
        var read = EcdsaDer.TryRead(der, out var r, out var s);
        // noble asks for numbers from 1 to n - 1 here already, we when the signature is checked.
        if (theirs.ValueKind == JsonValueKind.Null)
            Assert.True(!read || !PasskeyCase.IsInRange(r) || !PasskeyCase.IsInRange(s), "read by us alone");
        else
            Assert.Equal(theirs.GetString(), read ? Hex.Encode([.. r.ToArray(), .. s.ToArray()]) : null);
        return read;
    }, both: true);

    private static (byte[] Digest, byte[] Signature, byte[] PublicKey, bool LowS) SignatureCase(RandomInputs random)
    {
        using var key = Secp256k1Key.FromPrivateKey(random.PrivateKey());
        var digest = random.OneIn(20) ? new byte[32] : random.Bytes(32);
        var signature = key.SignDigest(digest);
        var raw = random.OneIn(3) ? Negated(signature) : signature.ToBytes64();
        var publicKey = random.OneIn(4) ? key.PublicKey[..1].Concat(random.Flip(key.PublicKey[1..])).ToArray() : key.PublicKey;
        if (random.OneIn(3))
            raw = random.Pick<byte[]>([random.Flip(raw), [.. raw[32..], .. raw[..32]], [.. new byte[32], .. raw[32..]], [.. raw[..32], .. new byte[32]], raw[..63]]);
        return (digest, raw, publicKey, random.OneIn(2));
    }

    private static (byte[] Digest, Secp256k1Signature Signature) RecoveryCase(RandomInputs random)
    {
        using var key = Secp256k1Key.FromPrivateKey(random.PrivateKey());
        var digest = random.OneIn(10) ? new byte[32] : random.Bytes(32);
        var signature = key.SignDigest(digest);
        if (random.OneIn(3))
            signature = new Secp256k1Signature(Negated(signature).AsSpan(0, 32), Negated(signature).AsSpan(32), 1 - signature.V);
        // Any x: half of them are no point's.
        return (digest, random.OneIn(2) ? new Secp256k1Signature(random.PrivateKey(), signature.S, random.Next(2)) : signature);
    }

    private static byte[] Negated(Secp256k1Signature signature)
    {
        var order = Numbers.Of(Hex.Decode("0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141"));
        return [.. signature.R, .. Numbers.ToBytes32(order - Numbers.Of(signature.S))];
    }

    private static byte[] PointCase(RandomInputs random)
    {
        using var key = Secp256k1Key.FromPrivateKey(random.PrivateKey());
        var whole = key.PublicKey;
        byte[] compressed = [(byte)(2 + whole[64] % 2), .. whole[1..33]];
        return random.Next(7) switch
        {
            0 => whole,
            1 => random.Flip(whole),
            2 => [4, .. whole[1..33], .. random.Bytes(32)],
            3 => [(byte)random.Next(8), .. whole[1..]],
            4 => compressed,
            5 => [(byte)random.Next(6), .. random.Bytes(32)],
            _ => [(byte)(2 + random.Next(2)), .. Enumerable.Repeat((byte)0xff, 28), .. random.Bytes(4)],
        };
    }

    private static string AddressText(RandomInputs random)
    {
        var address = random.Address();
        var text = random.Pick(address.ToChecksumString(), address.ToString(), "0x" + address.ToString()[2..].ToUpperInvariant());
        if (random.OneIn(3))
            return text;
        var at = random.Next(text.Length);
        var c = random.Pick(char.ToUpperInvariant(text[at]), char.ToLowerInvariant(text[at]), 'g', '0', 'F');
        // ethers also takes addresses without 0x and ICAP ones; those are other formats.
        return at < 2 ? text[..^1] : text[..at] + c + text[(at + 1)..];
    }

    private static byte[] DerCase(RandomInputs random)
    {
        byte[] Integer()
        {
            var number = random.OneIn(3) ? random.Unsigned(255) : random.Unsigned(256);
            byte[] digits = number.ToByteArray(isBigEndian: true);
            if (random.OneIn(8))
                digits = [0, .. digits];
            return [2, (byte)digits.Length, .. digits];
        }

        byte[] body = [.. Integer(), .. Integer()];
        byte[] der = [0x30, (byte)body.Length, .. body];
        return random.OneIn(2) ? der : random.Bend(der);
    }
}
