// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import { Approval, ISidecarRegistry } from "../src/interfaces/ISidecarRegistry.sol";
import { Fixture } from "./Fixture.t.sol";

contract SidecarRegistrySetDeviceRolesTest is Fixture {
    Keys internal phone;

    function setUp() public override {
        super.setUp();
        phone = addMaster("alice's phone", 3, 2, 1);
    }

    function _refuses(bytes32 device, uint8 roles, bytes memory error_) internal {
        Approval[] memory approvals = quorum(OP_ROLES, keccak256(abi.encode(device, roles)));
        vm.expectRevert(error_);
        registry.setDeviceRoles(device, roles, approvals);
    }

    function test_SetsTheRolesAlsoOfAnApprover() public {
        vm.expectEmit(true, true, true, true, address(registry));
        emit ISidecarRegistry.DeviceRolesSet(phone.device, aliceOmni, 6);
        setRoles(phone, 6);
        assertEq(registry.getDevice(phone.device).roles, 6, "roles");
        assertEq(registry.activeRecoveryMasterCount(aliceOmni), 2, "recovery masters");
    }

    function test_CountsRecoveryMasters() public {
        setThresholds(1, 1);
        setRoles(phone, 5);
        assertEq(registry.activeRecoveryMasterCount(aliceOmni), 1, "one less");
        setRoles(phone, 2);
        assertEq(registry.activeRecoveryMasterCount(aliceOmni), 2, "one more");
    }

    function test_RevertsWhen_RolesAreNoneOrUnknown() public {
        _refuses(phone.device, 0, abi.encodeWithSelector(ISidecarRegistry.RolesInvalid.selector, 0, 7));
        _refuses(phone.device, 8, abi.encodeWithSelector(ISidecarRegistry.RolesInvalid.selector, 8, 7));
    }

    function test_RevertsWhen_TooFewRecoveryMastersAreLeft() public {
        _refuses(phone.device, 5, abi.encodeWithSelector(ISidecarRegistry.RecoveryThresholdInvalid.selector, 2, 1));
    }

    function test_RevertsWhen_DeviceIsUnknown() public {
        bytes32 x = keccak256("x");
        _refuses(x, 7, abi.encodeWithSelector(ISidecarRegistry.DeviceUnknown.selector, x));
    }

    function test_RevertsWhen_DeviceIsAnAgents() public {
        Keys memory agent = keysOf("agent");
        registerAgent(agent);
        _refuses(agent.device, 7, abi.encodeWithSelector(ISidecarRegistry.DeviceNotMaster.selector, agent.device));
    }

    function test_RevertsWhen_DeviceIsRevoked() public {
        setThresholds(1, 1);
        revokeMaster(phone, NEVER);
        _refuses(phone.device, 7, abi.encodeWithSelector(ISidecarRegistry.DeviceAlreadyRevoked.selector, phone.device));
    }

    function test_RevertsWhen_TooFewApprove() public {
        Approval[] memory one = new Approval[](1);
        one[0] = quorum(OP_ROLES, keccak256(abi.encode(phone.device, uint8(7))))[0];
        vm.expectRevert(abi.encodeWithSelector(ISidecarRegistry.NotEnoughApprovals.selector, 2, 1));
        registry.setDeviceRoles(phone.device, 7, one);
    }
}
