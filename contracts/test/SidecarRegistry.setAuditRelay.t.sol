// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import { IK11Verifier } from "../src/interfaces/IK11Verifier.sol";
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

    // Both masters signed, one was enough: what is left over counts after the relay has changed again, until its device voids it.
    function test_AnApprovalLeftOverCountsUntilVoided() public {
        Keys memory phone = addMaster("alice's phone", 7);
        address former = address(0x12E1A8);
        Approval[] memory left = only(_approve(phone, former));
        registry.setAuditRelay(aliceOmni, former, only(_approve(alice, former)));
        registry.setAuditRelay(aliceOmni, relay, only(_approve(alice, relay)));

        uint256 snapshot = vm.snapshotState();
        registry.setAuditRelay(aliceOmni, former, left);
        assertEq(registry.getOperator(aliceOmni).auditRelay, former, "the former relay is back");

        vm.revertToState(snapshot);
        bytes32 fields = keccak256(abi.encode(phone.device));
        Approval memory v = approve(phone, OP_VOID, address(registry), aliceOmni, fields, Kind.Take);
        registry.voidApprovals(phone.device, only(v));
        bytes32 due = challengeOf(
            OP_RELAY,
            address(registry),
            aliceOmni,
            registry.challengeNonce(phone.device, address(registry), Kind.Give),
            left[0].deadline,
            keccak256(abi.encode(aliceOmni, former))
        );
        vm.expectRevert(abi.encodeWithSelector(IK11Verifier.ChallengeMismatch.selector, due));
        registry.setAuditRelay(aliceOmni, former, left);
    }

    function _approve(Keys memory by, address next) internal view returns (Approval memory) {
        return approve(by, OP_RELAY, address(registry), aliceOmni, keccak256(abi.encode(aliceOmni, next)), Kind.Give);
    }

    function test_RevertsWhen_OnlyTheWalletAgrees() public {
        vm.expectRevert(abi.encodeWithSelector(ISidecarRegistry.NotEnoughApprovals.selector, 1, 0));
        vm.prank(alice.wallet);
        registry.setAuditRelay(aliceOmni, address(1), none());
    }
}
