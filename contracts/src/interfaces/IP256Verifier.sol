// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @title ECDSA over P-256 (FIPS 186-5), as passkeys sign
/// @notice Anyone may call. Holds nothing, changes nothing.
interface IP256Verifier {
    /// @notice True exactly when (r, s) is a valid signature of `digest` by the public key (x, y). Never reverts.
    /// @dev Both s and n - s are valid: authenticators do not normalise s, and nothing here uses a signature as an identifier.
    /// Refused: r or s outside 1..n-1, a coordinate >= p, a point off the curve, the point at infinity.
    /// @param digest SHA-256 of the signed message.
    function verify(bytes32 digest, uint256 r, uint256 s, uint256 x, uint256 y) external view returns (bool);

    /// @notice True if the chain had a working P-256 precompile at 0x100 when this contract was made; it is then tried first.
    function hasPrecompile() external view returns (bool);
}
