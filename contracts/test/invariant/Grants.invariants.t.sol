// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import { Grant, ScopeInfo } from "../../src/interfaces/IAgentKeysScope.sol";
import { Facts, Query } from "../../src/interfaces/ICapLens.sol";
import { Approval, Device, Kind, Operator } from "../../src/interfaces/ISidecarRegistry.sol";
import { AgentKeysScope } from "../../src/AgentKeysScope.sol";
import { CapLens } from "../../src/CapLens.sol";
import { Base } from "../Base.t.sol";
import { SidecarRegistry } from "../../src/SidecarRegistry.sol";
import { Fixture } from "../Fixture.t.sol";

/// @dev Does valid things in any order and keeps its own books. Every action must succeed.
contract Handler is Fixture {
    Keys[] internal agents;
    bytes32[] internal actors;
    mapping(bytes32 device => bool) public taken;
    mapping(bytes32 actor => bool) public hasScope;
    // The highest that was seen of everything that may only rise.
    mapping(bytes32 what => uint256) internal highest;
    uint256 public actions;

    modifier watched() {
        _;
        actions++;
        _watch();
    }

    function setUp() public override {
        super.setUp();
        for (uint256 i = 0; i < 2; i++) {
            registerNewAgent(i);
        }
    }

    function registerNewAgent(uint256 seed) public watched {
        Keys memory agent = keysOf(string(abi.encode("agent", agents.length)));
        Keys memory master = _activeMaster(seed);
        bool newActor = actors.length == 0 || seed % 3 != 0;
        bytes32 actor = newActor ? registry.omniOf(agent.account) : actors[seed % actors.length];
        uint64 deadline = in1Hour();
        Approval[] memory approvals = only(approveAgent(master, agent, aliceOmni, actor, deadline));
        bytes memory signature = agentSignature(agent, aliceOmni, actor, deadline);
        registry.registerAgentDevice(agent.device, aliceOmni, actor, deadline, signature, approvals);
        agents.push(agent);
        if (newActor) actors.push(actor);
    }

    function revokeAgent(uint256 seed, bool byWallet) external watched {
        Keys memory agent = agents[seed % agents.length];
        if (taken[agent.device]) return;
        Approval[] memory approvals = none();
        if (!byWallet) {
            bytes32 fields = keccak256(abi.encode(agent.device));
            approvals =
                only(approve(_activeMaster(seed), OP_REVOKE_AGENT, address(registry), aliceOmni, fields, Kind.Take));
        }
        vm.prank(byWallet ? alice.wallet : address(0xE4E));
        registry.revokeAgentDevice(agent.device, approvals);
        taken[agent.device] = true;
    }

    function set(uint256 seed, uint8 count) external watched {
        bytes32 actor = actors[seed % actors.length];
        Grant[] memory grants = grantsOf(count % 4);
        Approval[] memory approvals = only(approveScope(_activeMaster(seed), aliceOmni, actor, grants));
        scope.setScopeWithWebauthn(aliceOmni, actor, generationOf(actor), grants, approvals);
        hasScope[actor] = grants.length > 0;
    }

    function take(uint256 seed) external watched {
        bytes32 actor = actors[seed % actors.length];
        if (!hasScope[actor]) return;
        vm.prank(alice.wallet);
        scope.revokeScope(aliceOmni, actor, none());
        hasScope[actor] = false;
    }

    function addAMaster(uint8 roles) external watched {
        if (masters.length >= 5) return;
        addMaster(string(abi.encode("master", masters.length)), 4 | (roles % 4));
    }

    function loseAMaster(uint256 seed, uint64 since) external watched {
        Keys memory k = masters[seed % masters.length];
        if (k.device == alice.device || taken[k.device]) return;
        // Half of the time at some moment that matters, else "lost, not compromised".
        uint64 from = registry.getDevice(k.device).registeredAt;
        uint64 lived = uint64(vm.getBlockTimestamp()) - from;
        revokeMaster(k, since % 2 == 0 ? NEVER : from + since % (lived + 1));
        taken[k.device] = true;
    }

    function advance() external watched {
        vm.prank(governance);
        epochs.advanceEpoch();
    }

    function wait_(uint32 time) external watched {
        vm.warp(vm.getBlockTimestamp() + time % 30 days);
    }

    // Nonces, generations, the epoch, and what is revoked only rise.
    function _watch() internal {
        _rises("epoch", 0, epochs.currentEpoch());
        _rises("recovery nonce", 0, registry.recoveryNonce(aliceOmni, address(registry)));
        for (uint256 i = 0; i < masters.length; i++) {
            bytes32 device = masters[i].device;
            _rises("nonce, registry", device, registry.approvalNonce(device, address(registry)));
            _rises("nonce, scope", device, registry.approvalNonce(device, address(scope)));
            _rises("revoked", device, registry.getDevice(device).revokedAt);
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

    function _activeMaster(uint256 seed) internal view returns (Keys memory) {
        for (uint256 i = 0; i < masters.length; i++) {
            Keys memory k = masters[(seed % masters.length + i) % masters.length];
            if (!taken[k.device]) return k;
        }
        revert("Alice is never taken");
    }

    // For the invariants.

    function deployed() external view returns (SidecarRegistry, AgentKeysScope, CapLens, bytes32) {
        return (registry, scope, lens, aliceOmni);
    }

    function allAgents() external view returns (Keys[] memory) {
        return agents;
    }

    function allMasters() external view returns (Keys[] memory) {
        return masters;
    }

    function allActors() external view returns (bytes32[] memory) {
        return actors;
    }

    function anyGrants() external pure returns (Grant[] memory) {
        return grantsOf(4);
    }
}

contract InvariantsTest is Base {
    struct FuzzSelector {
        address addr;
        bytes4[] selectors;
    }

    Handler internal handler;
    SidecarRegistry internal registry;
    AgentKeysScope internal scope;
    CapLens internal lens;
    bytes32 internal operator;

    function setUp() public {
        handler = new Handler();
        handler.setUp();
        (registry, scope, lens, operator) = handler.deployed();
    }

    /// @dev Foundry asks for these.
    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(handler);
    }

    function targetSelectors() external view returns (FuzzSelector[] memory targets) {
        bytes4[] memory s = new bytes4[](8);
        s[0] = Handler.registerNewAgent.selector;
        s[1] = Handler.revokeAgent.selector;
        s[2] = Handler.set.selector;
        s[3] = Handler.take.selector;
        s[4] = Handler.addAMaster.selector;
        s[5] = Handler.loseAMaster.selector;
        s[6] = Handler.advance.selector;
        s[7] = Handler.wait_.selector;
        targets = new FuzzSelector[](1);
        targets[0] = FuzzSelector(address(handler), s);
    }

    // A device that was taken away is never active again, and the lens says so. (What only rises is watched in the handler.)
    function invariant_RevokedNeverAuthorises() public view {
        Handler.Keys[] memory agents = handler.allAgents();
        for (uint256 i = 0; i < agents.length; i++) {
            if (!handler.taken(agents[i].device)) continue;
            assertTrue(!registry.isActive(agents[i].device), "inactive");
            Facts memory f = lens.capFacts(Query(operator, 0, agents[i].device, 0, 0, address(0)));
            assertTrue(f.deviceRevoked, "the lens knows");
        }
    }

    // The operator's counters are what counting gives.
    function invariant_CountersEqualEnumeration() public view {
        Handler.Keys[] memory masters = handler.allMasters();
        uint256 active;
        uint256 recovery;
        for (uint256 i = 0; i < masters.length; i++) {
            Device memory d = registry.getDevice(masters[i].device);
            if (d.revokedAt != 0) continue;
            active++;
            if (d.roles & 2 != 0) recovery++;
        }
        assertEq(registry.getOperator(operator).activeMasters, active, "masters");
        assertEq(registry.activeRecoveryMasterCount(operator), recovery, "recovery masters");
    }

    // An active agent's device has no approver that counts as compromised; the same for a service in scope.
    function invariant_CompromisedApproversAuthoriseNothing() public view {
        Handler.Keys[] memory agents = handler.allAgents();
        for (uint256 i = 0; i < agents.length; i++) {
            Device memory d = registry.getDevice(agents[i].device);
            Device memory a = registry.getDevice(d.approvers[0]);
            bool compromised = a.revokedAt != 0 && a.compromisedSince <= d.registeredAt;
            assertEq(registry.isActive(agents[i].device), d.revokedAt == 0 && !compromised, "active");
        }
        bytes32[] memory actors = handler.allActors();
        Grant[] memory grants = handler.anyGrants();
        for (uint256 i = 0; i < actors.length; i++) {
            ScopeInfo memory info = scope.getScopeInfo(actors[i]);
            Device memory a = registry.getDevice(info.approvers[0]);
            bool compromised = a.revokedAt != 0 && a.compromisedSince <= info.setAt;
            for (uint256 j = 0; j < grants.length; j++) {
                bool inScope = scope.isServiceInScope(operator, actors[i], grants[j].serviceHash);
                assertTrue(!inScope || (handler.hasScope(actors[i]) && !compromised), "in scope");
            }
        }
    }

    // Every grant that is listed is found by its name, and nothing else is.
    function invariant_ListAndLookupAgree() public view {
        bytes32[] memory actors = handler.allActors();
        Grant[] memory any = handler.anyGrants();
        for (uint256 i = 0; i < actors.length; i++) {
            (, Grant[] memory listed) = scope.getScope(actors[i]);
            uint256 found;
            for (uint256 j = 0; j < any.length; j++) {
                if (scope.getGrant(actors[i], any[j].serviceHash).dataClasses != 0) found++;
            }
            assertEq(found, listed.length, "as many");
            for (uint256 j = 0; j < listed.length; j++) {
                Grant memory g = scope.getGrant(actors[i], listed[j].serviceHash);
                assertEq(keccak256(abi.encode(g)), keccak256(abi.encode(listed[j])), "the same");
            }
        }
    }

    // An address is a wallet or a device, never both; an actor and its operator do not change.
    function invariant_OneKindForEver() public view {
        Handler.Keys[] memory agents = handler.allAgents();
        for (uint256 i = 0; i < agents.length; i++) {
            assertEq(registry.operatorOfWallet(agents[i].account), 0, "no wallet");
        }
        Operator memory o = registry.getOperator(operator);
        assertEq(registry.getDevice(keccak256(abi.encodePacked(o.wallet))).registeredAt, 0, "no device");
        bytes32[] memory actors = handler.allActors();
        for (uint256 i = 0; i < actors.length; i++) {
            assertEq(registry.operatorOfActor(actors[i]), operator, "its operator");
        }
    }
}
