// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import { K3EpochCounter } from "../src/K3EpochCounter.sol";
import { IK3EpochCounter } from "../src/interfaces/IK3EpochCounter.sol";
import { Base } from "./Base.t.sol";

contract K3EpochCounterTest is Base {
    address internal constant GOVERNANCE = address(0x60);
    address internal constant SUCCESSOR = address(0x61);
    K3EpochCounter internal epochs;

    function setUp() public {
        vm.warp(1000);
        epochs = new K3EpochCounter(GOVERNANCE);
    }

    function test_StartsAtOne() public view {
        assertEq(epochs.currentEpoch(), 1, "epoch");
        assertEq(epochs.epochStartedAt(), 1000, "since");
        assertEq(epochs.governance(), GOVERNANCE, "governance");
        assertEq(epochs.pendingGovernance(), address(0), "nobody pending");
        assertEq(epochs.VERSION(), 1, "version");
    }

    function test_RevertsWhen_GovernanceIsNobody() public {
        vm.expectRevert(IK3EpochCounter.GovernanceZero.selector);
        new K3EpochCounter(address(0));
    }

    function testFuzz_AdvancesByOne(uint8 times) public {
        for (uint256 i = 1; i <= times; i++) {
            vm.warp(1000 + i);
            vm.expectEmit(true, true, true, true, address(epochs));
            emit IK3EpochCounter.EpochAdvanced(uint64(i + 1), uint64(1000 + i));
            vm.prank(GOVERNANCE);
            assertEq(epochs.advanceEpoch(), i + 1, "answer");
            assertEq(epochs.epochStartedAt(), 1000 + i, "since");
        }
        assertEq(epochs.currentEpoch(), uint256(times) + 1, "epoch");
    }

    function testFuzz_RevertsWhen_AnotherAdvances(address sender) public {
        if (sender == GOVERNANCE) return;
        vm.expectRevert(abi.encodeWithSelector(IK3EpochCounter.NotGovernance.selector, GOVERNANCE, sender));
        vm.prank(sender);
        epochs.advanceEpoch();
    }

    function test_GovernanceMovesInTwoSteps() public {
        vm.expectEmit(true, true, true, true, address(epochs));
        emit IK3EpochCounter.GovernanceTransferStarted(GOVERNANCE, SUCCESSOR);
        vm.prank(GOVERNANCE);
        epochs.transferGovernance(SUCCESSOR);
        assertEq(epochs.governance(), GOVERNANCE, "not yet");
        vm.expectEmit(true, true, true, true, address(epochs));
        emit IK3EpochCounter.GovernanceTransferred(GOVERNANCE, SUCCESSOR);
        vm.prank(SUCCESSOR);
        epochs.acceptGovernance();
        assertEq(epochs.governance(), SUCCESSOR, "now");
        assertEq(epochs.pendingGovernance(), address(0), "nobody pending");
        vm.expectRevert(abi.encodeWithSelector(IK3EpochCounter.NotGovernance.selector, SUCCESSOR, GOVERNANCE));
        vm.prank(GOVERNANCE);
        epochs.advanceEpoch();
    }

    function test_TransferIsTakenBack() public {
        vm.prank(GOVERNANCE);
        epochs.transferGovernance(SUCCESSOR);
        vm.prank(GOVERNANCE);
        epochs.transferGovernance(address(0));
        vm.expectRevert(abi.encodeWithSelector(IK3EpochCounter.NotPendingGovernance.selector, address(0), SUCCESSOR));
        vm.prank(SUCCESSOR);
        epochs.acceptGovernance();
    }

    function test_RevertsWhen_AnotherTransfers() public {
        vm.expectRevert(abi.encodeWithSelector(IK3EpochCounter.NotGovernance.selector, GOVERNANCE, SUCCESSOR));
        vm.prank(SUCCESSOR);
        epochs.transferGovernance(SUCCESSOR);
    }

    function test_RevertsWhen_AnotherAccepts() public {
        vm.prank(GOVERNANCE);
        epochs.transferGovernance(SUCCESSOR);
        vm.expectRevert(abi.encodeWithSelector(IK3EpochCounter.NotPendingGovernance.selector, SUCCESSOR, GOVERNANCE));
        vm.prank(GOVERNANCE);
        epochs.acceptGovernance();
    }

    // The successor cannot advance before it has accepted.
    function test_RevertsWhen_PendingGovernanceAdvances() public {
        vm.prank(GOVERNANCE);
        epochs.transferGovernance(SUCCESSOR);
        vm.expectRevert(abi.encodeWithSelector(IK3EpochCounter.NotGovernance.selector, GOVERNANCE, SUCCESSOR));
        vm.prank(SUCCESSOR);
        epochs.advanceEpoch();
    }
}
