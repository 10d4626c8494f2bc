// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import { Assertion, IK11Verifier } from "../src/interfaces/IK11Verifier.sol";
import { Approval, Device, ISidecarRegistry, Operator } from "../src/interfaces/ISidecarRegistry.sol";
import { Fixture } from "./Fixture.t.sol";

contract SidecarRegistryRegisterAdditionalMasterDeviceTest is Fixture {
    NewMaster internal next;

    function setUp() public override {
        super.setUp();
        next = NewMaster(keysOf("alice's phone"), 7, 2, 2, in1Hour());
    }

    function _register() internal {
        NewMaster memory m = next;
        callAddMaster(m, newMasterSignature(m), newMasterAttestation(m), quorum(OP_ADD_MASTER, newMasterFields(m)));
    }

    function _refuses(bytes memory error_) internal {
        NewMaster memory m = next;
        bytes memory signature = newMasterSignature(m);
        Assertion memory attestation = newMasterAttestation(m);
        Approval[] memory approvals = quorum(OP_ADD_MASTER, newMasterFields(m));
        vm.expectRevert(error_);
        callAddMaster(m, signature, attestation, approvals);
    }

    function test_AddsAMasterAndSetsBothThresholds() public {
        _register();
        Device memory d = registry.getDevice(next.keys.device);
        assertEq(d.operator, aliceOmni, "operator");
        assertEq(d.actor, aliceOmni, "actor");
        assertEq(d.tier, 1, "tier");
        assertEq(d.roles, 7, "roles");
        assertEq(d.ordinal, 2, "ordinal");
        assertEq(d.registeredAt, START, "registeredAt");
        assertEq(d.approvers[0], 0, "masters remember no approvers");
        assertEq(keccak256(abi.encode(d.passkey)), keccak256(abi.encode(next.keys.passkey)), "passkey");
        Operator memory o = registry.getOperator(aliceOmni);
        assertEq(o.recoveryThreshold, 2, "recoveryThreshold");
        assertEq(o.grantThreshold, 2, "grantThreshold");
        assertEq(o.activeMasters, 2, "masters");
        assertEq(o.activeRecoveryMasters, 2, "recovery masters");
        assertEq(registry.recoveryNonce(aliceOmni, address(registry)), 1, "the recovery nonce moved");
        assertEq(registry.devicesOf(aliceOmni, 1, 9)[0], next.keys.device, "listed");
    }

    function test_Events() public {
        NewMaster memory m = next;
        bytes memory signature = newMasterSignature(m);
        Assertion memory attestation = newMasterAttestation(m);
        Approval[] memory approvals = quorum(OP_ADD_MASTER, newMasterFields(m));
        vm.expectEmit(true, true, true, true, address(registry));
        emit ISidecarRegistry.RecoveryNonceMoved(aliceOmni, address(registry), 1);
        vm.expectEmit(true, true, true, true, address(registry));
        emit ISidecarRegistry.MasterDeviceRegistered(m.keys.device, aliceOmni, 7, m.keys.passkey, 7);
        vm.expectEmit(true, true, true, true, address(registry));
        emit ISidecarRegistry.ThresholdsSet(aliceOmni, 2, 2);
        callAddMaster(m, signature, attestation, approvals);
    }

    function test_RevertsWhen_RolesAreNoneOrUnknown() public {
        next.roles = 0;
        _refuses(abi.encodeWithSelector(ISidecarRegistry.RolesInvalid.selector, 0, 7));
        next.roles = 8;
        _refuses(abi.encodeWithSelector(ISidecarRegistry.RolesInvalid.selector, 8, 7));
    }

    function test_RevertsWhen_RecoveryThresholdDoesNotFit() public {
        next.recoveryThreshold = 0;
        _refuses(abi.encodeWithSelector(ISidecarRegistry.RecoveryThresholdInvalid.selector, 0, 2));
        next.recoveryThreshold = 3;
        _refuses(abi.encodeWithSelector(ISidecarRegistry.RecoveryThresholdInvalid.selector, 3, 2));
        // A master without RECOVERY makes no room for a higher one.
        next.recoveryThreshold = 2;
        next.roles = 5;
        _refuses(abi.encodeWithSelector(ISidecarRegistry.RecoveryThresholdInvalid.selector, 2, 1));
    }

    function test_RevertsWhen_GrantThresholdDoesNotFit() public {
        next.grantThreshold = 0;
        _refuses(abi.encodeWithSelector(ISidecarRegistry.GrantThresholdInvalid.selector, 0, 32));
        next.grantThreshold = 33;
        _refuses(abi.encodeWithSelector(ISidecarRegistry.GrantThresholdInvalid.selector, 33, 32));
    }

    function test_RevertsWhen_KeyIsAnotherMasters() public {
        next.keys.k11 = alice.k11;
        next.keys.passkey = alice.passkey;
        next.keys.passkey.credIdHash = keccak256("another credential");
        _refuses(
            abi.encodeWithSelector(
                ISidecarRegistry.PasskeyAlreadyUsed.selector, aliceOmni, alice.passkey.x, alice.passkey.y
            )
        );
    }

    function test_RevertsWhen_DeviceIsRegistered() public {
        next.keys.k10 = alice.k10;
        next.keys.device = alice.device;
        _refuses(abi.encodeWithSelector(ISidecarRegistry.DeviceAlreadyRegistered.selector, alice.device));
    }

    function test_RevertsWhen_DeadlinePassed() public {
        next.deadline = uint64(START - 1);
        _refuses(abi.encodeWithSelector(ISidecarRegistry.DeadlinePassed.selector, START - 1, START));
    }

    // The new master has no say in its own coming.
    function test_RevertsWhen_TheNewMasterApprovesItself() public {
        NewMaster memory m = next;
        bytes memory signature = newMasterSignature(m);
        Assertion memory attestation = newMasterAttestation(m);
        bytes32 challenge = challengeOf(OP_ADD_MASTER, address(registry), aliceOmni, 0, m.deadline, newMasterFields(m));
        Approval[] memory approvals = only(approvalOf(m.keys, challenge, m.deadline));
        vm.expectRevert(
            abi.encodeWithSelector(ISidecarRegistry.ApproverOfOtherOperator.selector, m.keys.device, aliceOmni, 0)
        );
        callAddMaster(m, signature, attestation, approvals);
    }

    function test_RevertsWhen_ThePasskeySignsAnOldNonce() public {
        NewMaster memory m = next;
        Assertion memory old = newMasterAttestation(m);
        setThresholds(1, 1);
        bytes memory signature = newMasterSignature(m);
        Approval[] memory approvals = quorum(OP_ADD_MASTER, newMasterFields(m));
        bytes32 right = challengeOf(OP_ADD_MASTER, address(registry), aliceOmni, 2, m.deadline, newMasterFields(m));
        vm.expectRevert(abi.encodeWithSelector(IK11Verifier.ChallengeMismatch.selector, right));
        callAddMaster(m, signature, old, approvals);
    }

    function test_RevertsWhen_ThereAre32() public {
        for (uint256 i = 1; i < 32; i++) {
            addMaster(string(abi.encode("master", i)), 7);
        }
        next.recoveryThreshold = 1;
        _refuses(abi.encodeWithSelector(ISidecarRegistry.TooManyMasters.selector, 32, 32));
        revokeMaster(masters[31], NEVER);
        _register();
    }
}
