// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @title ECDSA over P-256, the curve's arithmetic
/// @notice The only assembly of these contracts; its plain twin, and oracle, is test/P256Plain.sol.
/// @dev How it works, in the order of the code:
/// 1. u1 = h/s, u2 = r/s mod n, with one MODEXP for the inverse.
/// 2. u1 G + u2 Q by Shamir's trick, two bits of both at a time: 128 rounds of two doublings and at most one addition of an
///    entry of a 16-point table, entry 4a + b holding aG + bQ.
/// 3. The x coordinate is compared without leaving projective coordinates: x = r means X = r * ZZ.
///
/// A point is four words in memory, (X, Y, ZZ, ZZZ) with ZZ^3 = ZZZ^2, standing for (X / ZZ, Y / ZZZ); infinity is ZZ = 0.
/// Formulas: dbl-2008-s-1 and add-2008-s of the explicit-formulas database, for a = -3.
/// Safe for every key, because the addition is complete: it handles infinity on either side, P + P and P + (-P). Doubling needs
/// no exception: the group's order is odd, so no point has y = 0, and infinity doubles to ZZ = 0 by itself.
library P256 {
    /// @dev The field's prime.
    uint256 internal constant P = 0xFFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFF;
    /// @dev The order of the group.
    uint256 internal constant N = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551;
    /// @dev y^2 = x^3 - 3x + B.
    uint256 internal constant B = 0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B;
    uint256 internal constant GX = 0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296;
    uint256 internal constant GY = 0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5;

    /// @dev True exactly when (r, s) signs `digest` under the public key (x, y).
    function verify(uint256 digest, uint256 r, uint256 s, uint256 x, uint256 y) internal view returns (bool) {
        if (r == 0 || r >= N || s == 0 || s >= N || !isOnCurve(x, y)) return false;
        uint256 inverse = inverseModN(s);
        (uint256 px, uint256 pzz) = shamir(mulmod(digest, inverse, N), mulmod(r, inverse, N), x, y);
        if (pzz == 0) return false;
        // The signature fixes the coordinate mod n only; r and r + n are the field elements that it can mean.
        return mulmod(r, pzz, P) == px || (r < P - N && mulmod(r + N, pzz, P) == px);
    }

    /// @dev Both coordinates reduced and on the curve. Infinity has no such coordinates: (0, 0) is off the curve.
    function isOnCurve(uint256 x, uint256 y) internal pure returns (bool) {
        if (x >= P || y >= P) return false;
        uint256 right = addmod(mulmod(addmod(mulmod(x, x, P), P - 3, P), x, P), B, P);
        return mulmod(y, y, P) == right;
    }

    /// @dev value^(n-2) mod n.
    function inverseModN(uint256 value) internal view returns (uint256 result) {
        assembly ("memory-safe") {
            let m := mload(0x40)
            mstore(m, 0x20)
            mstore(add(m, 0x20), 0x20)
            mstore(add(m, 0x40), 0x20)
            mstore(add(m, 0x60), value)
            mstore(add(m, 0x80), sub(N, 2))
            mstore(add(m, 0xa0), N)
            // MODEXP fails only when it runs out of gas; stopping here is what running out of gas does.
            if iszero(staticcall(gas(), 0x05, m, 0xc0, 0x00, 0x20)) { revert(0x00, 0x00) }
            result := mload(0x00)
        }
    }

    /// @dev X and ZZ of u1 G + u2 (x, y). The point must be on the curve.
    function shamir(uint256 u1, uint256 u2, uint256 x, uint256 y) internal pure returns (uint256 px, uint256 pzz) {
        assembly ("memory-safe") {
            function set(dst, px_, py_) {
                mstore(dst, px_)
                mstore(add(dst, 0x20), py_)
                mstore(add(dst, 0x40), 1)
                mstore(add(dst, 0x60), 1)
            }
            function copy(dst, src) {
                mstore(dst, mload(src))
                mstore(add(dst, 0x20), mload(add(src, 0x20)))
                mstore(add(dst, 0x40), mload(add(src, 0x40)))
                mstore(add(dst, 0x60), mload(add(src, 0x60)))
            }
            // dst := 2 src; they may be one.
            function double(dst, src) {
                let px_ := mload(src)
                let py_ := mload(add(src, 0x20))
                let zz := mload(add(src, 0x40))
                let u := addmod(py_, py_, P)
                let v := mulmod(u, u, P)
                let w := mulmod(u, v, P)
                let s := mulmod(px_, v, P)
                let m := mulmod(3, mulmod(addmod(px_, sub(P, zz), P), addmod(px_, zz, P), P), P)
                px_ := addmod(mulmod(m, m, P), sub(P, addmod(s, s, P)), P)
                mstore(dst, px_)
                mstore(add(dst, 0x20), addmod(mulmod(m, addmod(s, sub(P, px_), P), P), sub(P, mulmod(w, py_, P)), P))
                mstore(add(dst, 0x40), mulmod(v, zz, P))
                mstore(add(dst, 0x60), mulmod(w, mload(add(src, 0x60)), P))
            }
            // dst := a + b; dst may be a. Complete: any two points.
            function sum(dst, a, b) {
                let zz1 := mload(add(a, 0x40))
                if iszero(zz1) {
                    copy(dst, b)
                    leave
                }
                let zz2 := mload(add(b, 0x40))
                if iszero(zz2) {
                    copy(dst, a)
                    leave
                }
                let zzz1 := mload(add(a, 0x60))
                let zzz2 := mload(add(b, 0x60))
                let q := mulmod(mload(a), zz2, P)
                let s1 := mulmod(mload(add(a, 0x20)), zzz2, P)
                let h := addmod(mulmod(mload(b), zz1, P), sub(P, q), P)
                let r := addmod(mulmod(mload(add(b, 0x20)), zzz1, P), sub(P, s1), P)
                if iszero(h) {
                    // One x: the same point, or its negative.
                    if iszero(r) {
                        double(dst, b)
                        leave
                    }
                    mstore(add(dst, 0x40), 0)
                    mstore(add(dst, 0x60), 0)
                    leave
                }
                let hh := mulmod(h, h, P)
                mstore(add(dst, 0x40), mulmod(mulmod(zz1, zz2, P), hh, P))
                h := mulmod(h, hh, P)
                mstore(add(dst, 0x60), mulmod(mulmod(zzz1, zzz2, P), h, P))
                q := mulmod(q, hh, P)
                hh := addmod(mulmod(r, r, P), sub(P, addmod(h, addmod(q, q, P), P)), P)
                mstore(dst, hh)
                mstore(add(dst, 0x20), addmod(mulmod(r, addmod(q, sub(P, hh), P), P), sub(P, mulmod(s1, h, P)), P))
            }

            // The 128 rounds, with `double` and `sum` written out again on the stack: half the cost of the calls above.
            function ladder(t, u1_, u2_) -> px_, zz {
                let py_ := 0
                let zzz := 0
                for { let i := 256 } i { } {
                    i := sub(i, 1)
                    {
                        let u := addmod(py_, py_, P)
                        let v := mulmod(u, u, P)
                        u := mulmod(u, v, P)
                        let s := mulmod(px_, v, P)
                        let m := mulmod(3, mulmod(addmod(px_, sub(P, zz), P), addmod(px_, zz, P), P), P)
                        px_ := addmod(mulmod(m, m, P), sub(P, addmod(s, s, P)), P)
                        py_ := addmod(mulmod(m, addmod(s, sub(P, px_), P), P), sub(P, mulmod(u, py_, P)), P)
                        zz := mulmod(v, zz, P)
                        zzz := mulmod(u, zzz, P)
                    }
                    if and(i, 1) { continue }
                    let b := or(shl(2, and(shr(i, u1_), 3)), and(shr(i, u2_), 3))
                    if iszero(b) { continue }
                    b := add(t, shl(7, b))
                    let zz2 := mload(add(b, 0x40))
                    if iszero(zz2) { continue }
                    if iszero(zz) {
                        px_ := mload(b)
                        py_ := mload(add(b, 0x20))
                        zz := zz2
                        zzz := mload(add(b, 0x60))
                        continue
                    }
                    let q := mulmod(px_, zz2, P)
                    let h := addmod(mulmod(mload(b), zz, P), sub(P, q), P)
                    zz := mulmod(zz, zz2, P)
                    zz2 := mload(add(b, 0x60))
                    py_ := mulmod(py_, zz2, P)
                    let r := addmod(mulmod(mload(add(b, 0x20)), zzz, P), sub(P, py_), P)
                    if iszero(h) {
                        if iszero(r) {
                            double(add(t, 0x800), b)
                            px_ := mload(add(t, 0x800))
                            py_ := mload(add(t, 0x820))
                            zz := mload(add(t, 0x840))
                            zzz := mload(add(t, 0x860))
                            continue
                        }
                        zz := 0
                        zzz := 0
                        continue
                    }
                    zzz := mulmod(zzz, zz2, P)
                    zz2 := mulmod(h, h, P)
                    zz := mulmod(zz, zz2, P)
                    h := mulmod(h, zz2, P)
                    zzz := mulmod(zzz, h, P)
                    q := mulmod(q, zz2, P)
                    px_ := addmod(mulmod(r, r, P), sub(P, addmod(h, addmod(q, q, P), P)), P)
                    py_ := addmod(mulmod(r, addmod(q, sub(P, px_), P), P), sub(P, mulmod(py_, h, P)), P)
                }
            }

            // The table: 16 entries of 0x80 bytes, beyond the memory that Solidity has given out.
            let t := mload(0x40)
            // Entry 0, infinity. Memory here may hold anything.
            mstore(add(t, 0x40), 0)
            set(add(t, 0x080), x, y)
            double(add(t, 0x100), add(t, 0x080))
            sum(add(t, 0x180), add(t, 0x100), add(t, 0x080))
            set(add(t, 0x200), GX, GY)
            double(add(t, 0x400), add(t, 0x200))
            sum(add(t, 0x600), add(t, 0x400), add(t, 0x200))
            for { let row := add(t, 0x200) } lt(row, add(t, 0x800)) { row := add(row, 0x200) } {
                sum(add(row, 0x080), row, add(t, 0x080))
                sum(add(row, 0x100), row, add(t, 0x100))
                sum(add(row, 0x180), row, add(t, 0x180))
            }

            px, pzz := ladder(t, u1, u2)
        }
    }
}
