// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @title base64url (RFC 4648, section 5) of 32 bytes, without padding
/// @dev All characters of a word at once: six-bit groups are spread to bytes by halving, then every byte is moved to its place
/// in ASCII by what it has passed: A at 0, a at 26, 0 at 52, - at 62, _ at 63.
library Base64Url {
    /// @dev 1 in every byte.
    uint256 private constant EACH = type(uint256).max / 255;

    /// @dev 43 characters: 42 groups of six bits, and a last one of four bits and two zeros.
    function encode(bytes32 value) internal pure returns (bytes memory) {
        bytes32 head = _encode192(uint256(value) >> 64);
        bytes32 tail = _encode192((uint256(value) << 192) >> 64);
        // The first 11 characters are what is left of 43.
        // forge-lint: disable-next-line(unsafe-typecast)
        return abi.encodePacked(head, bytes11(tail));
    }

    /// @dev 32 characters of the lower 192 bits.
    function _encode192(uint256 x) private pure returns (bytes32) {
        unchecked {
            // Groups of 192 bits to two of 96, each in its lane of 128; and on, to 6 in 8.
            uint256 low;
            low = 2 ** 96 - 1;
            x = ((x & ~low) << 32) | (x & low);
            low = (2 ** 48 - 1) * (type(uint256).max / (2 ** 128 - 1));
            x = ((x & ~low) << 16) | (x & low);
            low = (2 ** 24 - 1) * (type(uint256).max / (2 ** 64 - 1));
            x = ((x & ~low) << 8) | (x & low);
            low = (2 ** 12 - 1) * (type(uint256).max / (2 ** 32 - 1));
            x = ((x & ~low) << 4) | (x & low);
            low = (2 ** 6 - 1) * (type(uint256).max / (2 ** 16 - 1));
            x = ((x & ~low) << 2) | (x & low);
            // Every byte ends between 0 and 255, so no sum of bytes touches its neighbours in the end.
            return bytes32(
                x + 65 * EACH + 6 * _atLeast(x, 26) - 75 * _atLeast(x, 52) - 13 * _atLeast(x, 62) + 49 * _atLeast(x, 63)
            );
        }
    }

    /// @dev 1 in every byte that is at least `limit`; bytes are below 64.
    function _atLeast(uint256 x, uint256 limit) private pure returns (uint256) {
        unchecked {
            return ((x + (128 - limit) * EACH) >> 7) & EACH;
        }
    }
}
