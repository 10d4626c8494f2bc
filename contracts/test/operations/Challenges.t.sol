// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import { IRecoveryProposals } from "../../src/interfaces/IRecoveryProposals.sol";
import { ISidecarRegistry } from "../../src/interfaces/ISidecarRegistry.sol";
import { Call, Consent, Registration } from "./Calls.t.sol";
import { Brings, Cell, Op, Ops } from "./Op.sol";
import { Bend, Refusals } from "./Refusals.t.sol";

/// @dev Every word of what is signed: whatever is not what the call says now is refused, in each signature by itself.
contract OperationChallengesTest is Refusals {
    using Ops for Op;

    function test_OtherOperator() public {
        _everyOperation(Cell.OtherOperator, _otherOperator);
    }

    function _otherOperator(Op op) private {
        Call memory c = good(op);
        refusesEveryProof(c, Bend.Operator, 0);
        bytes32 bobOmni = registry.omniOf(bob.wallet);
        bytes memory foreign =
            abi.encodeWithSelector(ISidecarRegistry.ApproverOfOtherOperator.selector, bob.device, aliceOmni, bobOmni);
        if (op == Op.Execute) {
            // The proposer of one operator, the target of another: the registry asks again.
            refusesRaw(op, address(proposals), address(registry), _evict(bob.device, three.device, 0), foreign);
            return;
        }
        if (op.brings() == Brings.None) return;
        // Another operator's master signs exactly what is right.
        if (op == Op.VoidApprovals) {
            foreign = abi.encodeWithSelector(ISidecarRegistry.ApproverNotDevice.selector, one.device, bob.device);
        }
        if (op == Op.WithdrawRecovery) {
            foreign = abi.encodeWithSelector(IRecoveryProposals.NotProposer.selector, two.device, bob.device);
        }
        refuses(withLast(c, bob), foreign);
    }

    function test_OtherContract() public {
        _everyOperation(Cell.OtherContract, _otherContract);
    }

    function _otherContract(Op op) private {
        refusesEveryProof(good(op), Bend.Contract, 0);
    }

    function test_OtherChain() public {
        _everyOperation(Cell.OtherChain, _otherChain);
    }

    function _otherChain(Op op) private {
        refusesEveryProof(good(op), Bend.Chain, 0);
    }

    function test_OtherNonce() public {
        _everyOperation(Cell.OtherNonce, _otherNonce);
    }

    function _otherNonce(Op op) private {
        Call memory c = good(op);
        refusesEveryProof(c, Bend.Nonce, 0);
        refusesEveryProof(c, Bend.Voids, 0);
        if (op != Op.Execute) return;
        uint256 nonce = registry.recoveryNonce(aliceOmni, address(registry));
        refusesRaw(
            op,
            address(proposals),
            address(registry),
            _evict(two.device, three.device, 1),
            abi.encodeWithSelector(ISidecarRegistry.ProposalStale.selector, nonce + 1, nonce)
        );
    }

    function test_FieldBent() public {
        _everyOperation(Cell.FieldBent, _fieldBent);
    }

    function _fieldBent(Op op) private {
        Call memory c = good(op);
        for (uint256 word = 0; word < c.words.length; word++) {
            refusesEveryProof(c, Bend.Field, word);
        }
        if (op == Op.Execute) return;
        refusesEveryProof(c, Bend.Op, 0);
        if (op.registersDevice()) _registrationBent(c);
        if (op.movesWallet()) _consentBent(c);
    }

    function _registrationBent(Call memory c) private {
        for (uint256 field = 0; field < 5; field++) {
            Registration memory r = registrationOf(c);
            if (field == 0) r.actor ^= bytes32(uint256(1));
            if (field == 1) r.tier ^= 3;
            if (field == 2) r.roles ^= 2;
            if (field == 3) r.passkeyHash ^= bytes32(uint256(1));
            if (field == 4) r.deadline += 1;
            refusesRegistration(c, r, domain());
        }
    }

    function _consentBent(Call memory c) private {
        Consent memory s = consentOf(c);
        s.wallet = bob.wallet;
        refusesConsent(c, s, domain());
        s = consentOf(c);
        s.deadline += 1;
        refusesConsent(c, s, domain());
    }

    function _evict(bytes32 proposer, bytes32 target, uint256 later) private view returns (bytes memory) {
        uint256 nonce = registry.recoveryNonce(aliceOmni, address(registry)) + later;
        return abi.encodeCall(ISidecarRegistry.evict, (proposer, target, NEVER, nonce));
    }
}
