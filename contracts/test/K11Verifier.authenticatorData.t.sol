// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import { Assertion, IK11Verifier } from "../src/interfaces/IK11Verifier.sol";
import { K11Fixture } from "./K11Fixture.t.sol";
import { WebAuthn } from "./WebAuthn.sol";

/// @dev authenticatorData: its length, the relying party, the flags.
contract K11VerifierAuthenticatorDataTest is K11Fixture {
    function test_RevertsWhen_AuthenticatorDataIsShort() public {
        bytes memory data = abi.encodePacked(WebAuthn.rpIdHash(), uint8(0x05), uint24(7));
        _refusesData(data, abi.encodeWithSelector(IK11Verifier.AuthenticatorDataLength.selector, 36));
    }

    function test_RevertsWhen_AuthenticatorDataIsEmpty() public {
        _refusesData("", abi.encodeWithSelector(IK11Verifier.AuthenticatorDataLength.selector, 0));
    }

    function test_RevertsWhen_AuthenticatorDataIsLong() public {
        bytes memory data = abi.encodePacked(WebAuthn.authenticatorData(), new bytes(988));
        _refusesData(data, abi.encodeWithSelector(IK11Verifier.AuthenticatorDataLength.selector, 1025));
    }

    function test_LongestAuthenticatorDataPasses() public view {
        bytes memory data = abi.encodePacked(WebAuthn.authenticatorData(), new bytes(987));
        k11.verifyAssertion(CHALLENGE, passkey, WebAuthn.sign(KEY, data, WebAuthn.clientData(CHALLENGE)));
    }

    function test_RevertsWhen_RelyingPartyIsAnother() public {
        bytes32 other = sha256("agentkeys.example.evil");
        bytes memory data = abi.encodePacked(other, uint8(0x05), uint32(7));
        _refusesData(data, abi.encodeWithSelector(IK11Verifier.RpIdMismatch.selector, WebAuthn.rpIdHash(), other));
    }

    function test_RevertsWhen_UserIsNotPresent() public {
        _refusesFlags(0x04, IK11Verifier.UserNotPresent.selector);
    }

    function test_RevertsWhen_UserIsNotVerified() public {
        _refusesFlags(0x01, IK11Verifier.UserNotVerified.selector);
    }

    function test_RevertsWhen_NeitherPresentNorVerified() public {
        _refusesFlags(0x00, IK11Verifier.UserNotPresent.selector);
        _refusesFlags(0x18, IK11Verifier.UserNotPresent.selector);
    }

    function test_RevertsWhen_BackedUpButNotEligible() public {
        _refusesFlags(0x15, IK11Verifier.BackupStateInvalid.selector);
    }

    // Oracle: the rules on flags as a ladder.
    function testFuzz_Flags(uint8 flags) public {
        if (flags & 1 == 0) _refusesFlags(flags, IK11Verifier.UserNotPresent.selector);
        else if (flags & 4 == 0) _refusesFlags(flags, IK11Verifier.UserNotVerified.selector);
        else if (flags & 0x18 == 0x10) _refusesFlags(flags, IK11Verifier.BackupStateInvalid.selector);
        else k11.verifyAssertion(CHALLENGE, passkey, _withFlags(flags));
    }
}
