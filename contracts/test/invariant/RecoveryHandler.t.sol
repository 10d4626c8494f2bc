// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import { Grant } from "../../src/interfaces/IAgentKeysScope.sol";
import { Proposal } from "../../src/interfaces/IRecoveryProposals.sol";
import { Approval, Device, Kind, Operator } from "../../src/interfaces/ISidecarRegistry.sol";
import { Hands, Stranger } from "./Hands.t.sol";
import { Indexer } from "./Indexer.t.sol";
import { Vm } from "../Base.t.sol";

/// @dev One operator, Alice, whose masters come and go; Bob, whom nothing of hers may touch and who may touch nothing of hers; and a
/// stranger's contract. Each action signs with any set of keys, live, revoked or foreign, and foretells from its own books alone
/// whether the call must succeed. What happened and what was foretold must be the same, and then the books and the views.
contract RecoveryHandler is Hands {
    struct Master {
        uint8 roles;
        uint64 registeredAt;
        uint64 revokedAt;
        uint64 since;
    }

    struct Wish {
        bytes32 target;
        uint64 since;
        uint64 at;
        uint256 nonce;
    }

    /// @dev What approvers gave: an agent's device, or an actor's scope.
    struct Gift {
        bytes32 first;
        bytes32 second;
        uint64 at;
        bool taken;
    }

    uint256 internal constant MOST_KEYS = 9;

    Keys internal bob;
    bytes32 internal bobOmni;
    Stranger internal stranger;
    Indexer internal indexer;

    // Alice's books.
    Keys[] internal keys;
    mapping(bytes32 device => Master) internal book;
    mapping(bytes32 proposer => Wish) internal wishes;
    uint8 internal rT = 1;
    uint8 internal gT = 1;
    Keys internal wallet;
    uint256 internal recoveries;
    uint256 internal wallets;

    // What was given.
    Keys[] internal agents;
    bytes32[] internal actors;
    mapping(bytes32 device => Gift) internal devices;
    mapping(bytes32 actor => Gift) internal scopes;

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

    function setUp() public virtual override {
        indexer = new Indexer();
        vm.recordLogs();
        super.setUp();
        stranger = new Stranger();
        bob = keysOf("bob");
        bobOmni = registerMaster(bob);
        keys.push(alice);
        wallet = alice;
        book[alice.device] = Master(7, uint64(START), 0, LOST);
        indexer.take(vm.getRecordedLogs(), START);
        addsMaster(0, 7, 1, 1);
        addsMaster(0, 7, 2, 1);
        givesAgent(0, 0);
    }

    // Actions: who can recover.

    function addsMaster(uint256 seed, uint8 roles, uint8 recovery, uint8 grant) public watched {
        if (keys.length >= MOST_KEYS) return;
        Keys memory added = keysOf(string(abi.encode("master", keys.length)));
        // Mostly what can be, sometimes what cannot.
        roles = seed % 7 == 0 ? roles : roles % 8;
        recovery = seed % 5 == 0 ? recovery : recovery % 4;
        grant = seed % 5 == 0 ? grant : grant % 4;
        Keys[] memory who = _signers(seed, 2, rT, 0);
        uint256 left = _recoverers(0) + (roles & 2 != 0 ? 1 : 0);
        bool may = _mayApprove(who, rT, 2, 0) && roles > 0 && roles < 8 && recovery > 0 && recovery <= left && grant > 0
            && grant <= 32;
        Added memory m = Added(aliceOmni, added, roles, recovery, grant, in1Hour());
        if (!_act("addMaster", cAddMaster(who, m), may, who)) return;
        keys.push(added);
        book[added.device] = Master(roles, uint64(vm.getBlockTimestamp()), 0, LOST);
        (rT, gT) = (recovery, grant);
        recoveries++;
    }

    function setsRoles(uint256 seed, uint8 roles) external watched {
        bytes32 device = _anyKey(seed).device;
        roles = seed % 7 == 0 ? roles : roles % 8;
        Keys[] memory who = _signers(seed, 2, rT, 0);
        uint256 left = _recoverers(device) + (roles & 2 != 0 ? 1 : 0);
        bool may = _mayApprove(who, rT, 2, 0) && _live(device) && roles > 0 && roles < 8 && left >= rT;
        if (!_act("setRoles", cRoles(who, aliceOmni, device, roles, in1Hour()), may, who)) return;
        book[device].roles = roles;
        recoveries++;
    }

    function setsRecoveryThreshold(uint256 seed, uint8 threshold) external watched {
        threshold = seed % 5 == 0 ? threshold : threshold % 5;
        Keys[] memory who = _signers(seed, 2, rT, 0);
        bool may = _mayApprove(who, rT, 2, 0) && threshold > 0 && threshold <= _recoverers(0);
        Call memory call = cRecoveryThreshold(who, aliceOmni, threshold, in1Hour());
        if (!_act("setRecoveryThreshold", call, may, who)) return;
        rT = threshold;
        recoveries++;
    }

    function setsGrantThreshold(uint256 seed, uint8 threshold) external watched {
        threshold = seed % 5 == 0 ? threshold : threshold % 4;
        Keys[] memory who = _signers(seed, 2, rT, 0);
        bool may = _mayApprove(who, rT, 2, 0) && threshold > 0 && threshold <= 32;
        Call memory call = cGrantThreshold(who, aliceOmni, threshold, in1Hour());
        if (!_act("setGrantThreshold", call, may, who)) return;
        gT = threshold;
        recoveries++;
    }

    function rotatesWallet(uint256 seed, bool used) external watched {
        // A wallet that was one before, Bob's, or a new one.
        Keys memory next = used ? (seed % 2 == 0 ? alice : bob) : keysOf(string(abi.encode("wallet", wallets++)));
        Keys[] memory who = _signers(seed, 2, rT, 0);
        bool may = _mayApprove(who, rT, 2, 0) && !used;
        if (!_act("rotateWallet", cWallet(who, aliceOmni, next, in1Hour()), may, who)) return;
        wallet = next;
        recoveries++;
    }

    function revokesMaster(uint256 seed, uint256 when) external watched {
        bytes32 target = _anyKey(seed).device;
        uint64 since = _since(when, target);
        Keys[] memory who = _signers(seed, 2, rT, target);
        bool may = _mayApprove(who, rT, 2, target) && _live(target) && _recoverers(target) >= rT;
        Call memory call = cRevokeMaster(who, aliceOmni, target, since, in1Hour());
        if (!_act("revokeMaster", call, may, who)) return;
        _revoked(target, since);
        recoveries++;
    }

    function setsSince(uint256 seed, uint256 when) external watched {
        bytes32 target = _anyKey(seed).device;
        uint64 since = _since(when, target);
        Keys[] memory who = _signers(seed, 2, rT, 0);
        Master storage m = book[target];
        bool may = _mayApprove(who, rT, 2, 0) && m.revokedAt != 0 && since < m.since;
        if (!_act("setSince", cSince(who, aliceOmni, target, since, in1Hour()), may, who)) return;
        m.since = since;
        recoveries++;
    }

    function voidsApprovals(uint256 seed, bool other) external watched {
        Keys memory who = _anyKey(seed);
        bytes32 device = other ? _anyKey(seed >> 8).device : who.device;
        bool may = device == who.device && _live(device);
        _act("void", cVoid(who, aliceOmni, device, in1Hour()), may, alone(who));
    }

    // Actions: time.

    function proposes(uint256 seed, uint256 when) external watched {
        Keys memory who = _anyKey(seed);
        bytes32 target = _anyKey(seed >> 8).device;
        uint64 since = _since(when, target);
        bool may = _mayApprove(alone(who), 1, 2, target) && _live(target);
        Call memory call = cPropose(who, aliceOmni, target, since, in1Hour());
        if (!_act("propose", call, may, nobody())) return;
        wishes[who.device] = Wish(target, since, uint64(vm.getBlockTimestamp()), recoveries);
    }

    function cancels(uint256 seed) external watched {
        bytes32 proposer = _proposer(seed);
        Keys memory who = _anyKey(seed >> 8);
        bool may = _mayApprove(alone(who), 1, 2, proposer) && wishes[proposer].at != 0;
        if (_act("cancel", cCancel(who, aliceOmni, proposer, in1Hour()), may, nobody())) delete wishes[proposer];
    }

    function withdraws(uint256 seed) external watched {
        bytes32 proposer = _proposer(seed);
        Keys memory who = seed % 3 == 0 ? _anyKey(seed >> 8) : _keysOf(proposer);
        bool may = _mayApprove(alone(who), 1, 2, 0) && wishes[proposer].at != 0 && who.device == proposer;
        if (_act("withdraw", cWithdraw(who, aliceOmni, proposer, in1Hour()), may, nobody())) {
            delete wishes[proposer];
        }
    }

    function executes(uint256 seed, bool patient) external watched {
        bytes32 proposer = _proposer(seed);
        uint256 due = wishes[proposer].at + 7 days;
        if (patient && wishes[proposer].at != 0 && vm.getBlockTimestamp() < due) vm.warp(due);
        _execute(proposer);
    }

    /// @dev Nobody else acts for one delay: alone, random actions seldom leave a proposal alive that long.
    function evicts(uint256 seed, uint256 when) external watched {
        bytes32 proposer = _liveKey(seed, 2, 0);
        bytes32 target = _liveKey(seed >> 8, 0, proposer);
        if (target == 0) return;
        uint64 since = _since(when, target);
        uint64 at = uint64(vm.getBlockTimestamp());
        Call memory call = cPropose(_keysOf(proposer), aliceOmni, target, since, in1Hour());
        _act("propose", call, true, nobody());
        wishes[proposer] = Wish(target, since, at, recoveries);
        indexer.take(vm.getRecordedLogs(), at);
        vm.warp(at + 7 days);
        _execute(proposer);
    }

    function _execute(bytes32 proposer) internal {
        Wish memory wish = wishes[proposer];
        uint256 waited = vm.getBlockTimestamp() - wish.at;
        bool may = wish.at != 0 && waited >= 7 days && waited <= 14 days && wish.nonce == recoveries && _live(proposer)
            && book[proposer].roles & 2 != 0 && _live(wish.target);
        if (!_act("execute", cExecute(proposer), may, nobody())) return;
        delete wishes[proposer];
        _revoked(wish.target, wish.since);
        uint256 left = _recoverers(0);
        if (left < rT) rT = uint8(left);
        recoveries++;
    }

    /// @dev A live master with the role; 0: there is none but `never`.
    function _liveKey(uint256 seed, uint8 role, bytes32 never) internal view returns (bytes32) {
        for (uint256 i = 0; i < keys.length; i++) {
            bytes32 device = keys[(seed % keys.length + i) % keys.length].device;
            if (_live(device) && book[device].roles & role == role && device != never) return device;
        }
        return 0;
    }

    function waits(uint32 time) external watched {
        vm.warp(vm.getBlockTimestamp() + time % 5 days);
    }

    // Actions: giving and taking.

    function givesAgent(uint256 seed, uint256 second) public watched {
        Keys memory agent = keysOf(string(abi.encode("agent", agents.length)));
        bool newActor = actors.length == 0 || second % 2 == 0;
        bytes32 actor = newActor ? registry.omniOf(agent.account) : actors[second % actors.length];
        Keys[] memory who = _signers(seed, 4, gT, 0);
        bool may = _mayApprove(who, gT, 4, 0);
        if (!_act("giveAgent", cAgent(who, aliceOmni, agent, actor, in1Hour()), may, nobody())) return;
        agents.push(agent);
        if (newActor) actors.push(actor);
        devices[agent.device] = _gift(who);
    }

    function givesScope(uint256 seed, uint8 count) external watched {
        bytes32 actor = actors[seed % actors.length];
        Grant[] memory grants = grantsOf(count % 3 + 1);
        Keys[] memory who = _signers(seed, 4, gT, 0);
        bool may = _mayApprove(who, gT, 4, 0);
        if (!_act("giveScope", cSetScope(who, aliceOmni, actor, grants, in1Hour()), may, nobody())) return;
        scopes[actor] = _gift(who);
    }

    function setsRelay(uint256 seed, address newRelay) external watched {
        Keys[] memory who = _signers(seed, 4, gT, 0);
        bool may = _mayApprove(who, gT, 4, 0);
        _act("setRelay", cRelay(who, aliceOmni, newRelay, in1Hour()), may, nobody());
    }

    function takesAgent(uint256 seed, uint8 how) external watched {
        bytes32 device = agents[seed % agents.length].device;
        (Keys[] memory who, address sender, bool may) = _taker(seed, how);
        may = may && !devices[device].taken;
        Call memory call = from(cRevokeAgent(who, aliceOmni, device, in1Hour()), sender);
        if (_act("takeAgent", call, may, nobody())) devices[device].taken = true;
    }

    function takesScope(uint256 seed, uint8 how) external watched {
        bytes32 actor = actors[seed % actors.length];
        (Keys[] memory who, address sender, bool may) = _taker(seed, how);
        Call memory call = from(cRevokeScope(who, aliceOmni, actor, in1Hour()), sender);
        if (_act("takeScope", call, may, nobody())) scopes[actor].taken = true;
    }

    // Actions: others.

    function advancesEpoch() external watched {
        vm.prank(governance);
        epochs.advanceEpoch();
    }

    /// @dev Bob does what he may to himself. Nothing of Alice's moves.
    function bobActs(uint8 threshold) external watchedByAlice {
        must(cGrantThreshold(alone(bob), bobOmni, threshold % 32 + 1, in1Hour()));
    }

    /// @dev A stranger's contract consumes approvals that were really made for it, of every kind. Only counters of its own move.
    function strange(uint256 seed, uint8 kindSeed, bytes32 name, bytes32 fields) external watched watchedByAlice {
        Kind kind = Kind(kindSeed % 4);
        uint256 needed = kind == Kind.Recover ? rT : kind == Kind.Give ? gT : 1;
        uint8 role = kind == Kind.Give ? 4 : kind == Kind.Take ? 0 : 2;
        Keys[] memory who = _signers(seed, role, needed, 0);
        bool may = _mayApprove(who, needed, role, 0);
        _act("strange", _strange(who, name, fields, kind), may, nobody());
    }

    function _strange(Keys[] memory who, bytes32 name, bytes32 fields, Kind kind) internal view returns (Call memory) {
        Approval[] memory approvals = sign(who, name, address(stranger), aliceOmni, fields, kind);
        bytes memory data = abi.encodeCall(Stranger.consume, (registry, name, aliceOmni, fields, kind, approvals));
        return Call(address(stranger), ANYONE, data);
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

    // The books.

    function _live(bytes32 device) internal view returns (bool) {
        return book[device].registeredAt != 0 && book[device].revokedAt == 0;
    }

    /// @dev RECOVERY masters, without one.
    function _recoverers(bytes32 without) internal view returns (uint256 count) {
        for (uint256 i = 0; i < keys.length; i++) {
            bytes32 device = keys[i].device;
            if (device != without && _live(device) && book[device].roles & 2 != 0) count++;
        }
    }

    function _mayApprove(Keys[] memory who, uint256 needed, uint8 role, bytes32 never) internal view returns (bool) {
        if (who.length < needed) return false;
        for (uint256 i = 0; i < who.length; i++) {
            bytes32 device = who[i].device;
            if (!_live(device) || book[device].roles & role != role || device == never) return false;
            for (uint256 j = 0; j < i; j++) {
                if (who[j].device == device) return false;
            }
        }
        return true;
    }

    function _distinctLive(Keys[] memory who) internal view returns (uint256 count) {
        for (uint256 i = 0; i < who.length; i++) {
            bytes32 device = who[i].device;
            bool counts = _live(device) && book[device].roles & 2 != 0;
            for (uint256 j = 0; j < i; j++) {
                if (who[j].device == device) counts = false;
            }
            if (counts) count++;
        }
    }

    function _revoked(bytes32 device, uint64 since) internal {
        book[device].revokedAt = uint64(vm.getBlockTimestamp());
        book[device].since = since;
    }

    function _gift(Keys[] memory who) internal view returns (Gift memory) {
        bytes32 second = who.length > 1 ? who[1].device : bytes32(0);
        return Gift(who[0].device, second, uint64(vm.getBlockTimestamp()), false);
    }

    function _dead(Gift memory gift) internal view returns (bool) {
        return gift.taken || _compromised(gift.first, gift.at) || _compromised(gift.second, gift.at);
    }

    function _compromised(bytes32 device, uint64 at) internal view returns (bool) {
        return book[device].revokedAt != 0 && book[device].since <= at;
    }

    // Choosing.

    /// @dev Mostly as many entitled signers as it takes; else one short, one twice, one too many, or any keys at all.
    function _signers(uint256 seed, uint8 role, uint256 needed, bytes32 never)
        internal
        view
        returns (Keys[] memory who)
    {
        uint256 mode = (seed >> 16) % 12;
        if (mode == 0) return _anySigners(seed);
        uint256 count = needed;
        if (mode == 1 && needed > 1) count = needed - 1;
        if (mode == 2 || mode == 3) count = needed + 1;
        Keys[] memory found = new Keys[](keys.length + 1);
        uint256 n;
        for (uint256 i = 0; i < keys.length && n < count; i++) {
            Keys memory k = keys[((seed >> 24) + i) % keys.length];
            if (_live(k.device) && book[k.device].roles & role == role && k.device != never) found[n++] = k;
        }
        if (mode == 3 && n > 0) found[n++] = found[0];
        if (n == 0) return alone(_anyKey(seed));
        assembly ("memory-safe") {
            mstore(found, n)
        }
        return found;
    }

    function _anySigners(uint256 seed) internal view returns (Keys[] memory who) {
        who = new Keys[](seed % 4 + 1);
        for (uint256 i = 0; i < who.length; i++) {
            who[i] = _anyKey(seed >> (8 * i));
        }
    }

    /// @dev Any of Alice's masters that are or were, one time in ten Bob's.
    function _anyKey(uint256 seed) internal view returns (Keys memory) {
        return seed % 10 == 9 ? bob : keys[seed % keys.length];
    }

    /// @dev One with a proposal, where there is one.
    function _proposer(uint256 seed) internal view returns (bytes32) {
        for (uint256 i = 0; i < keys.length; i++) {
            bytes32 device = keys[(seed % keys.length + i) % keys.length].device;
            if (wishes[device].at != 0) return device;
        }
        return _anyKey(seed).device;
    }

    function _keysOf(bytes32 device) internal view returns (Keys memory) {
        for (uint256 i = 0; i < keys.length; i++) {
            if (keys[i].device == device) return keys[i];
        }
        return bob;
    }

    function _taker(uint256 seed, uint8 how) internal view returns (Keys[] memory who, address sender, bool may) {
        if (how % 4 == 0) return (nobody(), wallet.wallet, true);
        // The first wallet, which may have been rotated out, or nobody in particular.
        if (how % 4 == 1) return (nobody(), alice.wallet, alice.wallet == wallet.wallet);
        who = how % 4 == 2 ? _signers(seed, 0, 1, 0) : _anySigners(seed);
        return (who, ANYONE, _mayApprove(who, 1, 0, 0));
    }

    /// @dev A moment that is allowed: 0, never, or between the target's registration and now.
    function _since(uint256 seed, bytes32 target) internal view returns (uint64) {
        if (seed % 3 == 0) return LOST;
        if (seed % 3 == 1) return 0;
        uint64 registered = book[target].registeredAt;
        if (registered == 0) return 0;
        return registered + uint64((seed >> 8) % (vm.getBlockTimestamp() - registered + 1));
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
