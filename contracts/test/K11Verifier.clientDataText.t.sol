// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import { Assertion, IK11Verifier } from "../src/interfaces/IK11Verifier.sol";
import { K11Fixture } from "./K11Fixture.t.sol";
import { WebAuthn } from "./WebAuthn.sol";

/// @dev clientDataJSON as a text: what the scan refuses whatever its members say.
contract K11VerifierClientDataTextTest is K11Fixture {
    function test_RevertsWhen_ClientDataIsLong() public {
        string memory json = string.concat(
            WebAuthn.clientData(CHALLENGE), string(_spaces(2049 - bytes(WebAuthn.clientData(CHALLENGE)).length))
        );
        _refuses(json, abi.encodeWithSelector(IK11Verifier.ClientDataLength.selector, 2049));
    }

    function test_LongestClientDataPasses() public view {
        _accepts(
            string.concat(
                WebAuthn.clientData(CHALLENGE), string(_spaces(2048 - bytes(WebAuthn.clientData(CHALLENGE)).length))
            )
        );
    }

    function test_RevertsWhen_ClientDataIsEmpty() public {
        _malformed("", 0);
    }

    function test_RevertsWhen_ClientDataIsNoObject() public {
        _malformed('["type"]', 0);
        _malformed('"type"', 0);
        _malformed("   ", 3);
    }

    function test_RevertsWhen_ClientDataIsAnEmptyObject() public {
        _refuses("{}", abi.encodeWithSelector(IK11Verifier.TypeIndexMismatch.selector, ABSENT, 0), 0);
    }

    function test_RevertsWhen_ClientDataIsCutAnywhere() public {
        bytes memory whole = bytes(WebAuthn.clientData(CHALLENGE));
        for (uint256 length = 0; length < whole.length; length++) {
            bytes memory part = new bytes(length);
            for (uint256 i = 0; i < length; i++) {
                part[i] = whole[i];
            }
            Assertion memory a = WebAuthn.sign(KEY, WebAuthn.authenticatorData(), string(part));
            vm.expectRevert(abi.encodeWithSelector(IK11Verifier.ClientDataMalformed.selector, length));
            k11.verifyAssertion(CHALLENGE, passkey, a);
        }
    }

    function test_RevertsWhen_TextFollowsTheObject() public {
        string memory json = WebAuthn.clientData(CHALLENGE);
        _malformed(string.concat(json, "{}"), bytes(json).length);
        _malformed(string.concat(json, "\x00"), bytes(json).length);
        _malformed("{}x", 2);
    }

    function test_RevertsWhen_PunctuationIsWrong() public {
        _malformed('{,"type":1}', 1);
        _malformed('{"type" "webauthn.get"}', 8);
        _malformed('{"type":}', 8);
        _malformed('{"type":,"a":1}', 8);
        _malformed('{"type":1,}', 10);
        _malformed('{"type":1;"a":1}', 9);
        _malformed('{"type":1 "a":1}', 10);
        _malformed("{'type':1}", 1);
        _malformed("{type:1}", 1);
        _malformed('{"type":1]', 9);
    }

    function test_RevertsWhen_BracketsDoNotMatch() public {
        _malformed('{"a":[}', 6);
        _malformed('{"a":{"b":[}]}', 11);
        _malformed('{"a":[[1]', 9);
    }

    function test_RevertsWhen_NestingIsDeep() public {
        string memory deep = "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[";
        assertEq(bytes(deep).length, 32, "32 deep");
        string memory shallow = "]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]";
        _accepts(
            _json(string.concat('"a":', deep, shallow, ',"type":"webauthn.get",', challengeMember, ",", ORIGIN_MEMBER))
        );
        _malformed(string.concat('{"a":', deep, "[", shallow, "]}"), 5 + 32);
    }

    function test_RevertsWhen_StringHasControlCharacter() public {
        _malformed('{"a":"\n"}', 6);
        _malformed('{"a":"\\\n"}', 7);
        _malformed('{"a\x1f":1}', 3);
        _malformed('{"a":["\x00"]}', 7);
        _malformed('{"a":[\x01]}', 6);
    }

    function test_RevertsWhen_KeyHasEscape() public {
        // The first is "type", spelled otherwise: a reader that decodes escapes sees a member that the scan does not.
        _malformed('{"\\u0074ype":"webauthn.get"}', 1);
        _malformed('{"a\\\\":1}', 1);
    }

    function test_RevertsWhen_MemberIsThereTwice() public {
        string[4] memory twice = ['"type":"webauthn.get"', challengeMember, ORIGIN_MEMBER, '"crossOrigin":false'];
        string memory good =
            string.concat('"type":"webauthn.get",', challengeMember, ",", ORIGIN_MEMBER, ',"crossOrigin":false');
        for (uint256 i = 0; i < 4; i++) {
            uint256 at = bytes(good).length + 2;
            _refuses(
                _json(string.concat(good, ",", twice[i])),
                abi.encodeWithSelector(IK11Verifier.ClientDataDuplicate.selector, at)
            );
        }
    }

    // An escaped twin of a member: whichever of the two a reader took, it is refused.
    function test_RevertsWhen_KeyIsThereTwiceOnceEscaped() public {
        string memory twin = ',"\\u0074ype":"webauthn.create"';
        string memory good = string.concat('"type":"webauthn.get",', challengeMember, ",", ORIGIN_MEMBER);
        _malformed(_json(string.concat(good, twin)), bytes(good).length + 2);
        twin = ',"crossOrigi\\u006e":true';
        _malformed(_json(string.concat(good, twin)), bytes(good).length + 2);
    }

    // Oracle: any bytes at all are refused with one of the named errors, never by running out of gas or by a panic.
    function testFuzz_GarbageIsRefusedByName(bytes memory json) public view {
        Assertion memory a = WebAuthn.sign(KEY, WebAuthn.authenticatorData(), string(json));
        try k11.verifyAssertion{ gas: 5_000_000 }(CHALLENGE, passkey, a) {
            revert("accepted");
        } catch (bytes memory reason) {
            assertTrue(_isNamed(reason), "a named error");
        }
    }

    // Oracle: one byte of a good text changed. It never passes as signed before; signed anew, it passes only if the byte was
    // inside crossOrigin's name (another member then), and is refused by name otherwise.
    function testFuzz_OneByteChanged(uint256 at, bytes1 value) public view {
        bytes memory json = bytes(WebAuthn.clientData(CHALLENGE));
        at %= json.length;
        if (json[at] == value) return;
        uint256 crossOrigin = WebAuthn.indexOf(string(json), '"crossOrigin"');
        Assertion memory a = WebAuthn.sign(KEY, CHALLENGE);
        json[at] = value;
        Assertion memory signedAnew = WebAuthn.sign(KEY, WebAuthn.authenticatorData(), string(json));
        a.clientDataJSON = json;
        assertTrue(_isRefused(a), "the signature covers every byte");
        bool inName = at > crossOrigin && at < crossOrigin + 12;
        assertTrue(inName || _isRefused(signedAnew), "every other byte matters by itself");
    }
}
