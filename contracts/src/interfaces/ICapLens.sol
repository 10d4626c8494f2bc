// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @notice What a decision is about. 0 leaves a part out.
/// @param dataClass Id of the data class; carried for the reader, the facts are those of the service.
/// @param sessionWallet The wallet that a session was opened with.
struct Query {
    bytes32 operator;
    bytes32 actor;
    bytes32 device;
    uint8 dataClass;
    bytes32 serviceHash;
    address sessionWallet;
}

/// @notice Everything a decision needs, of one block. All members are static and keep this order.
/// @param version Of this struct: 2.
/// @param blockNumber The block that the facts are of.
/// @param parentHash Of the block before it.
/// @param epoch Of K3.
/// @param deviceRegisteredAt 0: the registry has never seen this device.
/// @param deviceApproverRevoked An approver of the device counts as compromised when it approved.
/// @param deviceTier 1 master, 2 agent.
/// @param actorOperator Operator of query.actor, 0 unknown. An operator's own omni is its own actor.
/// @param walletOperator Operator whose current wallet is query.sessionWallet, 0 none.
/// @param walletEverUsed query.sessionWallet is, or once was, an operator's wallet.
/// @param operatorTier 0 unknown, 1 agent_rooted, 2 human_anchored; this and the next six are of query.operator, or of
/// deviceOperator when that is 0.
/// @param granted A grant of query.serviceHash to query.actor is in the current generation, whatever its classes and expiry.
/// @param scopeGeneration 0: query.actor never had a scope.
/// @param scopeApproverRevoked An approver of the scope counts as compromised when it approved.
struct Facts {
    uint256 version;
    uint256 chainId;
    address registry;
    uint64 blockNumber;
    uint64 blockTimestamp;
    bytes32 parentHash;
    uint64 epoch;
    uint64 deviceRegisteredAt;
    bool deviceRevoked;
    bool deviceApproverRevoked;
    uint8 deviceTier;
    uint8 deviceRoles;
    bytes32 deviceOperator;
    bytes32 deviceActor;
    bytes32 actorOperator;
    bytes32 walletOperator;
    bool walletEverUsed;
    uint8 operatorTier;
    address operatorWallet;
    uint8 recoveryThreshold;
    uint8 grantThreshold;
    uint8 activeMasters;
    uint8 activeRecoveryMasters;
    address auditRelay;
    bool granted;
    uint8 grantClasses;
    bool grantReadOnly;
    uint64 grantExpiresAt;
    uint32 grantMaxCalls;
    uint32 grantPeriodSeconds;
    uint64 scopeGeneration;
    bool scopeApproverRevoked;
}

/// @title One call that reads all a decision needs, from one block
/// @notice Decides nothing: the rule is CapRules, in the services. Anyone may call.
interface ICapLens {
    /// @notice More than 64 queries in a batch.
    error TooManyQueries(uint256 given, uint256 most);

    /// @notice 2 for the lens described here; also in every Facts.
    function VERSION() external view returns (uint256);

    /// @notice The facts of one query.
    function capFacts(Query calldata query) external view returns (Facts memory);

    /// @notice The facts of at most 64 queries, in their order, all of the same block.
    function capFactsBatch(Query[] calldata queries) external view returns (Facts[] memory);
}
