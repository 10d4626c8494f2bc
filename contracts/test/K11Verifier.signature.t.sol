// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import { Assertion, IK11Verifier } from "../src/interfaces/IK11Verifier.sol";
import { K11Fixture } from "./K11Fixture.t.sol";
import { WebAuthn } from "./WebAuthn.sol";

/// @dev The signature.
contract K11VerifierSignatureTest is K11Fixture {
    function test_RevertsWhen_KeyIsAnother() public {
        Assertion memory a = WebAuthn.sign(KEY + 1, CHALLENGE);
        vm.expectRevert(IK11Verifier.SignatureInvalid.selector);
        k11.verifyAssertion(CHALLENGE, passkey, a);
    }

    function test_RevertsWhen_SignatureIsZero() public {
        Assertion memory a = WebAuthn.sign(KEY, CHALLENGE);
        (a.r, a.s) = (0, 0);
        vm.expectRevert(IK11Verifier.SignatureInvalid.selector);
        k11.verifyAssertion(CHALLENGE, passkey, a);
    }

    function test_RevertsWhen_KeyIsInfinity() public {
        (passkey.x, passkey.y) = (0, 0);
        Assertion memory a = WebAuthn.sign(KEY, CHALLENGE);
        vm.expectRevert(IK11Verifier.SignatureInvalid.selector);
        k11.verifyAssertion(CHALLENGE, passkey, a);
    }

    function test_RevertsWhen_SignCountIsChangedAfterwards() public {
        Assertion memory a = WebAuthn.sign(KEY, CHALLENGE);
        a.authenticatorData = abi.encodePacked(WebAuthn.rpIdHash(), uint8(0x05), uint32(8));
        vm.expectRevert(IK11Verifier.SignatureInvalid.selector);
        k11.verifyAssertion(CHALLENGE, passkey, a);
    }
}
