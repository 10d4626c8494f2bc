// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import { Grant, IAgentKeysScope, ScopeInfo } from "./interfaces/IAgentKeysScope.sol";
import { Approval, ISidecarRegistry, Kind } from "./interfaces/ISidecarRegistry.sol";

/// @title What each agent may use
contract AgentKeysScope is IAgentKeysScope {
    /// @inheritdoc IAgentKeysScope
    uint256 public constant override VERSION = 1;

    uint256 internal constant MAX_GRANTS = 64;
    /// @dev credentials, memory, audit, email.
    uint8 internal constant ALL_DATA_CLASSES = 0x0F;
    bytes32 internal constant OP_SET_SCOPE = keccak256("agentkeys:v1:set-scope");
    bytes32 internal constant OP_REVOKE_SCOPE = keccak256("agentkeys:v1:revoke-scope");

    struct Scope {
        uint64 generation;
        uint64 setAt;
        uint8 count;
        bytes32[2] approvers;
    }

    /// @dev One slot. Of an older generation: gone, as if it were all zero.
    struct StoredGrant {
        uint64 generation;
        uint64 expiresAt;
        uint32 maxCalls;
        uint32 periodSeconds;
        uint8 dataClasses;
        bool readOnly;
    }

    ISidecarRegistry public immutable registry;

    // An actor has one operator for ever, so the actor alone is the key.
    mapping(bytes32 actor => Scope) internal _scopes;
    mapping(bytes32 actor => mapping(bytes32 serviceHash => StoredGrant)) internal _grants;
    /// @dev The services of the current generation, at 0 to count - 1; what lies behind is older and means nothing.
    mapping(bytes32 actor => mapping(uint256 index => bytes32 serviceHash)) internal _services;

    constructor(ISidecarRegistry registry_) {
        registry = registry_;
    }

    // Giving.

    /// @inheritdoc IAgentKeysScope
    function setScopeWithWebauthn(
        bytes32 operator,
        bytes32 actor,
        Grant[] calldata grants,
        Approval[] calldata approvals
    ) external override {
        _checkActor(operator, actor);
        if (grants.length > MAX_GRANTS) revert TooManyGrants(grants.length, MAX_GRANTS);
        Scope storage scope = _scopes[actor];
        uint64 generation = scope.generation + 1;
        for (uint256 i = 0; i < grants.length; i++) {
            _store(actor, i, generation, grants[i]);
        }
        scope.generation = generation;
        scope.setAt = uint64(block.timestamp);
        scope.count = uint8(grants.length);

        // The registry is this contract's own and calls only its verifiers, without giving them a chance to write.
        bytes32 fieldsHash = keccak256(abi.encode(operator, actor, grants));
        bytes32[2] memory approvers =
            registry.consumeApprovals(OP_SET_SCOPE, operator, fieldsHash, Kind.Give, approvals);
        scope.approvers = approvers;
        emit ScopeSet(operator, actor, generation, grants, approvers);
    }

    // Taking away.

    /// @inheritdoc IAgentKeysScope
    function revokeScope(bytes32 operator, bytes32 actor, Approval[] calldata approvals) external override {
        _checkActor(operator, actor);
        Scope storage scope = _scopes[actor];
        if (scope.count == 0) revert ScopeNotSet(actor);
        uint64 generation = ++scope.generation;
        scope.setAt = uint64(block.timestamp);
        scope.count = 0;
        delete scope.approvers;

        bytes32 approver;
        if (approvals.length == 0) {
            address wallet = registry.getOperator(operator).wallet;
            if (msg.sender != wallet) revert NotOperatorWallet(wallet, msg.sender);
        } else {
            bytes32 fieldsHash = keccak256(abi.encode(operator, actor));
            approver = registry.consumeApprovals(OP_REVOKE_SCOPE, operator, fieldsHash, Kind.Take, approvals)[0];
        }
        emit ScopeRevoked(operator, actor, generation, approver);
    }

    // Asking.

    /// @inheritdoc IAgentKeysScope
    function getScope(bytes32 actor) external view override returns (ScopeInfo memory info, Grant[] memory grants) {
        info = getScopeInfo(actor);
        grants = new Grant[](_scopes[actor].count);
        for (uint256 i = 0; i < grants.length; i++) {
            grants[i] = getGrant(actor, _services[actor][i]);
        }
    }

    /// @inheritdoc IAgentKeysScope
    function getScopeInfo(bytes32 actor) public view override returns (ScopeInfo memory) {
        Scope storage scope = _scopes[actor];
        bytes32 operator = scope.generation == 0 ? bytes32(0) : registry.operatorOfActor(actor);
        return ScopeInfo(scope.generation, scope.setAt, scope.approvers, operator);
    }

    /// @inheritdoc IAgentKeysScope
    function getGrant(bytes32 actor, bytes32 serviceHash) public view override returns (Grant memory grant) {
        StoredGrant storage stored = _grants[actor][serviceHash];
        if (stored.generation == 0 || stored.generation != _scopes[actor].generation) return grant;
        return Grant({
            serviceHash: serviceHash,
            dataClasses: stored.dataClasses,
            readOnly: stored.readOnly,
            expiresAt: stored.expiresAt,
            maxCalls: stored.maxCalls,
            periodSeconds: stored.periodSeconds
        });
    }

    /// @inheritdoc IAgentKeysScope
    function isServiceInScope(bytes32 operator, bytes32 actor, bytes32 serviceHash)
        external
        view
        override
        returns (bool)
    {
        Grant memory grant = getGrant(actor, serviceHash);
        if (grant.dataClasses == 0) return false;
        if (grant.expiresAt != 0 && grant.expiresAt <= block.timestamp) return false;
        if (registry.operatorOfActor(actor) != operator) return false;
        Scope storage scope = _scopes[actor];
        return !registry.approverState(scope.approvers, scope.setAt);
    }

    // Internals.

    function _checkActor(bytes32 operator, bytes32 actor) internal view {
        bytes32 actual = registry.operatorOfActor(actor);
        if (actual == 0 || actual != operator) revert ActorOfOtherOperator(actor, operator, actual);
        if (actor == operator) revert ActorIsOperator(actor);
    }

    function _store(bytes32 actor, uint256 index, uint64 generation, Grant calldata grant) internal {
        if (grant.serviceHash == 0) revert ServiceHashZero(index);
        if (grant.dataClasses == 0 || grant.dataClasses & ~ALL_DATA_CLASSES != 0) {
            revert DataClassesInvalid(index, grant.dataClasses);
        }
        if (grant.maxCalls != 0 && grant.periodSeconds == 0) revert LimitWithoutPeriod(index, grant.maxCalls);
        StoredGrant storage stored = _grants[actor][grant.serviceHash];
        if (stored.generation == generation) revert ServiceDuplicate(index, grant.serviceHash);
        _grants[actor][grant.serviceHash] = StoredGrant({
            generation: generation,
            expiresAt: grant.expiresAt,
            maxCalls: grant.maxCalls,
            periodSeconds: grant.periodSeconds,
            dataClasses: grant.dataClasses,
            readOnly: grant.readOnly
        });
        _services[actor][index] = grant.serviceHash;
    }
}
