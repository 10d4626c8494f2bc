// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import { Assertion, Passkey } from "../src/interfaces/IK11Verifier.sol";
import { Approval } from "../src/interfaces/ISidecarRegistry.sol";
import { Base } from "./Base.t.sol";
import { WebAuthn } from "./WebAuthn.sol";

/// @dev Keys, and everything that they sign: restates SPEC.md section 3, and shares nothing with the contracts.
abstract contract Proofs is Base {
    // A person's or agent's keys. Masters have all of them, agents only k10.
    struct Keys {
        uint256 walletKey;
        address wallet;
        uint256 k10;
        address account;
        bytes32 device;
        uint256 k11;
        Passkey passkey;
    }

    bytes32 internal constant OP_FIRST = keccak256("agentkeys:v1:register-first-master");
    bytes32 internal constant OP_AGENT = keccak256("agentkeys:v1:register-agent-device");
    bytes32 internal constant OP_REVOKE_AGENT = keccak256("agentkeys:v1:revoke-agent-device");
    bytes32 internal constant OP_SET = keccak256("agentkeys:v1:set-scope");
    bytes32 internal constant OP_REVOKE_SCOPE = keccak256("agentkeys:v1:revoke-scope");
    bytes32 internal constant OP_AGENT_ROOTED = keccak256("agentkeys:v1:register-agent-rooted");
    bytes32 internal constant OP_UPGRADE = keccak256("agentkeys:v1:upgrade-to-human-anchored");
    bytes32 internal constant OP_ADD_MASTER = keccak256("agentkeys:v1:register-additional-master");
    bytes32 internal constant OP_ROLES = keccak256("agentkeys:v1:set-device-roles");
    bytes32 internal constant OP_RECOVERY_THRESHOLD = keccak256("agentkeys:v1:set-recovery-threshold");
    bytes32 internal constant OP_GRANT_THRESHOLD = keccak256("agentkeys:v1:set-grant-threshold");
    bytes32 internal constant OP_ROTATE = keccak256("agentkeys:v1:rotate-master-wallet");
    bytes32 internal constant OP_REVOKE_MASTER = keccak256("agentkeys:v1:revoke-master-device");
    bytes32 internal constant OP_SINCE = keccak256("agentkeys:v1:set-compromised-since");
    bytes32 internal constant OP_VOID = keccak256("agentkeys:v1:void-approvals");
    bytes32 internal constant OP_RELAY = keccak256("agentkeys:v1:set-audit-relay");
    bytes32 internal constant OP_PROPOSE = keccak256("agentkeys:v1:propose-recovery");
    bytes32 internal constant OP_CANCEL = keccak256("agentkeys:v1:cancel-recovery");
    bytes32 internal constant OP_WITHDRAW = keccak256("agentkeys:v1:withdraw-recovery");
    uint64 internal constant NEVER = type(uint64).max;
    uint256 internal constant START = 1_800_000_000;

    /// @dev The verifying contract of EIP-712 signatures.
    function _registry() internal view virtual returns (address);

    function keysOf(string memory name) internal pure returns (Keys memory k) {
        k.walletKey = uint256(keccak256(abi.encode(name, "wallet"))) >> 1;
        k.wallet = vm.addr(k.walletKey);
        k.k10 = uint256(keccak256(abi.encode(name, "k10"))) >> 1;
        k.account = vm.addr(k.k10);
        k.device = keccak256(abi.encodePacked(k.account));
        k.k11 = uint256(keccak256(abi.encode(name, "k11"))) >> 1;
        (uint256 x, uint256 y) = vm.publicKeyP256(k.k11);
        k.passkey = Passkey({
            credIdHash: keccak256(abi.encode(name, "credential")),
            x: x,
            y: y,
            rpIdHash: WebAuthn.rpIdHash(),
            originHash: WebAuthn.originHash()
        });
    }

    function in1Hour() internal view returns (uint64) {
        return uint64(vm.getBlockTimestamp() + 1 hours);
    }

    function signRegistration(
        uint256 k10,
        bytes32 op,
        bytes32 operator,
        bytes32 actor,
        uint8 tier,
        uint8 roles,
        bytes32 passkeyHash,
        uint64 deadline
    ) internal view returns (bytes memory) {
        bytes32 content = keccak256(
            abi.encode(
                keccak256(
                    "Registration(bytes32 op,bytes32 operator,bytes32 actor,uint8 tier,uint8 roles,bytes32 passkeyHash,uint64 deadline)"
                ),
                op,
                operator,
                actor,
                tier,
                roles,
                passkeyHash,
                deadline
            )
        );
        return signTyped(k10, content, _registry());
    }

    function signTyped(uint256 k10, bytes32 content, address verifyingContract) internal view returns (bytes memory) {
        bytes32 domain = keccak256(
            abi.encode(
                keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
                keccak256("AgentKeys"),
                keccak256("1"),
                block.chainid,
                verifyingContract
            )
        );
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(k10, keccak256(abi.encodePacked(hex"1901", domain, content)));
        return abi.encodePacked(r, s, v);
    }

    function challengeOf(bytes32 op, address target, bytes32 operator, uint256 nonce, uint64 deadline, bytes32 fields)
        internal
        view
        returns (bytes32)
    {
        return keccak256(abi.encode(op, block.chainid, target, operator, nonce, deadline, fields));
    }

    function assertionOf(Keys memory k, bytes32 challenge) internal pure returns (Assertion memory) {
        return WebAuthn.sign(k.k11, challenge);
    }

    function approvalOf(Keys memory k, bytes32 challenge, uint64 deadline) internal pure returns (Approval memory) {
        Assertion memory a = WebAuthn.sign(k.k11, challenge);
        return Approval({
            device: k.device,
            deadline: deadline,
            authenticatorData: a.authenticatorData,
            clientDataJSON: a.clientDataJSON,
            typeIndex: a.typeIndex,
            challengeIndex: a.challengeIndex,
            originIndex: a.originIndex,
            r: a.r,
            s: a.s
        });
    }

    function signConsent(Keys memory k, bytes32 op, bytes32 operator, address wallet, uint64 deadline)
        internal
        view
        returns (bytes memory)
    {
        bytes32 content = keccak256(
            abi.encode(
                keccak256("WalletConsent(bytes32 op,bytes32 operator,address wallet,uint64 deadline)"),
                op,
                operator,
                wallet,
                deadline
            )
        );
        return signTyped(k.walletKey, content, _registry());
    }

    function only(Approval memory a) internal pure returns (Approval[] memory list) {
        list = new Approval[](1);
        list[0] = a;
    }

    function both(Approval memory a, Approval memory b) internal pure returns (Approval[] memory list) {
        list = new Approval[](2);
        list[0] = a;
        list[1] = b;
    }

    function none() internal pure returns (Approval[] memory) {
        return new Approval[](0);
    }
}
