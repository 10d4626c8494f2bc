// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import { IK11Verifier } from "../src/interfaces/IK11Verifier.sol";
import { Approval, ISidecarRegistry, Kind } from "../src/interfaces/ISidecarRegistry.sol";
import { Fixture } from "./Fixture.t.sol";

contract SidecarRegistryVoidApprovalsTest is Fixture {
    function _void(Keys memory by, bytes32 device) internal view returns (Approval[] memory) {
        bytes32 fields = keccak256(abi.encode(device));
        return only(approve(by, OP_VOID, address(registry), aliceOmni, fields, Kind.Take));
    }

    function test_VoidsWhatWasSigned() public {
        bytes32 fields = keccak256(abi.encode(aliceOmni, uint8(5)));
        Approval[] memory signed = quorum(OP_GRANT_THRESHOLD, fields);
        Approval[] memory approvals = _void(alice, alice.device);
        vm.expectEmit(true, true, true, true, address(registry));
        emit ISidecarRegistry.ApprovalsVoided(alice.device, aliceOmni, 1);
        registry.voidApprovals(alice.device, approvals);
        assertEq(registry.voids(alice.device), 1, "voids");
        uint256 nonce = 1 << 128;
        assertEq(registry.challengeNonce(alice.device, address(registry), Kind.Recover), nonce, "whole word");
        assertEq(registry.challengeNonce(alice.device, address(registry), Kind.Give), nonce | 1, "whole word");
        bytes32 right = challengeOf(OP_GRANT_THRESHOLD, address(registry), aliceOmni, nonce, in1Hour(), fields);
        vm.expectRevert(abi.encodeWithSelector(IK11Verifier.ChallengeMismatch.selector, right));
        registry.setGrantThreshold(aliceOmni, 5, signed);
        setThresholds(1, 2);
    }

    function test_RevertsWhen_AnotherMasterApproves() public {
        Keys memory phone = addMaster("alice's phone", 7);
        Approval[] memory approvals = _void(phone, alice.device);
        vm.expectRevert(abi.encodeWithSelector(ISidecarRegistry.ApproverNotDevice.selector, alice.device, phone.device));
        registry.voidApprovals(alice.device, approvals);
    }

    function test_RevertsWhen_NobodyApproves() public {
        vm.expectRevert(abi.encodeWithSelector(ISidecarRegistry.NotEnoughApprovals.selector, 1, 0));
        vm.prank(alice.wallet);
        registry.voidApprovals(alice.device, none());
    }

    function test_RevertsWhen_DeviceIsUnknown() public {
        bytes32 x = keccak256("x");
        vm.expectRevert(abi.encodeWithSelector(ISidecarRegistry.DeviceUnknown.selector, x));
        registry.voidApprovals(x, none());
    }
}
