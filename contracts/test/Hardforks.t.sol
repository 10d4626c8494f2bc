// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import { P256Verifier } from "../src/P256Verifier.sol";
import { Fixture } from "./Fixture.t.sol";

/// @dev What both hardforks share; `scripts/contracts test` runs each of the two below on its own.
abstract contract HardforkTest is Fixture {
    uint256 internal constant MOST_CODE = 24_576;

    function _hasPrecompile() internal view returns (bool) {
        return P256Verifier(address(k11.p256())).hasPrecompile();
    }

    function _gasOfASignature() internal view returns (uint256) {
        (bytes32 r, bytes32 s) = vm.signP256(alice.k11, keccak256("gas"));
        P256Verifier p256 = P256Verifier(address(k11.p256()));
        uint256 before = gasleft();
        assertTrue(p256.verify(keccak256("gas"), uint256(r), uint256(s), alice.passkey.x, alice.passkey.y), "valid");
        return before - gasleft();
    }

    function test_EveryContractFits() public view {
        address[7] memory all = [
            address(registry),
            address(proposals),
            address(scope),
            address(lens),
            address(epochs),
            address(k11),
            address(k11.p256())
        ];
        for (uint256 i = 0; i < all.length; i++) {
            assertTrue(all[i].code.length > 0 && all[i].code.length <= MOST_CODE, "EIP-170");
        }
    }
}

contract LondonTest is HardforkTest {
    function test_SignaturesAreCheckedInSolidity() public view {
        assertTrue(!_hasPrecompile(), "London has none");
        assertTrue(_gasOfASignature() > 100_000, "so it costs what Solidity costs");
    }
}

contract OsakaTest is HardforkTest {
    function test_SignaturesAreCheckedByThePrecompile() public view {
        assertTrue(_hasPrecompile(), "the probe found it");
        assertTrue(_gasOfASignature() < 30_000, "and verify uses it");
    }
}
