// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import { K11Verifier } from "../src/K11Verifier.sol";
import { P256Verifier } from "../src/P256Verifier.sol";
import { Assertion, Passkey } from "../src/interfaces/IK11Verifier.sol";
import { Base } from "./Base.t.sol";

/// @dev The assertions that the C# verifier reads too, and its answers by the contract's names: by a software authenticator, and by
/// Chromium.
contract WebAuthnVectorsTest is Base {
    // In the order of the file's keys, which is alphabetical: forge decodes objects by it.
    struct Case {
        bytes authenticatorData;
        bytes32 challenge;
        uint256 challengeIndex;
        bytes clientDataJSON;
        string contractError;
        bytes32 credIdHash;
        string fault;
        string name;
        bytes32 originHash;
        uint256 originIndex;
        uint256 r;
        bytes32 rpIdHash;
        uint256 s;
        uint256 typeIndex;
        uint256 x;
        uint256 y;
    }

    K11Verifier internal k11;

    function setUp() public {
        k11 = new K11Verifier(new P256Verifier());
    }

    function test_EveryVector() public view {
        _checkFile("tests/vectors/webauthn.json", 50);
    }

    function test_EveryChromiumVector() public view {
        _checkFile("tests/vectors/webauthn-chromium.json", 50);
    }

    function _checkFile(string memory path, uint256 atLeast) internal view {
        Case[] memory cases = abi.decode(vm.parseJson(vm.readFile(path), ".cases"), (Case[]));
        assertTrue(cases.length >= atLeast, "the file has its cases");
        for (uint256 i = 0; i < cases.length; i++) {
            _check(cases[i]);
        }
    }

    function _check(Case memory c) internal view {
        Passkey memory passkey = Passkey(c.credIdHash, c.x, c.y, c.rpIdHash, c.originHash);
        Assertion memory assertion =
            Assertion(c.authenticatorData, c.clientDataJSON, c.typeIndex, c.challengeIndex, c.originIndex, c.r, c.s);
        bytes4 expected = _selector(c.contractError);
        try k11.verifyAssertion(c.challenge, passkey, assertion) {
            assertEq(bytes32(0), bytes32(expected), c.name);
        } catch (bytes memory reason) {
            assertEq(bytes32(bytes4(reason)), bytes32(expected), c.name);
        }
    }

    function _selector(string memory error) internal pure returns (bytes4) {
        bytes32 e = keccak256(bytes(error));
        if (e == keccak256("")) return 0;
        if (e == keccak256("AuthenticatorDataLength")) return bytes4(keccak256("AuthenticatorDataLength(uint256)"));
        if (e == keccak256("ClientDataLength")) return bytes4(keccak256("ClientDataLength(uint256)"));
        if (e == keccak256("RpIdMismatch")) return bytes4(keccak256("RpIdMismatch(bytes32,bytes32)"));
        if (e == keccak256("UserNotPresent")) return bytes4(keccak256("UserNotPresent(uint8)"));
        if (e == keccak256("UserNotVerified")) return bytes4(keccak256("UserNotVerified(uint8)"));
        if (e == keccak256("BackupStateInvalid")) return bytes4(keccak256("BackupStateInvalid(uint8)"));
        if (e == keccak256("ClientDataMalformed")) return bytes4(keccak256("ClientDataMalformed(uint256)"));
        if (e == keccak256("ClientDataDuplicate")) return bytes4(keccak256("ClientDataDuplicate(uint256)"));
        if (e == keccak256("TypeIndexMismatch")) return bytes4(keccak256("TypeIndexMismatch(uint256,uint256)"));
        if (e == keccak256("ChallengeIndexMismatch")) {
            return bytes4(keccak256("ChallengeIndexMismatch(uint256,uint256)"));
        }
        if (e == keccak256("OriginIndexMismatch")) return bytes4(keccak256("OriginIndexMismatch(uint256,uint256)"));
        if (e == keccak256("TypeMismatch")) return bytes4(keccak256("TypeMismatch()"));
        if (e == keccak256("ChallengeMismatch")) return bytes4(keccak256("ChallengeMismatch(bytes32)"));
        if (e == keccak256("OriginMismatch")) return bytes4(keccak256("OriginMismatch(bytes32,bytes32)"));
        if (e == keccak256("CrossOrigin")) return bytes4(keccak256("CrossOrigin()"));
        if (e == keccak256("SignatureInvalid")) return bytes4(keccak256("SignatureInvalid()"));
        revert Untrue(error);
    }
}
