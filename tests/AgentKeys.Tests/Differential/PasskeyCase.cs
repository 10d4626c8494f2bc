using System.Numerics;
using System.Security.Cryptography;
using AgentKeys.Ethereum;
using AgentKeys.Protocol;

namespace AgentKeys.Tests.Differential;

/// <summary>A valid assertion of a passkey but for the signature, and a P-256 key that may sign it.</summary>
internal sealed class PasskeyCase
{
    private static readonly BigInteger s_order = Numbers.Of(Hex.Decode("0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551"));

    private readonly Bytes32 _challenge;
    private readonly Bytes32 _rpIdHash;
    private readonly byte[] _authenticatorData;
    private readonly byte[] _clientDataJson;

    public PasskeyCase(RandomInputs random)
    {
        PrivateKey = random.PrivateKey();
        (_challenge, _rpIdHash) = (new Bytes32(random.Bytes(32)), new Bytes32(random.Bytes(32)));
        _authenticatorData = [.. _rpIdHash.ToArray(), 0x05, .. random.Bytes(4)];
        _clientDataJson = System.Text.Encoding.UTF8.GetBytes(
            $$"""{"type":"webauthn.get","challenge":"{{Base64UrlStrict.Encode(_challenge.ToArray())}}","origin":"https://localhost","crossOrigin":false}""");
        Signed = [.. _authenticatorData, .. SHA256.HashData(_clientDataJson)];
    }

    public byte[] PrivateKey { get; }

    /// <summary>What an authenticator signs.</summary>
    public byte[] Signed { get; }

    /// <summary>r || s; empty until <see cref="Sign"/>.</summary>
    public byte[] Signature { get; private set; } = [];

    /// <summary>04 || X || Y; empty until <see cref="Sign"/>.</summary>
    public byte[] PublicKey { get; private set; } = [];

    public static bool IsInRange(Bytes32 value) => Numbers.Of(value.ToArray()) is { IsZero: false } number && number < s_order;

    /// <summary>Signs with the framework, and bends some of the signatures and keys.</summary>
    public PasskeyCase Sign(RandomInputs random)
    {
        using var key = ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, D = PrivateKey });
        var q = key.ExportParameters(false).Q;
        PublicKey = [4, .. q.X!, .. q.Y!];
        Signature = key.SignData(Signed, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        if (random.OneIn(3)) // the other s, valid too
            Signature = [.. Signature[..32], .. Numbers.ToBytes32(s_order - Numbers.Of(Signature[32..]))];
        switch (random.Next(8))
        {
            case 0: Signature = random.Flip(Signature); break;
            case 1: PublicKey = [4, .. random.Flip(PublicKey[1..])]; break;
            case 2: PublicKey = [.. PublicKey[..33], .. random.Bytes(32)]; break;
            case 3: Signature = [.. Signature[..32], .. Numbers.ToBytes32((Numbers.Of(Signature[32..]) + s_order) % (BigInteger.One << 256))]; break;
        }

        return this;
    }

    public bool Accepts(byte[] publicKey65, Bytes32 r, Bytes32 s)
    {
        var passkey = new Passkey(default, new Bytes32(publicKey65.AsSpan(1, 32)), new Bytes32(publicKey65.AsSpan(33)), _rpIdHash, default);
        var fault = AssertionVerifier.Verify(_challenge, passkey, new WebAuthnAssertion(_authenticatorData, _clientDataJson, r, s));
        Xunit.Assert.True(fault is AssertionFault.None or AssertionFault.SignatureInvalid, fault.ToString());
        return fault == AssertionFault.None;
    }
}

/// <summary>Big-endian numbers.</summary>
internal static class Numbers
{
    public static BigInteger Of(byte[] bytes) => new(bytes, isUnsigned: true, isBigEndian: true);

    public static byte[] ToBytes32(BigInteger number)
    {
        var bytes = number.ToByteArray(isUnsigned: true, isBigEndian: true);
        return [.. new byte[32 - bytes.Length], .. bytes];
    }
}
