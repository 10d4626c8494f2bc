// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import { AgentKeysScope } from "../../src/AgentKeysScope.sol";
import { SidecarRegistry } from "../../src/SidecarRegistry.sol";
import { Assertion, Passkey } from "../../src/interfaces/IK11Verifier.sol";
import { IRecoveryProposals } from "../../src/interfaces/IRecoveryProposals.sol";
import { Approval } from "../../src/interfaces/ISidecarRegistry.sol";
import { Base } from "../Base.t.sol";
import { WebAuthn } from "../WebAuthn.sol";
import { Brings, Op, Ops } from "./Op.sol";

/// @dev All the keys that anybody may have.
struct Person {
    uint256 walletKey;
    address wallet;
    uint256 k10;
    address account;
    bytes32 device;
    uint256 k11;
    Passkey passkey;
}

/// @dev A call of one operation: its fields as the words that are hashed, who signs, and what they signed.
struct Call {
    Op op;
    address target;
    address sender;
    bytes32 operator;
    bytes32[] words;
    Person subject; // whose device, passkey or wallet is new
    bytes32 actor;
    uint8 tier;
    uint8 roles;
    Person[] approvers;
    uint64 deadline; // of every approval
    bytes consent;
    bytes deviceSignature;
    Assertion attestation;
    Approval[] approvals;
}

/// @dev What a passkey signs, word by word as SPEC.md, section 3.1, has it.
struct Terms {
    bytes32 op;
    uint256 chain;
    address target;
    bytes32 operator;
    uint256 nonce;
    uint64 deadline;
    bytes32 fieldsHash;
}

/// @dev What a new device key signs (section 3.3).
struct Registration {
    bytes32 op;
    bytes32 operator;
    bytes32 actor;
    uint8 tier;
    uint8 roles;
    bytes32 passkeyHash;
    uint64 deadline;
}

/// @dev What a new wallet signs (section 3.3).
struct Consent {
    bytes32 op;
    bytes32 operator;
    address wallet;
    uint64 deadline;
}

struct Domain {
    uint256 chain;
    address target;
}

