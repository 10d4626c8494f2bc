// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import { K11Verifier } from "../src/K11Verifier.sol";
import { P256Verifier } from "../src/P256Verifier.sol";
import { Assertion, Passkey } from "../src/interfaces/IK11Verifier.sol";
import { Base } from "./Base.t.sol";

/// @dev The assertions that the C# verifier reads too, and its answers by the contract's names.
contract WebAuthnVectorsTest is Base {
    K11Verifier internal k11;
    string internal json;

    function setUp() public {
        k11 = new K11Verifier(new P256Verifier());
        json = vm.readFile("tests/vectors/webauthn.json");
    }

    function test_EveryVector() public view {
        uint256 count;
        // A path that is not there answers nothing.
        while (true) {
            string memory at = string.concat(".cases[", _decimal(count), "]");
            if (vm.parseJson(json, at).length == 0) break;
            _check(at);
            ++count;
        }
        assertTrue(count > 45, "the file has its cases");
    }

    function _check(string memory at) internal view {
        Passkey memory passkey = Passkey(
            _word(at, ".credIdHash"),
            uint256(_word(at, ".x")),
            uint256(_word(at, ".y")),
            _word(at, ".rpIdHash"),
            _word(at, ".originHash")
        );
        Assertion memory assertion = Assertion(
            _bytes(at, ".authenticatorData"),
            _bytes(at, ".clientDataJSON"),
            uint256(_word(at, ".typeIndex")),
            uint256(_word(at, ".challengeIndex")),
            uint256(_word(at, ".originIndex")),
            uint256(_word(at, ".r")),
            uint256(_word(at, ".s"))
        );
        string memory name = abi.decode(vm.parseJson(json, string.concat(at, ".name")), (string));
        bytes4 expected = _selector(abi.decode(vm.parseJson(json, string.concat(at, ".contractError")), (string)));
        try k11.verifyAssertion(_word(at, ".challenge"), passkey, assertion) {
            assertEq(bytes32(0), bytes32(expected), name);
        } catch (bytes memory reason) {
            assertEq(bytes32(bytes4(reason)), bytes32(expected), name);
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

    function _word(string memory at, string memory key) internal view returns (bytes32) {
        return abi.decode(vm.parseJson(json, string.concat(at, key)), (bytes32));
    }

    function _bytes(string memory at, string memory key) internal view returns (bytes memory) {
        return abi.decode(vm.parseJson(json, string.concat(at, key)), (bytes));
    }

    function _decimal(uint256 value) internal pure returns (string memory) {
        bytes memory tens = value < 10 ? bytes("") : abi.encodePacked(bytes1(uint8(48 + value / 10)));
        return string(abi.encodePacked(tens, bytes1(uint8(48 + value % 10))));
    }
}
