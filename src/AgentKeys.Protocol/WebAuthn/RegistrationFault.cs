namespace AgentKeys.Protocol;

/// <summary>Why a created passkey is not enrolled, one name per check, in the order of the checks.</summary>
public enum RegistrationFault : byte
{
    None = 0,

    /// <summary>clientDataJSON is longer than 2048 bytes.</summary>
    ClientDataLength,

    /// <summary><see cref="ClientDataFault.Malformed"/>.</summary>
    ClientDataMalformed,

    /// <summary><see cref="ClientDataFault.Duplicate"/>.</summary>
    ClientDataDuplicate,

    /// <summary>type is not there or not <c>webauthn.create</c>.</summary>
    TypeMismatch,

    /// <summary>challenge is not there or not the expected one.</summary>
    ChallengeMismatch,

    /// <summary>origin is not there or another.</summary>
    OriginMismatch,

    /// <summary>crossOrigin is there and is not false.</summary>
    CrossOrigin,

    /// <summary>attestationObject is longer than 16 KiB, or not one CBOR map with fmt, attStmt and authData.</summary>
    AttestationObjectMalformed,

    /// <summary>authData is cut, or bytes follow that no flag announces.</summary>
    AuthenticatorDataMalformed,

    /// <summary>Made for another relying party.</summary>
    RpIdMismatch,

    /// <summary>UP is not set.</summary>
    UserNotPresent,

    /// <summary>UV is not set.</summary>
    UserNotVerified,

    /// <summary>BS is set although BE is not.</summary>
    BackupStateInvalid,

    /// <summary>AT is not set: there is no credential in it.</summary>
    CredentialMissing,

    /// <summary>The credential's key is not ES256 on P-256 in exactly its five COSE members.</summary>
    KeyUnsupported,

    /// <summary>The key is not a point of P-256.</summary>
    KeyInvalid,

    /// <summary>rawId is not the credential id in authData.</summary>
    CredentialIdMismatch,

    /// <summary>The attestation statement is not one of its format, or does not hold. Only verifiers that read statements say so; the built-in one does not.</summary>
    AttestationInvalid,

    /// <summary>Two verifiers accept it and read different keys, credential ids or flags: one of them is wrong.</summary>
    VerifiersDiffer,
}
