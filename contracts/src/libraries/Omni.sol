// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @title The identity of an address
library Omni {
    /// @notice SHA-256 of the ASCII text "agentkeysevm0x" and the address's 40 lower-case hex digits.
    function derive(address account) internal pure returns (bytes32) {
        bytes memory digits = "0123456789abcdef";
        bytes memory text = "agentkeysevm0x0000000000000000000000000000000000000000";
        uint256 rest = uint160(account);
        for (uint256 i = text.length; i > text.length - 40; i--) {
            text[i - 1] = digits[rest & 15];
            rest >>= 4;
        }
        return sha256(text);
    }
}
