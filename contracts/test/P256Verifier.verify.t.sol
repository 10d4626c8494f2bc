// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import { P256Verifier } from "../src/P256Verifier.sol";
import { P256 } from "../src/libraries/P256.sol";
import { Base } from "./Base.t.sol";
import { P256Plain } from "./P256Plain.sol";

/// @dev Stands at 0x100 and answers as told: to everything, or to the probe's valid signature alone and nothing to the rest.
contract Answers {
    bytes32 internal constant PROBE = 0xf8161c1980478295eb64672f081e55d7f783061f3e272e0c7db2875754425fc4;
    bytes internal answer;
    bool internal always;

    function set(bytes calldata answer_, bool always_) external {
        answer = answer_;
        always = always_;
    }

    fallback(bytes calldata input) external returns (bytes memory) {
        return always || bytes32(input[:32]) == PROBE ? answer : bytes("");
    }
}

/// @dev Stands at 0x100 and accepts exactly what the plain twin accepts, with an empty refusal as the real one has.
contract GoodPrecompile {
    fallback(bytes calldata input) external returns (bytes memory) {
        (bytes32 h, uint256 r, uint256 s, uint256 x, uint256 y) =
            abi.decode(input, (bytes32, uint256, uint256, uint256, uint256));
        return P256Plain.verify(h, r, s, x, y) ? abi.encode(1) : bytes("");
    }
}

