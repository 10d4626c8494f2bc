// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import { AgentKeysScope } from "../../src/AgentKeysScope.sol";
import { K11Verifier } from "../../src/K11Verifier.sol";
import { P256Verifier } from "../../src/P256Verifier.sol";
import { SidecarRegistry } from "../../src/SidecarRegistry.sol";
import { Call, Calls, Person } from "./Calls.t.sol";
import { Op } from "./Op.sol";

/// @dev A state, made by nothing but the operations themselves, in which every operation has a call that succeeds: Alice with three
/// masters, any two of which recover and give, one master without roles that matter, one revoked, an agent with a scope, and an
/// open proposal; Bob, another operator; Carol, who is agent_rooted.
abstract contract World is Calls {
    uint256 internal constant START = 1_800_000_000;
    uint64 internal constant DELAY = 7 days;
    uint64 internal constant NEVER = type(uint64).max;
    address internal constant RELAYER = address(0x4E1A7E4);

    Person internal one; // Alice's first master; its wallet is Alice's
    Person internal two;
    Person internal three;
    Person internal weak; // a master that may only mint
    Person internal revoked;
    Person internal agent;
    Person internal bob;
    Person internal carol;
    bytes32 internal aliceOmni;
    bytes32 internal agentOmni;

    function setUp() public virtual {
        vm.warp(START);
        registry = new SidecarRegistry(new K11Verifier(new P256Verifier()), DELAY);
        proposals = registry.recovery();
        scope = new AgentKeysScope(registry);
        _people();
        mustSend(prove(firstMaster(one)));
        mustSend(prove(firstMaster(bob)));
        mustSend(prove(agentRooted(carol)));
        mustSend(prove(additionalMaster(two, 7, 1, 1, by(one))));
        mustSend(prove(additionalMaster(three, 7, 2, 2, by(one))));
        mustSend(prove(additionalMaster(weak, 1, 2, 2, by(one, two))));
        mustSend(prove(additionalMaster(revoked, 7, 2, 2, by(one, two))));
        mustSend(prove(agentDevice(agent, agentOmni)));
        mustSend(prove(setScope(1)));
        vm.warp(START + 100);
        mustSend(prove(revokeMaster(revoked, NEVER, by(one, two))));
        vm.warp(START + 200);
        mustSend(prove(propose(two, three)));
        vm.warp(START + 300);
    }

    function _people() private {
        one = personOf("alice's first");
        two = personOf("alice's second");
        three = personOf("alice's third");
        weak = personOf("alice's weak one");
        revoked = personOf("alice's lost one");
        agent = personOf("alice's agent");
        bob = personOf("bob");
        carol = personOf("carol");
        aliceOmni = registry.omniOf(one.wallet);
        agentOmni = registry.omniOf(agent.account);
    }

    /// @dev Of every operation one call that succeeds in this state. Execution needs the delay to have passed: it warps.
    function callOf(Op op) internal returns (Call memory) {
        if (op == Op.RegisterFirstMaster) return firstMaster(personOf("dave"));
        if (op == Op.RegisterAgentRooted) return agentRooted(personOf("erin"));
        if (op == Op.UpgradeToHumanAnchored) return upgrade(personOf("carol's phone"));
        if (op == Op.RegisterAdditionalMaster) {
            return additionalMaster(personOf("alice's new one"), 7, 2, 2, by(one, two));
        }
        if (op == Op.SetDeviceRoles) return setRoles(weak, 3);
        if (op == Op.SetRecoveryThreshold) return setThreshold(op, 1);
        if (op == Op.SetGrantThreshold) return setThreshold(op, 1);
        if (op == Op.RotateMasterWallet) return rotate(personOf("alice's new wallet"));
        if (op == Op.RevokeMasterDevice) return revokeMaster(three, NEVER, by(one, two));
        if (op == Op.SetCompromisedSince) return setSince(uint64(now_()));
        if (op == Op.VoidApprovals) return voidApprovals(one);
        if (op == Op.SetAuditRelay) return setRelay(address(0xA0D17));
        if (op == Op.RegisterAgentDevice) {
            Person memory p = personOf("alice's new agent");
            return agentDevice(p, registry.omniOf(p.account));
        }
        if (op == Op.RevokeAgentDevice) return revokeAgent();
        if (op == Op.SetScope) return setScope(2);
        if (op == Op.RevokeScope) return revokeScope();
        if (op == Op.ProposeRecovery) return propose(one, three);
        if (op == Op.CancelRecovery) return answer(op, one);
        if (op == Op.WithdrawRecovery) return answer(op, two);
        vm.warp(START + 200 + DELAY);
        return execute();
    }

    function now_() internal view returns (uint256) {
        return vm.getBlockTimestamp();
    }

    // One function per operation: the fields in their order.

    function firstMaster(Person memory p) internal view returns (Call memory c) {
        c = _call(Op.RegisterFirstMaster, address(registry), registry.omniOf(p.wallet));
        (c.sender, c.subject, c.actor, c.tier, c.roles) = (p.wallet, p, c.operator, 1, 7);
        c.words = _words(abi.encode(p.device, p.passkey, RELAYER, c.deadline));
    }

    function agentRooted(Person memory p) internal view returns (Call memory c) {
        c = _call(Op.RegisterAgentRooted, address(registry), registry.omniOf(p.wallet));
        (c.sender, c.subject, c.actor, c.tier, c.roles) = (p.wallet, p, c.operator, 2, 1);
        c.words = _words(abi.encode(p.device, RELAYER, c.deadline));
    }

    function upgrade(Person memory p) internal view returns (Call memory c) {
        c = _call(Op.UpgradeToHumanAnchored, address(registry), registry.omniOf(carol.wallet));
        (c.sender, c.subject, c.actor, c.tier, c.roles) = (carol.wallet, p, c.operator, 1, 7);
        c.words = _words(abi.encode(p.wallet, p.device, p.passkey, RELAYER, c.deadline));
    }

    function additionalMaster(Person memory p, uint8 roles, uint8 recovery, uint8 grant, Person[] memory approvers)
        internal
        view
        returns (Call memory c)
    {
        c = _call(Op.RegisterAdditionalMaster, address(registry), aliceOmni);
        (c.subject, c.actor, c.tier, c.roles, c.approvers) = (p, aliceOmni, 1, roles, approvers);
        c.words = _words(abi.encode(p.device, aliceOmni, p.passkey, roles, recovery, grant, c.deadline));
    }

    function setRoles(Person memory device, uint8 roles) internal view returns (Call memory c) {
        c = _recovery(Op.SetDeviceRoles, abi.encode(device.device, roles));
    }

    function setThreshold(Op op, uint8 threshold) internal view returns (Call memory) {
        return _recovery(op, abi.encode(aliceOmni, threshold));
    }

    function rotate(Person memory to) internal view returns (Call memory c) {
        c = _recovery(Op.RotateMasterWallet, "");
        c.subject = to;
        c.words = _words(abi.encode(aliceOmni, to.wallet, c.deadline));
    }

    function revokeMaster(Person memory target, uint64 since, Person[] memory approvers)
        internal
        view
        returns (Call memory c)
    {
        c = _recovery(Op.RevokeMasterDevice, abi.encode(target.device, since));
        c.approvers = approvers;
    }

    function setSince(uint64 since) internal view returns (Call memory) {
        return _recovery(Op.SetCompromisedSince, abi.encode(revoked.device, since));
    }

    function voidApprovals(Person memory p) internal view returns (Call memory c) {
        c = _call(Op.VoidApprovals, address(registry), aliceOmni);
        (c.words, c.approvers) = (_words(abi.encode(p.device)), by(p));
    }

    function setRelay(address relay) internal view returns (Call memory c) {
        c = _call(Op.SetAuditRelay, address(registry), aliceOmni);
        (c.words, c.approvers) = (_words(abi.encode(aliceOmni, relay)), by(one, two));
    }

    function agentDevice(Person memory p, bytes32 actor) internal view returns (Call memory c) {
        c = _call(Op.RegisterAgentDevice, address(registry), aliceOmni);
        (c.subject, c.actor, c.tier, c.roles, c.approvers) = (p, actor, 2, 1, by(one, two));
        c.words = _words(abi.encode(p.device, aliceOmni, actor, c.deadline));
    }

    function revokeAgent() internal view returns (Call memory c) {
        c = _call(Op.RevokeAgentDevice, address(registry), aliceOmni);
        (c.words, c.approvers) = (_words(abi.encode(agent.device)), by(one));
    }

    /// @dev Two grants, each of six words.
    function setScope(uint64 generation) internal view returns (Call memory c) {
        c = _call(Op.SetScope, address(scope), aliceOmni);
        bytes memory grants = abi.encode(keccak256("openai_api_key"), 1, true, START + 30 days, 100, 3600);
        grants = bytes.concat(grants, abi.encode(keccak256("notes"), 2, false, 0, 0, 0));
        c.words = _words(bytes.concat(abi.encode(aliceOmni, agentOmni, generation, 4 * 32, 2), grants));
        c.approvers = by(one, two);
    }

    function revokeScope() internal view returns (Call memory c) {
        c = _call(Op.RevokeScope, address(scope), aliceOmni);
        (c.words, c.approvers) = (_words(abi.encode(aliceOmni, agentOmni)), by(one));
    }

    function propose(Person memory proposer, Person memory target) internal view returns (Call memory c) {
        c = _call(Op.ProposeRecovery, address(proposals), aliceOmni);
        (c.words, c.approvers) = (_words(abi.encode(aliceOmni, target.device, NEVER)), by(proposer));
    }

    /// @dev To the open proposal, by whomever.
    function answer(Op op, Person memory approver) internal view returns (Call memory c) {
        c = _call(op, address(proposals), aliceOmni);
        (c.words, c.approvers) = (_words(abi.encode(two.device)), by(approver));
    }

    function execute() internal view returns (Call memory c) {
        c = _call(Op.Execute, address(proposals), aliceOmni);
        c.words = _words(abi.encode(two.device));
    }

    // Parts of calls.

    function by(Person memory p) internal pure returns (Person[] memory list) {
        list = new Person[](1);
        list[0] = p;
    }

    function by(Person memory p, Person memory q) internal pure returns (Person[] memory list) {
        list = new Person[](2);
        (list[0], list[1]) = (p, q);
    }

    function _call(Op op, address target, bytes32 operator) private view returns (Call memory c) {
        (c.op, c.target, c.sender, c.operator, c.deadline) = (op, target, RELAYER, operator, uint64(now_() + 1 hours));
    }

    function _recovery(Op op, bytes memory fields) private view returns (Call memory c) {
        c = _call(op, address(registry), aliceOmni);
        (c.words, c.approvers) = (_words(fields), by(one, two));
    }

    /// @dev abi.encode's bytes as the words they are.
    function _words(bytes memory encoded) internal pure returns (bytes32[] memory words) {
        assembly ("memory-safe") {
            words := encoded
            mstore(words, shr(5, mload(encoded)))
        }
    }
}
