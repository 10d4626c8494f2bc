// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import { Passkey } from "../interfaces/IK11Verifier.sol";
import { Operator } from "../interfaces/RegistryTypes.sol";

uint8 constant TIER_AGENT_ROOTED = 1;
uint8 constant TIER_HUMAN_ANCHORED = 2;
uint8 constant TIER_MASTER = 1;
uint8 constant TIER_AGENT = 2;
uint8 constant CAP_MINT = 1;
uint8 constant RECOVERY = 2;
uint8 constant SCOPE_MGMT = 4;
uint8 constant ALL_ROLES = CAP_MINT | RECOVERY | SCOPE_MGMT;
uint8 constant MAX_MASTERS = 32;

/// @dev compromisedSince of a device that nobody has called compromised, as callers see it and as it is stored.
uint64 constant NEVER = type(uint64).max;
uint40 constant STORED_NEVER = type(uint40).max;

/// @dev A device as it is stored; views give it out as Device. Three slots, of which approvals read two, and five more for a master's passkey.
struct DeviceRecord {
    bytes32 operator;
    /// @dev 0: the operator's own omni.
    bytes32 actor;
    uint8 tier;
    uint8 roles;
    // 40 bits of seconds last for 34,000 years.
    uint40 registeredAt;
    uint40 revokedAt;
    uint40 compromisedSince;
    uint32 ordinal;
    /// @dev Ordinals of up to two masters of the same operator; 0: none.
    uint32 firstApprover;
    uint32 secondApprover;
    /// @dev How often a master voided what it had approved. Each costs a transaction: 24 bits do not run out.
    uint24 voids;
    Passkey passkey;
}

/// @dev All that the registry remembers. Nothing in the first six is ever removed, which is what makes one kind, one registration
/// and one operator hold for ever.
struct RegistryState {
    mapping(bytes32 operator => Operator) operators;
    mapping(bytes32 deviceKeyHash => DeviceRecord) devices;
    /// @dev By ordinal, from 1 to the operator's deviceCount.
    mapping(bytes32 operator => mapping(uint256 ordinal => bytes32 deviceKeyHash)) deviceLists;
    /// @dev An agent's operator. Operators are not in it: each is its own actor.
    mapping(bytes32 actor => bytes32 operator) agentOperators;
    /// @dev Every wallet that is or was an operator's.
    mapping(address wallet => bytes32 operator) wallets;
    /// @dev Every P-256 key that an operator's master has or had: two devices with one key would make a quorum of one.
    mapping(bytes32 operator => mapping(bytes32 keyHash => bool)) passkeys;
    mapping(bytes32 device => mapping(address verifyingContract => uint256)) approvalNonces;
    mapping(bytes32 operator => mapping(address verifyingContract => uint256)) recoveryNonces;
}
