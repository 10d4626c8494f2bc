// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import { IK11Verifier } from "../src/interfaces/IK11Verifier.sol";
import { Approval, Device, ISidecarRegistry, Kind } from "../src/interfaces/ISidecarRegistry.sol";
import { Fixture } from "./Fixture.t.sol";

contract SidecarRegistryRegisterAgentDeviceTest is Fixture {
    Keys internal agent;
    bytes32 internal operator;
    bytes32 internal actor;
    uint64 internal deadline;
    bytes internal signature;

    function setUp() public override {
        super.setUp();
        agent = keysOf("agent");
        operator = aliceOmni;
        actor = registry.omniOf(agent.account);
        deadline = in1Hour();
        _prove();
    }

    function _prove() internal {
        signature = agentSignature(agent, operator, actor, deadline);
    }

    function _approvals() internal view returns (Approval[] memory) {
        return only(approveAgent(alice, agent, operator, actor, deadline));
    }

    function _register(Approval[] memory approvals) internal {
        registry.registerAgentDevice(agent.device, operator, actor, deadline, signature, approvals);
    }

    function _refuses(bytes memory error_) internal {
        Approval[] memory approvals = _approvals();
        vm.expectRevert(error_);
        _register(approvals);
    }

    function test_RegistersTheFirstDeviceOfAnActor() public {
        _register(_approvals());
        Device memory d = registry.getDevice(agent.device);
        assertEq(d.operator, aliceOmni, "operator");
        assertEq(d.actor, actor, "actor");
        assertEq(d.tier, 2, "tier");
        assertEq(d.roles, 1, "CAP_MINT");
        assertEq(d.registeredAt, START, "registeredAt");
        assertEq(d.compromisedSince, type(uint64).max, "compromisedSince");
        assertEq(d.approvers[0], alice.device, "approver");
        assertEq(d.approvers[1], 0, "only one");
        assertEq(d.passkey.x, 0, "no passkey");
        assertTrue(registry.isActive(agent.device), "active");
        assertEq(registry.operatorOfActor(actor), aliceOmni, "operatorOfActor");
        assertEq(registry.operatorOfWallet(agent.account), 0, "no wallet");
        assertEq(registry.approvalNonce(alice.device, address(registry)), 1, "the approver's nonce moved");
        assertEq(registry.recoveryNonce(aliceOmni, address(registry)), 0, "the recovery nonce did not");
        assertEq(registry.getOperator(aliceOmni).activeMasters, 1, "an agent is no master");
    }

    function test_RegistersALaterDeviceOfAnActor() public {
        _register(_approvals());
        agent = keysOf("agent, second machine");
        _prove();
        _register(_approvals());
        assertEq(registry.getDevice(agent.device).actor, actor, "the same actor");
    }

    function test_Events() public {
        Approval[] memory approvals = _approvals();
        vm.expectEmit(true, true, true, true, address(registry));
        emit ISidecarRegistry.ApprovalConsumed(aliceOmni, alice.device, address(registry), OP_AGENT, Kind.Give, 0, 7);
        vm.expectEmit(true, true, true, true, address(registry));
        emit ISidecarRegistry.AgentDeviceRegistered(agent.device, aliceOmni, actor, 1, [alice.device, bytes32(0)]);
        _register(approvals);
    }

    function test_AnyoneRelays() public {
        Approval[] memory approvals = _approvals();
        vm.prank(address(0xE4E));
        _register(approvals);
    }

    function test_TwoApproversAreRemembered() public {
        Keys memory second = addMaster("alice's phone", 7);
        setThresholds(1, 2);
        _register(
            both(
                approveAgent(second, agent, operator, actor, deadline),
                approveAgent(alice, agent, operator, actor, deadline)
            )
        );
        Device memory d = registry.getDevice(agent.device);
        assertEq(d.approvers[0], second.device, "first");
        assertEq(d.approvers[1], alice.device, "second");
    }

    // A thief with one master puts its approval in front of two that were enough: it is remembered, and its eviction takes the device.
    function test_ASpareApprovalInFrontIsRemembered() public {
        Keys memory phone = addMaster("alice's phone", 7);
        Keys memory thief = addMaster("alice's stolen", 7, 2, 2);
        Approval[] memory approvals = new Approval[](3);
        approvals[0] = approveAgent(thief, agent, aliceOmni, actor, deadline);
        approvals[1] = approveAgent(alice, agent, aliceOmni, actor, deadline);
        approvals[2] = approveAgent(phone, agent, aliceOmni, actor, deadline);
        registry.registerAgentDevice(agent.device, aliceOmni, actor, deadline, signature, approvals);
        bytes32[2] memory approvers = registry.getDevice(agent.device).approvers;
        assertEq(approvers[0], thief.device, "the first");
        assertEq(approvers[1], alice.device, "the second");
        revokeMaster(thief, 0);
        assertTrue(!registry.isActive(agent.device), "taken with the thief");
    }

    function test_RevertsWhen_DeadlinePassed() public {
        vm.warp(deadline + 1);
        _refuses(abi.encodeWithSelector(ISidecarRegistry.DeadlinePassed.selector, deadline, deadline + 1));
    }

    function test_RevertsWhen_DeadlineTooFar() public {
        deadline = uint64(START + 7 days + 1);
        _prove();
        _refuses(abi.encodeWithSelector(ISidecarRegistry.DeadlineTooFar.selector, deadline, START + 7 days));
    }

    function test_RevertsWhen_DeviceIsRegistered() public {
        _register(_approvals());
        _refuses(abi.encodeWithSelector(ISidecarRegistry.DeviceAlreadyRegistered.selector, agent.device));
    }

    function test_RevertsWhen_DeviceWasRevoked() public {
        _register(_approvals());
        vm.prank(alice.wallet);
        registry.revokeAgentDevice(agent.device, none());
        _refuses(abi.encodeWithSelector(ISidecarRegistry.DeviceAlreadyRegistered.selector, agent.device));
    }

    function test_RevertsWhen_DeviceIsAWallet() public {
        agent.k10 = alice.walletKey;
        agent.device = keccak256(abi.encodePacked(alice.wallet));
        _prove();
        _refuses(abi.encodeWithSelector(ISidecarRegistry.DeviceIsWallet.selector, alice.wallet));
    }

    function test_RevertsWhen_SignatureIsMalformed() public {
        signature.pop();
        _refuses(abi.encodeWithSelector(ISidecarRegistry.SignatureMalformed.selector));
    }

    function test_RevertsWhen_AnotherKeySigned() public {
        Keys memory eve = keysOf("eve");
        signature = agentSignature(eve, operator, actor, deadline);
        _refuses(abi.encodeWithSelector(ISidecarRegistry.DeviceSignatureMismatch.selector, agent.device, eve.account));
    }

    function test_RevertsWhen_ActorIsAnOperator() public {
        actor = aliceOmni;
        _prove();
        _refuses(abi.encodeWithSelector(ISidecarRegistry.ActorIsOperator.selector, aliceOmni));
    }

    function test_RevertsWhen_ActorIsAnotherOperator() public {
        actor = registerMaster(keysOf("bob"));
        _prove();
        _refuses(abi.encodeWithSelector(ISidecarRegistry.ActorIsOperator.selector, actor));
    }

    function test_RevertsWhen_NewActorIsNotTheDevices() public {
        bytes32 own = actor;
        actor = keccak256("an omni of nobody");
        _prove();
        _refuses(abi.encodeWithSelector(ISidecarRegistry.ActorNotOfDevice.selector, own, actor));
    }

    function test_RevertsWhen_ActorIsOfAnotherOperator() public {
        _register(_approvals());
        Keys memory bob = keysOf("bob");
        operator = registerMaster(bob);
        agent = keysOf("bob's agent");
        _prove();
        Approval[] memory approvals = only(approveAgent(bob, agent, operator, actor, deadline));
        vm.expectRevert(
            abi.encodeWithSelector(ISidecarRegistry.ActorOfOtherOperator.selector, actor, operator, aliceOmni)
        );
        _register(approvals);
    }

    function test_RevertsWhen_OperatorIsUnknown() public {
        operator = keccak256("nobody");
        _prove();
        _refuses(abi.encodeWithSelector(ISidecarRegistry.OperatorNotHumanAnchored.selector, operator, 0));
    }

    function test_RevertsWhen_NobodyApproved() public {
        vm.expectRevert(abi.encodeWithSelector(ISidecarRegistry.NotEnoughApprovals.selector, 1, 0));
        _register(none());
    }

    // The wallet only ever takes away.
    function test_RevertsWhen_OnlyTheWalletAgrees() public {
        vm.expectRevert(abi.encodeWithSelector(ISidecarRegistry.NotEnoughApprovals.selector, 1, 0));
        vm.prank(alice.wallet);
        _register(none());
    }

    function test_RevertsWhen_MasterLacksScopeMgmt() public {
        Keys memory second = addMaster("alice's phone", 3);
        Approval[] memory approvals = only(approveAgent(second, agent, operator, actor, deadline));
        vm.expectRevert(abi.encodeWithSelector(ISidecarRegistry.ApproverLacksRole.selector, second.device, 4, 3));
        _register(approvals);
    }

    // An approval names the device, the operator, the actor and the deadline.
    function test_RevertsWhen_ApprovalIsForAnotherField() public {
        bytes32[4] memory wrong = [
            keccak256(abi.encode(keysOf("eve").device, operator, actor, deadline)),
            keccak256(abi.encode(agent.device, keccak256("x"), actor, deadline)),
            keccak256(abi.encode(agent.device, operator, keccak256("x"), deadline)),
            keccak256(abi.encode(agent.device, operator, actor, deadline + 1))
        ];
        bytes32 fields = agentFields(agent, operator, actor, deadline);
        bytes32 right = challengeOf(OP_AGENT, address(registry), operator, 0, deadline, fields);
        for (uint256 i = 0; i < wrong.length; i++) {
            Approval[] memory approvals =
                only(approve(alice, OP_AGENT, address(registry), operator, wrong[i], Kind.Give));
            vm.expectRevert(abi.encodeWithSelector(IK11Verifier.ChallengeMismatch.selector, right));
            _register(approvals);
        }
    }

    function test_RevertsWhen_ApprovalIsUsedTwice() public {
        Approval[] memory approvals = _approvals();
        _register(approvals);
        // Another device with the same approval: nonce 1 is due, and the fields differ.
        agent = keysOf("second agent");
        actor = registry.omniOf(agent.account);
        _prove();
        bytes32 fields = agentFields(agent, operator, actor, deadline);
        vm.expectRevert(
            abi.encodeWithSelector(
                IK11Verifier.ChallengeMismatch.selector,
                challengeOf(OP_AGENT, address(registry), operator, 1, deadline, fields)
            )
        );
        _register(approvals);
    }
}
