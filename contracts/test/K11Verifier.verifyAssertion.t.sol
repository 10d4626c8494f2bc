// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import { K11Verifier } from "../src/K11Verifier.sol";
import { P256Verifier } from "../src/P256Verifier.sol";
import { Assertion, IK11Verifier, Passkey } from "../src/interfaces/IK11Verifier.sol";
import { Base } from "./Base.t.sol";
import { WebAuthn } from "./WebAuthn.sol";

/// @dev Every bad assertion here is really signed by the passkey: what refuses it is the check under test.
contract K11VerifierVerifyAssertionTest is Base {
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

    // What passes.

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

    // authenticatorData.

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

    // clientDataJSON: its text.

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

    // The members: where they are.

    function test_RevertsWhen_MemberIsMissing() public {
        _refusesIndex(
            _json(string.concat(challengeMember, ",", ORIGIN_MEMBER)), IK11Verifier.TypeIndexMismatch.selector
        );
        _refusesIndex(
            _json(string.concat('"type":"webauthn.get",', ORIGIN_MEMBER)), IK11Verifier.ChallengeIndexMismatch.selector
        );
        _refusesIndex(
            _json(string.concat('"type":"webauthn.get",', challengeMember)), IK11Verifier.OriginIndexMismatch.selector
        );
    }

    // An index that names a nested member, or the inside of a string, proves nothing.
    function test_RevertsWhen_TypeIsNested() public {
        _refusesNested(
            _json(string.concat('"x":{"type":"webauthn.get"},', challengeMember, ",", ORIGIN_MEMBER)),
            '"type"',
            IK11Verifier.TypeIndexMismatch.selector
        );
    }

    function test_RevertsWhen_ChallengeIsNested() public {
        _refusesNested(
            _json(string.concat('"type":"webauthn.get","x":[{', challengeMember, "}],", ORIGIN_MEMBER)),
            '"challenge"',
            IK11Verifier.ChallengeIndexMismatch.selector
        );
    }

    function test_RevertsWhen_OriginIsNested() public {
        _refusesNested(
            _json(string.concat('"type":"webauthn.get",', challengeMember, ',"x":{', ORIGIN_MEMBER, "}")),
            '"origin"',
            IK11Verifier.OriginIndexMismatch.selector
        );
    }

    function test_RevertsWhen_NestedMemberComesFirst() public {
        // The real type is "webauthn.create"; the index points at the nested one.
        string memory json = _json(
            string.concat('"x":{"type":"webauthn.get"},"type":"webauthn.create",', challengeMember, ",", ORIGIN_MEMBER)
        );
        Assertion memory a = WebAuthn.sign(KEY, WebAuthn.authenticatorData(), json);
        vm.expectRevert(abi.encodeWithSelector(IK11Verifier.TypeIndexMismatch.selector, 29, 6));
        k11.verifyAssertion(CHALLENGE, passkey, a);
        a.typeIndex = 29;
        vm.expectRevert(IK11Verifier.TypeMismatch.selector);
        k11.verifyAssertion(CHALLENGE, passkey, a);
    }

    function test_RevertsWhen_NameIsAValue() public {
        _refusesIndexAt(
            _json(string.concat('"x":"type","y":"webauthn.get",', challengeMember, ",", ORIGIN_MEMBER)),
            IK11Verifier.TypeIndexMismatch.selector,
            5
        );
    }

    function test_RevertsWhen_IndexIsHuge() public {
        uint256[3] memory huge = [uint256(2 ** 32), 2 ** 64 + 1, type(uint256).max];
        for (uint256 i = 0; i < huge.length; i++) {
            Assertion memory a = WebAuthn.sign(KEY, CHALLENGE);
            a.typeIndex = huge[i];
            vm.expectRevert(abi.encodeWithSelector(IK11Verifier.TypeIndexMismatch.selector, 1, huge[i]));
            k11.verifyAssertion{ gas: 200_000 }(CHALLENGE, passkey, a);
            a = WebAuthn.sign(KEY, CHALLENGE);
            a.challengeIndex = huge[i];
            vm.expectRevert(abi.encodeWithSelector(IK11Verifier.ChallengeIndexMismatch.selector, 23, huge[i]));
            k11.verifyAssertion{ gas: 200_000 }(CHALLENGE, passkey, a);
            a = WebAuthn.sign(KEY, CHALLENGE);
            a.originIndex = huge[i];
            vm.expectRevert(abi.encodeWithSelector(IK11Verifier.OriginIndexMismatch.selector, 81, huge[i]));
            k11.verifyAssertion{ gas: 200_000 }(CHALLENGE, passkey, a);
        }
    }

    function test_RevertsWhen_AbsentMemberIsNamedByItsMark() public {
        // 2^256 - 1 stands for absence inside; given as an index it must not make an absent member count as found.
        string memory json = _json(string.concat(challengeMember, ",", ORIGIN_MEMBER));
        Assertion memory a = WebAuthn.sign(KEY, WebAuthn.authenticatorData(), json);
        a.typeIndex = type(uint256).max;
        vm.expectRevert(abi.encodeWithSelector(IK11Verifier.TypeIndexMismatch.selector, ABSENT, ABSENT));
        k11.verifyAssertion(CHALLENGE, passkey, a);
    }

    // The members: what they say.

    function test_RevertsWhen_TypeIsCreate() public {
        _refusesMembers('"type":"webauthn.create"', challengeMember, ORIGIN_MEMBER, IK11Verifier.TypeMismatch.selector);
    }

    function test_RevertsWhen_TypeIsNoString() public {
        _refusesMembers('"type":true', challengeMember, ORIGIN_MEMBER, IK11Verifier.TypeMismatch.selector);
    }

    function test_RevertsWhen_TypeIsLonger() public {
        _refusesMembers('"type":"webauthn.get "', challengeMember, ORIGIN_MEMBER, IK11Verifier.TypeMismatch.selector);
    }

    function test_RevertsWhen_ChallengeIsAnother() public {
        Assertion memory a = WebAuthn.sign(KEY, keccak256("something else"));
        vm.expectRevert(abi.encodeWithSelector(IK11Verifier.ChallengeMismatch.selector, CHALLENGE));
        k11.verifyAssertion(CHALLENGE, passkey, a);
    }

    function test_RevertsWhen_ChallengeIsPaddedOrCut() public {
        string memory text = WebAuthn.base64Url(CHALLENGE);
        string[3] memory bad = [
            string.concat('"challenge":"', text, '="'), string.concat('"challenge":"', text, 'A"'), '"challenge":""'
        ];
        for (uint256 i = 0; i < 3; i++) {
            _refuses(
                _json(string.concat('"type":"webauthn.get",', bad[i], ",", ORIGIN_MEMBER)),
                abi.encodeWithSelector(IK11Verifier.ChallengeMismatch.selector, CHALLENGE)
            );
        }
    }

    // The earlier system hashed the challenge a second time before it was signed.
    function test_RevertsWhen_ChallengeIsHashedTwice() public {
        Assertion memory a = WebAuthn.sign(KEY, sha256(abi.encodePacked(CHALLENGE)));
        vm.expectRevert(abi.encodeWithSelector(IK11Verifier.ChallengeMismatch.selector, CHALLENGE));
        k11.verifyAssertion(CHALLENGE, passkey, a);
    }

    function test_RevertsWhen_OriginIsAnother() public {
        string[3] memory bad =
            ["https://app.agentkeys.example.evil", "https://app.agentkeys.exampl", "http://app.agentkeys.example"];
        for (uint256 i = 0; i < 3; i++) {
            _refuses(
                _json(string.concat('"type":"webauthn.get",', challengeMember, ',"origin":"', bad[i], '"')),
                abi.encodeWithSelector(
                    IK11Verifier.OriginMismatch.selector, WebAuthn.originHash(), keccak256(bytes(bad[i]))
                )
            );
        }
    }

    function test_RevertsWhen_OriginIsNoString() public {
        bytes memory error_ = abi.encodeWithSelector(IK11Verifier.OriginMismatch.selector, WebAuthn.originHash(), 0);
        _refuses(_json(string.concat('"type":"webauthn.get",', challengeMember, ',"origin":null')), error_);
        passkey.originHash = 0;
        error_ = abi.encodeWithSelector(IK11Verifier.OriginMismatch.selector, 0, 0);
        _refuses(_json(string.concat('"type":"webauthn.get",', challengeMember, ',"origin":[]')), error_);
    }

    function test_RevertsWhen_CrossOriginIsNotFalse() public {
        string[4] memory bad = ["true", '"false"', "null", "falsey"];
        for (uint256 i = 0; i < 4; i++) {
            _refuses(
                _json(
                    string.concat(
                        '"type":"webauthn.get",', challengeMember, ",", ORIGIN_MEMBER, ',"crossOrigin":', bad[i]
                    )
                ),
                abi.encodeWithSelector(IK11Verifier.CrossOrigin.selector)
            );
        }
    }

    // The signature.

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
