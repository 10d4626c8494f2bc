// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @dev ECDSA over P-256 as a textbook has it: affine coordinates, double-and-add, an inversion for every step. The oracle of
/// src/libraries/P256.sol, with which it shares nothing, not even the constants. Infinity is (0, 0), which is off the curve.
library P256Plain {
    uint256 internal constant p = 2 ** 256 - 2 ** 224 + 2 ** 192 + 2 ** 96 - 1;
    uint256 internal constant n = 115792089210356248762697446949407573529996955224135760342422259061068512044369;
    uint256 internal constant b = 41058363725152142129326129780047268409114441015993725554835256314039467401291;
    uint256 internal constant gx = 48439561293906451759052585252797914202762949526041747995844080717082404635286;
    uint256 internal constant gy = 36134250956749795798585127919587881956611106672985015071877198253568414405109;

    function verify(bytes32 digest, uint256 r, uint256 s, uint256 x, uint256 y) internal view returns (bool) {
        if (r == 0 || s == 0 || r >= n || s >= n) return false;
        if (x >= p || y >= p) return false;
        if (mulmod(y, y, p) != addmod(addmod(power(x, 3, p), mulmod(p - 3, x, p), p), b, p)) return false;
        uint256 w = power(s, n - 2, n);
        (uint256 ax, uint256 ay) = multiply(mulmod(uint256(digest), w, n), gx, gy);
        (uint256 bx, uint256 by) = multiply(mulmod(r, w, n), x, y);
        (uint256 cx, uint256 cy) = add(ax, ay, bx, by);
        if (cx == 0 && cy == 0) return false;
        return cx % n == r;
    }

    function multiply(uint256 k, uint256 x, uint256 y) internal view returns (uint256 rx, uint256 ry) {
        for (uint256 bit = 256; bit > 0; bit--) {
            (rx, ry) = add(rx, ry, rx, ry);
            if ((k >> (bit - 1)) & 1 == 1) (rx, ry) = add(rx, ry, x, y);
        }
    }

    function add(uint256 ax, uint256 ay, uint256 bx, uint256 by) internal view returns (uint256 x, uint256 y) {
        if (ax == 0 && ay == 0) return (bx, by);
        if (bx == 0 && by == 0) return (ax, ay);
        uint256 slope;
        if (ax != bx) {
            slope = mulmod(addmod(by, p - ay, p), power(addmod(bx, p - ax, p), p - 2, p), p);
        } else if (ay == by) {
            slope = mulmod(addmod(mulmod(3, mulmod(ax, ax, p), p), p - 3, p), power(addmod(ay, ay, p), p - 2, p), p);
        } else {
            return (0, 0);
        }
        x = addmod(mulmod(slope, slope, p), p - addmod(ax, bx, p), p);
        y = addmod(mulmod(slope, addmod(ax, p - x, p), p), p - ay, p);
    }

    function power(uint256 base, uint256 exponent, uint256 modulus) internal view returns (uint256) {
        (bool ok, bytes memory answer) = address(5).staticcall(abi.encode(32, 32, 32, base, exponent, modulus));
        require(ok, "modexp");
        return abi.decode(answer, (uint256));
    }
}
