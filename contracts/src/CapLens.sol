// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import { Grant, IAgentKeysScope, ScopeInfo } from "./interfaces/IAgentKeysScope.sol";
import { Facts, ICapLens, Query } from "./interfaces/ICapLens.sol";
import { IK3EpochCounter } from "./interfaces/IK3EpochCounter.sol";
import { Device, ISidecarRegistry, Operator } from "./interfaces/ISidecarRegistry.sol";

/// @title One call that reads all a decision needs, from one block
contract CapLens is ICapLens {
    /// @inheritdoc ICapLens
    uint256 public constant override VERSION = 2;

    uint256 internal constant MAX_QUERIES = 64;

    ISidecarRegistry public immutable registry;
    IAgentKeysScope public immutable scope;
    IK3EpochCounter public immutable epochs;

    constructor(ISidecarRegistry registry_, IAgentKeysScope scope_, IK3EpochCounter epochs_) {
        registry = registry_;
        scope = scope_;
        epochs = epochs_;
    }

    /// @inheritdoc ICapLens
    function capFacts(Query calldata query) public view override returns (Facts memory facts) {
        _readChain(facts);
        _readDevice(facts, query);
        facts.actorOperator = registry.operatorOfActor(query.actor);
        facts.walletOperator = registry.operatorOfWallet(query.sessionWallet);
        facts.walletEverUsed = registry.isWalletUsed(query.sessionWallet);
        _readOperator(facts, query.operator == 0 ? facts.deviceOperator : query.operator);
        _readScope(facts, query);
    }

    /// @inheritdoc ICapLens
    function capFactsBatch(Query[] calldata queries) external view override returns (Facts[] memory facts) {
        if (queries.length > MAX_QUERIES) revert TooManyQueries(queries.length, MAX_QUERIES);
        facts = new Facts[](queries.length);
        for (uint256 i = 0; i < queries.length; i++) {
            facts[i] = capFacts(queries[i]);
        }
    }

    function _readChain(Facts memory facts) internal view {
        facts.version = VERSION;
        facts.chainId = block.chainid;
        facts.registry = address(registry);
        facts.blockNumber = uint64(block.number);
        facts.blockTimestamp = uint64(block.timestamp);
        // The block's own hash is not known inside it.
        facts.parentHash = blockhash(block.number - 1);
        facts.epoch = epochs.currentEpoch();
    }

    function _readDevice(Facts memory facts, Query calldata query) internal view {
        Device memory device = registry.getDevice(query.device);
        facts.deviceRegisteredAt = device.registeredAt;
        facts.deviceRevoked = device.revokedAt != 0;
        facts.deviceApproverRevoked = registry.approverState(device.approvers, device.registeredAt);
        facts.deviceTier = device.tier;
        facts.deviceRoles = device.roles;
        facts.deviceOperator = device.operator;
        facts.deviceActor = device.actor;
    }

    function _readOperator(Facts memory facts, bytes32 operator) internal view {
        Operator memory record = registry.getOperator(operator);
        facts.operatorTier = record.tier;
        facts.operatorWallet = record.wallet;
        facts.recoveryThreshold = record.recoveryThreshold;
        facts.grantThreshold = record.grantThreshold;
        facts.activeMasters = record.activeMasters;
        facts.activeRecoveryMasters = record.activeRecoveryMasters;
        facts.auditRelay = record.auditRelay;
    }

    function _readScope(Facts memory facts, Query calldata query) internal view {
        ScopeInfo memory info = scope.getScopeInfo(query.actor);
        facts.scopeGeneration = info.generation;
        facts.scopeApproverRevoked = registry.approverState(info.approvers, info.setAt);
        Grant memory grant = scope.getGrant(query.actor, query.serviceHash);
        facts.granted = grant.dataClasses != 0;
        facts.grantClasses = grant.dataClasses;
        facts.grantReadOnly = grant.readOnly;
        facts.grantExpiresAt = grant.expiresAt;
        facts.grantMaxCalls = grant.maxCalls;
        facts.grantPeriodSeconds = grant.periodSeconds;
    }
}
