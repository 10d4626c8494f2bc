// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @title The first word of every challenge: what is being approved
library Operations {
    bytes32 internal constant REGISTER_FIRST_MASTER = keccak256("agentkeys:v1:register-first-master");
    bytes32 internal constant REGISTER_AGENT_ROOTED = keccak256("agentkeys:v1:register-agent-rooted");
    bytes32 internal constant UPGRADE_TO_HUMAN_ANCHORED = keccak256("agentkeys:v1:upgrade-to-human-anchored");
    bytes32 internal constant REGISTER_ADDITIONAL_MASTER = keccak256("agentkeys:v1:register-additional-master");
    bytes32 internal constant SET_DEVICE_ROLES = keccak256("agentkeys:v1:set-device-roles");
    bytes32 internal constant SET_RECOVERY_THRESHOLD = keccak256("agentkeys:v1:set-recovery-threshold");
    bytes32 internal constant SET_GRANT_THRESHOLD = keccak256("agentkeys:v1:set-grant-threshold");
    bytes32 internal constant ROTATE_MASTER_WALLET = keccak256("agentkeys:v1:rotate-master-wallet");
    bytes32 internal constant REVOKE_MASTER_DEVICE = keccak256("agentkeys:v1:revoke-master-device");
    bytes32 internal constant SET_COMPROMISED_SINCE = keccak256("agentkeys:v1:set-compromised-since");
    bytes32 internal constant VOID_APPROVALS = keccak256("agentkeys:v1:void-approvals");
    bytes32 internal constant SET_AUDIT_RELAY = keccak256("agentkeys:v1:set-audit-relay");
    bytes32 internal constant REGISTER_AGENT_DEVICE = keccak256("agentkeys:v1:register-agent-device");
    bytes32 internal constant REVOKE_AGENT_DEVICE = keccak256("agentkeys:v1:revoke-agent-device");
    bytes32 internal constant SET_SCOPE = keccak256("agentkeys:v1:set-scope");
    bytes32 internal constant REVOKE_SCOPE = keccak256("agentkeys:v1:revoke-scope");
    bytes32 internal constant PROPOSE_RECOVERY = keccak256("agentkeys:v1:propose-recovery");
    bytes32 internal constant CANCEL_RECOVERY = keccak256("agentkeys:v1:cancel-recovery");
    bytes32 internal constant WITHDRAW_RECOVERY = keccak256("agentkeys:v1:withdraw-recovery");
}
