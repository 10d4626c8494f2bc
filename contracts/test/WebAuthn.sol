// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import { Assertion } from "../src/interfaces/IK11Verifier.sol";
import { Vm } from "./Base.t.sol";

/// @dev An authenticator and a browser in one: makes really signed assertions, also bad ones.
library WebAuthn {
    Vm internal constant vm = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));
    string internal constant ORIGIN = "https://app.agentkeys.example";

    function rpIdHash() internal pure returns (bytes32) {
        return sha256("agentkeys.example");
    }

    function originHash() internal pure returns (bytes32) {
        return keccak256(bytes(ORIGIN));
    }

    /// @dev As Chrome makes them, UP and UV, sign count 7.
    function authenticatorData() internal pure returns (bytes memory) {
        return abi.encodePacked(rpIdHash(), uint8(0x05), uint32(7));
    }

    /// @dev As Chrome makes it.
    function clientData(bytes32 challenge) internal pure returns (string memory) {
        return string.concat(
            '{"type":"webauthn.get","challenge":"',
            base64Url(challenge),
            '","origin":"',
            ORIGIN,
            '","crossOrigin":false}'
        );
    }

    function sign(uint256 key, bytes32 challenge) internal pure returns (Assertion memory) {
        return sign(key, authenticatorData(), clientData(challenge));
    }

    /// @dev Signs whatever is given; the indices are those of the first occurrences.
    function sign(uint256 key, bytes memory data, string memory json) internal pure returns (Assertion memory) {
        (bytes32 r, bytes32 s) = vm.signP256(key, sha256(abi.encodePacked(data, sha256(bytes(json)))));
        return Assertion({
            authenticatorData: data,
            clientDataJSON: bytes(json),
            typeIndex: indexOf(json, '"type"'),
            challengeIndex: indexOf(json, '"challenge"'),
            originIndex: indexOf(json, '"origin"'),
            r: uint256(r),
            s: uint256(s)
        });
    }

    function indexOf(string memory text, string memory part) internal pure returns (uint256) {
        bytes memory t = bytes(text);
        bytes memory p = bytes(part);
        for (uint256 i = 0; i + p.length <= t.length; i++) {
            uint256 j = 0;
            while (j < p.length && t[i + j] == p[j]) j++;
            if (j == p.length) return i;
        }
        return type(uint256).max;
    }

    /// @dev By the book, from groups of three bytes: shares nothing with the contract's way.
    function base64Url(bytes32 value) internal pure returns (string memory) {
        bytes memory alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        bytes memory padded = abi.encodePacked(value, bytes1(0));
        bytes memory text = new bytes(44);
        for (uint256 i = 0; i < 11; i++) {
            uint256 group = uint256(uint8(padded[3 * i])) * 65536 + uint256(uint8(padded[3 * i + 1])) * 256
                + uint256(uint8(padded[3 * i + 2]));
            text[4 * i] = alphabet[group / 262144];
            text[4 * i + 1] = alphabet[(group / 4096) % 64];
            text[4 * i + 2] = alphabet[(group / 64) % 64];
            text[4 * i + 3] = alphabet[group % 64];
        }
        assembly ("memory-safe") {
            mstore(text, 43)
        }
        return string(text);
    }
}
