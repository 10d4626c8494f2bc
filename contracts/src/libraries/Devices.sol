// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import { ISidecarRegistry } from "../interfaces/ISidecarRegistry.sol";
import { Device } from "../interfaces/RegistryTypes.sol";
import { KeySignatures } from "./KeySignatures.sol";
import { Omni } from "./Omni.sol";
import { DeviceRecord, NEVER, RegistryState, STORED_NEVER, TIER_AGENT, TIER_MASTER } from "./RegistryState.sol";

/// @title Devices: one registration for ever, and what each is
library Devices {
    /// @notice Reverts unless the device is new, its key agreed to this registration, and its address is no wallet.
    function checkNew(
        RegistryState storage state,
        bytes32 deviceKeyHash,
        bytes32 registration,
        bytes calldata signature
    ) internal view returns (address account) {
        if (state.devices[deviceKeyHash].registeredAt != 0) {
            revert ISidecarRegistry.DeviceAlreadyRegistered(deviceKeyHash);
        }
        account = KeySignatures.recover(registration, signature);
        // A signature of nobody recovers to address 0, which hashes to something too.
        if (account == address(0) || keccak256(abi.encodePacked(account)) != deviceKeyHash) {
            revert ISidecarRegistry.DeviceSignatureMismatch(deviceKeyHash, account);
        }
        if (state.wallets[account] != 0) revert ISidecarRegistry.DeviceIsWallet(account);
    }

    /// @notice The actor's first device gives it its omni and its operator; later devices need the same operator.
    function bindActor(RegistryState storage state, bytes32 actor, bytes32 operator, address account) internal {
        if (state.operators[actor].tier != 0) revert ISidecarRegistry.ActorIsOperator(actor);
        bytes32 bound = state.agentOperators[actor];
        if (bound == 0) {
            bytes32 omni = Omni.derive(account);
            if (actor != omni) revert ISidecarRegistry.ActorNotOfDevice(omni, actor);
            state.agentOperators[actor] = operator;
        } else if (bound != operator) {
            revert ISidecarRegistry.ActorOfOtherOperator(actor, operator, bound);
        }
    }

    /// @param actor 0: the operator's own omni.
    function add(
        RegistryState storage state,
        bytes32 deviceKeyHash,
        bytes32 operator,
        bytes32 actor,
        uint8 tier,
        uint8 roles
    ) internal returns (DeviceRecord storage device) {
        uint32 ordinal = ++state.operators[operator].deviceCount;
        state.deviceLists[operator][ordinal] = deviceKeyHash;
        device = state.devices[deviceKeyHash];
        device.operator = operator;
        if (actor != 0) device.actor = actor;
        device.tier = tier;
        device.roles = roles;
        device.registeredAt = uint40(block.timestamp);
        device.compromisedSince = STORED_NEVER;
        device.ordinal = ordinal;
    }

    /// @notice Reverts unless the device is an agent's and active.
    function activeAgent(RegistryState storage state, bytes32 deviceKeyHash)
        internal
        view
        returns (DeviceRecord storage device)
    {
        device = known(state, deviceKeyHash);
        if (device.tier != TIER_AGENT) revert ISidecarRegistry.DeviceIsMaster(deviceKeyHash);
        checkActive(device, deviceKeyHash);
    }

    /// @notice Reverts unless the device is a master, revoked or not.
    function master(RegistryState storage state, bytes32 deviceKeyHash)
        internal
        view
        returns (DeviceRecord storage device)
    {
        device = known(state, deviceKeyHash);
        if (device.tier != TIER_MASTER) revert ISidecarRegistry.DeviceNotMaster(deviceKeyHash);
    }

    /// @notice Reverts unless the device is a master and active.
    function activeMaster(RegistryState storage state, bytes32 deviceKeyHash)
        internal
        view
        returns (DeviceRecord storage device)
    {
        device = master(state, deviceKeyHash);
        checkActive(device, deviceKeyHash);
    }

    function known(RegistryState storage state, bytes32 deviceKeyHash)
        private
        view
        returns (DeviceRecord storage device)
    {
        device = state.devices[deviceKeyHash];
        if (device.registeredAt == 0) revert ISidecarRegistry.DeviceUnknown(deviceKeyHash);
    }

    function checkActive(DeviceRecord storage device, bytes32 deviceKeyHash) private view {
        if (device.revokedAt != 0) revert ISidecarRegistry.DeviceAlreadyRevoked(deviceKeyHash);
    }

    /// @notice True if the device is revoked and what it approved at `at` does not count.
    function wasCompromised(RegistryState storage state, bytes32 deviceKeyHash, uint64 at) private view returns (bool) {
        DeviceRecord storage device = state.devices[deviceKeyHash];
        return device.revokedAt != 0 && sinceOf(device) <= at;
    }

    function anyCompromised(RegistryState storage state, bytes32[2] memory approvers, uint64 at)
        internal
        view
        returns (bool)
    {
        return wasCompromised(state, approvers[0], at) || wasCompromised(state, approvers[1], at);
    }

    /// @notice True if the device is registered, not revoked, and no approver was compromised when it approved.
    function isActive(RegistryState storage state, bytes32 deviceKeyHash) internal view returns (bool) {
        DeviceRecord storage device = state.devices[deviceKeyHash];
        if (device.registeredAt == 0 || device.revokedAt != 0) return false;
        return !anyCompromised(state, approversOf(state, device), device.registeredAt);
    }

    function sinceOf(DeviceRecord storage device) internal view returns (uint64) {
        return device.compromisedSince == STORED_NEVER ? NEVER : device.compromisedSince;
    }

    /// @notice The record as views give it out.
    function view_(RegistryState storage state, bytes32 deviceKeyHash) internal view returns (Device memory) {
        DeviceRecord storage device = state.devices[deviceKeyHash];
        bytes32 operator = device.operator;
        return Device({
            operator: operator,
            actor: device.actor == 0 ? operator : device.actor,
            tier: device.tier,
            roles: device.roles,
            registeredAt: device.registeredAt,
            revokedAt: device.revokedAt,
            compromisedSince: sinceOf(device),
            ordinal: device.ordinal,
            approvers: approversOf(state, device),
            passkey: device.passkey
        });
    }

    function approversOf(RegistryState storage state, DeviceRecord storage device)
        private
        view
        returns (bytes32[2] memory)
    {
        return devicesAt(state, device.operator, device.firstApprover, device.secondApprover);
    }

    function devicesAt(RegistryState storage state, bytes32 operator, uint32 first, uint32 second)
        internal
        view
        returns (bytes32[2] memory)
    {
        mapping(uint256 => bytes32) storage list = state.deviceLists[operator];
        return [list[first], list[second]];
    }

    /// @notice A page of the operator's devices.
    function page(RegistryState storage state, bytes32 operator, uint256 offset, uint256 limit)
        internal
        view
        returns (bytes32[] memory devices)
    {
        uint256 count = state.operators[operator].deviceCount;
        uint256 left = offset < count ? count - offset : 0;
        devices = new bytes32[](limit < left ? limit : left);
        for (uint256 i = 0; i < devices.length; i++) {
            devices[i] = state.deviceLists[operator][offset + i + 1];
        }
    }
}
