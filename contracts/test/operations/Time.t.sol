// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import { IAgentKeysScope } from "../../src/interfaces/IAgentKeysScope.sol";
import { IRecoveryProposals } from "../../src/interfaces/IRecoveryProposals.sol";
import { ISidecarRegistry } from "../../src/interfaces/ISidecarRegistry.sol";
import { Call } from "./Calls.t.sol";
import { Cell, Op, Ops } from "./Op.sol";
import { Refusals } from "./Refusals.t.sol";

/// @dev Too late, too early, and again.
contract OperationTimeTest is Refusals {
    using Ops for Op;

    function test_DeadlinePassed() public {
        _everyOperation(Cell.DeadlinePassed, _passed);
    }

    function _passed(Op op) private {
        if (op == Op.Execute) {
            uint64 last = uint64(START + 200 + DELAY + 7 days);
            vm.warp(last + 1);
            refuses(execute(), abi.encodeWithSelector(IRecoveryProposals.ProposalExpired.selector, last, last + 1));
            return;
        }
        uint64 late = uint64(now_() - 1);
        _refusesDeadlines(op, late, abi.encodeWithSelector(ISidecarRegistry.DeadlinePassed.selector, late, now_()));
    }

    function test_DeadlineTooFar() public {
        _everyOperation(Cell.DeadlineTooFar, _tooFar);
    }

    function _tooFar(Op op) private {
        if (op == Op.Execute) {
            uint64 first = uint64(START + 200 + DELAY);
            vm.warp(first - 1);
            refuses(execute(), abi.encodeWithSelector(IRecoveryProposals.ProposalTooEarly.selector, first, first - 1));
            return;
        }
        uint64[2] memory far = [uint64(now_() + 7 days + 1), type(uint64).max];
        for (uint256 i = 0; i < far.length; i++) {
            bytes memory error_ =
                abi.encodeWithSelector(ISidecarRegistry.DeadlineTooFar.selector, far[i], now_() + 7 days);
            _refusesDeadlines(op, far[i], error_);
        }
    }

    /// @dev Every deadline of the call by itself, and everything signed for it.
    function _refusesDeadlines(Op op, uint64 deadline, bytes memory error_) private {
        Call memory c = good(op);
        for (uint256 i = 0; i < c.approvers.length; i++) {
            uint64 kept = c.deadline;
            c.deadline = deadline;
            c.approvals[i] = approvalBy(c.approvers[i], termsOf(c, i));
            refuses(c, error_);
            c.deadline = kept;
            c.approvals[i] = approvalBy(c.approvers[i], termsOf(c, i));
        }
        if (!op.hasDeadline()) return;
        c.words[c.words.length - 1] = bytes32(uint256(deadline));
        refuses(prove(c), error_);
    }

    // Both ends belong to the time that counts.
    function test_FirstAndLastSecondCount() public {
        for (uint256 i = 0; i < uint256(Op.Execute); i++) {
            uint64[2] memory ends = [uint64(now_()), uint64(now_() + 7 days)];
            for (uint256 j = 0; j < ends.length; j++) {
                uint256 state = vm.snapshotState();
                Call memory c = callOf(Op(i));
                c.deadline = ends[j];
                if (Op(i).hasDeadline()) c.words[c.words.length - 1] = bytes32(uint256(ends[j]));
                mustSend(prove(c));
                vm.revertToState(state);
            }
        }
        uint256 before = vm.snapshotState();
        vm.warp(START + 200 + DELAY);
        mustSend(execute());
        vm.revertToState(before);
        vm.warp(START + 200 + DELAY + 7 days);
        mustSend(execute());
    }

    function test_Replay() public {
        _everyOperation(Cell.Replay, _replay);
    }

    function _replay(Op op) private {
        Call memory c = good(op);
        mustSend(c);
        refuses(c, _again(c));
        if (op == Op.RegisterAgentRooted) {
            // Also when the wallet took the device away, so that another one may come.
            vm.prank(c.sender);
            registry.revokeAgentDevice(c.subject.device, c.approvals);
            refuses(c, abi.encodeWithSelector(ISidecarRegistry.DeviceAlreadyRegistered.selector, c.subject.device));
        }
        if (op == Op.CancelRecovery || op == Op.WithdrawRecovery) {
            // Also when there is such a proposal again.
            mustSend(prove(propose(two, three)));
            refuses(c, _challenge(termsOf(c, 0)));
        }
    }

    /// @dev What stands in the way of what was just done. Where nothing else does, the nonce.
    function _again(Call memory c) private view returns (bytes memory) {
        if (c.op == Op.RegisterFirstMaster) {
            return abi.encodeWithSelector(ISidecarRegistry.WalletAlreadyUsed.selector, c.sender, c.operator);
        }
        if (c.op == Op.RegisterAgentRooted) {
            return abi.encodeWithSelector(ISidecarRegistry.OwnDeviceActive.selector, c.subject.device);
        }
        if (c.op == Op.UpgradeToHumanAnchored) {
            return abi.encodeWithSelector(ISidecarRegistry.WalletAlreadyUsed.selector, c.sender, c.operator);
        }
        if (c.op == Op.RevokeMasterDevice || c.op == Op.RevokeAgentDevice) {
            return abi.encodeWithSelector(ISidecarRegistry.DeviceAlreadyRevoked.selector, c.words[0]);
        }
        if (c.op == Op.SetCompromisedSince) {
            return abi.encodeWithSelector(ISidecarRegistry.CompromisedSinceNotEarlier.selector, now_(), now_());
        }
        if (c.op == Op.RegisterAgentDevice) {
            return abi.encodeWithSelector(ISidecarRegistry.DeviceAlreadyRegistered.selector, c.subject.device);
        }
        if (c.op == Op.SetScope) {
            return abi.encodeWithSelector(IAgentKeysScope.GenerationMismatch.selector, agentOmni, 3, 2);
        }
        if (c.op >= Op.CancelRecovery) {
            return abi.encodeWithSelector(IRecoveryProposals.ProposalUnknown.selector, two.device);
        }
        return _challenge(termsOf(c, 0));
    }

    function test_ReplayAfterAnother() public {
        _everyOperation(Cell.ReplayAfterAnother, _afterAnother);
    }

    // Signed, used, then another operation of the same signers, then used again: refused. And signed, not used, another
    // operation, then used for the first time: the nonce has moved.
    function _afterAnother(Op op) private {
        Call memory c = good(op);
        if (op > Op.UpgradeToHumanAnchored && op != Op.Execute) {
            uint256 state = vm.snapshotState();
            mustSend(c);
            if (keccak256(_again(c)) == keccak256(_challenge(termsOf(c, 0)))) mustSend(_another(op));
            refuses(c, _again(c));
            vm.revertToState(state);
        }
        mustSend(_another(op));
        refuses(c, _void(c));
    }

    function _another(Op op) private view returns (Call memory) {
        if (op == Op.RegisterFirstMaster) return prove(agentRooted(personOf("dave")));
        if (op == Op.RegisterAgentRooted) return prove(firstMaster(personOf("erin")));
        if (op == Op.UpgradeToHumanAnchored) return prove(upgrade(personOf("carol's tablet")));
        if (op == Op.SetAuditRelay) return prove(agentDevice(personOf("x"), registry.omniOf(personOf("x").account)));
        if (op == Op.SetScope) return prove(revokeScope());
        if (op == Op.RevokeScope) return prove(setScope(scope.getScopeInfo(agentOmni).generation + 1));
        if (op == Op.ProposeRecovery) return prove(answer(Op.CancelRecovery, one));
        if (op == Op.CancelRecovery) return prove(propose(one, three));
        if (op == Op.WithdrawRecovery) return prove(propose(two, one));
        if (op == Op.VoidApprovals || op == Op.RegisterAgentDevice || op == Op.RevokeAgentDevice) {
            return prove(setRelay(address(0xA0D18)));
        }
        return prove(setThreshold(Op.SetGrantThreshold, 5));
    }

    function _void(Call memory c) private view returns (bytes memory) {
        if (c.op == Op.RegisterFirstMaster || c.op == Op.UpgradeToHumanAnchored) return _again(c);
        if (c.op == Op.RegisterAgentRooted) {
            return abi.encodeWithSelector(ISidecarRegistry.OperatorNotAgentRooted.selector, c.operator, 2);
        }
        if (c.op == Op.SetScope) return _again(c);
        if (c.op == Op.Execute) {
            uint256 nonce = registry.recoveryNonce(aliceOmni, address(registry));
            return abi.encodeWithSelector(ISidecarRegistry.ProposalStale.selector, nonce - 1, nonce);
        }
        return _challenge(termsOf(c, 0));
    }
}
