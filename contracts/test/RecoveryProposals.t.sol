// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import { RecoveryProposals } from "../src/RecoveryProposals.sol";
import { IRecoveryProposals, Proposal } from "../src/interfaces/IRecoveryProposals.sol";
import { Approval, ISidecarRegistry, Kind } from "../src/interfaces/ISidecarRegistry.sol";
import { Fixture } from "./Fixture.t.sol";

contract RecoveryProposalsTest is Fixture {
    Keys internal phone;

    function setUp() public override {
        super.setUp();
        phone = addMaster("alice's phone", 7, 2, 1);
    }

    function _proposal() internal view returns (Approval memory) {
        bytes32 fields = keccak256(abi.encode(aliceOmni, phone.device, NEVER));
        return approve(alice, OP_PROPOSE, address(proposals), aliceOmni, fields, Kind.Propose);
    }

    function _withdrawal(Keys memory by) internal view returns (Approval memory) {
        bytes32 fields = keccak256(abi.encode(alice.device));
        return approve(by, OP_WITHDRAW, address(proposals), aliceOmni, fields, Kind.Propose);
    }

    function _refusesToPropose(bytes32 target, uint64 since, bytes memory error_) internal {
        Approval memory a = _proposal();
        vm.expectRevert(error_);
        proposals.proposeRecovery(aliceOmni, target, since, a);
    }

    function _refusesToExecute(bytes memory error_) internal {
        vm.expectRevert(error_);
        proposals.executeRecovery(alice.device);
    }

    function test_MadeByTheRegistry() public {
        assertEq(address(proposals.registry()), address(registry), "registry");
        assertEq(proposals.DELAY(), DELAY, "delay");
        vm.expectRevert(abi.encodeWithSelector(IRecoveryProposals.DelayInvalid.selector, 0, 30 days));
        new RecoveryProposals(0);
        vm.expectRevert(abi.encodeWithSelector(IRecoveryProposals.DelayInvalid.selector, 30 days + 1, 30 days));
        new RecoveryProposals(30 days + 1);
    }

    function test_ProposeWaitExecute() public {
        Approval memory a = _proposal();
        uint64 from = uint64(START) + DELAY;
        vm.expectEmit(true, true, true, true, address(proposals));
        emit IRecoveryProposals.RecoveryProposed(aliceOmni, alice.device, phone.device, NEVER, 1, from, from + 7 days);
        proposals.proposeRecovery(aliceOmni, phone.device, NEVER, a);
        Proposal memory p = proposals.getProposal(alice.device);
        assertEq(p.operator, aliceOmni, "operator");
        assertEq(p.target, phone.device, "target");
        assertEq(p.proposedAt, START, "proposedAt");
        assertEq(p.executableFrom, from, "executableFrom");
        assertEq(p.expiresAfter, from + 7 days, "expiresAfter");
        assertTrue(p.live, "live");

        vm.warp(from - 1);
        _refusesToExecute(abi.encodeWithSelector(IRecoveryProposals.ProposalTooEarly.selector, from, from - 1));
        vm.warp(from);
        vm.expectEmit(true, true, true, true, address(proposals));
        emit IRecoveryProposals.RecoveryExecuted(aliceOmni, alice.device, phone.device);
        vm.expectEmit(true, true, true, true, address(registry));
        emit ISidecarRegistry.ThresholdsSet(aliceOmni, 1, 1);
        vm.prank(address(0xE4E));
        proposals.executeRecovery(alice.device);
        assertTrue(!registry.isActive(phone.device), "revoked");
        assertEq(registry.getOperator(aliceOmni).recoveryThreshold, 1, "what is left");
        assertEq(registry.recoveryNonce(aliceOmni, address(registry)), 2, "moved");
        assertEq(proposals.getProposal(alice.device).proposedAt, 0, "gone");
    }

    function test_TheLastSecondAndTheOneAfter() public {
        propose(alice, phone, NEVER);
        uint64 last = uint64(START) + DELAY + 7 days;
        vm.warp(last + 1);
        assertTrue(!proposals.getProposal(alice.device).live, "expired");
        _refusesToExecute(abi.encodeWithSelector(IRecoveryProposals.ProposalExpired.selector, last, last + 1));
        vm.warp(last);
        proposals.executeRecovery(alice.device);
    }

    function test_TheTargetCancels() public {
        propose(alice, phone, NEVER);
        Approval memory a = approveCancel(phone, alice);
        vm.expectEmit(true, true, true, true, address(proposals));
        emit IRecoveryProposals.RecoveryCancelled(aliceOmni, alice.device, phone.device);
        proposals.cancelRecovery(alice.device, a);
        vm.warp(START + DELAY);
        _refusesToExecute(abi.encodeWithSelector(IRecoveryProposals.ProposalUnknown.selector, alice.device));
    }

    function test_TheProposerWithdraws() public {
        propose(alice, phone, NEVER);
        Approval memory a = _withdrawal(phone);
        vm.expectRevert(abi.encodeWithSelector(IRecoveryProposals.NotProposer.selector, alice.device, phone.device));
        proposals.withdrawRecovery(alice.device, a);
        a = approveCancel(alice, alice);
        vm.expectRevert(abi.encodeWithSelector(IRecoveryProposals.CancellerIsProposer.selector, alice.device));
        proposals.cancelRecovery(alice.device, a);
        a = _withdrawal(alice);
        vm.expectEmit(true, true, true, true, address(proposals));
        emit IRecoveryProposals.RecoveryWithdrawn(aliceOmni, alice.device);
        proposals.withdrawRecovery(alice.device, a);
        assertEq(proposals.getProposal(alice.device).proposedAt, 0, "gone");
    }

    function test_AnyRecoveryVoidsIt() public {
        propose(alice, phone, NEVER);
        setThresholds(2, 2);
        assertTrue(!proposals.getProposal(alice.device).live, "void");
        vm.warp(START + DELAY);
        _refusesToExecute(abi.encodeWithSelector(ISidecarRegistry.ProposalStale.selector, 1, 3));
    }

    function test_RevertsWhen_ProposingWhatCannotBe() public {
        _refusesToPropose(
            alice.device, NEVER, abi.encodeWithSelector(IRecoveryProposals.ProposerIsTarget.selector, alice.device)
        );
        bytes32 x = keccak256("x");
        _refusesToPropose(
            x, NEVER, abi.encodeWithSelector(IRecoveryProposals.TargetOfOtherOperator.selector, x, aliceOmni, 0)
        );
        Keys memory agent = keysOf("agent");
        registerAgent(agent);
        _refusesToPropose(
            agent.device, NEVER, abi.encodeWithSelector(IRecoveryProposals.TargetNotMaster.selector, agent.device)
        );
        _refusesToPropose(
            phone.device,
            uint64(START - 1),
            abi.encodeWithSelector(IRecoveryProposals.CompromisedSinceInvalid.selector, START - 1, START, START)
        );
        setThresholds(1, 1);
        revokeMaster(phone, NEVER);
        _refusesToPropose(
            phone.device, NEVER, abi.encodeWithSelector(IRecoveryProposals.TargetRevoked.selector, phone.device)
        );
    }

    function test_RevertsWhen_ProposerLacksRecovery() public {
        Keys memory tablet = addMaster("alice's tablet", 5);
        bytes32 fields = keccak256(abi.encode(aliceOmni, phone.device, NEVER));
        Approval memory a = approve(tablet, OP_PROPOSE, address(proposals), aliceOmni, fields, Kind.Propose);
        vm.expectRevert(abi.encodeWithSelector(ISidecarRegistry.ApproverLacksRole.selector, tablet.device, 2, 5));
        proposals.proposeRecovery(aliceOmni, phone.device, NEVER, a);
    }

    function test_RevertsWhen_SomebodyElseEvicts() public {
        vm.expectRevert(
            abi.encodeWithSelector(ISidecarRegistry.NotRecovery.selector, address(proposals), address(this))
        );
        registry.evict(alice.device, phone.device, NEVER, 1);
    }

    // The registry trusts not even its own contract with more than time.
    function test_RevertsWhen_EvictingWhatCannotBe() public {
        _refusesToEvict(
            alice.device, phone.device, 2, abi.encodeWithSelector(ISidecarRegistry.ProposalStale.selector, 2, 1)
        );
        _refusesToEvict(
            phone.device,
            phone.device,
            1,
            abi.encodeWithSelector(ISidecarRegistry.ApproverIsTarget.selector, phone.device)
        );
        bytes32 x = keccak256("x");
        _refusesToEvict(
            x,
            phone.device,
            1,
            abi.encodeWithSelector(ISidecarRegistry.ApproverOfOtherOperator.selector, x, aliceOmni, 0)
        );
        _refusesToEvict(alice.device, x, 1, abi.encodeWithSelector(ISidecarRegistry.DeviceUnknown.selector, x));
    }

    function _refusesToEvict(bytes32 proposer, bytes32 target, uint256 nonce, bytes memory error_) internal {
        vm.expectRevert(error_);
        vm.prank(address(proposals));
        registry.evict(proposer, target, NEVER, nonce);
    }
}
