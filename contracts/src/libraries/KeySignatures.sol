// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import { ISidecarRegistry } from "../interfaces/ISidecarRegistry.sol";

/// @title EIP-712 signatures by secp256k1 keys: a new device's registration, a new wallet's consent
library KeySignatures {
    bytes32 internal constant DOMAIN_TYPEHASH =
        keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)");
    bytes32 internal constant REGISTRATION_TYPEHASH = keccak256(
        "Registration(bytes32 op,bytes32 operator,bytes32 actor,uint8 tier,uint8 roles,bytes32 passkeyHash,uint64 deadline)"
    );
    bytes32 internal constant CONSENT_TYPEHASH =
        keccak256("WalletConsent(bytes32 op,bytes32 operator,address wallet,uint64 deadline)");
    /// @dev Half the order of secp256k1: the largest low s.
    uint256 internal constant MAX_LOW_S = 0x7FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF5D576E7357A4501DDFE92F46681B20A0;

    function registration(
        bytes32 op,
        bytes32 operator,
        bytes32 actor,
        uint8 tier,
        uint8 roles,
        bytes32 passkeyHash,
        uint64 deadline
    ) internal pure returns (bytes32 structHash) {
        return keccak256(abi.encode(REGISTRATION_TYPEHASH, op, operator, actor, tier, roles, passkeyHash, deadline));
    }

    /// @notice Reverts unless `wallet` sends the call or signed this consent.
    function checkConsent(bytes32 op, bytes32 operator, address wallet, uint64 deadline, bytes calldata signature)
        internal
        view
    {
        if (msg.sender == wallet) return;
        address signer = recover(keccak256(abi.encode(CONSENT_TYPEHASH, op, operator, wallet, deadline)), signature);
        // A signature of nobody recovers to 0, which nobody may make his wallet.
        if (signer != wallet || signer == address(0)) revert ISidecarRegistry.WalletConsentMismatch(wallet, signer);
    }

    /// @notice Who signed; 0: nobody.
    function recover(bytes32 structHash, bytes calldata signature) internal view returns (address) {
        if (signature.length != 65) revert ISidecarRegistry.SignatureMalformed();
        bytes32 r = bytes32(signature[:32]);
        bytes32 s = bytes32(signature[32:64]);
        uint8 v = uint8(signature[64]);
        if (uint256(s) > MAX_LOW_S || (v != 27 && v != 28)) revert ISidecarRegistry.SignatureMalformed();
        return ecrecover(keccak256(abi.encodePacked("\x19\x01", domainSeparator(), structHash)), v, r, s);
    }

    /// @dev Made anew each time: after a fork of the chain the other side's signatures do not count here.
    function domainSeparator() internal view returns (bytes32) {
        return
            keccak256(abi.encode(DOMAIN_TYPEHASH, keccak256("AgentKeys"), keccak256("1"), block.chainid, address(this)));
    }
}
