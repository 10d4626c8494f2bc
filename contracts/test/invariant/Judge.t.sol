// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import { Proposal } from "../../src/interfaces/IRecoveryProposals.sol";
import { Device, Operator } from "../../src/interfaces/ISidecarRegistry.sol";
import { Books } from "./Books.t.sol";
import { Stranger } from "./Hands.t.sol";
import { Indexer } from "./Indexer.t.sol";
import { Vm } from "../Base.t.sol";

/// @dev Compares what happened with the books: during each call, and the views after it.
abstract contract Judge is Books {
    Stranger internal stranger;
    Indexer internal indexer;

    mapping(bytes32 what => uint256) internal highest;
    mapping(string action => uint256) public done;
    mapping(string action => uint256) public refused;

    /// @dev Nothing of the other operator's moves, what only rises does not fall, and authority moves only as the action said.
    modifier watched() {
        bytes32 bobBefore = _stateOf(bobOmni, bob.device);
        vm.recordLogs();
        _;
        indexer.take(vm.getRecordedLogs(), vm.getBlockTimestamp());
        assertEq(_stateOf(bobOmni, bob.device), bobBefore, "another operator's state moved");
        _watch();
    }

    modifier watchedByAlice() {
        vm.recordLogs();
        bytes32 before = _stateOf(aliceOmni, 0);
        _;
        indexer.take(vm.getRecordedLogs(), vm.getBlockTimestamp());
        assertEq(_stateOf(aliceOmni, 0), before, "Alice's state moved");
    }

    // Judging one call.

    /// @dev Sends; the books must have foretold the outcome. Authority may move only if enough live keys signed for a recovery, or
    /// by an execution, and then only as far as `_onlyEvicted` says.
    function _act(string memory name, Call memory call, bool may, Keys[] memory recoverers) internal returns (bool ok) {
        bytes32 before = _authority();
        Operator memory o = registry.getOperator(aliceOmni);
        uint256 live = _distinctLive(recoverers);
        (ok,) = attempt(call);
        assertEq(ok, may, name);
        if (ok) {
            done[name]++;
        } else {
            refused[name]++;
            // Foundry records what a reverted call emitted; a chain has none of it.
            vm.getRecordedLogs();
        }
        bytes32 afterwards = _authority();
        if (afterwards == before || live >= o.recoveryThreshold) return ok;
        assertEq(keccak256(bytes(name)), keccak256("execute"), "authority moved without a quorum");
        _onlyEvicted(o);
    }

    /// @dev What an execution may do to the record: less masters by one, the threshold no higher and no lower than it must be.
    function _onlyEvicted(Operator memory old) internal view {
        Operator memory o = registry.getOperator(aliceOmni);
        uint8 least = old.recoveryThreshold < o.activeRecoveryMasters ? old.recoveryThreshold : o.activeRecoveryMasters;
        assertEq(o.recoveryThreshold, least, "an execution sets the threshold");
        assertEq(o.activeMasters, old.activeMasters - 1, "an execution revokes one");
        assertEq(o.grantThreshold, old.grantThreshold, "an execution leaves the grant threshold");
        assertEq(o.wallet, old.wallet, "an execution leaves the wallet");
    }

    /// @dev Masters, roles, thresholds, wallet.
    function _authority() internal view returns (bytes32 hash) {
        Operator memory o = registry.getOperator(aliceOmni);
        hash = keccak256(abi.encode(o.wallet, o.tier, o.recoveryThreshold, o.grantThreshold));
        for (uint256 i = 0; i < keys.length; i++) {
            Device memory d = registry.getDevice(keys[i].device);
            hash = keccak256(abi.encode(hash, d.operator, d.tier, d.roles, d.revokedAt, d.compromisedSince));
        }
    }

    function _stateOf(bytes32 operator, bytes32 device) internal view returns (bytes32 hash) {
        hash = keccak256(abi.encode(registry.getOperator(operator), registry.getDevice(device)));
        hash = keccak256(abi.encode(hash, registry.recoveryNonce(operator, address(registry)), registry.voids(device)));
        hash =
            keccak256(abi.encode(hash, registry.deviceCount(operator), registry.approvalNonce(device, address(scope))));
        if (operator == bobOmni) return keccak256(abi.encode(hash, registry.approvalNonce(device, address(registry))));
        hash = keccak256(abi.encode(hash, _authority()));
        for (uint256 i = 0; i < keys.length; i++) {
            bytes32 key = keys[i].device;
            hash = keccak256(
                abi.encode(
                    hash,
                    registry.approvalNonce(key, address(registry)),
                    registry.approvalNonce(key, address(scope)),
                    registry.approvalNonce(key, address(proposals)),
                    registry.voids(key),
                    proposals.getProposal(key)
                )
            );
        }
        for (uint256 i = 0; i < actors.length; i++) {
            hash = keccak256(abi.encode(hash, scope.getScopeInfo(actors[i])));
        }
        for (uint256 i = 0; i < agents.length; i++) {
            hash = keccak256(abi.encode(hash, registry.getDevice(agents[i].device)));
        }
    }

    // What only rises.

    function _watch() internal {
        _rises("epoch", 0, epochs.currentEpoch());
        _rises("recovery nonce", 0, registry.recoveryNonce(aliceOmni, address(registry)));
        _rises("recovery nonce, stranger", 0, registry.recoveryNonce(aliceOmni, address(stranger)));
        for (uint256 i = 0; i < keys.length; i++) {
            bytes32 device = keys[i].device;
            Device memory d = registry.getDevice(device);
            _rises("nonce, registry", device, registry.approvalNonce(device, address(registry)));
            _rises("nonce, scope", device, registry.approvalNonce(device, address(scope)));
            _rises("nonce, proposals", device, registry.approvalNonce(device, address(proposals)));
            _rises("voids", device, registry.voids(device));
            _rises("revoked", device, d.revokedAt);
            // Earlier, never later.
            _rises("since", device, LOST - d.compromisedSince);
        }
        for (uint256 i = 0; i < agents.length; i++) {
            _rises("revoked", agents[i].device, registry.getDevice(agents[i].device).revokedAt);
        }
        for (uint256 i = 0; i < actors.length; i++) {
            _rises("generation", actors[i], scope.getScopeInfo(actors[i]).generation);
        }
    }

    function _rises(string memory what, bytes32 of_, uint256 value) internal {
        bytes32 key = keccak256(abi.encode(what, of_));
        assertTrue(value >= highest[key], what);
        highest[key] = value;
    }

    // What must hold after every action.

    /// @dev The views say what the books say, so everything that the books foretell holds of the contracts.
    function checkBooks() external view {
        Operator memory o = registry.getOperator(aliceOmni);
        assertEq(o.recoveryThreshold, rT, "recoveryThreshold");
        assertEq(o.grantThreshold, gT, "grantThreshold");
        assertEq(o.wallet, wallet.wallet, "wallet");
        assertEq(registry.operatorOfWallet(wallet.wallet), aliceOmni, "the wallet's operator");
        if (alice.wallet != wallet.wallet) assertEq(registry.operatorOfWallet(alice.wallet), 0, "an old wallet");
        assertEq(registry.recoveryNonce(aliceOmni, address(registry)), recoveries, "recoveries");
        for (uint256 i = 0; i < keys.length; i++) {
            Device memory d = registry.getDevice(keys[i].device);
            Master memory m = book[keys[i].device];
            assertEq(d.roles, m.roles, "roles");
            assertEq(d.revokedAt, m.revokedAt, "revokedAt");
            assertEq(d.compromisedSince, m.since, "compromisedSince");
            assertEq(registry.isActive(keys[i].device), m.revokedAt == 0, "a master is active until it is revoked");
            _checkWish(keys[i].device);
        }
    }

    function _checkWish(bytes32 proposer) internal view {
        Wish memory wish = wishes[proposer];
        Proposal memory p = proposals.getProposal(proposer);
        assertEq(p.target, wish.target, "target");
        assertEq(p.proposedAt, wish.at, "proposedAt");
        bool live = wish.at != 0 && vm.getBlockTimestamp() <= wish.at + 14 days && wish.nonce == recoveries
            && _live(proposer) && book[proposer].roles & 2 != 0 && _live(wish.target);
        assertEq(p.live, live, "live");
    }

    function checkCounters() external view {
        Operator memory o = registry.getOperator(aliceOmni);
        uint256 active;
        uint256 recovering;
        bytes32[] memory listed = registry.devicesOf(aliceOmni, 0, 1000);
        assertEq(listed.length, keys.length + agents.length, "listed");
        for (uint256 i = 0; i < listed.length; i++) {
            Device memory d = registry.getDevice(listed[i]);
            assertEq(d.operator, aliceOmni, "its own");
            assertEq(d.ordinal, i + 1, "ordinal");
            if (d.tier != 1 || d.revokedAt != 0) continue;
            active++;
            if (d.roles & 2 != 0) recovering++;
        }
        assertEq(o.activeMasters, active, "masters");
        assertEq(o.activeRecoveryMasters, recovering, "recovery masters");
        assertTrue(
            o.recoveryThreshold >= 1 && o.recoveryThreshold <= recovering, "recoveryThreshold and RECOVERY masters"
        );
        assertTrue(o.grantThreshold >= 1 && o.grantThreshold <= 32, "grantThreshold");
        assertTrue(active <= 32, "at most 32");
    }

    /// @dev What a revoked approver gave after compromisedSince is dead, everything else lives, and what was taken is dead for ever.
    function checkGifts() external view {
        for (uint256 i = 0; i < agents.length; i++) {
            bytes32 device = agents[i].device;
            assertEq(registry.isActive(device), !_dead(devices[device]), "an agent's device");
        }
        bytes32 service = grantsOf(1)[0].serviceHash;
        for (uint256 i = 0; i < actors.length; i++) {
            Gift memory gift = scopes[actors[i]];
            bool lives = gift.at != 0 && !_dead(gift);
            assertEq(scope.isServiceInScope(aliceOmni, actors[i], service), lives, "a scope");
        }
    }

    /// @dev From the events alone.
    function checkIndexer() external view {
        for (uint256 i = 0; i < keys.length; i++) {
            indexer.checkDevice(registry, scope, proposals, keys[i].device);
        }
        for (uint256 i = 0; i < agents.length; i++) {
            indexer.checkDevice(registry, scope, proposals, agents[i].device);
        }
        for (uint256 i = 0; i < actors.length; i++) {
            indexer.checkScope(scope, actors[i]);
        }
        indexer.checkEpoch(epochs);
        indexer.checkOperator(registry, aliceOmni, address(stranger));
        indexer.checkOperator(registry, bobOmni, address(stranger));
        indexer.checkDevice(registry, scope, proposals, bob.device);
    }
}
