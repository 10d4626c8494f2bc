// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import { Assertion, IK11Verifier, Passkey } from "./interfaces/IK11Verifier.sol";
import { IP256Verifier } from "./interfaces/IP256Verifier.sol";
import { Base64Url } from "./libraries/Base64Url.sol";
import { ClientData } from "./libraries/ClientData.sol";

/// @title WebAuthn assertions, checked step by step (step numbers of WebAuthn level 3, section 7.2)
contract K11Verifier is IK11Verifier {
    IP256Verifier public immutable p256;

    // authenticatorData: rpIdHash (32) | flags (1) | sign count (4) | attested data and extensions.
    uint256 internal constant MIN_AUTHENTICATOR_DATA = 37;
    uint256 internal constant MAX_AUTHENTICATOR_DATA = 1024;
    uint256 internal constant MAX_CLIENT_DATA = 2048;
    uint8 internal constant USER_PRESENT = 0x01;
    uint8 internal constant USER_VERIFIED = 0x04;
    uint8 internal constant BACKUP_ELIGIBLE = 0x08;
    uint8 internal constant BACKED_UP = 0x10;

    bytes32 internal constant TYPE_VALUE = keccak256("\"webauthn.get\"");

    constructor(IP256Verifier p256_) {
        p256 = p256_;
    }

    /// @inheritdoc IK11Verifier
    function verifyAssertion(bytes32 challenge, Passkey calldata passkey, Assertion calldata assertion)
        external
        view
        override
        returns (uint32 signCount)
    {
        // Steps 1 to 9 and 23 are the caller's: which passkey, which user, where the bytes came from.
        signCount = _checkAuthenticatorData(assertion.authenticatorData, passkey.rpIdHash);
        _checkClientData(assertion, challenge, passkey.originHash);
        // 19: extensions are ignored.
        // 20, 21: the signature covers all bytes of both.
        bytes32 digest = sha256(abi.encodePacked(assertion.authenticatorData, sha256(assertion.clientDataJSON)));
        if (!p256.verify(digest, assertion.r, assertion.s, passkey.x, passkey.y)) revert SignatureInvalid();
        // 22: the sign count is the caller's to emit. 24: there is no attestation in an assertion.
    }

    function _checkAuthenticatorData(bytes calldata data, bytes32 rpIdHash) internal pure returns (uint32 signCount) {
        if (data.length < MIN_AUTHENTICATOR_DATA || data.length > MAX_AUTHENTICATOR_DATA) {
            revert AuthenticatorDataLength(data.length);
        }
        // 15
        bytes32 actual = bytes32(data[:32]);
        if (actual != rpIdHash) revert RpIdMismatch(rpIdHash, actual);
        // 16, 17, 18
        uint8 flags = uint8(data[32]);
        if (flags & USER_PRESENT == 0) revert UserNotPresent(flags);
        if (flags & USER_VERIFIED == 0) revert UserNotVerified(flags);
        if (flags & BACKED_UP != 0 && flags & BACKUP_ELIGIBLE == 0) revert BackupStateInvalid(flags);
        return uint32(bytes4(data[33:37]));
    }

    function _checkClientData(Assertion calldata assertion, bytes32 challenge, bytes32 originHash) internal pure {
        bytes calldata json = assertion.clientDataJSON;
        if (json.length > MAX_CLIENT_DATA) revert ClientDataLength(json.length);
        // 10
        ClientData.Members memory found = ClientData.scan(json);
        if (!_isAt(found.kind, assertion.typeIndex)) revert TypeIndexMismatch(found.kind.key, assertion.typeIndex);
        if (!_isAt(found.challenge, assertion.challengeIndex)) {
            revert ChallengeIndexMismatch(found.challenge.key, assertion.challengeIndex);
        }
        if (!_isAt(found.origin, assertion.originIndex)) {
            revert OriginIndexMismatch(found.origin.key, assertion.originIndex);
        }
        // 11
        if (keccak256(json[found.kind.start:found.kind.end]) != TYPE_VALUE) revert TypeMismatch();
        // 12
        if (
            keccak256(json[found.challenge.start:found.challenge.end])
                != keccak256(abi.encodePacked("\"", Base64Url.encode(challenge), "\""))
        ) {
            revert ChallengeMismatch(challenge);
        }
        // 13
        _checkOrigin(json[found.origin.start:found.origin.end], originHash);
        // 14
        if (found.crossOrigin.key != ClientData.ABSENT) {
            if (keccak256(json[found.crossOrigin.start:found.crossOrigin.end]) != keccak256("false")) {
                revert CrossOrigin();
            }
        }
    }

    /// @dev A member that is not there is nowhere, also not at the mark of absence.
    function _isAt(ClientData.Member memory member, uint256 index) internal pure returns (bool) {
        return member.key == index && index != ClientData.ABSENT;
    }

    function _checkOrigin(bytes calldata quoted, bytes32 originHash) internal pure {
        if (quoted[0] != "\"") revert OriginMismatch(originHash, 0);
        if (originHash == 0) return;
        bytes32 actual = keccak256(quoted[1:quoted.length - 1]);
        if (actual != originHash) revert OriginMismatch(originHash, actual);
    }
}
