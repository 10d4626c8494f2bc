using System.Formats.Asn1;
using System.Numerics;
using System.Security.Cryptography;
using AgentKeys.Protocol;
using Fido2NetLib;
using Fido2NetLib.Objects;

namespace AgentKeys.WebAuthn.Fido2;

/// <summary>
/// The port on fido2-net-lib, with the caller's challenge in place of one of its own.
/// <para>Verified by the library: type, challenge, origin, crossOrigin, rpIdHash, UP, UV, BS only with BE, AT, the credential id, ES256
/// on P-256, the signature, and the attestation statement of a creation against its format (no metadata service is asked: whose
/// authenticator it is stays unknown).</para>
/// <para>NOT verified by the library, and who does: that clientDataJSON has one spelling and each member once, the path of an origin,
/// lengths, members beyond the known ones in the attestation object and in COSE keys, that extensions are a map, bytes behind
/// (<see cref="BuiltInPasskeyVerifier"/>, which <see cref="TwoPasskeyVerifiers"/> asks first); the sign count, which nobody enforces, as
/// on chain. The tests name each difference.</para>
/// </summary>
public sealed class Fido2PasskeyVerifier : IPasskeyVerifier
{
    // The library wants some id in an assertion. The port leaves that one to its caller, who knows which passkey was asked for.
    private static readonly byte[] s_anyId = [0];

    public string Name => "fido2";

    public RegistrationFault VerifyCreation(CeremonyTerms terms, WebAuthnCreation creation, out PasskeyRegistration? registration)
    {
        registration = null;
        AuthenticatorAttestationResponse parsed;
        try
        {
            parsed = AuthenticatorAttestationResponse.Parse(Raw(creation));
        }
        catch (Exception error) // hostile bytes reach casts, dictionaries and key imports in there: whatever it throws is a refusal
        {
            return Fido2Faults.OfParsing(error);
        }
        try
        {
            var made = parsed.VerifyAsync(Options(terms), Configuration(terms), (_, _) => Task.FromResult(true), metadataService: null, requestTokenBindingId: null)
                .GetAwaiter().GetResult(); // without a metadata service nothing is waited for
            registration = Read(made);
            return RegistrationFault.None;
        }
        catch (Exception error)
        {
            return Fido2Faults.OfCreation(error, parsed.Type);
        }
    }

    public AssertionFault VerifyAssertion(CeremonyTerms terms, Passkey passkey, WebAuthnAssertion assertion)
    {
        var fault = terms.Fit(passkey); // the library judges by the terms alone
        if (fault != AssertionFault.None)
            return fault;
        try
        {
            var parsed = AuthenticatorAssertionResponse.Parse(Raw(assertion));
            parsed.VerifyAsync(
                new AssertionOptions { Challenge = terms.Challenge.ToArray(), RpId = terms.RpId, UserVerification = UserVerificationRequirement.Required },
                Configuration(terms), CoseKey(passkey), storedSignatureCounter: 0, (_, _) => Task.FromResult(true), metadataService: null, requestTokenBindingId: null)
                .GetAwaiter().GetResult();
            return AssertionFault.None;
        }
        catch (Exception error) // as above
        {
            return Fido2Faults.OfAssertion(error);
        }
    }

    private static Fido2Configuration Configuration(CeremonyTerms terms) =>
        new() { RPID = terms.RpId, RPName = "AgentKeys", AllowCrossOriginRequests = false, Origins = new HashSet<string> { terms.Origin } };

    private static CredentialCreateOptions Options(CeremonyTerms terms) => new()
    {
        Rp = new PublicKeyCredentialRpEntity(terms.RpId, "AgentKeys"),
        User = new Fido2User { Id = s_anyId, Name = "", DisplayName = "" },
        Challenge = terms.Challenge.ToArray(),
        PubKeyCredParams = [PubKeyCredParam.ES256],
        AuthenticatorSelection = new AuthenticatorSelection { UserVerification = UserVerificationRequirement.Required },
    };

    private static AuthenticatorAttestationRawResponse Raw(WebAuthnCreation creation) => new()
    {
        Id = Base64UrlStrict.Encode(creation.CredentialId),
        RawId = creation.CredentialId,
        Type = PublicKeyCredentialType.PublicKey,
        Response = new() { AttestationObject = creation.AttestationObject, ClientDataJson = creation.ClientDataJson, Transports = [] },
        ClientExtensionResults = new(),
    };

    private static AuthenticatorAssertionRawResponse Raw(WebAuthnAssertion assertion) => new()
    {
        Id = Base64UrlStrict.Encode(s_anyId),
        RawId = s_anyId,
        Type = PublicKeyCredentialType.PublicKey,
        Response = new() { AuthenticatorData = assertion.AuthenticatorData, ClientDataJson = assertion.ClientDataJson, Signature = Der(assertion.R, assertion.S) },
        ClientExtensionResults = new(),
    };

    private static PasskeyRegistration Read(RegisteredPublicKeyCredential made)
    {
        using var key = new CredentialPublicKey(made.PublicKey).CreateECDsa();
        var point = key.ExportParameters(includePrivateParameters: false).Q;
        return new PasskeyRegistration(made.Id, new Bytes32(point.X), new Bytes32(point.Y), made.IsBackupEligible);
    }

    private static byte[] CoseKey(Passkey passkey)
    {
        using var key = ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = new ECPoint { X = passkey.X.ToArray(), Y = passkey.Y.ToArray() } });
        return new CredentialPublicKey(key, COSE.Algorithm.ES256).GetBytes();
    }

    /// <summary>As the browser gave it: strict DER has one spelling.</summary>
    private static byte[] Der(Bytes32 r, Bytes32 s)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteInteger(new BigInteger(r.ToArray(), isUnsigned: true, isBigEndian: true));
            writer.WriteInteger(new BigInteger(s.ToArray(), isUnsigned: true, isBigEndian: true));
        }
        return writer.Encode();
    }
}
