// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import { Approval, ISidecarRegistry } from "../src/interfaces/ISidecarRegistry.sol";
import { Fixture } from "./Fixture.t.sol";

/// @dev setRecoveryThreshold and setGrantThreshold.
contract SidecarRegistrySetThresholdsTest is Fixture {
    function setUp() public override {
        super.setUp();
        addMaster("alice's phone", 3, 1, 1);
    }

    function test_RecoveryThreshold() public {
        Approval[] memory approvals = quorum(OP_RECOVERY_THRESHOLD, keccak256(abi.encode(aliceOmni, uint8(2))));
        vm.expectEmit(true, true, true, true, address(registry));
        emit ISidecarRegistry.ThresholdsSet(aliceOmni, 2, 1);
        registry.setRecoveryThreshold(aliceOmni, 2, approvals);
        assertEq(registry.getOperator(aliceOmni).recoveryThreshold, 2, "set");
    }

    // Above the SCOPE_MGMT masters that there are: giving is refused, recoveries go on.
    function test_GrantThresholdMayBeAboveWhoCanGive() public {
        Approval[] memory approvals = quorum(OP_GRANT_THRESHOLD, keccak256(abi.encode(aliceOmni, uint8(32))));
        vm.expectEmit(true, true, true, true, address(registry));
        emit ISidecarRegistry.ThresholdsSet(aliceOmni, 1, 32);
        registry.setGrantThreshold(aliceOmni, 32, approvals);
        setThresholds(2, 1);
        registerAgent(keysOf("agent"));
    }

    function test_RevertsWhen_RecoveryThresholdDoesNotFit() public {
        uint8[2] memory wrong = [0, 3];
        for (uint256 i = 0; i < 2; i++) {
            Approval[] memory approvals = quorum(OP_RECOVERY_THRESHOLD, keccak256(abi.encode(aliceOmni, wrong[i])));
            vm.expectRevert(abi.encodeWithSelector(ISidecarRegistry.RecoveryThresholdInvalid.selector, wrong[i], 2));
            registry.setRecoveryThreshold(aliceOmni, wrong[i], approvals);
        }
    }

    function test_RevertsWhen_GrantThresholdDoesNotFit() public {
        uint8[2] memory wrong = [0, 33];
        for (uint256 i = 0; i < 2; i++) {
            Approval[] memory approvals = quorum(OP_GRANT_THRESHOLD, keccak256(abi.encode(aliceOmni, wrong[i])));
            vm.expectRevert(abi.encodeWithSelector(ISidecarRegistry.GrantThresholdInvalid.selector, wrong[i], 32));
            registry.setGrantThreshold(aliceOmni, wrong[i], approvals);
        }
    }
}
