// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import { Grant } from "../../src/interfaces/IAgentKeysScope.sol";
import { Approval, Kind } from "../../src/interfaces/ISidecarRegistry.sol";
import { Stranger } from "./Hands.t.sol";
import { Indexer } from "./Indexer.t.sol";
import { Judge } from "./Judge.t.sol";

/// @dev One operator, Alice, whose masters come and go; Bob, whom nothing of hers may touch and who may touch nothing of hers; and a
/// stranger's contract. Each action signs with any set of keys, live, revoked or foreign, and foretells from its own books alone
/// whether the call must succeed. What happened and what was foretold must be the same, and then the books and the views.
contract RecoveryHandler is Judge {
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
}
