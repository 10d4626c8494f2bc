// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import { Assertion } from "../src/interfaces/IK11Verifier.sol";
import { K11Fixture } from "./K11Fixture.t.sol";
import { WebAuthn } from "./WebAuthn.sol";

/// @dev What passes.
contract K11VerifierAcceptsTest is K11Fixture {
    function test_ReturnsTheSignCount() public view {
        assertEq(k11.verifyAssertion(CHALLENGE, passkey, WebAuthn.sign(KEY, CHALLENGE)), 7, "sign count");
    }

    function test_HighSPasses() public view {
        Assertion memory a = WebAuthn.sign(KEY, CHALLENGE);
        a.s = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551 - a.s;
        k11.verifyAssertion(CHALLENGE, passkey, a);
    }

    function test_OtherMembersPass() public view {
        _accepts(
            _json(
                string.concat(
                    '"other_keys_can_be_added_here":"do not compare clientDataJSON against a template",',
                    '"type":"webauthn.get",',
                    challengeMember,
                    ",",
                    ORIGIN_MEMBER,
                    ',"crossOrigin":false,"topOrigin":null'
                )
            )
        );
    }

    function test_OtherOrderPasses() public view {
        _accepts(
            _json(string.concat('"crossOrigin":false,', ORIGIN_MEMBER, ",", challengeMember, ',"type":"webauthn.get"'))
        );
    }

    function test_AndroidPackageFirstPasses() public view {
        _accepts(
            _json(
                string.concat(
                    '"androidPackageName":"com.android.chrome","type":"webauthn.get",',
                    challengeMember,
                    ",",
                    ORIGIN_MEMBER
                )
            )
        );
    }

    function test_WhiteSpacePasses() public view {
        _accepts(
            string.concat(
                '\t{ "type" : "webauthn.get" ,\r\n',
                challengeMember,
                " , ",
                ORIGIN_MEMBER,
                ' , "crossOrigin" : false }\n'
            )
        );
    }

    function test_NestedValuesPass() public view {
        _accepts(
            _json(
                string.concat(
                    '"type":"webauthn.get",',
                    challengeMember,
                    ",",
                    ORIGIN_MEMBER,
                    ',"x":{"a":[1,-2.5e+3,{"b":"}]\\"\\\\"}],"c":{}},"y":[],"z":[[[["{"]]]],"n":null,"f":0.5E-1'
                )
            )
        );
    }

    // Other members may repeat; nested twins and other spellings of a name are other members.
    function test_TwinsThatDoNotCountPass() public view {
        string memory good = string.concat('"type":"webauthn.get",', challengeMember, ",", ORIGIN_MEMBER);
        string[4] memory more = [
            ',"x":1,"x":2',
            ',"x":{"type":"webauthn.create","challenge":"","origin":"","crossOrigin":true}',
            ',"x":[{"type":"a"},{"\\u0074ype":"b"}]',
            ',"Type":"webauthn.create","type ":0,"types":[],"CrossOrigin":true'
        ];
        for (uint256 i = 0; i < 4; i++) {
            _accepts(_json(string.concat(good, more[i])));
        }
    }

    function test_EscapesInOtherValuesPass() public view {
        _accepts(
            _json(
                string.concat(
                    '"x":"\\"type\\":\\u0022 \\\\","type":"webauthn.get",', challengeMember, ",", ORIGIN_MEMBER
                )
            ),
            '"type":"webauthn'
        );
    }

    function test_OriginIsNotCheckedForPasskeysWithoutOne() public {
        passkey.originHash = 0;
        _accepts(_json(string.concat('"type":"webauthn.get",', challengeMember, ',"origin":"http://localhost:54321"')));
    }

    function test_BackedUpPasskeyPasses() public view {
        k11.verifyAssertion(CHALLENGE, passkey, _withFlags(0x1D));
    }

    function testFuzz_AnyChallengePasses(uint256 key, bytes32 challenge, uint32 count) public {
        key = (key >> 1) + 1;
        (passkey.x, passkey.y) = vm.publicKeyP256(key);
        bytes memory data = abi.encodePacked(WebAuthn.rpIdHash(), uint8(0x05), count);
        Assertion memory a = WebAuthn.sign(key, data, WebAuthn.clientData(challenge));
        assertEq(k11.verifyAssertion(challenge, passkey, a), count, "sign count");
    }
}
