// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import { RecoveryProposals } from "../../src/RecoveryProposals.sol";
import { IRecoveryProposals } from "../../src/interfaces/IRecoveryProposals.sol";
import { ISidecarRegistry } from "../../src/interfaces/ISidecarRegistry.sol";
import { Call, Person } from "./Calls.t.sol";
import { Op, Ops } from "./Op.sol";
import { Refusals } from "./Refusals.t.sol";

/// @dev What time does: proposals that wait, approvals that are voided, approvers that turn out to have been compromised.
contract OperationTimeRulesTest is Refusals {
    using Ops for Op;

    function test_TargetsAreTheOperatorsActiveMasters() public {
        refuses(
            prove(propose(one, bob)),
            abi.encodeWithSelector(
                IRecoveryProposals.TargetOfOtherOperator.selector,
                bob.device,
                uint256(aliceOmni),
                uint256(registry.omniOf(bob.wallet))
            )
        );
        refuses(
            prove(propose(one, agent)),
            abi.encodeWithSelector(IRecoveryProposals.TargetNotMaster.selector, agent.device)
        );
        refuses(
            prove(propose(one, revoked)),
            abi.encodeWithSelector(IRecoveryProposals.TargetRevoked.selector, revoked.device)
        );
    }

    function test_NoProposalNoAnswer() public {
        Op[3] memory ops = [Op.CancelRecovery, Op.WithdrawRecovery, Op.Execute];
        for (uint256 i = 0; i < 3; i++) {
            Call memory c = callOf(ops[i]);
            c.words[0] = one.device;
            refuses(prove(c), abi.encodeWithSelector(IRecoveryProposals.ProposalUnknown.selector, one.device));
        }
    }

    function test_ExecutionTakesOneMasterAndNothingElse() public {
        mustSend(callOf(Op.Execute));
        assertTrue(!registry.isActive(three.device), "the target is gone");
        assertEq(registry.getOperator(aliceOmni).recoveryThreshold, 2, "two of two");
        assertEq(registry.getOperator(aliceOmni).grantThreshold, 2, "as before");
        mustSend(prove(propose(one, two)));
        vm.warp(now_() + DELAY);
        Call memory c = execute();
        c.words[0] = one.device;
        mustSend(c);
        assertEq(registry.getOperator(aliceOmni).recoveryThreshold, 1, "lowered to what is left");
        assertEq(registry.activeRecoveryMasterCount(aliceOmni), 1, "one");
    }

    function test_ExecutionLowersOnlyWhatCannotBeMet() public {
        mustSend(prove(setThreshold(Op.SetRecoveryThreshold, 1)));
        mustSend(prove(propose(two, three)));
        vm.warp(now_() + DELAY);
        mustSend(execute());
        assertEq(registry.getOperator(aliceOmni).recoveryThreshold, 1, "one of two, as before");
    }

    function test_ExecutionVoidsWhatElseIsOpen() public {
        mustSend(prove(propose(one, weak)));
        uint256 nonce = registry.recoveryNonce(aliceOmni, address(registry));
        mustSend(callOf(Op.Execute));
        vm.warp(now_() + 200);
        Call memory c = execute();
        c.words[0] = one.device;
        refuses(c, abi.encodeWithSelector(ISidecarRegistry.ProposalStale.selector, nonce, nonce + 1));
    }

    // Voiding: everything that the device has signed and nobody has sent; nothing that others signed.
    function test_VoidingVoidsAllOfThatDevice() public {
        Op[4] memory signed = [Op.SetGrantThreshold, Op.SetAuditRelay, Op.RevokeAgentDevice, Op.ProposeRecovery];
        Call[] memory collected = new Call[](4);
        for (uint256 i = 0; i < 4; i++) {
            collected[i] = good(signed[i]);
        }
        Call memory others = _recoverBy(two, three);
        mustSend(good(Op.VoidApprovals));
        for (uint256 i = 0; i < 4; i++) {
            refuses(collected[i], _challenge(termsOf(collected[i], 0)));
        }
        mustSend(others);
    }

    function _recoverBy(Person memory p, Person memory q) private view returns (Call memory c) {
        c = setThreshold(Op.SetGrantThreshold, 3);
        c.approvers = by(p, q);
        return prove(c);
    }

    // What a compromised master approved, at or after that moment, counts no more; the first and the second approver alike.
    function test_CompromisedApproversCountNoMore() public {
        assertTrue(!registry.isActive(keccak256("unknown")), "never registered");
        Person[2] memory approvers = [one, two];
        for (uint256 i = 0; i < 2; i++) {
            Person[] memory quorum = i == 0 ? by(two, three) : by(one, three);
            uint64[4] memory since = [0, uint64(START), uint64(START + 1), NEVER];
            for (uint256 j = 0; j < 4; j++) {
                uint256 state = vm.snapshotState();
                mustSend(prove(revokeMaster(approvers[i], since[j], quorum)));
                // The agent and its scope were approved at START.
                assertEq(registry.isActive(agent.device), j >= 2, "the agent");
                bool inScope = scope.isServiceInScope(aliceOmni, agentOmni, keccak256("notes"));
                assertEq(inScope, j >= 2, "its scope");
                vm.revertToState(state);
            }
        }
    }

    // A new proposal of the same proposer takes the place of the old one, and its clock starts again.
    function test_ANewProposalStartsItsClock() public {
        vm.warp(START + 200 + DELAY - 1);
        mustSend(prove(propose(two, three)));
        vm.warp(START + 200 + DELAY);
        uint64 from = uint64(START + 200 + 2 * uint256(DELAY) - 1);
        refuses(execute(), abi.encodeWithSelector(IRecoveryProposals.ProposalTooEarly.selector, from, now_()));
    }

    // A gone target or a successful recovery voids what is open.
    function test_ATargetThatIsGoneIsNotEvictedAgain() public {
        uint256 nonce = registry.recoveryNonce(aliceOmni, address(registry));
        refusesRaw(
            Op.Execute,
            address(proposals),
            address(registry),
            abi.encodeCall(ISidecarRegistry.evict, (two.device, revoked.device, NEVER, nonce)),
            abi.encodeWithSelector(ISidecarRegistry.DeviceAlreadyRevoked.selector, revoked.device)
        );
        assertTrue(proposals.getProposal(two.device).live, "open");
        mustSend(prove(setThreshold(Op.SetGrantThreshold, 1)));
        assertTrue(!proposals.getProposal(two.device).live, "void");
    }

    function test_DelayIsOneSecondToThirtyDays() public {
        uint64[2] memory bad = [0, uint64(30 days + 1)];
        for (uint256 i = 0; i < 2; i++) {
            try new RecoveryProposals(bad[i]) {
                revert("made");
            } catch (bytes memory reason) {
                bytes memory expected =
                    abi.encodeWithSelector(IRecoveryProposals.DelayInvalid.selector, bad[i], 30 days);
                assertEq(keccak256(reason), keccak256(expected), "the error");
            }
        }
        assertEq(new RecoveryProposals(1).DELAY(), 1, "shortest");
        assertEq(new RecoveryProposals(30 days).DELAY(), 30 days, "longest");
    }
}