contract P256VerifierVerifyTest is Base {
    address internal constant PRECOMPILE = address(0x100);
    uint256 internal constant N = P256Plain.n;

    // Members in the alphabetical order in which the cheat code hands them over.
    struct Case {
        bytes32 digest;
        string name;
        uint256 r;
        uint256 s;
        bool valid;
        uint256 x;
        uint256 y;
    }

    P256Verifier internal verifier;

    function setUp() public {
        verifier = new P256Verifier();
    }

    function test_EveryVector() public view {
        Case[] memory cases = abi.decode(vm.parseJson(vm.readFile("tests/vectors/p256.json"), ".cases"), (Case[]));
        assertTrue(cases.length > 400, "the file has its cases");
        for (uint256 i = 0; i < cases.length; i++) {
            Case memory c = cases[i];
            assertEq(verifier.verify(c.digest, c.r, c.s, c.x, c.y), c.valid, c.name);
        }
    }

    function testFuzz_AcceptsWhatTheKeySigned(uint256 key, bytes32 digest) public view {
        key = bound(key);
        (uint256 x, uint256 y) = vm.publicKeyP256(key);
        (bytes32 r, bytes32 s) = vm.signP256(key, digest);
        assertTrue(verifier.verify(digest, uint256(r), uint256(s), x, y), "s as signed");
        assertTrue(verifier.verify(digest, uint256(r), N - uint256(s), x, y), "n - s");
    }

    // Oracle: a signature with one word changed is as good as the plain twin says, that is, never.
    function testFuzz_OneWordChanged(uint256 key, bytes32 digest, uint8 word, uint256 change) public view {
        key = bound(key);
        (uint256 x, uint256 y) = vm.publicKeyP256(key);
        (bytes32 r, bytes32 s) = vm.signP256(key, digest);
        uint256[5] memory w = [uint256(digest), uint256(r), uint256(s), x, y];
        if (change == 0) change = 1;
        w[word % 5] ^= change;
        bool actual = verifier.verify(bytes32(w[0]), w[1], w[2], w[3], w[4]);
        assertEq(actual, P256Plain.verify(bytes32(w[0]), w[1], w[2], w[3], w[4]), "as the plain twin");
        assertEq(actual, false, "refused");
    }

    function testFuzz_TinyKeysAndNonces(uint8 key, uint8 other, bytes32 digest) public view {
        // Any (r, s) at all under a key near G: the oracle decides.
        (uint256 x, uint256 y) = vm.publicKeyP256(uint256(key) + 1);
        (uint256 r,) = vm.publicKeyP256(uint256(other) + 1);
        r %= N;
        // With nonce k = other + 1: s = (h + r d) / k.
        uint256 s = mulmod(
            P256Plain.power(uint256(other) + 1, N - 2, N),
            addmod(uint256(digest) % N, mulmod(r, uint256(key) + 1, N), N),
            N
        );
        assertTrue(s == 0 || verifier.verify(digest, r, s, x, y), "signed by hand");
        s = addmod(s, 1, N);
        assertEq(verifier.verify(digest, r, s, x, y), P256Plain.verify(digest, r, s, x, y), "as the plain twin");
    }

    function testFuzz_NeverReverts(bytes32 digest, uint256 r, uint256 s, uint256 x, uint256 y) public view {
        assertEq(verifier.verify(digest, r, s, x, y), false, "random words sign nothing");
    }

    // The memory behind the free pointer may hold anything when the table is built there.
    function test_DirtyMemoryChangesNothing() public {
        DirtyMemory dirty = new DirtyMemory();
        (uint256 x, uint256 y) = vm.publicKeyP256(7);
        (bytes32 r, bytes32 s) = vm.signP256(7, keccak256("dirty"));
        assertTrue(dirty.verify(keccak256("dirty"), uint256(r), uint256(s), x, y), "valid");
        assertTrue(!dirty.verify(keccak256("other"), uint256(r), uint256(s), x, y), "invalid");
    }

    // A small s has a twin, s + n, that fits into a word too. The key is chosen so that the small one is valid.
    function test_SPlusTheOrderIsRefused() public view {
        uint256 k = 0x1234567;
        uint256 s = 0x89abcdef;
        uint256 h = uint256(keccak256("small s")) % N;
        (uint256 r,) = vm.publicKeyP256(k);
        r %= N;
        uint256 d = mulmod(addmod(mulmod(s, k, N), N - h, N), _inverse(r), N);
        (uint256 x, uint256 y) = vm.publicKeyP256(d);
        assertTrue(verifier.verify(bytes32(h), r, s, x, y), "s");
        assertTrue(!verifier.verify(bytes32(h), r, s + N, x, y), "s + n");
    }

    /// @dev By Fermat's little theorem: the order is prime.
    function _inverse(uint256 a) internal pure returns (uint256 result) {
        result = 1;
        for (uint256 e = N - 2; e > 0; e >>= 1) {
            if (e & 1 == 1) result = mulmod(result, a, N);
            a = mulmod(a, a, N);
        }
    }

    // The test command runs this file twice: for London, which has no precompile, and for Osaka, which has.
    function test_ProbeFindsWhatTheChainHas() public view {
        assertEq(verifier.hasPrecompile(), _chainHasPrecompile(), "as the chain");
    }

    function test_GoodPrecompileIsUsed() public {
        if (_chainHasPrecompile()) return;
        vm.etch(PRECOMPILE, type(GoodPrecompile).runtimeCode);
        assertEq(new P256Verifier().hasPrecompile(), true, "found by the probe");
    }

    function test_PrecompileThatAcceptsEverythingIsNotUsed() public {
        _expectNotUsed(abi.encode(1), true);
    }

    function test_PrecompileThatAnswersTwoIsNotUsed() public {
        _expectNotUsed(abi.encode(2), false);
    }

    function test_PrecompileThatAnswersShortIsNotUsed() public {
        _expectNotUsed(hex"01", false);
    }

    function test_PrecompileThatAnswersLongIsNotUsed() public {
        _expectNotUsed(abi.encode(1, 0), false);
    }

    // A refusal of the precompile is checked again: it may have gone away since the probe.
    function test_PrecompileThatStopsAnsweringLosesNothing() public {
        if (_chainHasPrecompile()) return;
        vm.etch(PRECOMPILE, type(GoodPrecompile).runtimeCode);
        P256Verifier probed = new P256Verifier();
        vm.etch(PRECOMPILE, "");
        (uint256 x, uint256 y) = vm.publicKeyP256(7);
        (bytes32 r, bytes32 s) = vm.signP256(7, keccak256("m"));
        assertTrue(probed.verify(keccak256("m"), uint256(r), uint256(s), x, y), "valid");
        assertTrue(!probed.verify(keccak256("n"), uint256(r), uint256(s), x, y), "invalid");
    }

    function _expectNotUsed(bytes memory answer, bool always) internal {
        if (_chainHasPrecompile()) return;
        Answers answers = new Answers();
        vm.etch(PRECOMPILE, address(answers).code);
        Answers(PRECOMPILE).set(answer, always);
        assertEq(new P256Verifier().hasPrecompile(), false, "the probe sees through it");
    }

    /// @dev On osaka and later 0x100 is a real precompile, and no stand-in can be put there.
    function _chainHasPrecompile() internal view returns (bool) {
        (uint256 x, uint256 y) = vm.publicKeyP256(7);
        (bytes32 r, bytes32 s) = vm.signP256(7, keccak256("probe"));
        (bool ok, bytes memory answer) = PRECOMPILE.staticcall(abi.encode(keccak256("probe"), r, s, x, y));
        return ok && answer.length == 32 && PRECOMPILE.code.length == 0;
    }

    function bound(uint256 key) internal pure returns (uint256) {
        return key % (N - 1) + 1;
    }
}

contract DirtyMemory {
    function verify(bytes32 digest, uint256 r, uint256 s, uint256 x, uint256 y) external view returns (bool) {
        assembly ("memory-safe") {
            let m := mload(0x40)
            for { let i := 0 } lt(i, 0x2000) { i := add(i, 0x20) } { mstore(add(m, i), not(i)) }
        }
        return P256.verify(uint256(digest), r, s, x, y);
    }
}
