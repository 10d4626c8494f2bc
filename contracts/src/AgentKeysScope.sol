// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import { Grant, IAgentKeysScope, ScopeInfo } from "./interfaces/IAgentKeysScope.sol";
import { Approval, ISidecarRegistry, Kind } from "./interfaces/ISidecarRegistry.sol";
import { Operations } from "./libraries/Operations.sol";

/// @title What each agent may use
contract AgentKeysScope is IAgentKeysScope {
    /// @inheritdoc IAgentKeysScope
    uint256 public constant override VERSION = 2;

    uint256 internal constant MAX_GRANTS = 64;
    /// @dev credentials, memory, audit, email.
    uint8 internal constant ALL_DATA_CLASSES = 0x0F;

    /// @dev The last second that a grant's word has room for.
    uint64 internal constant MAX_EXPIRY = type(uint56).max;

    /// @dev What lies at `count` and behind is older and means nothing: a scope is taken away in one write, and given in one and a
    /// half words per grant. Found by a walk over at most 64 services, which only reads pay.
    struct Scope {
        uint64 generation;
        uint48 setAt;
        uint8 count;
        /// @dev Ordinals in the operator's list of devices; 0: none.
        uint32 firstApprover;
        uint32 secondApprover;
        bytes32[MAX_GRANTS] services;
        uint128[MAX_GRANTS] terms;
    }

    ISidecarRegistry public immutable registry;

    // An actor has one operator for ever, so the actor alone is the key.
    mapping(bytes32 actor => Scope) internal _scopes;

    constructor(ISidecarRegistry registry_) {
        registry = registry_;
    }

    // Giving.

    /// @inheritdoc IAgentKeysScope
    function setScopeWithWebauthn(
        bytes32 operator,
        bytes32 actor,
        uint64 generation,
        Grant[] calldata grants,
        Approval[] calldata approvals
    ) external override {
        _checkActor(operator, actor);
        if (grants.length > MAX_GRANTS) revert TooManyGrants(grants.length, MAX_GRANTS);
        Scope storage scope = _scopes[actor];
        if (generation != scope.generation + 1) revert GenerationMismatch(actor, scope.generation + 1, generation);
        for (uint256 i = 0; i < grants.length; i++) {
            _check(grants, i);
            scope.services[i] = grants[i].serviceHash;
            scope.terms[i] = _pack(grants[i]);
        }

        // The registry is this contract's own and calls only its verifiers, without giving them a chance to write.
        bytes32 fieldsHash = keccak256(abi.encode(operator, actor, generation, grants));
        (bytes32[2] memory approvers, uint32[2] memory ordinals) =
            registry.consumeApprovals(Operations.SET_SCOPE, operator, fieldsHash, Kind.Give, approvals);
        _head(scope, generation, uint8(grants.length), ordinals);
        emit ScopeSet(operator, actor, generation, grants, approvers);
    }

    // Taking away.

    /// @inheritdoc IAgentKeysScope
    function revokeScope(bytes32 operator, bytes32 actor, Approval[] calldata approvals) external override {
        _checkActor(operator, actor);
        bytes32 approver;
        if (approvals.length == 0) {
            address wallet = registry.getOperator(operator).wallet;
            if (msg.sender != wallet) revert NotOperatorWallet(wallet, msg.sender);
        } else {
            bytes32 fieldsHash = keccak256(abi.encode(operator, actor));
            (bytes32[2] memory approvers,) =
                registry.consumeApprovals(Operations.REVOKE_SCOPE, operator, fieldsHash, Kind.Take, approvals);
            approver = approvers[0];
        }
        Scope storage scope = _scopes[actor];
        uint64 generation = scope.generation + 1;
        uint32[2] memory nobody;
        _head(scope, generation, 0, nobody);
        emit ScopeRevoked(operator, actor, generation, approver);
    }

    // Asking.

    /// @inheritdoc IAgentKeysScope
    function getScope(bytes32 actor) external view override returns (ScopeInfo memory info, Grant[] memory grants) {
        info = getScopeInfo(actor);
        Scope storage scope = _scopes[actor];
        grants = new Grant[](scope.count);
        for (uint256 i = 0; i < grants.length; i++) {
            grants[i] = _unpack(scope.services[i], scope.terms[i]);
        }
    }

    /// @inheritdoc IAgentKeysScope
    function getScopeInfo(bytes32 actor) public view override returns (ScopeInfo memory info) {
        Scope storage scope = _scopes[actor];
        if (scope.generation == 0) return info;
        bytes32 operator = registry.operatorOfActor(actor);
        bytes32[2] memory approvers = registry.devicesAt(operator, [scope.firstApprover, scope.secondApprover]);
        return ScopeInfo(scope.generation, scope.setAt, approvers, operator);
    }

    /// @inheritdoc IAgentKeysScope
    function getGrant(bytes32 actor, bytes32 serviceHash) public view override returns (Grant memory grant) {
        Scope storage scope = _scopes[actor];
        uint256 count = scope.count;
        for (uint256 i = 0; i < count; i++) {
            if (scope.services[i] == serviceHash) return _unpack(serviceHash, scope.terms[i]);
        }
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
        ScopeInfo memory info = getScopeInfo(actor);
        return info.operator == operator && !registry.approverState(info.approvers, info.setAt);
    }

    // Internals.

    function _checkActor(bytes32 operator, bytes32 actor) internal view {
        bytes32 actual = registry.operatorOfActor(actor);
        if (actual == 0 || actual != operator) revert ActorOfOtherOperator(actor, operator, actual);
        if (actor == operator) revert ActorIsOperator(actor);
    }

    function _check(Grant[] calldata grants, uint256 index) internal pure {
        Grant calldata grant = grants[index];
        if (grant.serviceHash == 0) revert ServiceHashZero(index);
        if (grant.dataClasses == 0 || grant.dataClasses & ~ALL_DATA_CLASSES != 0) {
            revert DataClassesInvalid(index, grant.dataClasses);
        }
        if (grant.maxCalls != 0 && grant.periodSeconds == 0) revert LimitWithoutPeriod(index, grant.maxCalls);
        if (grant.expiresAt > MAX_EXPIRY) revert ExpiryTooFar(index, grant.expiresAt, MAX_EXPIRY);
        for (uint256 j = 0; j < index; j++) {
            if (grants[j].serviceHash == grant.serviceHash) revert ServiceDuplicate(index, grant.serviceHash);
        }
    }

    /// @dev The whole first word at once.
    function _head(Scope storage scope, uint64 generation, uint8 count, uint32[2] memory approvers) internal {
        scope.generation = generation;
        scope.setAt = uint48(block.timestamp);
        scope.count = count;
        scope.firstApprover = approvers[0];
        scope.secondApprover = approvers[1];
    }

    /// @dev From the lowest bit: dataClasses 4, readOnly 1, 3 free, expiresAt 56, maxCalls 32, periodSeconds 32.
    function _pack(Grant calldata grant) internal pure returns (uint128) {
        return uint128(grant.dataClasses) | (grant.readOnly ? 1 << 4 : 0) | uint128(grant.expiresAt) << 8
            | uint128(grant.maxCalls) << 64 | uint128(grant.periodSeconds) << 96;
    }

    /// @dev Cuts what lies above each part off.
    // forge-lint: disable-next-item(unsafe-typecast)
    function _unpack(bytes32 serviceHash, uint128 terms) internal pure returns (Grant memory) {
        return Grant({
            serviceHash: serviceHash,
            dataClasses: uint8(terms & ALL_DATA_CLASSES),
            readOnly: terms & (1 << 4) != 0,
            expiresAt: uint56(terms >> 8),
            maxCalls: uint32(terms >> 64),
            periodSeconds: uint32(terms >> 96)
        });
    }
}
