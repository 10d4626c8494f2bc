// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import { Passkey } from "./IK11Verifier.sol";

/// @notice What an operation does with authority; fixes how many approvals it takes and of whom.
/// Give: grantThreshold masters with SCOPE_MGMT. Take: one master, any role. Recover: recoveryThreshold masters with RECOVERY.
/// Propose: one master with RECOVERY, for what only counts after a delay.
enum Kind {
    Give,
    Take,
    Recover,
    Propose
}

/// @notice One K11 assertion by one active master device. The fields after `deadline` are those of Assertion.
/// @param device deviceKeyHash of the approving master.
/// @param deadline Last second (block.timestamp) at which the approval counts, at most 7 days ahead when it is submitted.
struct Approval {
    bytes32 device;
    uint64 deadline;
    bytes authenticatorData;
    bytes clientDataJSON;
    uint256 typeIndex;
    uint256 challengeIndex;
    uint256 originIndex;
    uint256 r;
    uint256 s;
}

/// @notice The tenant's root.
/// @param wallet The current wallet: pays, signs in, takes away.
/// @param tier 0 unknown, 1 agent_rooted, 2 human_anchored.
/// @param recoveryThreshold Approvals that a Recover operation takes.
/// @param grantThreshold Approvals that a Give operation takes.
/// @param activeMasters Masters that are not revoked.
/// @param activeRecoveryMasters Those of them with RECOVERY.
/// @param deviceCount Devices that it has or had: the highest ordinal.
/// @param auditRelay The only address that may append to the operator's log; 0: none yet.
/// @param registeredAt Block time of the registration.
/// @param ownDevice Ordinal of the newest device that it registered as agent_rooted; 0: it never had one.
struct Operator {
    address wallet;
    uint8 tier;
    uint8 recoveryThreshold;
    uint8 grantThreshold;
    uint8 activeMasters;
    uint8 activeRecoveryMasters;
    uint32 deviceCount;
    address auditRelay;
    uint64 registeredAt;
    uint32 ownDevice;
}

/// @notice One secp256k1 device key (K10) and what it may be.
/// @param operator The operator it belongs to.
/// @param actor Whose data it uses: an agent's omni, or the operator's own for masters and for the device of an agent_rooted operator.
/// @param tier 0 unknown, 1 master, 2 agent.
/// @param roles Bits: CAP_MINT 1, RECOVERY 2, SCOPE_MGMT 4.
/// @param registeredAt Block time of the registration; for agents also of the approvals. 0: never registered.
/// @param revokedAt Block time of the revocation; 0: not revoked. Never goes back to 0.
/// @param compromisedSince For revoked masters: approvals given at or after this moment do not count; 2^64 - 1: all count.
/// @param ordinal Its place in its operator's list (devicesOf), counted from 1.
/// @param approvers For agents: up to two masters that approved the registration.
/// @param passkey For masters.
struct Device {
    bytes32 operator;
    bytes32 actor;
    uint8 tier;
    uint8 roles;
    uint64 registeredAt;
    uint64 revokedAt;
    uint64 compromisedSince;
    uint32 ordinal;
    bytes32[2] approvers;
    Passkey passkey;
}
