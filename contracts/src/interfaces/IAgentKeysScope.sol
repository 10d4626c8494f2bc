// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import { Approval } from "./ISidecarRegistry.sol";

/// @notice What an agent may do with one service.
/// @param serviceHash keccak256 of the service's lower-case name, never 0.
/// @param dataClasses Bit (id - 1) per class: credentials 1, memory 2, audit 3, email 4. At least one, no other bits.
/// @param readOnly True refuses every write.
/// @param expiresAt The grant is in force while block time < expiresAt; 0: no end. Below 2^56.
/// @param maxCalls Calls in a period; 0: no limit.
/// @param periodSeconds Length of the period; needed with maxCalls.
struct Grant {
    bytes32 serviceHash;
    uint8 dataClasses;
    bool readOnly;
    uint64 expiresAt;
    uint32 maxCalls;
    uint32 periodSeconds;
}

/// @notice What is known of an actor's scope beside its grants.
/// @param generation Rises with every set and revoke; quotas count per generation. 0: never set.
/// @param setAt Block time of the last set or revoke, and of its approvals.
/// @param approvers Up to two masters that approved the set; 0 after a revoke.
/// @param operator The operator that set it.
struct ScopeInfo {
    uint64 generation;
    uint64 setAt;
    bytes32[2] approvers;
    bytes32 operator;
}

/// @title What each agent may use
/// @notice Only the operator's masters give; any one of them, or the wallet, takes away. Masters' own devices need no grant.
/// NOT protected here: what an agent does with what it was granted; limits and readOnly are stored here and enforced by the
/// workers.
interface IAgentKeysScope {
    /// @notice The actor's scope was replaced by these grants.
    event ScopeSet(
        bytes32 indexed operator, bytes32 indexed actor, uint64 indexed generation, Grant[] grants, bytes32[2] approvers
    );
    /// @notice The actor's scope is empty now. `approver` is 0 when the wallet took it away.
    event ScopeRevoked(bytes32 indexed operator, bytes32 indexed actor, uint64 indexed generation, bytes32 approver);

    /// @notice The actor is the operator's own omni: its devices need no grant.
    error ActorIsOperator(bytes32 actor);
    /// @notice The actor belongs to `actual`, or to nobody (0).
    error ActorOfOtherOperator(bytes32 actor, bytes32 expected, bytes32 actual);
    /// @notice More than 64 grants.
    error TooManyGrants(uint256 given, uint256 most);
    /// @notice The grant has no service.
    error ServiceHashZero(uint256 index);
    /// @notice The same service twice.
    error ServiceDuplicate(uint256 index, bytes32 serviceHash);
    /// @notice The mask is empty or has bits that are no data class.
    error DataClassesInvalid(uint256 index, uint8 dataClasses);
    /// @notice maxCalls without periodSeconds.
    error LimitWithoutPeriod(uint256 index, uint32 maxCalls);
    /// @notice expiresAt is 2^56 or later.
    error ExpiryTooFar(uint256 index, uint64 expiresAt, uint64 most);
    /// @notice The generation to be set is not the one after the current one: somebody set or revoked in between.
    error GenerationMismatch(bytes32 actor, uint64 expected, uint64 actual);
    /// @notice No approvals were given and the sender is not the operator's wallet.
    error NotOperatorWallet(address expected, address actual);

    /// @notice Replaces the whole scope of `actor`. Takes Give approvals; anyone may relay.
    /// @dev op "agentkeys:v1:set-scope"; fields (operator, actor, generation, grants). An empty list leaves the agent with nothing.
    /// @param generation The current one + 1, so that what was signed before a revocation or another set cannot undo it.
    function setScopeWithWebauthn(
        bytes32 operator,
        bytes32 actor,
        uint64 generation,
        Grant[] calldata grants,
        Approval[] calldata approvals
    ) external;

    /// @notice Takes the whole scope away, at one cost whatever its size, also where there is none: what was signed for the next
    /// generation is void. No approvals: the sender must be the operator's wallet. Otherwise they are Take approvals, and anyone
    /// may relay.
    /// @dev op "agentkeys:v1:revoke-scope"; fields (operator, actor).
    function revokeScope(bytes32 operator, bytes32 actor, Approval[] calldata approvals) external;

    /// @notice 2 for the scope described here.
    function VERSION() external view returns (uint256);

    /// @notice The scope and its grants, in the order they were given. Expired grants are in it.
    function getScope(bytes32 actor) external view returns (ScopeInfo memory info, Grant[] memory grants);

    /// @notice The scope without its grants.
    function getScopeInfo(bytes32 actor) external view returns (ScopeInfo memory);

    /// @notice The grant, all zero if there is none.
    function getGrant(bytes32 actor, bytes32 serviceHash) external view returns (Grant memory);

    /// @notice True if `actor` is `operator`'s and has a grant of the service, not expired, that no compromised master approved.
    function isServiceInScope(bytes32 operator, bytes32 actor, bytes32 serviceHash) external view returns (bool);
}