/// @dev Builds calls from SPEC.md alone: hashes, signatures and calldata share nothing with the contracts but selectors.
abstract contract Calls is Base {
    using Ops for Op;

    SidecarRegistry internal registry;
    IRecoveryProposals internal proposals;
    AgentKeysScope internal scope;

    function personOf(string memory name) internal pure returns (Person memory p) {
        p.walletKey = uint256(keccak256(abi.encode(name, "wallet"))) >> 1;
        p.wallet = vm.addr(p.walletKey);
        p.k10 = uint256(keccak256(abi.encode(name, "k10"))) >> 1;
        p.account = vm.addr(p.k10);
        p.device = keccak256(abi.encodePacked(p.account));
        p.k11 = uint256(keccak256(abi.encode(name, "k11"))) >> 1;
        p.passkey.credIdHash = keccak256(abi.encode(name, "credential"));
        (p.passkey.x, p.passkey.y) = vm.publicKeyP256(p.k11);
        p.passkey.rpIdHash = WebAuthn.rpIdHash();
        p.passkey.originHash = WebAuthn.originHash();
    }

    // What is to be signed, if nothing is wrong.

    function termsOf(Call memory c, uint256 approver) internal view returns (Terms memory) {
        uint256 nonce = registry.challengeNonce(c.approvers[approver].device, c.target, c.op.kind());
        return Terms(c.op.id(), block.chainid, c.target, c.operator, nonce, c.deadline, fieldsHashOf(c));
    }

    function attestationTermsOf(Call memory c) internal view returns (Terms memory) {
        uint256 nonce = c.op == Op.RegisterAdditionalMaster ? registry.recoveryNonce(c.operator, address(registry)) : 0;
        return Terms(c.op.id(), block.chainid, c.target, c.operator, nonce, lastDeadlineOf(c), fieldsHashOf(c));
    }

    function registrationOf(Call memory c) internal pure returns (Registration memory) {
        bytes32 passkeyHash = c.op.registersPasskey() ? keccak256(abi.encode(c.subject.passkey)) : bytes32(0);
        return Registration(c.op.id(), c.operator, c.actor, c.tier, c.roles, passkeyHash, lastDeadlineOf(c));
    }

    function consentOf(Call memory c) internal pure returns (Consent memory) {
        return Consent(c.op.id(), c.operator, c.subject.wallet, lastDeadlineOf(c));
    }

    function domain() internal view returns (Domain memory) {
        return Domain(block.chainid, address(registry));
    }

    function fieldsHashOf(Call memory c) internal pure returns (bytes32) {
        return keccak256(abi.encodePacked(c.words));
    }

    function lastDeadlineOf(Call memory c) internal pure returns (uint64) {
        return uint64(uint256(c.words[c.words.length - 1]));
    }

    // Hashing and signing.

    function hashOf(Terms memory t) internal pure returns (bytes32) {
        return keccak256(abi.encode(t));
    }

    function digestOf(Registration memory r, Domain memory d) internal pure returns (bytes32) {
        bytes32 typeHash = keccak256(
            "Registration(bytes32 op,bytes32 operator,bytes32 actor,uint8 tier,uint8 roles,bytes32 passkeyHash,uint64 deadline)"
        );
        return _typed(keccak256(abi.encode(typeHash, r)), d);
    }

    function digestOf(Consent memory s, Domain memory d) internal pure returns (bytes32) {
        bytes32 typeHash = keccak256("WalletConsent(bytes32 op,bytes32 operator,address wallet,uint64 deadline)");
        return _typed(keccak256(abi.encode(typeHash, s)), d);
    }

    function _typed(bytes32 content, Domain memory d) private pure returns (bytes32) {
        bytes32 separator = keccak256(
            abi.encode(
                keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
                keccak256("AgentKeys"),
                keccak256("1"),
                d.chain,
                d.target
            )
        );
        return keccak256(abi.encodePacked(hex"1901", separator, content));
    }

    function signDigest(uint256 key, bytes32 digest) internal pure returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, digest);
        return abi.encodePacked(r, s, v);
    }

    /// @dev Whom the contract will take for the signer of `digest`.
    function signerOf(bytes32 digest, bytes memory signature) internal pure returns (address) {
        (bytes32 r, bytes32 s) = abi.decode(signature, (bytes32, bytes32));
        return ecrecover(digest, uint8(signature[64]), r, s);
    }

    function approvalBy(Person memory master, Terms memory t) internal pure returns (Approval memory) {
        Assertion memory a = WebAuthn.sign(master.k11, hashOf(t));
        return Approval({
            device: master.device,
            deadline: t.deadline,
            authenticatorData: a.authenticatorData,
            clientDataJSON: a.clientDataJSON,
            typeIndex: a.typeIndex,
            challengeIndex: a.challengeIndex,
            originIndex: a.originIndex,
            r: a.r,
            s: a.s
        });
    }

    /// @dev Every signature that the call needs, each over what it says now.
    function prove(Call memory c) internal view returns (Call memory) {
        if (c.op.movesWallet()) c.consent = signDigest(c.subject.walletKey, digestOf(consentOf(c), domain()));
        if (c.op.registersDevice()) {
            c.deviceSignature = signDigest(c.subject.k10, digestOf(registrationOf(c), domain()));
        }
        if (c.op.registersPasskey()) c.attestation = WebAuthn.sign(c.subject.k11, hashOf(attestationTermsOf(c)));
        c.approvals = new Approval[](c.approvers.length);
        for (uint256 i = 0; i < c.approvers.length; i++) {
            c.approvals[i] = approvalBy(c.approvers[i], termsOf(c, i));
        }
        return c;
    }

    // Sending.

    function send(Call memory c) internal returns (bool ok, bytes memory answer) {
        bytes memory data = encode(c);
        vm.prank(c.sender);
        return c.target.call(data);
    }

    function mustSend(Call memory c) internal {
        (bool ok, bytes memory answer) = send(c);
        if (!ok) revert Failed(c.op.name(), answer);
    }

    error Failed(string op, bytes reason);

    /// @dev The fields, then walletConsent, deviceSignature, attestation, approvals, whichever of them there are.
    function encode(Call memory c) internal pure returns (bytes memory) {
        bytes[] memory tails = new bytes[](4);
        uint256 count;
        if (c.op.movesWallet()) tails[count++] = abi.encode(c.consent);
        if (c.op.registersDevice()) tails[count++] = abi.encode(c.deviceSignature);
        if (c.op.registersPasskey()) tails[count++] = abi.encode(c.attestation);
        if (c.op.brings() == Brings.List) tails[count++] = abi.encode(c.approvals);
        if (c.op.brings() == Brings.One) tails[count++] = abi.encode(c.approvals[0]);

        bytes memory head = abi.encodePacked(c.words);
        bytes memory tail;
        if (c.op == Op.SetScope) (head, tail) = _splitGrants(c.words);
        uint256 offset = head.length + 32 * count + tail.length;
        for (uint256 i = 0; i < count; i++) {
            head = bytes.concat(head, bytes32(offset));
            bytes memory body = _behindFirstWord(tails[i]);
            tail = bytes.concat(tail, body);
            offset += body.length;
        }
        return bytes.concat(c.op.selector(), head, tail);
    }

    /// @dev The words have the only dynamic value in line, as it is hashed; in the call its offset counts the approvals' too.
    function _splitGrants(bytes32[] memory words) private pure returns (bytes memory head, bytes memory tail) {
        head = abi.encodePacked(words[0], words[1], words[2], bytes32(uint256(5 * 32)));
        for (uint256 i = 4; i < words.length; i++) {
            tail = bytes.concat(tail, words[i]);
        }
    }

    /// @dev abi.encode of one dynamic value begins with its offset, 32.
    function _behindFirstWord(bytes memory encoded) private pure returns (bytes memory body) {
        assembly ("memory-safe") {
            body := add(encoded, 32)
            mstore(body, sub(mload(encoded), 32))
        }
    }
}
