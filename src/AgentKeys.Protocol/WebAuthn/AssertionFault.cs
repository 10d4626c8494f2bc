namespace AgentKeys.Protocol;

/// <summary>Why an assertion does not count, one name per check, in the order of the checks. The contract's errors have these names.</summary>
public enum AssertionFault : byte
{
    None = 0,

    /// <summary>authenticatorData is not 37 to 1024 bytes long.</summary>
    AuthenticatorDataLength,

    /// <summary>Made for another relying party.</summary>
    RpIdMismatch,

    /// <summary>UP is not set.</summary>
    UserNotPresent,

    /// <summary>UV is not set.</summary>
    UserNotVerified,

    /// <summary>BS is set although BE is not.</summary>
    BackupStateInvalid,

    /// <summary>clientDataJSON is longer than 2048 bytes.</summary>
    ClientDataLength,

    /// <summary><see cref="ClientDataFault.Malformed"/>.</summary>
    ClientDataMalformed,

    /// <summary><see cref="ClientDataFault.Duplicate"/>.</summary>
    ClientDataDuplicate,

    /// <summary>No top-level type. (The contract is told positions, and answers TypeIndexMismatch.)</summary>
    TypeMissing,

    /// <summary>No top-level challenge. (On chain ChallengeIndexMismatch.)</summary>
    ChallengeMissing,

    /// <summary>No top-level origin, bound to one or not. (On chain OriginIndexMismatch.)</summary>
    OriginMissing,

    /// <summary>type is not the string <c>webauthn.get</c>.</summary>
    TypeMismatch,

    /// <summary>challenge is not the unpadded base64url of the expected one.</summary>
    ChallengeMismatch,

    /// <summary>The origin is no string, or its keccak256 is not the enrolled one.</summary>
    OriginMismatch,

    /// <summary>crossOrigin is there and is not false.</summary>
    CrossOrigin,

    /// <summary>The passkey's key did not sign this.</summary>
    SignatureInvalid,
}
