// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import { Assertion, IK11Verifier } from "../interfaces/IK11Verifier.sol";
import { ISidecarRegistry } from "../interfaces/ISidecarRegistry.sol";
import { Approval, Kind, Operator } from "../interfaces/RegistryTypes.sol";
import { Deadlines } from "./Deadlines.sol";
import {
    DeviceRecord,
    RECOVERY,
    RegistryState,
    SCOPE_MGMT,
    TIER_HUMAN_ANCHORED,
    TIER_MASTER
} from "./RegistryState.sol";

/// @dev What approvals are for; kept together because the challenge binds all of it.
struct Operation {
    address verifyingContract;
    bytes32 op;
    bytes32 operator;
    bytes32 fieldsHash;
    Kind kind;
}

/// @dev The first two devices that approved, and their ordinals; 0 where there was none.
struct Approvers {
    bytes32[2] devices;
    uint32[2] ordinals;
}

/// @title Approvals: who may, how many, over which challenge, and the nonces that each moves
library Approvals {
    /// @notice Checks every approval, also those beyond what is needed, and moves the nonces.
    function consume(
        RegistryState storage state,
        IK11Verifier k11,
        Operation memory operation,
        Approval[] calldata approvals
    ) internal returns (Approvers memory approvers) {
        (uint256 needed, uint8 role) = requirement(state, operation.operator, operation.kind);
        if (approvals.length < needed) revert ISidecarRegistry.NotEnoughApprovals(needed, approvals.length);
        // All approvals of one recovery carry one counter; every recovery that succeeds moves it.
        bool recovers = operation.kind == Kind.Recover;
        uint256 shared = recovers ? state.recoveryNonces[operation.operator][operation.verifyingContract] : 0;
        for (uint256 i = 0; i < approvals.length; i++) {
            Approval calldata approval = approvals[i];
            bytes32 device = approval.device;
            for (uint256 j = 0; j < i; j++) {
                if (approvals[j].device == device) revert ISidecarRegistry.ApproverDuplicate(device);
            }
            DeviceRecord storage record = checkApprover(state, device, operation.operator, role);
            uint256 counter = recovers ? shared : state.approvalNonces[device][operation.verifyingContract]++;
            verify(k11, operation, approval, record, nonceWord(record, counter));
            if (i < 2) (approvers.devices[i], approvers.ordinals[i]) = (device, record.ordinal);
        }
        if (recovers) moveRecoveryNonce(state, operation.operator, operation.verifyingContract);
    }

    /// @notice Reverts if the target is among the approvers of its own revocation.
    function checkNotAmong(Approval[] calldata approvals, bytes32 target) internal pure {
        for (uint256 i = 0; i < approvals.length; i++) {
            if (approvals[i].device == target) revert ISidecarRegistry.ApproverIsTarget(target);
        }
    }

    function moveRecoveryNonce(RegistryState storage state, bytes32 operator, address verifyingContract) internal {
        uint256 moved = ++state.recoveryNonces[operator][verifyingContract];
        emit ISidecarRegistry.RecoveryNonceMoved(operator, verifyingContract, moved);
    }

    /// @notice Reverts unless the device is an active master of the operator with the role.
    function checkApprover(RegistryState storage state, bytes32 device, bytes32 operator, uint8 role)
        internal
        view
        returns (DeviceRecord storage record)
    {
        record = state.devices[device];
        if (record.operator != operator) {
            revert ISidecarRegistry.ApproverOfOtherOperator(device, operator, record.operator);
        }
        if (record.tier != TIER_MASTER) revert ISidecarRegistry.ApproverNotMaster(device);
        if (record.revokedAt != 0) revert ISidecarRegistry.ApproverRevoked(device);
        if (record.roles & role != role) revert ISidecarRegistry.ApproverLacksRole(device, role, record.roles);
    }

    /// @notice The word that makes a challenge count once: voids << 128 | counter.
    function nonceOf(
        RegistryState storage state,
        bytes32 device,
        bytes32 operator,
        address verifyingContract,
        Kind kind
    ) internal view returns (uint256) {
        uint256 counter = kind == Kind.Recover
            ? state.recoveryNonces[operator][verifyingContract]
            : state.approvalNonces[device][verifyingContract];
        return nonceWord(state.devices[device], counter);
    }

    function nonceWord(DeviceRecord storage record, uint256 counter) private view returns (uint256) {
        return uint256(record.voids) << 128 | counter;
    }

    function challengeOf(Operation memory operation, uint256 nonce, uint64 deadline) internal view returns (bytes32) {
        return keccak256(
            abi.encode(
                operation.op,
                block.chainid,
                operation.verifyingContract,
                operation.operator,
                nonce,
                deadline,
                operation.fieldsHash
            )
        );
    }

    function requirement(RegistryState storage state, bytes32 operator, Kind kind)
        private
        view
        returns (uint256 needed, uint8 role)
    {
        Operator storage record = state.operators[operator];
        if (record.tier != TIER_HUMAN_ANCHORED) {
            revert ISidecarRegistry.OperatorNotHumanAnchored(operator, record.tier);
        }
        if (kind == Kind.Give) return (record.grantThreshold, SCOPE_MGMT);
        if (kind == Kind.Take) return (1, 0);
        if (kind == Kind.Recover) return (record.recoveryThreshold, RECOVERY);
        return (1, RECOVERY);
    }

    function verify(
        IK11Verifier k11,
        Operation memory operation,
        Approval calldata approval,
        DeviceRecord storage record,
        uint256 nonce
    ) private {
        uint64 deadline = approval.deadline;
        Deadlines.check(deadline);
        bytes32 device = approval.device;
        Assertion memory assertion = Assertion({
            authenticatorData: approval.authenticatorData,
            clientDataJSON: approval.clientDataJSON,
            typeIndex: approval.typeIndex,
            challengeIndex: approval.challengeIndex,
            originIndex: approval.originIndex,
            r: approval.r,
            s: approval.s
        });
        bytes32 challenge = challengeOf(operation, nonce, deadline);
        uint32 signCount = k11.verifyAssertion(challenge, record.passkey, assertion);
        emit ISidecarRegistry.ApprovalConsumed(
            operation.operator, device, operation.verifyingContract, operation.op, operation.kind, nonce, signCount
        );
    }
}
