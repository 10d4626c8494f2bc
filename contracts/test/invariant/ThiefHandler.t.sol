// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import { IAgentKeysScope } from "../../src/interfaces/IAgentKeysScope.sol";
import { Approval, Device, ISidecarRegistry, Kind, Operator } from "../../src/interfaces/ISidecarRegistry.sol";
import { Hands, Stranger } from "./Hands.t.sol";

/// @dev Three masters, recoveryThreshold 2. Mallory has the first (A, of which the wallet is too), the wallet's key, the contract of a
/// stranger, an operator of his own, and sees everything that B and C sign. He has one recovery delay, less an hour.
contract ThiefHandler is Hands {
    enum Dies {
        Never,
        // Bound to the scope's generation on purpose: whoever may take the scope away, may void what would give it back.
        WithScope,
        // There is nothing left to take.
        WithAgent
    }

    /// @dev Signed by B and C before Mallory begins, sent when he is done. Each from a state of its own.
    struct Collected {
        string name;
        Call call;
        Dies dies;
    }

    Keys internal b;
    Keys internal c;
    Keys internal own;
    bytes32 internal ownOmni;
    Stranger internal stranger;
    Keys internal agent;
    bytes32 internal actor;
    uint64 internal generation;
    Collected[] internal collected;
    uint8 internal grantThreshold;
    uint64 internal until;
    mapping(string what => uint256) public succeeded;

    constructor(uint8 grantThreshold_) {
        grantThreshold = grantThreshold_;
    }

    function setUp() public override {
        super.setUp();
        stranger = new Stranger();
        b = keysOf("b");
        c = keysOf("c");
        own = keysOf("mallory");
        ownOmni = registerMaster(own);
        must(cAddMaster(alone(alice), Added(aliceOmni, b, 7, 1, 1, in1Hour())));
        must(cAddMaster(alone(alice), Added(aliceOmni, c, 7, 2, grantThreshold, in1Hour())));
        agent = keysOf("agent");
        actor = registry.omniOf(agent.account);
        must(cAgent(pair(b, c), aliceOmni, agent, actor, in1Hour()));
        must(cSetScope(pair(b, c), aliceOmni, actor, grantsOf(2), in1Hour()));
        generation = scope.getScopeInfo(actor).generation;
        until = uint64(vm.getBlockTimestamp() + 7 days - 1 hours);
        _collect();
    }

    function _collect() internal {
        Keys[] memory who = pair(b, c);
        bytes32 o = aliceOmni;
        Keys memory second = keysOf("second agent");
        _keep("evict A", cRevokeMaster(who, o, alice.device, 0, until), Dies.Never);
        _keep("add a master", cAddMaster(who, Added(o, keysOf("d"), 7, 2, 2, until)), Dies.Never);
        _keep("roles of A", cRoles(who, o, alice.device, 1, until), Dies.Never);
        _keep("recovery threshold", cRecoveryThreshold(who, o, 3, until), Dies.Never);
        _keep("grant threshold", cGrantThreshold(who, o, 3, until), Dies.Never);
        _keep("wallet", cWallet(who, o, keysOf("new wallet"), until), Dies.Never);
        _keep("relay", cRelay(who, o, address(0xFEED), until), Dies.Never);
        _keep("agent", cAgent(who, o, second, registry.omniOf(second.account), until), Dies.Never);
        _keep("device", cAgent(who, o, keysOf("third"), actor, until), Dies.Never);
        _keep("scope", cSetScope(who, o, actor, grantsOf(3), until), Dies.WithScope);
        _keep("no scope", cRevokeScope(alone(b), o, actor, until), Dies.Never);
        _keep("no agent", cRevokeAgent(alone(c), o, agent.device, until), Dies.WithAgent);
        _keep("void", cVoid(b, o, b.device, until), Dies.Never);
        _keep("propose", cPropose(b, o, alice.device, LOST, until), Dies.Never);
    }

    function _keep(string memory name, Call memory call, Dies dies) internal {
        collected.push(Collected(name, call, dies));
    }

    // What Mallory does. Nothing is foretold but that authority stays.

    modifier mallory() {
        bytes32 before = _authority();
        _;
        assertEq(_authority(), before, "authority moved");
    }

    function takesTheAgent(bool byWallet) external mallory {
        Keys[] memory who = byWallet ? nobody() : alone(alice);
        _try("agent", from(cRevokeAgent(who, aliceOmni, agent.device, in1Hour()), alice.wallet));
    }

    function takesTheScope(bool byWallet) external mallory {
        Keys[] memory who = byWallet ? nobody() : alone(alice);
        _try("scope", from(cRevokeScope(who, aliceOmni, actor, in1Hour()), alice.wallet));
    }

    function proposes(uint256 seed, uint64 since) external mallory {
        bytes32 target = seed % 2 == 0 ? b.device : c.device;
        _try("propose", cPropose(alice, aliceOmni, target, since % 2 == 0 ? 0 : LOST, in1Hour()));
    }

    function undoes(uint256 seed) external mallory {
        bytes32 proposer = [alice.device, b.device, c.device][seed % 3];
        _try("withdraw", cWithdraw(alice, aliceOmni, proposer, in1Hour()));
        _try("cancel", cCancel(alice, aliceOmni, proposer, in1Hour()));
        _try("execute", cExecute(proposer));
    }

    function voids(uint256 seed) external mallory {
        bytes32 device = [alice.device, b.device, c.device][seed % 3];
        _try("void", cVoid(alice, aliceOmni, device, in1Hour()));
    }

    /// @dev A alone, twice, with his own operator's key, and with what B signed for something else.
    function triesToRecover(uint256 seed, uint8 value) external mallory {
        Keys[] memory who = seed % 3 == 0 ? alone(alice) : seed % 3 == 1 ? pair(alice, alice) : pair(alice, own);
        Call memory call = value % 8 == 7 && seed % 3 == 0
            ? cRelay(nobody(), aliceOmni, own.wallet, in1Hour())
            : _recovery(who, value);
        bool ok = _try("recover", from(call, alice.wallet));
        // With one approval he gives where grantThreshold is 1: that is said in the threat model, and is no authority.
        assertTrue(!ok || (value % 8 == 7 && grantThreshold == 1), "A alone");
    }

    function _recovery(Keys[] memory who, uint8 which) internal view returns (Call memory) {
        uint64 deadline = in1Hour();
        if (which % 8 == 0) return cRevokeMaster(who, aliceOmni, b.device, 0, deadline);
        if (which % 8 == 1) return cAddMaster(who, Added(aliceOmni, keysOf("his"), 7, 1, 1, deadline));
        if (which % 8 == 2) return cRoles(who, aliceOmni, b.device, 1, deadline);
        if (which % 8 == 3) return cRecoveryThreshold(who, aliceOmni, 1, deadline);
        if (which % 8 == 4) return cGrantThreshold(who, aliceOmni, 1, deadline);
        if (which % 8 == 5) return cWallet(who, aliceOmni, keysOf("his wallet"), deadline);
        if (which % 8 == 6) return cRevokeMaster(pair(alice, c), ownOmni, b.device, 0, deadline);
        return cRelay(who, aliceOmni, own.wallet, deadline);
    }

    function gives(uint256 seed) external mallory {
        bool ok = seed % 2 == 0
            ? _try("give", cSetScope(alone(alice), aliceOmni, actor, grantsOf(seed % 4), in1Hour()))
            : _try("give", cAgent(alone(alice), aliceOmni, keysOf(string(abi.encode(seed))), actor, in1Hour()));
        assertTrue(!ok || grantThreshold == 1, "A alone gives");
    }

    /// @dev A stranger's contract gets what A signs for it, or what B and C signed for AgentKeys.
    function goesThroughAStranger(uint256 seed, uint8 kindSeed, bytes32 name, bytes32 fields) external mallory {
        Kind kind = Kind(kindSeed % 4);
        Approval[] memory mine = sign(alone(alice), name, address(stranger), aliceOmni, fields, kind);
        _try("stranger", _strange(name, fields, kind, mine));
        bool ok = _try("stolen", _stolen(uint8(seed % 3 + 1)));
        assertTrue(!ok, "made for another contract");
    }

    function _stolen(uint8 threshold) internal view returns (Call memory) {
        bytes32 name = op("set-recovery-threshold");
        bytes32 fields = keccak256(abi.encode(aliceOmni, threshold));
        Approval[] memory theirs = sign(pair(b, c), name, address(registry), aliceOmni, fields, Kind.Recover, until);
        return _strange(name, fields, Kind.Recover, theirs);
    }

    /// @dev Makes his own operator, or its devices, of whatever of Alice's he can name.
    function squats(uint256 seed) external mallory {
        Keys memory wanted =
            seed % 4 == 0 ? b : seed % 4 == 1 ? agent : seed % 4 == 2 ? keysOf("second agent") : keysOf("d");
        (bool ok,) = attempt(cAddMaster(alone(own), Added(ownOmni, _withKey(wanted), 7, 1, 1, in1Hour())));
        assertTrue(!ok, "without its key");
    }

    function waits(uint32 time) external mallory {
        uint256 next = vm.getBlockTimestamp() + time % 1 days;
        if (next + 1 hours < until) vm.warp(next);
    }

    function _strange(bytes32 name, bytes32 fields, Kind kind, Approval[] memory approvals)
        internal
        view
        returns (Call memory)
    {
        bytes memory data = abi.encodeCall(Stranger.consume, (registry, name, aliceOmni, fields, kind, approvals));
        return Call(address(stranger), ANYONE, data);
    }

    /// @dev The wanted device's names, Mallory's keys.
    function _withKey(Keys memory wanted) internal view returns (Keys memory k) {
        k = wanted;
        (k.k10, k.k11) = (own.k10, own.k11);
    }

    function _try(string memory what, Call memory call) internal returns (bool ok) {
        (ok,) = attempt(call);
        if (ok) succeeded[what]++;
    }

    function _authority() internal view returns (bytes32) {
        Operator memory o = registry.getOperator(aliceOmni);
        Device memory da = registry.getDevice(alice.device);
        Device memory db = registry.getDevice(b.device);
        Device memory dc = registry.getDevice(c.device);
        return keccak256(
            abi.encode(
                o.wallet, o.recoveryThreshold, o.grantThreshold, o.activeMasters, o.activeRecoveryMasters, da, db, dc
            )
        );
    }

    // What must hold.

    /// @dev Everything that B and C collected still counts, each from this state.
    function checkCollected() external {
        for (uint256 i = 0; i < collected.length; i++) {
            uint256 state = vm.snapshotState();
            (bool ok, bytes memory result) = attempt(collected[i].call);
            uint64 current = scope.getScopeInfo(actor).generation;
            if (ok || collected[i].dies == Dies.Never) {
                assertTrue(ok, collected[i].name);
            } else if (collected[i].dies == Dies.WithScope) {
                bytes memory error = abi.encodeWithSelector(
                    IAgentKeysScope.GenerationMismatch.selector, actor, current + 1, generation + 1
                );
                assertEq(keccak256(result), keccak256(error), "the scope was taken or set");
            } else {
                bytes memory error =
                    abi.encodeWithSelector(ISidecarRegistry.DeviceAlreadyRevoked.selector, agent.device);
                assertEq(keccak256(result), keccak256(error), "the agent was taken");
            }
            vm.revertToState(state);
        }
    }

    /// @dev The exception is no wider than that: while nobody took or set the scope, its approvals count too.
    function checkScopeDiesOnlyWithItsGeneration() external {
        if (scope.getScopeInfo(actor).generation != generation) return;
        uint256 state = vm.snapshotState();
        must(collected[9].call);
        vm.revertToState(state);
    }
}
