// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import { ISidecarRegistry } from "../interfaces/ISidecarRegistry.sol";
import { Operator } from "../interfaces/RegistryTypes.sol";
import { Omni } from "./Omni.sol";
import { RegistryState, TIER_AGENT_ROOTED, TIER_HUMAN_ANCHORED } from "./RegistryState.sol";

/// @title Operators: their wallets, their tier, and the one device of those without masters
library Operators {
    /// @notice Makes the sender's wallet an operator.
    /// @dev Callers take the wallet before they look at a device, so the device cannot be this wallet either. That the omni is no
    /// agent's needs no check: an agent's omni comes from an address that is a device.
    function found(RegistryState storage state, uint8 tier) internal returns (bytes32 omni) {
        omni = Omni.derive(msg.sender);
        takeWallet(state, msg.sender, omni);
        Operator storage operator = state.operators[omni];
        operator.wallet = msg.sender;
        operator.tier = tier;
        operator.registeredAt = uint64(block.timestamp);
        emit ISidecarRegistry.OperatorRegistered(omni, msg.sender, tier);
    }

    function isNewWallet(RegistryState storage state) internal view returns (bool) {
        return state.wallets[msg.sender] == 0;
    }

    /// @notice The sender's operator; reverts unless that is agent_rooted and the sender its wallet.
    function agentRootedOfSender(RegistryState storage state) internal view returns (bytes32 omni) {
        omni = state.wallets[msg.sender];
        Operator storage operator = state.operators[omni];
        if (omni != 0 && operator.wallet != msg.sender) revert ISidecarRegistry.WalletAlreadyUsed(msg.sender, omni);
        if (operator.tier != TIER_AGENT_ROOTED) revert ISidecarRegistry.OperatorNotAgentRooted(omni, operator.tier);
    }

    function upgrade(RegistryState storage state, bytes32 omni) internal {
        state.operators[omni].tier = TIER_HUMAN_ANCHORED;
        emit ISidecarRegistry.OperatorUpgraded(omni, TIER_HUMAN_ANCHORED);
    }

    function setAuditRelay(RegistryState storage state, bytes32 omni, address relay) internal {
        state.operators[omni].auditRelay = relay;
        emit ISidecarRegistry.AuditRelaySet(omni, relay);
    }

    function rotateWallet(RegistryState storage state, bytes32 omni, address newWallet) internal {
        takeWallet(state, newWallet, omni);
        Operator storage operator = state.operators[omni];
        emit ISidecarRegistry.WalletRotated(omni, operator.wallet, newWallet);
        operator.wallet = newWallet;
    }

    function checkNoOwnDevice(RegistryState storage state, bytes32 omni) internal view {
        bytes32 device = activeOwnDevice(state, omni);
        if (device != 0) revert ISidecarRegistry.OwnDeviceActive(device);
    }

    function revokeOwnDevice(RegistryState storage state, bytes32 omni) internal {
        bytes32 device = activeOwnDevice(state, omni);
        if (device == 0) return;
        state.devices[device].revokedAt = uint40(block.timestamp);
        emit ISidecarRegistry.DeviceRevoked(device, omni, 0);
    }

    /// @notice Makes the address the operator's wallet; it stays in the books for ever.
    function takeWallet(RegistryState storage state, address wallet, bytes32 omni) private {
        if (wallet == address(0)) revert ISidecarRegistry.WalletZero();
        bytes32 used = state.wallets[wallet];
        if (used != 0) revert ISidecarRegistry.WalletAlreadyUsed(wallet, used);
        if (state.devices[keccak256(abi.encodePacked(wallet))].registeredAt != 0) {
            revert ISidecarRegistry.WalletIsDevice(wallet);
        }
        state.wallets[wallet] = omni;
    }

    /// @dev 0: it never had one, or has taken it away.
    function activeOwnDevice(RegistryState storage state, bytes32 omni) private view returns (bytes32 device) {
        device = state.deviceLists[omni][state.operators[omni].ownDevice];
        if (state.devices[device].revokedAt != 0) return 0;
    }
}
