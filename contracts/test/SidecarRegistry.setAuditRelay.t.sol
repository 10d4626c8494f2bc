// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import { Approval, ISidecarRegistry, Kind } from "../src/interfaces/ISidecarRegistry.sol";
import { Fixture } from "./Fixture.t.sol";

contract SidecarRegistrySetAuditRelayTest is Fixture {
    function test_MastersName() public {
        address next = address(0x12E1A8);
        bytes32 fields = keccak256(abi.encode(aliceOmni, next));
        Approval[] memory approvals = only(approve(alice, OP_RELAY, address(registry), aliceOmni, fields, Kind.Give));
        vm.expectEmit(true, true, true, true, address(registry));
        emit ISidecarRegistry.AuditRelaySet(aliceOmni, next);
        registry.setAuditRelay(aliceOmni, next, approvals);
        assertEq(registry.getOperator(aliceOmni).auditRelay, next, "set");
    }

    function test_RevertsWhen_OnlyTheWalletAgrees() public {
        vm.expectRevert(abi.encodeWithSelector(ISidecarRegistry.NotEnoughApprovals.selector, 1, 0));
        vm.prank(alice.wallet);
        registry.setAuditRelay(aliceOmni, address(1), none());
    }
}
