// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import { Grant, IAgentKeysScope, ScopeInfo } from "../../src/interfaces/IAgentKeysScope.sol";
import { IK3EpochCounter } from "../../src/interfaces/IK3EpochCounter.sol";
import { Passkey } from "../../src/interfaces/IK11Verifier.sol";
import { IRecoveryProposals, Proposal } from "../../src/interfaces/IRecoveryProposals.sol";
import { Device, ISidecarRegistry, Kind, Operator } from "../../src/interfaces/ISidecarRegistry.sol";
import { Base, Vm } from "../Base.t.sol";

/// @dev Builds the whole state from events, and the time of their block, alone. It never asks a view for anything but to compare.
contract Indexer is Base {
    mapping(bytes32 => Operator) internal operators;
    mapping(bytes32 => Device) internal devices;
    mapping(bytes32 operator => bytes32[]) internal lists;
    mapping(address wallet => bytes32 operator) internal wallets;
    mapping(bytes32 device => mapping(address => uint256)) internal approvalNonce;
    mapping(bytes32 operator => mapping(address => uint256)) internal recoveryNonce;
    mapping(bytes32 device => uint256) internal voids;
    mapping(bytes32 proposer => Proposal) internal proposals;
    mapping(bytes32 actor => ScopeInfo) internal scopes;
    mapping(bytes32 actor => bytes) internal grants;
    mapping(bytes32 actor => bytes32 operator) internal actors;
    uint64 internal epoch;
    address internal governance;
    uint256 public events;

    /// @param at The time of the block that they are of.
    function take(Vm.Log[] calldata logs, uint256 at) external {
        for (uint256 i = 0; i < logs.length; i++) {
            events++;
            bytes32 kind = logs[i].topics[0];
            if (_operator(kind, logs[i], uint64(at))) continue;
            if (_device(kind, logs[i], uint64(at))) continue;
            if (_approval(kind, logs[i])) continue;
            if (_proposal(kind, logs[i], uint64(at))) continue;
            if (_scope(kind, logs[i], uint64(at))) continue;
            if (_epoch(kind, logs[i])) continue;
            revert Untrue("an event that nobody knows");
        }
    }

    function _operator(bytes32 kind, Vm.Log calldata log, uint64 at) internal returns (bool) {
        bytes32 id = log.topics[1];
        Operator storage o = operators[id];
        if (kind == ISidecarRegistry.OperatorRegistered.selector) {
            o.wallet = _address(log.topics[2]);
            o.tier = abi.decode(log.data, (uint8));
            o.registeredAt = at;
            wallets[o.wallet] = id;
        } else if (kind == ISidecarRegistry.OperatorUpgraded.selector) {
            o.tier = abi.decode(log.data, (uint8));
        } else if (kind == ISidecarRegistry.WalletRotated.selector) {
            assertEq(_address(log.topics[2]), o.wallet, "the old wallet");
            o.wallet = _address(log.topics[3]);
            wallets[o.wallet] = id;
        } else if (kind == ISidecarRegistry.AuditRelaySet.selector) {
            o.auditRelay = _address(log.topics[2]);
        } else if (kind == ISidecarRegistry.ThresholdsSet.selector) {
            (o.recoveryThreshold, o.grantThreshold) = abi.decode(log.data, (uint8, uint8));
        } else {
            return false;
        }
        return true;
    }

    function _device(bytes32 kind, Vm.Log calldata log, uint64 at) internal returns (bool) {
        if (kind == ISidecarRegistry.MasterDeviceRegistered.selector) {
            Device storage d = _newDevice(log.topics[1], log.topics[2], log.topics[2], 1, at);
            (d.roles, d.passkey,) = abi.decode(log.data, (uint8, Passkey, uint32));
            _count(d, true);
        } else if (kind == ISidecarRegistry.AgentDeviceRegistered.selector) {
            Device storage d = _newDevice(log.topics[1], log.topics[2], log.topics[3], 2, at);
            (d.roles, d.approvers) = abi.decode(log.data, (uint8, bytes32[2]));
            if (d.actor == d.operator) operators[d.operator].ownDevice = d.ordinal;
            else actors[d.actor] = d.operator;
        } else if (kind == ISidecarRegistry.DeviceRolesSet.selector) {
            Device storage d = devices[log.topics[1]];
            _count(d, false);
            d.roles = abi.decode(log.data, (uint8));
            _count(d, true);
        } else if (kind == ISidecarRegistry.DeviceRevoked.selector) {
            devices[log.topics[1]].revokedAt = at;
            if (devices[log.topics[1]].tier == 1) _count(devices[log.topics[1]], false);
        } else if (kind == ISidecarRegistry.CompromisedSinceSet.selector) {
            devices[log.topics[1]].compromisedSince = abi.decode(log.data, (uint64));
        } else {
            return false;
        }
        return true;
    }

    function _approval(bytes32 kind, Vm.Log calldata log) internal returns (bool) {
        if (kind == ISidecarRegistry.ApprovalsVoided.selector) {
            voids[log.topics[1]] = abi.decode(log.data, (uint256));
        } else if (kind == ISidecarRegistry.RecoveryNonceMoved.selector) {
            recoveryNonce[log.topics[1]][_address(log.topics[2])] = abi.decode(log.data, (uint256));
        } else if (kind == ISidecarRegistry.ApprovalConsumed.selector) {
            (, Kind what, uint256 nonce,) = abi.decode(log.data, (bytes32, Kind, uint256, uint32));
            if (what == Kind.Recover) return true;
            approvalNonce[log.topics[2]][_address(log.topics[3])] = uint128(nonce) + 1;
        } else {
            return false;
        }
        return true;
    }

    function _proposal(bytes32 kind, Vm.Log calldata log, uint64 at) internal returns (bool) {
        bytes32 proposer = log.topics.length > 2 ? log.topics[2] : bytes32(0);
        if (kind == IRecoveryProposals.RecoveryProposed.selector) {
            (uint64 since, uint256 nonce, uint64 first, uint64 last) =
                abi.decode(log.data, (uint64, uint256, uint64, uint64));
            proposals[proposer] = Proposal(log.topics[1], log.topics[3], since, nonce, at, first, last, false);
        } else if (
            kind == IRecoveryProposals.RecoveryCancelled.selector
                || kind == IRecoveryProposals.RecoveryWithdrawn.selector
                || kind == IRecoveryProposals.RecoveryExecuted.selector
        ) {
            delete proposals[proposer];
        } else {
            return false;
        }
        return true;
    }

    function _scope(bytes32 kind, Vm.Log calldata log, uint64 at) internal returns (bool) {
        bytes32 actor = log.topics.length > 2 ? log.topics[2] : bytes32(0);
        ScopeInfo storage info = scopes[actor];
        if (kind == IAgentKeysScope.ScopeSet.selector) {
            Grant[] memory all;
            (all, info.approvers) = abi.decode(log.data, (Grant[], bytes32[2]));
            grants[actor] = abi.encode(all);
        } else if (kind == IAgentKeysScope.ScopeRevoked.selector) {
            delete info.approvers;
            grants[actor] = abi.encode(new Grant[](0));
        } else {
            return false;
        }
        info.generation = uint64(uint256(log.topics[3]));
        info.setAt = at;
        info.operator = log.topics[1];
        return true;
    }

    function _epoch(bytes32 kind, Vm.Log calldata log) internal returns (bool) {
        if (kind == IK3EpochCounter.EpochAdvanced.selector) {
            epoch = uint64(uint256(log.topics[1]));
        } else if (kind == IK3EpochCounter.GovernanceTransferred.selector) {
            governance = _address(log.topics[2]);
        } else {
            return false;
        }
        return true;
    }

    function _newDevice(bytes32 id, bytes32 operator, bytes32 actor, uint8 tier, uint64 at)
        internal
        returns (Device storage d)
    {
        lists[operator].push(id);
        operators[operator].deviceCount++;
        d = devices[id];
        (d.operator, d.actor, d.tier, d.registeredAt) = (operator, actor, tier, at);
        (d.compromisedSince, d.ordinal) = (type(uint64).max, uint32(lists[operator].length));
    }

    function _count(Device storage d, bool more) internal {
        Operator storage o = operators[d.operator];
        uint8 recovering = d.roles & 2 != 0 ? 1 : 0;
        if (more) {
            o.activeMasters++;
            o.activeRecoveryMasters += recovering;
        } else {
            o.activeMasters--;
            o.activeRecoveryMasters -= recovering;
        }
    }

    function _address(bytes32 topic) internal pure returns (address) {
        return address(uint160(uint256(topic)));
    }

    // Comparing.

    function checkOperator(ISidecarRegistry registry, bytes32 id, address stranger) external view {
        Operator memory o = operators[id];
        _same(abi.encode(registry.getOperator(id)), abi.encode(o), "operator");
        _same(abi.encode(registry.devicesOf(id, 0, 1000)), abi.encode(lists[id]), "devices");
        assertEq(registry.operatorOfWallet(o.wallet), id, "wallet");
        assertTrue(wallets[o.wallet] == id && registry.isWalletUsed(o.wallet), "wallet used");
        _sameRecoveries(registry, id, address(registry));
        _sameRecoveries(registry, id, stranger);
    }

    function _sameRecoveries(ISidecarRegistry registry, bytes32 id, address to) internal view {
        assertEq(registry.recoveryNonce(id, to), recoveryNonce[id][to], "recoveryNonce");
    }

    function checkDevice(ISidecarRegistry registry, IAgentKeysScope scope, IRecoveryProposals recovery, bytes32 id)
        external
        view
    {
        Device memory d = devices[id];
        _same(abi.encode(registry.getDevice(id)), abi.encode(d), "device");
        assertEq(registry.operatorOfActor(d.actor), d.actor == d.operator ? d.actor : actors[d.actor], "actor");
        assertEq(registry.isActive(id), d.revokedAt == 0 && !_dead(d.approvers, d.registeredAt), "active");
        if (d.tier == 1) assertTrue(registry.isPasskeyUsed(d.operator, d.passkey.x, d.passkey.y), "passkey");
        assertEq(registry.voids(id), voids[id], "voids");
        _sameApprovals(registry, id, address(registry));
        _sameApprovals(registry, id, address(scope));
        _sameApprovals(registry, id, address(recovery));
        Proposal memory p = proposals[id];
        p.live = _lives(registry, id, p);
        _same(abi.encode(recovery.getProposal(id)), abi.encode(p), "proposal");
    }

    function _sameApprovals(ISidecarRegistry registry, bytes32 id, address to) internal view {
        assertEq(registry.approvalNonce(id, to), approvalNonce[id][to], "approvalNonce");
    }

    function checkScope(IAgentKeysScope scope, bytes32 actor) external view {
        (ScopeInfo memory info, Grant[] memory all) = scope.getScope(actor);
        _same(abi.encode(info), abi.encode(scopes[actor]), "scope");
        if (info.generation != 0) _same(abi.encode(all), grants[actor], "grants");
    }

    function checkEpoch(IK3EpochCounter epochs) external view {
        assertEq(epochs.currentEpoch(), epoch, "epoch");
        assertEq(epochs.governance(), governance, "governance");
    }

    function _dead(bytes32[2] memory approvers, uint64 at) internal view returns (bool) {
        for (uint256 i = 0; i < 2; i++) {
            Device storage a = devices[approvers[i]];
            if (a.revokedAt != 0 && a.compromisedSince <= at) return true;
        }
        return false;
    }

    function _lives(ISidecarRegistry registry, bytes32 proposer, Proposal memory p) internal view returns (bool) {
        Device storage by = devices[proposer];
        return p.proposedAt != 0 && vm.getBlockTimestamp() <= p.expiresAfter
            && p.recoveryNonce == recoveryNonce[p.operator][address(registry)] && by.revokedAt == 0 && by.roles & 2 != 0
            && devices[p.target].revokedAt == 0;
    }

    function _same(bytes memory actual, bytes memory expected, string memory what) internal pure {
        assertEq(keccak256(actual), keccak256(expected), what);
    }
}
