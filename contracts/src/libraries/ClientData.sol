// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import { IK11Verifier } from "../interfaces/IK11Verifier.sol";

/// @title The top level of a clientDataJSON
/// @notice One pass over the text finds the four members that matter, at the top level and nowhere else. Members may come in any
/// order, others may be among them. A caller-chosen index that is only checked for a substring would let a nested
/// `"challenge"` pass for the real one.
/// @dev Checked: one object and nothing around it but white space; strings without control characters; matching brackets, at most
/// 32 deep; bare words (true, 0) of letters, digits, +, -, and the point. Not checked: the grammar inside nested values,
/// escapes in values, UTF-8. Text of up to 2^32 bytes: positions cannot overflow.
library ClientData {
    /// @dev Position of a member that is not there.
    uint256 internal constant ABSENT = type(uint256).max;
    uint256 internal constant MAX_DEPTH = 32;
    /// @dev 1 in every byte.
    uint256 private constant EACH = type(uint256).max / 255;

    /// @param key Position of the key's opening quote, or ABSENT.
    /// @param start Position of the value's first byte.
    /// @param end Position behind the value's last byte.
    struct Member {
        uint256 key;
        uint256 start;
        uint256 end;
    }

    struct Members {
        Member kind;
        Member challenge;
        Member origin;
        Member crossOrigin;
    }

    /// @dev Finds the members, or reverts.
    function scan(bytes calldata json) internal pure returns (Members memory found) {
        unchecked {
            found.kind.key = found.challenge.key = found.origin.key = found.crossOrigin.key = ABSENT;
            uint256 i = _skipSpace(json, 0);
            if (_at(json, i) != "{") revert IK11Verifier.ClientDataMalformed(i);
            i = _skipSpace(json, i + 1);
            if (_at(json, i) == "}") {
                _expectEnd(json, i + 1);
                return found;
            }
            while (true) {
                i = _skipSpace(json, _scanMember(json, i, found));
                bytes1 c = _at(json, i);
                if (c == "}") break;
                if (c != ",") revert IK11Verifier.ClientDataMalformed(i);
                i = _skipSpace(json, i + 1);
            }
            _expectEnd(json, i + 1);
        }
    }

    /// @dev One `"key" : value` that begins at `key`; returns the position behind the value.
    function _scanMember(bytes calldata json, uint256 key, Members memory found) private pure returns (uint256 end) {
        unchecked {
            if (_at(json, key) != "\"") revert IK11Verifier.ClientDataMalformed(key);
            (uint256 keyEnd, bool escaped) = _skipString(json, key);
            if (escaped) revert IK11Verifier.ClientDataMalformed(key);
            uint256 start = _skipSpace(json, keyEnd);
            if (_at(json, start) != ":") revert IK11Verifier.ClientDataMalformed(start);
            start = _skipSpace(json, start + 1);
            end = _skipValue(json, start);

            uint256 length = keyEnd - key;
            Member memory member;
            if (length == 6 && bytes6(json[key:]) == "\"type\"") member = found.kind;
            else if (length == 11 && bytes11(json[key:]) == "\"challenge\"") member = found.challenge;
            else if (length == 8 && bytes8(json[key:]) == "\"origin\"") member = found.origin;
            else if (length == 13 && bytes13(json[key:]) == "\"crossOrigin\"") member = found.crossOrigin;
            else return end;
            if (member.key != ABSENT) revert IK11Verifier.ClientDataDuplicate(key);
            member.key = key;
            member.start = start;
            member.end = end;
        }
    }

    /// @dev The byte at `i`; beyond the end 0, which no rule accepts.
    function _at(bytes calldata json, uint256 i) private pure returns (bytes1) {
        return i < json.length ? json[i] : bytes1(0);
    }

    function _skipSpace(bytes calldata json, uint256 i) private pure returns (uint256) {
        unchecked {
            while (true) {
                bytes1 c = _at(json, i);
                if (c != " " && c != "\t" && c != "\n" && c != "\r") return i;
                ++i;
            }
            return i; // not reached; the compiler cannot see it
        }
    }

    function _expectEnd(bytes calldata json, uint256 i) private pure {
        i = _skipSpace(json, i);
        if (i != json.length) revert IK11Verifier.ClientDataMalformed(i);
    }

    /// @dev From an opening quote to behind the closing one, 32 bytes at a time: strings are most of the text. Escapes are
    /// stepped over, not decoded. Beyond the end a slice reads as zeros, which stop it like any control character.
    function _skipString(bytes calldata json, uint256 i) private pure returns (uint256 end, bool escaped) {
        unchecked {
            ++i;
            while (true) {
                uint256 special = _specialBytes(uint256(bytes32(json[i:])));
                if (special == 0) {
                    i += 32;
                    continue;
                }
                i += _firstByte(special);
                bytes1 c = _at(json, i);
                if (c == "\"") return (i + 1, escaped);
                if (c != "\\") break;
                escaped = true;
                ++i;
                if (_at(json, i) < " ") break;
                ++i;
            }
            revert IK11Verifier.ClientDataMalformed(i);
        }
    }

    /// @dev 0x80 in every byte of `word` that is a quote, a backslash, or a control character; 0 in every other.
    function _specialBytes(uint256 word) private pure returns (uint256) {
        return _zeroBytes(word ^ (EACH * 0x22)) | _zeroBytes(word ^ (EACH * 0x5C)) | _zeroBytes(word & (EACH * 0xE0));
    }

    /// @dev 0x80 in every byte that is 0. Exact: 0x7F plus at most 0x7F carries into no neighbour.
    function _zeroBytes(uint256 word) private pure returns (uint256) {
        unchecked {
            return ~(((word & (EACH * 0x7F)) + (EACH * 0x7F)) | word | (EACH * 0x7F));
        }
    }

    /// @dev Which byte, from the left, is the first that is not 0; `word` is not 0.
    function _firstByte(uint256 word) private pure returns (uint256 index) {
        unchecked {
            if (word >> 128 == 0) (index, word) = (16, word << 128);
            if (word >> 192 == 0) (index, word) = (index + 8, word << 64);
            if (word >> 224 == 0) (index, word) = (index + 4, word << 32);
            if (word >> 240 == 0) (index, word) = (index + 2, word << 16);
            if (word >> 248 == 0) ++index;
        }
    }

    function _skipValue(bytes calldata json, uint256 i) private pure returns (uint256 end) {
        bytes1 c = _at(json, i);
        if (c == "\"") {
            (end,) = _skipString(json, i);
        } else if (c == "{" || c == "[") {
            end = _skipNested(json, i);
        } else {
            end = _skipWord(json, i);
        }
    }

    /// @dev true, false, null or a number; anything that looks like one.
    function _skipWord(bytes calldata json, uint256 start) private pure returns (uint256 i) {
        unchecked {
            i = start;
            while (_isWord(_at(json, i))) ++i;
            if (i == start) revert IK11Verifier.ClientDataMalformed(i);
        }
    }

    function _isWord(bytes1 c) private pure returns (bool) {
        return
            (c >= "a" && c <= "z") || (c >= "0" && c <= "9") || (c >= "A" && c <= "Z") || c == "." || c == "+"
                || c == "-";
    }

    /// @dev From an opening bracket to behind its closing one. `stack` has one bit per open bracket, 1 for objects, below a marker.
    function _skipNested(bytes calldata json, uint256 i) private pure returns (uint256) {
        unchecked {
            uint256 stack = 1;
            while (i < json.length) {
                bytes1 c = json[i];
                if (c == "\"") {
                    (i,) = _skipString(json, i);
                    continue;
                }
                if (c == "{" || c == "[") {
                    stack <<= 1;
                    if (c == "{") stack |= 1;
                    if (stack >> (MAX_DEPTH + 1) != 0) break;
                } else if (c == "}" || c == "]") {
                    if ((stack & 1 == 1) != (c == "}")) break;
                    stack >>= 1;
                    if (stack == 1) return i + 1;
                } else if (c < " " && c != "\t" && c != "\n" && c != "\r") {
                    break;
                }
                ++i;
            }
            revert IK11Verifier.ClientDataMalformed(i);
        }
    }
}
