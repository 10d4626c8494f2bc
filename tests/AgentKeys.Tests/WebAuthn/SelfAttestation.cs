using System.Formats.Cbor;
using System.Security.Cryptography;
using AgentKeys.Protocol;
using AgentKeys.Testing.WebAuthn;

namespace AgentKeys.Tests.WebAuthn;

/// <summary>Attestation format <c>packed</c> without a certificate: the new key signs its own creation (WebAuthn section 8.2).</summary>
internal static class SelfAttestation
{
    /// <param name="bend">changes the statement's signature; the credential stays what it is.</param>
    public static CreatedCredential Of(SoftwareAuthenticator passkey, Bytes32 challenge, string origin, bool bend)
    {
        var created = passkey.Create(challenge, origin);
        var authData = AuthDataOf(created.AttestationObject);
        using var key = ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, D = passkey.ExportPrivateKey() });
        var signature = key.SignData([.. authData, .. SHA256.HashData(created.ClientDataJson)], HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        if (bend)
            signature[^1] ^= 1;
        return created with { AttestationObject = Write(authData, signature) };
    }

    private static byte[] AuthDataOf(byte[] attestationObject)
    {
        var reader = new CborReader(attestationObject);
        reader.ReadStartMap();
        while (reader.ReadTextString() != "authData")
            reader.SkipValue();
        return reader.ReadByteString();
    }

    private static byte[] Write(byte[] authData, byte[] signature)
    {
        var writer = new CborWriter(CborConformanceMode.Ctap2Canonical);
        writer.WriteStartMap(3);
        writer.WriteTextString("fmt");
        writer.WriteTextString("packed");
        writer.WriteTextString("attStmt");
        writer.WriteStartMap(2);
        writer.WriteTextString("alg");
        writer.WriteInt32(-7);
        writer.WriteTextString("sig");
        writer.WriteByteString(signature);
        writer.WriteEndMap();
        writer.WriteTextString("authData");
        writer.WriteByteString(authData);
        writer.WriteEndMap();
        return writer.Encode();
    }
}
