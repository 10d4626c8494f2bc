// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import { Approval, Device, ISidecarRegistry, Kind, Operator } from "../src/interfaces/ISidecarRegistry.sol";
import { Fixture } from "./Fixture.t.sol";

/// @dev revokeMasterDevice and setCompromisedSince.
contract SidecarRegistryRevokeMasterDeviceTest is Fixture {
    Keys internal phone;
    Keys internal tablet;

    function setUp() public override {
        super.setUp();
        phone = addMaster("alice's phone", 7, 2, 1);
        tablet = addMaster("alice's tablet", 7);
        vm.warp(START + 100);
    }

    function _refuses(bytes32 target, uint64 since, bytes memory error_) internal {
        Approval[] memory approvals = quorum(OP_REVOKE_MASTER, keccak256(abi.encode(target, since)), target);
        vm.expectRevert(error_);
        registry.revokeMasterDevice(target, since, approvals);
    }

    function _refusesSince(bytes32 target, uint64 since, bytes memory error_) internal {
        Approval[] memory approvals = quorum(OP_SINCE, keccak256(abi.encode(target, since)));
        vm.expectRevert(error_);
        registry.setCompromisedSince(target, since, approvals);
    }

    function test_TheOthersRevoke() public {
        vm.expectEmit(true, true, true, true, address(registry));
        emit ISidecarRegistry.DeviceRevoked(alice.device, aliceOmni, 0);
        vm.expectEmit(true, true, true, true, address(registry));
        emit ISidecarRegistry.CompromisedSinceSet(alice.device, aliceOmni, uint64(START + 5));
        revokeMaster(alice, uint64(START + 5));
        Device memory d = registry.getDevice(alice.device);
        assertEq(d.revokedAt, START + 100, "revokedAt");
        assertEq(d.compromisedSince, START + 5, "compromisedSince");
        Operator memory o = registry.getOperator(aliceOmni);
        assertEq(o.activeMasters, 2, "masters");
        assertEq(o.activeRecoveryMasters, 2, "recovery masters");
        assertEq(o.recoveryThreshold, 2, "the threshold stays");
    }

    function test_RevertsWhen_TheTargetApproves() public {
        bytes32 fields = keccak256(abi.encode(alice.device, NEVER));
        Approval[] memory approvals = both(
            approve(phone, OP_REVOKE_MASTER, address(registry), aliceOmni, fields, Kind.Recover),
            approve(alice, OP_REVOKE_MASTER, address(registry), aliceOmni, fields, Kind.Recover)
        );
        vm.expectRevert(abi.encodeWithSelector(ISidecarRegistry.ApproverIsTarget.selector, alice.device));
        registry.revokeMasterDevice(alice.device, NEVER, approvals);
    }

    // The target never counts, so recoveryThreshold masters are always left.
    function test_RevertsWhen_TooFewAreLeft() public {
        revokeMaster(tablet, NEVER);
        bytes32 fields = keccak256(abi.encode(phone.device, NEVER));
        Approval[] memory one =
            only(approve(alice, OP_REVOKE_MASTER, address(registry), aliceOmni, fields, Kind.Recover));
        vm.expectRevert(abi.encodeWithSelector(ISidecarRegistry.NotEnoughApprovals.selector, 2, 1));
        registry.revokeMasterDevice(phone.device, NEVER, one);
        setThresholds(1, 1);
        revokeMaster(phone, NEVER);
        vm.expectRevert(abi.encodeWithSelector(ISidecarRegistry.NotEnoughApprovals.selector, 1, 0));
        registry.revokeMasterDevice(alice.device, NEVER, none());
    }

    function test_RevertsWhen_CompromisedSinceIsOutside() public {
        uint64[3] memory wrong = [uint64(START - 1), uint64(START + 101), NEVER - 1];
        for (uint256 i = 0; i < 3; i++) {
            _refuses(
                alice.device,
                wrong[i],
                abi.encodeWithSelector(ISidecarRegistry.CompromisedSinceInvalid.selector, wrong[i], START, START + 100)
            );
        }
    }

    function test_RevertsWhen_TargetIsUnknownOrAgentOrRevoked() public {
        bytes32 x = keccak256("x");
        _refuses(x, 0, abi.encodeWithSelector(ISidecarRegistry.DeviceUnknown.selector, x));
        Keys memory agent = keysOf("agent");
        registerAgent(agent);
        _refuses(agent.device, 0, abi.encodeWithSelector(ISidecarRegistry.DeviceNotMaster.selector, agent.device));
        revokeMaster(alice, NEVER);
        _refuses(alice.device, 0, abi.encodeWithSelector(ISidecarRegistry.DeviceAlreadyRevoked.selector, alice.device));
    }

    function test_CompromisedSinceMovesEarlier() public {
        revokeMaster(alice, NEVER);
        setSince(alice, uint64(START + 50));
        vm.expectEmit(true, true, true, true, address(registry));
        emit ISidecarRegistry.CompromisedSinceSet(alice.device, aliceOmni, 0);
        setSince(alice, 0);
        assertEq(registry.getDevice(alice.device).compromisedSince, 0, "everything");
    }

    function test_RevertsWhen_CompromisedSinceIsNotEarlier() public {
        revokeMaster(alice, uint64(START + 50));
        uint64[3] memory wrong = [uint64(START + 50), uint64(START + 51), NEVER];
        for (uint256 i = 0; i < 3; i++) {
            _refusesSince(
                alice.device,
                wrong[i],
                abi.encodeWithSelector(
                    ISidecarRegistry.CompromisedSinceNotEarlier.selector, wrong[i], uint64(START + 50)
                )
            );
        }
    }

    function test_RevertsWhen_CompromisedSinceIsOfAnActiveMaster() public {
        _refusesSince(alice.device, 0, abi.encodeWithSelector(ISidecarRegistry.DeviceNotRevoked.selector, alice.device));
    }
}
