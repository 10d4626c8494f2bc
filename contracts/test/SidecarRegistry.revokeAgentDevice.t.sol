// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import { IK11Verifier } from "../src/interfaces/IK11Verifier.sol";
import { Approval, ISidecarRegistry, Kind } from "../src/interfaces/ISidecarRegistry.sol";
import { Fixture } from "./Fixture.t.sol";

contract SidecarRegistryRevokeAgentDeviceTest is Fixture {
    Keys internal agent;

    function setUp() public override {
        super.setUp();
        agent = keysOf("agent");
        registerAgent(agent);
        vm.warp(START + 10);
    }

    function _take(Keys memory master) internal view returns (Approval memory) {
        bytes32 fields = keccak256(abi.encode(agent.device));
        return approve(master, OP_REVOKE_AGENT, address(registry), aliceOmni, fields, Kind.Take);
    }

    function test_TheWalletTakesAway() public {
        vm.expectEmit(true, true, true, true, address(registry));
        emit ISidecarRegistry.DeviceRevoked(agent.device, aliceOmni, 0);
        vm.prank(alice.wallet);
        registry.revokeAgentDevice(agent.device, none());
        assertTrue(!registry.isActive(agent.device), "not active");
        assertEq(registry.getDevice(agent.device).revokedAt, START + 10, "revokedAt");
        assertEq(registry.approvalNonce(alice.device, address(registry)), 1, "wallet calls move no nonce");
    }

    function test_AMasterTakesAwayAndAnyoneRelays() public {
        Approval[] memory approvals = only(_take(alice));
        vm.expectEmit(true, true, true, true, address(registry));
        emit ISidecarRegistry.ApprovalConsumed(
            aliceOmni, alice.device, address(registry), OP_REVOKE_AGENT, Kind.Take, 1, 7
        );
        vm.expectEmit(true, true, true, true, address(registry));
        emit ISidecarRegistry.DeviceRevoked(agent.device, aliceOmni, alice.device);
        vm.prank(address(0xE4E));
        registry.revokeAgentDevice(agent.device, approvals);
        assertTrue(!registry.isActive(agent.device), "not active");
    }

    // Taking away needs one master of any role, whatever the thresholds say.
    function test_AnyMasterTakesAway() public {
        Keys memory second = addMaster("alice's phone", 1);
        setThresholds(1, 2);
        registry.revokeAgentDevice(agent.device, only(_take(second)));
        assertTrue(!registry.isActive(agent.device), "not active");
    }

    function test_RevertsWhen_DeviceIsUnknown() public {
        vm.expectRevert(abi.encodeWithSelector(ISidecarRegistry.DeviceUnknown.selector, keccak256("x")));
        vm.prank(alice.wallet);
        registry.revokeAgentDevice(keccak256("x"), none());
    }

    function test_RevertsWhen_DeviceIsAMaster() public {
        vm.expectRevert(abi.encodeWithSelector(ISidecarRegistry.DeviceIsMaster.selector, alice.device));
        vm.prank(alice.wallet);
        registry.revokeAgentDevice(alice.device, none());
    }

    function test_RevertsWhen_DeviceIsRevoked() public {
        vm.prank(alice.wallet);
        registry.revokeAgentDevice(agent.device, none());
        vm.expectRevert(abi.encodeWithSelector(ISidecarRegistry.DeviceAlreadyRevoked.selector, agent.device));
        vm.prank(alice.wallet);
        registry.revokeAgentDevice(agent.device, none());
    }

    function test_RevertsWhen_SenderIsNotTheWallet() public {
        vm.expectRevert(
            abi.encodeWithSelector(ISidecarRegistry.NotOperatorWallet.selector, alice.wallet, address(0xE4E))
        );
        vm.prank(address(0xE4E));
        registry.revokeAgentDevice(agent.device, none());
    }

    function test_RevertsWhen_SenderIsAnotherOperatorsWallet() public {
        Keys memory bob = keysOf("bob");
        registerMaster(bob);
        vm.expectRevert(abi.encodeWithSelector(ISidecarRegistry.NotOperatorWallet.selector, alice.wallet, bob.wallet));
        vm.prank(bob.wallet);
        registry.revokeAgentDevice(agent.device, none());
    }

    function test_RevertsWhen_WalletWasRotatedOut() public {
        Keys memory next = keysOf("alice's next wallet");
        rotateWallet(next);
        vm.expectRevert(abi.encodeWithSelector(ISidecarRegistry.NotOperatorWallet.selector, next.wallet, alice.wallet));
        vm.prank(alice.wallet);
        registry.revokeAgentDevice(agent.device, none());
    }

    function test_RevertsWhen_AnotherOperatorsMasterApproves() public {
        Keys memory bob = keysOf("bob");
        bytes32 bobOmni = registerMaster(bob);
        Approval[] memory approvals = only(_take(bob));
        vm.expectRevert(
            abi.encodeWithSelector(ISidecarRegistry.ApproverOfOtherOperator.selector, bob.device, aliceOmni, bobOmni)
        );
        registry.revokeAgentDevice(agent.device, approvals);
    }

    // A bad approval is refused even when the wallet itself sends it.
    function test_RevertsWhen_ApprovalIsForAnotherDevice() public {
        bytes32 fields = keccak256(abi.encode(keccak256("another device")));
        Approval[] memory approvals =
            only(approve(alice, OP_REVOKE_AGENT, address(registry), aliceOmni, fields, Kind.Take));
        bytes32 right = challengeOf(
            OP_REVOKE_AGENT, address(registry), aliceOmni, 1, in1Hour(), keccak256(abi.encode(agent.device))
        );
        vm.expectRevert(abi.encodeWithSelector(IK11Verifier.ChallengeMismatch.selector, right));
        vm.prank(alice.wallet);
        registry.revokeAgentDevice(agent.device, approvals);
    }
}
