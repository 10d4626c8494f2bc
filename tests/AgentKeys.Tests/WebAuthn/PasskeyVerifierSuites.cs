using AgentKeys.Protocol;
#if FIDO2
using AgentKeys.WebAuthn.Fido2;
#endif

namespace AgentKeys.Tests.WebAuthn;

public sealed class BuiltInPasskeyVerifierTests() : PasskeyVerifierSuite(new BuiltInPasskeyVerifier());

#if FIDO2
/// <summary>
/// The library alone, as nobody runs it: where it takes what the chain refuses (None), where it is stricter, and where it gives a
/// reason that another fault has too.
/// </summary>
public sealed class Fido2PasskeyVerifierTests() : PasskeyVerifierSuite(new Fido2PasskeyVerifier())
{
    protected override IReadOnlyDictionary<string, AssertionFault> OtherAssertionFaults { get; } = new Dictionary<string, AssertionFault>
    {
        // Laxer than the contract: it reads JSON and compares what that says, once decoded.
        ["clientDataJSON is too long"] = AssertionFault.None,
        ["an escape in a key"] = AssertionFault.None,
        ["type twice"] = AssertionFault.None,
        ["challenge twice"] = AssertionFault.None,
        ["origin twice"] = AssertionFault.None,
        ["crossOrigin twice"] = AssertionFault.None,
        ["type with an escape"] = AssertionFault.None,
        ["challenge with padding"] = AssertionFault.None,
        ["an origin with a path"] = AssertionFault.None,
        ["an origin with an escape"] = AssertionFault.None,
        ["bent: an escaped key"] = AssertionFault.None,
        ["bent: type twice"] = AssertionFault.None,
        // Stricter: bytes that no flag announces.
        ["1024 bytes of authenticatorData"] = AssertionFault.AuthenticatorDataLength,
        // Refused under another name: not there is as wrong as another, and a member of another type is no answer at all.
        ["clientDataJSON is empty"] = AssertionFault.TypeMismatch,
        ["no type"] = AssertionFault.TypeMismatch,
        ["type nested only"] = AssertionFault.TypeMismatch,
        ["bent: type nested only"] = AssertionFault.TypeMismatch,
        ["challenge in the other alphabet"] = AssertionFault.ClientDataMalformed,
        ["challenge is no string"] = AssertionFault.ClientDataMalformed,
        ["origin is no string"] = AssertionFault.ClientDataMalformed,
        ["crossOrigin as text"] = AssertionFault.ClientDataMalformed,
        ["crossOrigin null"] = AssertionFault.ClientDataMalformed,
    };

    protected override IReadOnlyDictionary<string, RegistrationFault> OtherRegistrationFaults { get; } = new Dictionary<string, RegistrationFault>
    {
        // Laxer.
        ["clientDataJSON is too long"] = RegistrationFault.None,
        ["type twice"] = RegistrationFault.None,
        ["attestation with bytes after"] = RegistrationFault.None,
        ["attestation with one member more"] = RegistrationFault.None,
        ["extensions that are no map"] = RegistrationFault.None,
        ["a member more in the key"] = RegistrationFault.None,
        // Stricter: it reads the statement.
        ["an attestation that nobody trusts"] = RegistrationFault.AttestationInvalid,
        // Refused under another name.
        ["attestation too long"] = RegistrationFault.AttestationInvalid, // of a format that it does not know
        ["authData ends in the key"] = RegistrationFault.AttestationObjectMalformed,
        ["extensions announced and absent"] = RegistrationFault.AttestationObjectMalformed,
        ["empty credential id"] = RegistrationFault.CredentialIdMismatch,
        ["AT is not set"] = RegistrationFault.AuthenticatorDataMalformed, // the credential is then what no flag announces
        ["a member less in the key"] = RegistrationFault.AttestationObjectMalformed,
        ["a compressed key"] = RegistrationFault.AttestationObjectMalformed,
        ["the key is no map"] = RegistrationFault.AttestationObjectMalformed,
    };
}

/// <summary>As a ceremony runs it: what the chain refuses is refused for the chain's reason, and the library can only be stricter.</summary>
public sealed class Fido2BesideBuiltInTests() : PasskeyVerifierSuite(new TwoPasskeyVerifiers(new Fido2PasskeyVerifier()))
{
    protected override IReadOnlyDictionary<string, AssertionFault> OtherAssertionFaults { get; } = new Dictionary<string, AssertionFault>
    {
        ["1024 bytes of authenticatorData"] = AssertionFault.AuthenticatorDataLength,
    };

    protected override IReadOnlyDictionary<string, RegistrationFault> OtherRegistrationFaults { get; } = new Dictionary<string, RegistrationFault>
    {
        ["an attestation that nobody trusts"] = RegistrationFault.AttestationInvalid,
    };
}
#endif
