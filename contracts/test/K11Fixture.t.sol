// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import { K11Verifier } from "../src/K11Verifier.sol";
import { P256Verifier } from "../src/P256Verifier.sol";
import { Assertion, IK11Verifier, Passkey } from "../src/interfaces/IK11Verifier.sol";
import { Base } from "./Base.t.sol";
import { WebAuthn } from "./WebAuthn.sol";

/// @dev Every bad assertion here is really signed by the passkey: what refuses it is the check under test.
abstract contract K11Fixture is Base {
    uint256 internal constant KEY = 0xA11CE;
    uint256 internal constant ABSENT = type(uint256).max;
    bytes32 internal constant CHALLENGE = keccak256("what the person saw");
    string internal constant ORIGIN_MEMBER = '"origin":"https://app.agentkeys.example"';

    K11Verifier internal k11;
    Passkey internal passkey;
    string internal challengeMember;

    function setUp() public {
        k11 = new K11Verifier(new P256Verifier());
        (uint256 x, uint256 y) = vm.publicKeyP256(KEY);
        passkey = Passkey(keccak256("credential"), x, y, WebAuthn.rpIdHash(), WebAuthn.originHash());
        challengeMember = string.concat('"challenge":"', WebAuthn.base64Url(CHALLENGE), '"');
    }

    // Helpers.

    function _json(string memory members) internal pure returns (string memory) {
        return string.concat("{", members, "}");
    }

    function _accepts(string memory json) internal view {
        k11.verifyAssertion(CHALLENGE, passkey, WebAuthn.sign(KEY, WebAuthn.authenticatorData(), json));
    }

    function _accepts(string memory json, string memory typeAt) internal view {
        Assertion memory a = WebAuthn.sign(KEY, WebAuthn.authenticatorData(), json);
        a.typeIndex = WebAuthn.indexOf(json, typeAt);
        k11.verifyAssertion(CHALLENGE, passkey, a);
    }

    function _refuses(string memory json, bytes memory error_) internal {
        Assertion memory a = WebAuthn.sign(KEY, WebAuthn.authenticatorData(), json);
        vm.expectRevert(error_);
        k11.verifyAssertion(CHALLENGE, passkey, a);
    }

    function _refuses(string memory json, bytes memory error_, uint256 typeIndex) internal {
        Assertion memory a = WebAuthn.sign(KEY, WebAuthn.authenticatorData(), json);
        a.typeIndex = typeIndex;
        vm.expectRevert(error_);
        k11.verifyAssertion(CHALLENGE, passkey, a);
    }

    function _malformed(string memory json, uint256 at) internal {
        _refuses(json, abi.encodeWithSelector(IK11Verifier.ClientDataMalformed.selector, at));
    }

    function _refusesData(bytes memory data, bytes memory error_) internal {
        Assertion memory a = WebAuthn.sign(KEY, data, WebAuthn.clientData(CHALLENGE));
        vm.expectRevert(error_);
        k11.verifyAssertion(CHALLENGE, passkey, a);
    }

    function _withFlags(uint8 flags) internal pure returns (Assertion memory) {
        bytes memory data = abi.encodePacked(WebAuthn.rpIdHash(), flags, uint32(7));
        return WebAuthn.sign(KEY, data, WebAuthn.clientData(CHALLENGE));
    }

    function _refusesFlags(uint8 flags, bytes4 selector) internal {
        Assertion memory a = _withFlags(flags);
        vm.expectRevert(abi.encodeWithSelector(selector, flags));
        k11.verifyAssertion(CHALLENGE, passkey, a);
    }

    function _refusesIndex(string memory json, bytes4 selector) internal {
        // The library's index of what is not there is 2^256 - 1 too; any other index is refused in the same way.
        _refuses(json, abi.encodeWithSelector(selector, ABSENT, ABSENT));
    }

    function _refusesIndexAt(string memory json, bytes4 selector, uint256 at) internal {
        Assertion memory a = WebAuthn.sign(KEY, WebAuthn.authenticatorData(), json);
        vm.expectRevert(abi.encodeWithSelector(selector, ABSENT, at));
        k11.verifyAssertion(CHALLENGE, passkey, a);
    }

    function _refusesNested(string memory json, string memory key, bytes4 selector) internal {
        _refusesIndexAt(json, selector, WebAuthn.indexOf(json, key));
    }

    function _refusesMembers(string memory kind, string memory challenge, string memory origin, bytes4 selector)
        internal
    {
        _refuses(_json(string.concat(kind, ",", challenge, ",", origin)), abi.encodeWithSelector(selector));
    }

    function _isRefused(Assertion memory a) internal view returns (bool) {
        try k11.verifyAssertion(CHALLENGE, passkey, a) {
            return false;
        } catch (bytes memory reason) {
            assertTrue(_isNamed(reason), "a named error");
            return true;
        }
    }

    function _isNamed(bytes memory reason) internal pure returns (bool) {
        bytes4[12] memory names = [
            IK11Verifier.ClientDataLength.selector,
            IK11Verifier.ClientDataMalformed.selector,
            IK11Verifier.ClientDataDuplicate.selector,
            IK11Verifier.TypeIndexMismatch.selector,
            IK11Verifier.ChallengeIndexMismatch.selector,
            IK11Verifier.OriginIndexMismatch.selector,
            IK11Verifier.TypeMismatch.selector,
            IK11Verifier.ChallengeMismatch.selector,
            IK11Verifier.OriginMismatch.selector,
            IK11Verifier.CrossOrigin.selector,
            IK11Verifier.SignatureInvalid.selector,
            IK11Verifier.AuthenticatorDataLength.selector
        ];
        for (uint256 i = 0; i < names.length; i++) {
            if (bytes4(reason) == names[i]) return true;
        }
        return false;
    }

    function _spaces(uint256 count) internal pure returns (bytes memory text) {
        text = new bytes(count);
        for (uint256 i = 0; i < count; i++) {
            text[i] = " ";
        }
    }
}
