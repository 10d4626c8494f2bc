// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @notice A passkey (K11) as it is enrolled: a P-256 key and where it may be used.
/// @param credIdHash SHA-256 of the credential id. Not checked by the verifier: it tells browsers which passkey to ask for.
/// @param x First coordinate of the public key.
/// @param y Second coordinate of the public key.
/// @param rpIdHash SHA-256 of the relying party id, as authenticators put it in authenticatorData.
/// @param originHash keccak256 of the origin ("https://example.org"). 0: not checked (localhost, where the port changes).
struct Passkey {
    bytes32 credIdHash;
    uint256 x;
    uint256 y;
    bytes32 rpIdHash;
    bytes32 originHash;
}

/// @notice One WebAuthn assertion (navigator.credentials.get).
/// @param authenticatorData As the authenticator gave it, 37 to 1024 bytes.
/// @param clientDataJSON As the browser gave it, at most 2048 bytes.
/// @param typeIndex Position in clientDataJSON of the opening quote of the top-level key "type".
/// @param challengeIndex Position of the opening quote of the top-level key "challenge".
/// @param originIndex Position of the opening quote of the top-level key "origin".
/// @param r First half of the signature.
/// @param s Second half of the signature, high or low.
struct Assertion {
    bytes authenticatorData;
    bytes clientDataJSON;
    uint256 typeIndex;
    uint256 challengeIndex;
    uint256 originIndex;
    uint256 r;
    uint256 s;
}

/// @title WebAuthn assertions by an enrolled passkey (K11) over a 32-byte challenge
/// @notice Anyone may call. Holds nothing, changes nothing.
///
/// Verified (WebAuthn level 3, section 7.2): the length of authenticatorData; rpIdHash (step 15); UP (16) and UV (17); BS only
/// with BE (18); clientDataJSON is one JSON object whose top level is scanned once; type is "webauthn.get" (11); challenge is
/// the unpadded base64url of `challenge` (12); origin, if the passkey has one (13); crossOrigin, if there, is false (14);
/// the signature over authenticatorData || SHA-256(clientDataJSON) (20, 21).
///
/// NOT verified, and who must: that the challenge is fresh and means what the person saw (the caller: nonces, deadlines, hashes
/// of all arguments); the sign count (returned, callers emit it: synced passkeys always send 0); attestation, so that the key
/// really lives in an authenticator (nobody: a passkey-shaped key in software passes); credential id and user handle
/// (the key is named by the caller); extensions, tokenBinding and topOrigin (ignored); the inside of nested values.
interface IK11Verifier {
    /// @notice authenticatorData is not 37 to 1024 bytes long.
    error AuthenticatorDataLength(uint256 length);
    /// @notice clientDataJSON is longer than 2048 bytes.
    error ClientDataLength(uint256 length);
    /// @notice The assertion was made for another relying party.
    error RpIdMismatch(bytes32 expected, bytes32 actual);
    /// @notice Flag UP is not set.
    error UserNotPresent(uint8 flags);
    /// @notice Flag UV is not set.
    error UserNotVerified(uint8 flags);
    /// @notice Flag BS is set although BE is not.
    error BackupStateInvalid(uint8 flags);
    /// @notice clientDataJSON is not one JSON object, or a top-level key holds an escape.
    /// @param position Where the scan stopped.
    error ClientDataMalformed(uint256 position);
    /// @notice One of type, challenge, origin, crossOrigin occurs twice at the top level.
    error ClientDataDuplicate(uint256 position);
    /// @notice The assertion's index is not where the member is; `expected` is 2^256 - 1 if there is no such member.
    error TypeIndexMismatch(uint256 expected, uint256 actual);
    /// @notice As TypeIndexMismatch, for "challenge".
    error ChallengeIndexMismatch(uint256 expected, uint256 actual);
    /// @notice As TypeIndexMismatch, for "origin".
    error OriginIndexMismatch(uint256 expected, uint256 actual);
    /// @notice type is not the string "webauthn.get".
    error TypeMismatch();
    /// @notice challenge is not the base64url of the expected challenge.
    error ChallengeMismatch(bytes32 expected);
    /// @notice keccak256 of the origin's bytes is not what the passkey was enrolled with.
    error OriginMismatch(bytes32 expected, bytes32 actual);
    /// @notice crossOrigin is there and is not false.
    error CrossOrigin();
    /// @notice The passkey's key did not sign this.
    error SignatureInvalid();

    /// @notice Reverts with one of the errors above unless `assertion` is `passkey`'s over `challenge`.
    /// @param challenge The 32 bytes that the browser was given as challenge.
    /// @return signCount The authenticator's counter, 0 for most synced passkeys.
    function verifyAssertion(bytes32 challenge, Passkey calldata passkey, Assertion calldata assertion)
        external
        view
        returns (uint32 signCount);
}
