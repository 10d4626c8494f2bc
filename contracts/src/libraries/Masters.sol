// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import { Assertion, IK11Verifier, Passkey } from "../interfaces/IK11Verifier.sol";
import { ISidecarRegistry } from "../interfaces/ISidecarRegistry.sol";
import { Kind, Operator } from "../interfaces/RegistryTypes.sol";
import { Approvals, Operation } from "./Approvals.sol";
import { Devices } from "./Devices.sol";
import { KeySignatures } from "./KeySignatures.sol";
import {
    ALL_ROLES,
    DeviceRecord,
    MAX_MASTERS,
    NEVER,
    RECOVERY,
    RegistryState,
    STORED_NEVER,
    TIER_MASTER
} from "./RegistryState.sol";

/// @dev A master about to be added; the challenge of its passkey binds `fieldsHash` and `nonce`.
struct Enrolment {
    bytes32 op;
    bytes32 operator;
    bytes32 deviceKeyHash;
    bytes32 fieldsHash;
    uint256 nonce;
    uint8 roles;
    uint64 deadline;
}

/// @title Masters: adding, changing and removing them, and the counters and thresholds that must fit
/// @dev Whether enough masters approved is the caller's to check, before it calls anything here.
library Masters {
    using Devices for RegistryState;

    /// @notice Both proofs of a new master, then its record.
    function enrol(
        RegistryState storage state,
        IK11Verifier k11,
        Enrolment memory e,
        Passkey calldata passkey,
        bytes calldata deviceSignature,
        Assertion calldata attestation
    ) internal {
        takeSeat(state, e.operator, e.roles);
        checkDeviceKey(state, e, passkey, deviceSignature);
        takePasskey(state, e.operator, passkey);
        Operation memory operation = Operation(address(this), e.op, e.operator, e.fieldsHash, Kind.Recover);
        bytes32 challenge = Approvals.challengeOf(operation, e.nonce, e.deadline);
        uint32 signCount = k11.verifyAssertion(challenge, passkey, attestation);
        store(state, e, passkey);
        emit ISidecarRegistry.MasterDeviceRegistered(e.deviceKeyHash, e.operator, e.roles, passkey, signCount);
    }

    /// @notice The first master, with which both thresholds are 1.
    function enrolFirst(
        RegistryState storage state,
        IK11Verifier k11,
        Enrolment memory first,
        Passkey calldata passkey,
        bytes calldata deviceSignature,
        Assertion calldata attestation
    ) internal {
        enrol(state, k11, first, passkey, deviceSignature, attestation);
        setThresholds(state, first.operator, 1, 1);
    }

    function checkRoles(uint8 roles) internal pure {
        if (roles == 0 || roles > ALL_ROLES) revert ISidecarRegistry.RolesInvalid(roles, ALL_ROLES);
    }

    /// @notice Replaces the roles of an active master.
    function setRoles(RegistryState storage state, bytes32 deviceKeyHash, uint8 roles) internal {
        DeviceRecord storage device = state.devices[deviceKeyHash];
        Operator storage operator = state.operators[device.operator];
        if (device.roles & RECOVERY != 0) operator.activeRecoveryMasters--;
        if (roles & RECOVERY != 0) operator.activeRecoveryMasters++;
        checkRecoveryThreshold(operator, operator.recoveryThreshold);
        device.roles = roles;
        emit ISidecarRegistry.DeviceRolesSet(deviceKeyHash, device.operator, roles);
    }

    /// @notice Revokes an active master. Whether recoveryThreshold still fits is the caller's next question.
    function remove(RegistryState storage state, bytes32 deviceKeyHash, uint64 compromisedSince) internal {
        DeviceRecord storage device = state.devices[deviceKeyHash];
        bytes32 operatorOmni = device.operator;
        Operator storage operator = state.operators[operatorOmni];
        device.revokedAt = uint40(block.timestamp);
        operator.activeMasters--;
        if (device.roles & RECOVERY != 0) operator.activeRecoveryMasters--;
        emit ISidecarRegistry.DeviceRevoked(deviceKeyHash, operatorOmni, 0);
        setCompromisedSince(device, deviceKeyHash, compromisedSince);
    }

    function setCompromisedSince(DeviceRecord storage device, bytes32 deviceKeyHash, uint64 since) internal {
        uint64 earliest = device.registeredAt;
        if (since != 0 && since != NEVER && (since < earliest || since > block.timestamp)) {
            revert ISidecarRegistry.CompromisedSinceInvalid(since, earliest, block.timestamp);
        }
        // It is 0 or a block time by now, and fits.
        // forge-lint: disable-next-line(unsafe-typecast)
        device.compromisedSince = since == NEVER ? STORED_NEVER : uint40(since);
        emit ISidecarRegistry.CompromisedSinceSet(deviceKeyHash, device.operator, since);
    }

    function setThresholds(RegistryState storage state, bytes32 operatorOmni, uint8 recovery, uint8 grant) internal {
        Operator storage operator = state.operators[operatorOmni];
        checkRecoveryThreshold(operator, recovery);
        // Above the SCOPE_MGMT masters it may be: giving is refused until a recovery mends it, and nobody is locked out.
        if (grant == 0 || grant > MAX_MASTERS) revert ISidecarRegistry.GrantThresholdInvalid(grant, MAX_MASTERS);
        operator.recoveryThreshold = recovery;
        operator.grantThreshold = grant;
        emit ISidecarRegistry.ThresholdsSet(operatorOmni, recovery, grant);
    }

    function checkRecoveryThreshold(Operator storage operator, uint8 threshold) internal view {
        uint8 active = operator.activeRecoveryMasters;
        if (threshold == 0 || threshold > active) revert ISidecarRegistry.RecoveryThresholdInvalid(threshold, active);
    }

    function takeSeat(RegistryState storage state, bytes32 omni, uint8 roles) private {
        Operator storage operator = state.operators[omni];
        uint8 active = operator.activeMasters;
        if (active >= MAX_MASTERS) revert ISidecarRegistry.TooManyMasters(active, MAX_MASTERS);
        operator.activeMasters = active + 1;
        if (roles & RECOVERY != 0) operator.activeRecoveryMasters++;
    }

    function checkDeviceKey(
        RegistryState storage state,
        Enrolment memory e,
        Passkey calldata passkey,
        bytes calldata deviceSignature
    ) private view {
        bytes32 registration = KeySignatures.registration(
            e.op, e.operator, e.operator, TIER_MASTER, e.roles, keccak256(abi.encode(passkey)), e.deadline
        );
        state.checkNew(e.deviceKeyHash, registration, deviceSignature);
    }

    function store(RegistryState storage state, Enrolment memory e, Passkey calldata passkey) private {
        DeviceRecord storage device = state.add(e.deviceKeyHash, e.operator, 0, TIER_MASTER, e.roles);
        device.passkey = passkey;
    }

    function takePasskey(RegistryState storage state, bytes32 operator, Passkey calldata passkey) private {
        bytes32 keyHash = keccak256(abi.encode(passkey.x, passkey.y));
        if (state.passkeys[operator][keyHash]) {
            revert ISidecarRegistry.PasskeyAlreadyUsed(operator, passkey.x, passkey.y);
        }
        state.passkeys[operator][keyHash] = true;
    }
}
