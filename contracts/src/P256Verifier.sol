// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import { IP256Verifier } from "./interfaces/IP256Verifier.sol";
import { P256 } from "./libraries/P256.sol";

/// @title ECDSA over P-256, by the precompile where there is one, else in Solidity
contract P256Verifier is IP256Verifier {
    /// @inheritdoc IP256Verifier
    bool public immutable override hasPrecompile;

    /// @dev Where RIP-7212 and EIP-7951 put the precompile.
    address internal constant PRECOMPILE = address(0x100);

    /// @dev Probes 0x100 with one valid and one invalid signature of the same key: an absent precompile answers nothing to both, and
    /// so does a present one to the invalid one. What answers 1 to both is no verifier.
    constructor() {
        bytes32 digest = 0xf8161c1980478295eb64672f081e55d7f783061f3e272e0c7db2875754425fc4;
        uint256 r = 0xfe43649956c4e4527d4ed65fb268ab93fcb048cc8bd4ebe4775f8a3b4f634ca9;
        uint256 s = 0x54063ffd7d0546d2f742812c8099252d2c90fa6e93d65b6dee478035faaa5260;
        uint256 x = 0xa54c56bcf1ae9f3c05a4b1e7836c6d291d0511c80672475e4b8020989da6825a;
        uint256 y = 0xf41c4f5ccfd7b0ae304e47cd2afa88d93fbe5e6afa4d624280ca206beef31235;
        hasPrecompile = _precompile(digest, r, s, x, y) && !_precompile(bytes32(uint256(digest) ^ 1), r, s, x, y);
    }

    /// @inheritdoc IP256Verifier
    function verify(bytes32 digest, uint256 r, uint256 s, uint256 x, uint256 y) external view override returns (bool) {
        // A refusal of the precompile is not trusted: it looks like its absence, so the code below has the last word.
        if (hasPrecompile && _precompile(digest, r, s, x, y)) return true;
        return P256.verify(uint256(digest), r, s, x, y);
    }

    function _precompile(bytes32 digest, uint256 r, uint256 s, uint256 x, uint256 y) internal view returns (bool) {
        (bool ok, bytes memory answer) = PRECOMPILE.staticcall(abi.encode(digest, r, s, x, y));
        return ok && answer.length == 32 && abi.decode(answer, (uint256)) == 1;
    }
}
