// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import { Assertion, IK11Verifier } from "../src/interfaces/IK11Verifier.sol";
import { K11Fixture } from "./K11Fixture.t.sol";
import { WebAuthn } from "./WebAuthn.sol";

/// @dev The members of clientDataJSON: where they are and what they say.
contract K11VerifierMembersTest is K11Fixture {
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

    // An index is compared, never followed: however large, it costs no more gas and panics nowhere.
    function test_RevertsWhen_IndexIsHuge() public {
        uint256 length = bytes(WebAuthn.clientData(CHALLENGE)).length;
        uint256[7] memory huge =
            [length, length + 1, uint256(2 ** 32), 2 ** 64 + 1, 2 ** 255, type(uint256).max - 1, type(uint256).max];
        for (uint256 i = 0; i < huge.length; i++) {
            Assertion memory a = WebAuthn.sign(KEY, CHALLENGE);
            a.typeIndex = huge[i];
            _refusesCheaply(a, abi.encodeWithSelector(IK11Verifier.TypeIndexMismatch.selector, 1, huge[i]));
            a = WebAuthn.sign(KEY, CHALLENGE);
            a.challengeIndex = huge[i];
            _refusesCheaply(a, abi.encodeWithSelector(IK11Verifier.ChallengeIndexMismatch.selector, 23, huge[i]));
            a = WebAuthn.sign(KEY, CHALLENGE);
            a.originIndex = huge[i];
            _refusesCheaply(a, abi.encodeWithSelector(IK11Verifier.OriginIndexMismatch.selector, 81, huge[i]));
        }
    }

    function _refusesCheaply(Assertion memory a, bytes memory error_) internal {
        uint256 before = gasleft();
        vm.expectRevert(error_);
        k11.verifyAssertion{ gas: 60_000 }(CHALLENGE, passkey, a);
        assertTrue(before - gasleft() < 80_000, "the caller's part included");
    }

    // The longest text that is looked at at all, of the member that is slowest to read.
    function test_LongestTextIsScannedInBoundedGas() public view {
        bytes memory deep = new bytes(1900);
        for (uint256 i = 0; i < deep.length; i++) {
            deep[i] = i % 2 == 0 ? bytes1("1") : bytes1(",");
        }
        string memory json = _json(
            string.concat('"a":[', string(deep), '1],"type":"webauthn.get",', challengeMember, ",", ORIGIN_MEMBER)
        );
        assertTrue(bytes(json).length <= 2048, "short enough");
        k11.verifyAssertion{ gas: 1_200_000 }(
            CHALLENGE, passkey, WebAuthn.sign(KEY, WebAuthn.authenticatorData(), json)
        );
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

    // Values are compared as bytes: what a reader of JSON would take for the same is another text.
    function test_RevertsWhen_ValueHasEscape() public {
        _refusesMembers(
            '"type":"webauthn\\u002eget"', challengeMember, ORIGIN_MEMBER, IK11Verifier.TypeMismatch.selector
        );
        bytes memory escaped = bytes(string.concat("\\u00", _hexOfFirst(challengeMember), _rest(challengeMember)));
        _refuses(
            _json(string.concat('"type":"webauthn.get","challenge":"', string(escaped), ",", ORIGIN_MEMBER)),
            abi.encodeWithSelector(IK11Verifier.ChallengeMismatch.selector, CHALLENGE)
        );
        string memory origin = "https:\\/\\/app.agentkeys.example";
        _refuses(
            _json(string.concat('"type":"webauthn.get",', challengeMember, ',"origin":"', origin, '"')),
            abi.encodeWithSelector(
                IK11Verifier.OriginMismatch.selector, WebAuthn.originHash(), keccak256(bytes(origin))
            )
        );
    }

    /// @dev The first character of the challenge's text, as two hex digits.
    function _hexOfFirst(string memory member) internal pure returns (string memory) {
        uint8 c = uint8(bytes(member)[13]);
        bytes memory digits = "0123456789abcdef";
        return string(abi.encodePacked(digits[c >> 4], digits[c & 15]));
    }

    function _rest(string memory member) internal pure returns (string memory) {
        bytes memory rest = new bytes(bytes(member).length - 14);
        for (uint256 i = 0; i < rest.length; i++) {
            rest[i] = bytes(member)[i + 14];
        }
        return string(rest);
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
        string[6] memory bad = ["true", '"false"', "null", "falsey", "0", 'true,"topOrigin":"https://evil.example"'];
        for (uint256 i = 0; i < 6; i++) {
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
}
