using System.Buffers.Binary;
using System.Formats.Cbor;
using System.Security.Cryptography;
using System.Text;
using AgentKeys.Protocol;

namespace AgentKeys.Testing.WebAuthn;

/// <summary>
/// One passkey in software, with the browser around it: real P-256 signatures over real ceremonies. For tests, demos and machines
/// without a screen; it proves nothing about a person, which is why only profiles marked dev enrol its like.
/// </summary>
public sealed class SoftwareAuthenticator : IDisposable
{
    private const AuthenticatorFlags Present = AuthenticatorFlags.UserPresent | AuthenticatorFlags.UserVerified;

    private readonly ECDsa _key;

    private SoftwareAuthenticator(ECDsa key, byte[] credentialId, string rpId, uint signCount)
    {
        _key = key;
        CredentialId = credentialId;
        RpId = rpId;
        SignCount = signCount;
        var point = key.ExportParameters(includePrivateParameters: false).Q;
        (X, Y) = (new Bytes32(point.X), new Bytes32(point.Y));
    }

    public byte[] CredentialId { get; }

    public string RpId { get; }

    public Bytes32 X { get; }

    public Bytes32 Y { get; }

    /// <summary>Of the last ceremony; the next one has one more.</summary>
    public uint SignCount { get; private set; }

    public static SoftwareAuthenticator New(string rpId) =>
        new(ECDsa.Create(ECCurve.NamedCurves.nistP256), RandomNumberGenerator.GetBytes(32), rpId, 0);

    /// <param name="privateKey">32 bytes, in [1, n - 1].</param>
    public static SoftwareAuthenticator FromPrivateKey(ReadOnlySpan<byte> privateKey, byte[] credentialId, string rpId, uint signCount = 0) =>
        new(ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, D = privateKey.ToArray() }), credentialId, rpId, signCount);

    /// <summary>The private key, 32 bytes: what a file keeps.</summary>
    public byte[] ExportPrivateKey() => _key.ExportParameters(includePrivateParameters: true).D!;

    /// <summary>As the registry stores it. <paramref name="origin"/> null: not bound to an origin.</summary>
    public Passkey ToPasskey(string? origin) => Passkey.Of(CredentialId, X, Y, RpId, origin);

    /// <summary><c>navigator.credentials.create</c>, attestation format none.</summary>
    public CreatedCredential Create(Bytes32 challenge, string origin, AssertionOptions? options = null)
    {
        options ??= AssertionOptions.Honest;
        var clientData = ClientDataWriter.Write("webauthn.create", challenge.ToArray(), origin, options);
        var coseKey = Bend(options.BendCoseKey, CoseKey());
        byte[] attested = [.. new byte[16], (byte)(CredentialId.Length >> 8), (byte)CredentialId.Length, .. CredentialId, .. coseKey];
        var authenticatorData = AuthenticatorData(Present | AuthenticatorFlags.AttestedCredentialData, attested, options);
        return new CreatedCredential(CredentialId, Bend(options.BendAttestationObject, AttestationObject(authenticatorData)), clientData);
    }

    /// <summary><c>navigator.credentials.get</c>.</summary>
    public AssertedCredential Get(Bytes32 challenge, string origin, AssertionOptions? options = null)
    {
        options ??= AssertionOptions.Honest;
        var clientData = ClientDataWriter.Write("webauthn.get", challenge.ToArray(), origin, options);
        var authenticatorData = AuthenticatorData(Present, [], options);
        byte[] signed = [.. authenticatorData, .. SHA256.HashData(clientData)];
        var signature = _key.SignData(signed, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        return new AssertedCredential(CredentialId, authenticatorData, clientData, Bend(options.BendSignature, signature));
    }

    /// <summary>As <see cref="Get"/>, in the form that approvals take.</summary>
    public WebAuthnAssertion Assert(Bytes32 challenge, string origin, AssertionOptions? options = null)
    {
        var got = Get(challenge, origin, options);
        return WebAuthnAssertion.TryCreate(got.AuthenticatorData, got.ClientDataJson, got.Signature, out var assertion)
            ? assertion
            : throw new CryptographicException("The bent signature is no DER signature.");
    }

    public void Dispose() => _key.Dispose();

    private byte[] AuthenticatorData(AuthenticatorFlags flags, byte[] rest, AssertionOptions options)
    {
        var data = new byte[37 + rest.Length];
        SHA256.HashData(Encoding.ASCII.GetBytes(options.RpId ?? RpId)).CopyTo(data, 0);
        data[32] = (byte)(options.Flags ?? flags);
        BinaryPrimitives.WriteUInt32BigEndian(data.AsSpan(33), options.SignCount ?? ++SignCount);
        rest.CopyTo(data, 37);
        return Bend(options.BendAuthenticatorData, data);
    }

    private byte[] CoseKey()
    {
        var writer = new CborWriter(CborConformanceMode.Ctap2Canonical);
        writer.WriteStartMap(5);
        writer.WriteInt32(1);
        writer.WriteInt32(2);
        writer.WriteInt32(3);
        writer.WriteInt32(-7);
        writer.WriteInt32(-1);
        writer.WriteInt32(1);
        writer.WriteInt32(-2);
        writer.WriteByteString(X.ToArray());
        writer.WriteInt32(-3);
        writer.WriteByteString(Y.ToArray());
        writer.WriteEndMap();
        return writer.Encode();
    }

    private static byte[] AttestationObject(byte[] authenticatorData)
    {
        var writer = new CborWriter(CborConformanceMode.Ctap2Canonical);
        writer.WriteStartMap(3);
        writer.WriteTextString("fmt");
        writer.WriteTextString("none");
        writer.WriteTextString("attStmt");
        writer.WriteStartMap(0);
        writer.WriteEndMap();
        writer.WriteTextString("authData");
        writer.WriteByteString(authenticatorData);
        writer.WriteEndMap();
        return writer.Encode();
    }

    private static byte[] Bend(Func<byte[], byte[]>? how, byte[] bytes) => how is null ? bytes : how(bytes);
}
