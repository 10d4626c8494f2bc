// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import { IK11Verifier } from "../../src/interfaces/IK11Verifier.sol";
import { Approval, ISidecarRegistry } from "../../src/interfaces/ISidecarRegistry.sol";
import { WebAuthn } from "../WebAuthn.sol";
import { Call, Consent, Domain, Person, Registration, Terms } from "./Calls.t.sol";
import { Cell, OPS, Op, Ops } from "./Op.sol";
import { World } from "./World.t.sol";

/// @dev Which part of what is signed is another one.
enum Bend {
    Op,
    Operator,
    Contract,
    Chain,
    Nonce,
    Voids,
    Field
}

/// @dev Tries one cell of every operation, and checks that something was tried or the table says why there is nothing to try.
abstract contract Refusals is World {
    using Ops for Op;
    using Ops for Cell;

    string internal table;
    uint256 internal tried;

    error Accepted(string op, uint256 attempt);
    error OtherRefusal(string op, uint256 attempt, bytes actual, bytes expected);
    error CellEmpty(string op, string cell);
    error CellTriedAndExcused(string op, string cell);

    function setUp() public virtual override {
        super.setUp();
        table = vm.readFile("tests/vectors/operations.json");
    }

    /// @dev `attempt` makes no attempt where it does not apply; then, and only then, the table has the reason.
    function _everyOperation(Cell cell, function(Op) internal attempt) internal {
        for (uint256 i = 0; i < OPS; i++) {
            Op op = Op(i);
            uint256 state = vm.snapshotState();
            attempt(op);
            bool excused = bytes(reasonOf(op, cell)).length > 0;
            if (tried == 0 && !excused) revert CellEmpty(op.name(), cell.cellName());
            if (tried > 0 && excused) revert CellTriedAndExcused(op.name(), cell.cellName());
            vm.revertToState(state);
        }
    }

    /// @dev Why the cell does not apply; empty: it does.
    function reasonOf(Op op, Cell cell) internal view returns (string memory) {
        bytes memory found = vm.parseJson(
            table, string.concat(".operations[", _decimal(uint256(op)), "].doesNotApply.", cell.cellName())
        );
        return found.length == 0 ? "" : abi.decode(found, (string));
    }

    function _decimal(uint256 value) internal pure returns (string memory) {
        bytes memory tens = value < 10 ? bytes("") : abi.encodePacked(bytes1(uint8(48 + value / 10)));
        return string(abi.encodePacked(tens, bytes1(uint8(48 + value % 10))));
    }

    /// @dev The call is refused with exactly this error. A call that reverts changes nothing.
    function refuses(Call memory c, bytes memory expected) internal {
        tried++;
        (bool ok, bytes memory actual) = send(c);
        if (ok) revert Accepted(c.op.name(), tried);
        if (keccak256(actual) != keccak256(expected)) revert OtherRefusal(c.op.name(), tried, actual, expected);
    }

    /// @dev As refuses, for calls that no Call describes.
    function refusesRaw(Op op, address sender, address target, bytes memory data, bytes memory expected) internal {
        tried++;
        vm.prank(sender);
        (bool ok, bytes memory actual) = target.call(data);
        if (ok) revert Accepted(op.name(), tried);
        if (keccak256(actual) != keccak256(expected)) revert OtherRefusal(op.name(), tried, actual, expected);
    }

    function good(Op op) internal returns (Call memory) {
        return prove(callOf(op));
    }

    // Every signature of a call, one at a time, made over something else. All others stay right.

    function refusesEveryProof(Call memory c, Bend bend, uint256 which) internal {
        refusesEveryApproval(c, bend, which);
        if (c.op.registersPasskey()) _refusesAttestation(c, bend, which);
        if (bend == Bend.Nonce || bend == Bend.Voids || bend == Bend.Field) return;
        if (c.op.registersDevice()) _refusesRegistration(c, bend);
        if (c.op.movesWallet()) _refusesConsent(c, bend);
    }

    function refusesEveryApproval(Call memory c, Bend bend, uint256 which) internal {
        for (uint256 i = 0; i < c.approvers.length; i++) {
            Terms memory right = termsOf(c, i);
            Approval memory kept = c.approvals[i];
            c.approvals[i] = approvalBy(c.approvers[i], bent(termsOf(c, i), c, bend, which));
            refuses(c, _challenge(right));
            c.approvals[i] = kept;
        }
    }

    function _refusesAttestation(Call memory c, Bend bend, uint256 which) private {
        Terms memory right = attestationTermsOf(c);
        Terms memory wrong = bent(attestationTermsOf(c), c, bend, which);
        c.attestation = WebAuthn.sign(c.subject.k11, hashOf(wrong));
        refuses(c, _challenge(right));
        c.attestation = WebAuthn.sign(c.subject.k11, hashOf(right));
    }

    function _refusesRegistration(Call memory c, Bend bend) private {
        Registration memory r = registrationOf(c);
        if (bend == Bend.Op) r.op = _otherOp(c.op);
        if (bend == Bend.Operator) r.operator = registry.omniOf(bob.wallet);
        refusesRegistration(c, r, _bentDomain(bend));
    }

    function refusesRegistration(Call memory c, Registration memory wrong, Domain memory d) internal {
        bytes memory kept = c.deviceSignature;
        c.deviceSignature = signDigest(c.subject.k10, digestOf(wrong, d));
        address signer = signerOf(digestOf(registrationOf(c), domain()), c.deviceSignature);
        refuses(c, abi.encodeWithSelector(ISidecarRegistry.DeviceSignatureMismatch.selector, c.subject.device, signer));
        c.deviceSignature = kept;
    }

    function _refusesConsent(Call memory c, Bend bend) private {
        Consent memory s = consentOf(c);
        if (bend == Bend.Op) s.op = _otherOp(c.op);
        if (bend == Bend.Operator) s.operator = registry.omniOf(bob.wallet);
        refusesConsent(c, s, _bentDomain(bend));
    }

    function refusesConsent(Call memory c, Consent memory wrong, Domain memory d) internal {
        bytes memory kept = c.consent;
        c.consent = signDigest(c.subject.walletKey, digestOf(wrong, d));
        address signer = signerOf(digestOf(consentOf(c), domain()), c.consent);
        refuses(c, abi.encodeWithSelector(ISidecarRegistry.WalletConsentMismatch.selector, c.subject.wallet, signer));
        c.consent = kept;
    }

    function bent(Terms memory t, Call memory c, Bend bend, uint256 which) internal view returns (Terms memory) {
        if (bend == Bend.Op) t.op = _otherOp(c.op);
        if (bend == Bend.Operator) t.operator = registry.omniOf(bob.wallet);
        if (bend == Bend.Contract) t.target = t.target == address(registry) ? address(scope) : address(registry);
        if (bend == Bend.Chain) t.chain += 1;
        if (bend == Bend.Nonce) t.nonce += 1;
        if (bend == Bend.Voids) t.nonce += 1 << 128;
        if (bend == Bend.Field) {
            bytes32[] memory words = new bytes32[](c.words.length);
            for (uint256 i = 0; i < words.length; i++) {
                words[i] = i == which ? c.words[i] ^ bytes32(uint256(1)) : c.words[i];
            }
            t.fieldsHash = keccak256(abi.encodePacked(words));
        }
        return t;
    }

    function _bentDomain(Bend bend) private view returns (Domain memory d) {
        d = domain();
        if (bend == Bend.Contract) d.target = address(scope);
        if (bend == Bend.Chain) d.chain += 1;
    }

    function _otherOp(Op op) private pure returns (bytes32) {
        return Op((uint256(op) + 1) % OPS).id();
    }

    function _challenge(Terms memory right) internal pure returns (bytes memory) {
        return abi.encodeWithSelector(IK11Verifier.ChallengeMismatch.selector, hashOf(right));
    }

    // Approvers.

    /// @dev The last of the approvers is another person, who signs what would be right.
    function withLast(Call memory c, Person memory p) internal view returns (Call memory) {
        c.approvers[c.approvers.length - 1] = p;
        return prove(c);
    }
}
