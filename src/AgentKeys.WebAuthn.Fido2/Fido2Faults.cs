using System.Security.Cryptography;
using AgentKeys.Protocol;
using Fido2NetLib;
using Fido2NetLib.Exceptions;

namespace AgentKeys.WebAuthn.Fido2;

/// <summary>The library's refusals by the names that this project has for them, as far as it tells them apart.</summary>
internal static class Fido2Faults
{
    /// <summary>Reading a creation: clientDataJSON, attestation object, authenticator data, key.</summary>
    public static RegistrationFault OfParsing(Exception error) => error switch
    {
        { } when error.GetBaseException() is CryptographicException => RegistrationFault.KeyInvalid, // the framework imports the point
        Fido2VerificationException refusal => refusal.Code switch
        {
            Fido2ErrorCode.InvalidAuthenticatorResponse or Fido2ErrorCode.MalformedAuthenticatorResponse => RegistrationFault.ClientDataMalformed,
            Fido2ErrorCode.MissingAuthenticatorData or Fido2ErrorCode.InvalidAuthenticatorData or Fido2ErrorCode.InvalidAttestedCredentialData => RegistrationFault.AuthenticatorDataMalformed,
            Fido2ErrorCode.InvalidCredentialPublicKey => RegistrationFault.KeyUnsupported,
            _ => RegistrationFault.AttestationObjectMalformed,
        },
        _ => RegistrationFault.AuthenticatorDataMalformed,
    };

    /// <param name="type">of clientDataJSON: a wrong one and a wrong id have one code.</param>
    public static RegistrationFault OfCreation(Exception error, string? type) => CodeOf(error) switch
    {
        Fido2ErrorCode.InvalidAuthenticatorResponse => RegistrationFault.TypeMismatch,
        Fido2ErrorCode.MissingAuthenticatorResponseChallenge or Fido2ErrorCode.InvalidAuthenticatorResponseChallenge => RegistrationFault.ChallengeMismatch,
        Fido2ErrorCode.MissingAuthenticatorResponseOrigin or Fido2ErrorCode.InvalidAuthenticatorResponseOrigin => RegistrationFault.OriginMismatch,
        Fido2ErrorCode.CrossOriginRequestNotAllowed or Fido2ErrorCode.InvalidAuthenticatorResponseTopOrigin => RegistrationFault.CrossOrigin,
        Fido2ErrorCode.InvalidRpidHash => RegistrationFault.RpIdMismatch,
        Fido2ErrorCode.UserPresentFlagNotSet => RegistrationFault.UserNotPresent,
        Fido2ErrorCode.UserVerificationRequirementNotMet => RegistrationFault.UserNotVerified,
        Fido2ErrorCode.InvalidBackupFlags => RegistrationFault.BackupStateInvalid,
        Fido2ErrorCode.AttestedCredentialDataFlagNotSet => RegistrationFault.CredentialMissing,
        Fido2ErrorCode.CredentialAlgorithmRequirementNotMet => RegistrationFault.KeyUnsupported,
        Fido2ErrorCode.InvalidAttestationResponse => type == "webauthn.create" ? RegistrationFault.CredentialIdMismatch : RegistrationFault.TypeMismatch,
        _ => RegistrationFault.AttestationInvalid,
    };

    public static AssertionFault OfAssertion(Exception error) => CodeOf(error) switch
    {
        Fido2ErrorCode.MalformedAuthenticatorResponse => AssertionFault.ClientDataMalformed,
        Fido2ErrorCode.InvalidAuthenticatorData or Fido2ErrorCode.MissingAuthenticatorData => AssertionFault.AuthenticatorDataLength,
        Fido2ErrorCode.InvalidAuthenticatorResponse or Fido2ErrorCode.InvalidAssertionResponse => AssertionFault.TypeMismatch,
        Fido2ErrorCode.MissingAuthenticatorResponseChallenge => AssertionFault.ChallengeMissing,
        Fido2ErrorCode.InvalidAuthenticatorResponseChallenge => AssertionFault.ChallengeMismatch,
        Fido2ErrorCode.MissingAuthenticatorResponseOrigin => AssertionFault.OriginMissing,
        Fido2ErrorCode.InvalidAuthenticatorResponseOrigin => AssertionFault.OriginMismatch,
        Fido2ErrorCode.CrossOriginRequestNotAllowed or Fido2ErrorCode.InvalidAuthenticatorResponseTopOrigin => AssertionFault.CrossOrigin,
        Fido2ErrorCode.InvalidRpidHash => AssertionFault.RpIdMismatch,
        Fido2ErrorCode.UserPresentFlagNotSet => AssertionFault.UserNotPresent,
        Fido2ErrorCode.UserVerificationRequirementNotMet => AssertionFault.UserNotVerified,
        Fido2ErrorCode.InvalidBackupFlags => AssertionFault.BackupStateInvalid,
        _ => AssertionFault.SignatureInvalid,
    };

    private static Fido2ErrorCode CodeOf(Exception error) => (error as Fido2VerificationException)?.Code ?? Fido2ErrorCode.Unknown;
}
