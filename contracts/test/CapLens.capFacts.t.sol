// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import { Grant } from "../src/interfaces/IAgentKeysScope.sol";
import { Facts, ICapLens, Query } from "../src/interfaces/ICapLens.sol";
import { Fixture } from "./Fixture.t.sol";

contract CapLensCapFactsTest is Fixture {
    Keys internal agent;
    bytes32 internal actor;
    Grant[] internal grants;

    function setUp() public override {
        super.setUp();
        agent = keysOf("agent");
        actor = registerAgent(agent);
        Grant[] memory g = grantsOf(4);
        setScope(actor, g);
        for (uint256 i = 0; i < 4; i++) {
            grants.push(g[i]);
        }
    }

    function _query() internal view returns (Query memory) {
        return Query({
            operator: aliceOmni,
            actor: actor,
            device: agent.device,
            dataClass: 1,
            serviceHash: grants[3].serviceHash,
            sessionWallet: alice.wallet
        });
    }

    function _hash(Facts memory f) internal pure returns (bytes32) {
        return keccak256(abi.encode(f));
    }

    function test_Everything() public {
        vm.prank(governance);
        epochs.advanceEpoch();
        vm.warp(START + 5);
        Facts memory f = lens.capFacts(_query());
        assertEq(f.version, 2, "version");
        assertEq(lens.VERSION(), 2, "VERSION");
        assertEq(f.chainId, block.chainid, "chainId");
        assertEq(f.registry, address(registry), "registry");
        assertEq(f.blockNumber, 100, "blockNumber");
        assertEq(f.blockTimestamp, START + 5, "blockTimestamp");
        assertEq(f.parentHash, blockhash(99), "parentHash");
        assertTrue(f.parentHash != 0, "the parent is known");
        assertEq(f.epoch, 2, "epoch");
        assertEq(f.deviceRegisteredAt, START, "deviceRegisteredAt");
        assertEq(f.deviceRevoked, false, "deviceRevoked");
        assertEq(f.deviceApproverRevoked, false, "deviceApproverRevoked");
        assertEq(f.deviceTier, 2, "deviceTier");
        assertEq(f.deviceRoles, 1, "deviceRoles");
        assertEq(f.deviceOperator, aliceOmni, "deviceOperator");
        assertEq(f.deviceActor, actor, "deviceActor");
        assertEq(f.actorOperator, aliceOmni, "actorOperator");
        assertEq(f.walletOperator, aliceOmni, "walletOperator");
        assertEq(f.walletEverUsed, true, "walletEverUsed");
        assertEq(f.operatorTier, 2, "operatorTier");
        assertEq(f.operatorWallet, alice.wallet, "operatorWallet");
        assertEq(f.recoveryThreshold, 1, "recoveryThreshold");
        assertEq(f.grantThreshold, 1, "grantThreshold");
        assertEq(f.activeMasters, 1, "activeMasters");
        assertEq(f.activeRecoveryMasters, 1, "activeRecoveryMasters");
        assertEq(f.auditRelay, relay, "auditRelay");
        assertEq(f.granted, true, "granted");
        assertEq(f.grantClasses, grants[3].dataClasses, "grantClasses");
        assertEq(f.grantReadOnly, grants[3].readOnly, "grantReadOnly");
        assertEq(f.grantExpiresAt, grants[3].expiresAt, "grantExpiresAt");
        assertEq(f.grantMaxCalls, grants[3].maxCalls, "grantMaxCalls");
        assertEq(f.grantPeriodSeconds, grants[3].periodSeconds, "grantPeriodSeconds");
        assertEq(f.scopeGeneration, 1, "scopeGeneration");
        assertEq(f.scopeApproverRevoked, false, "scopeApproverRevoked");
    }

    // 32 static words: clients decode by position.
    function test_AnswerIs32Words() public view {
        (bool ok, bytes memory answer) = address(lens).staticcall(abi.encodeCall(ICapLens.capFacts, (_query())));
        assertTrue(ok, "ok");
        assertEq(answer.length, 32 * 32, "length");
    }

    // Oracle: any query answers for itself. What it does not name is 0, and nothing is ever missing for a revert.
    function testFuzz_AnyPartLeftOutOrUnknown(uint8 mask, bytes32 junk) public view {
        Query memory q = _query();
        if (mask & 1 != 0) q.operator = 0;
        if (mask & 2 != 0) q.actor = mask & 64 != 0 ? junk : bytes32(0);
        if (mask & 4 != 0) q.device = mask & 64 != 0 ? junk : bytes32(0);
        if (mask & 8 != 0) q.serviceHash = mask & 64 != 0 ? junk : bytes32(0);
        if (mask & 16 != 0) q.sessionWallet = address(uint160(uint256(junk)));
        Facts memory f = lens.capFacts(q);
        assertEq(f.deviceRegisteredAt != 0, mask & 4 == 0, "device known");
        assertEq(f.deviceOperator, mask & 4 == 0 ? aliceOmni : bytes32(0), "device's operator");
        assertEq(f.actorOperator, mask & 2 == 0 ? aliceOmni : bytes32(0), "actor's operator");
        assertEq(f.walletOperator, mask & 16 == 0 ? aliceOmni : bytes32(0), "wallet's operator");
        assertEq(f.walletEverUsed, mask & 16 == 0, "wallet is known");
        // The operator's record: of the query, else of the device, else nothing.
        assertEq(f.operatorTier, mask & 1 == 0 || mask & 4 == 0 ? 2 : 0, "operator's tier");
        assertEq(f.granted, mask & 10 == 0, "granted");
        assertEq(f.scopeGeneration, mask & 2 == 0 ? 1 : 0, "generation");
    }

    function test_OperatorsOwnActor() public view {
        Query memory q = _query();
        q.actor = aliceOmni;
        q.device = alice.device;
        Facts memory f = lens.capFacts(q);
        assertEq(f.actorOperator, aliceOmni, "its own actor");
        assertEq(f.deviceActor, aliceOmni, "the master's actor");
        assertEq(f.deviceTier, 1, "master");
        assertEq(f.deviceRoles, 7, "roles");
        assertEq(f.granted, false, "needs no grant");
    }

    function test_RevokedDevice() public {
        vm.prank(alice.wallet);
        registry.revokeAgentDevice(agent.device, none());
        Facts memory f = lens.capFacts(_query());
        assertEq(f.deviceRevoked, true, "revoked");
        assertEq(f.deviceRegisteredAt, START, "still known");
    }

    function test_RevokedScope() public {
        vm.prank(alice.wallet);
        scope.revokeScope(aliceOmni, actor, none());
        Facts memory f = lens.capFacts(_query());
        assertEq(f.granted, false, "not granted");
        assertEq(f.grantClasses, 0, "no classes");
        assertEq(f.scopeGeneration, 2, "generation");
    }

    // Shown as stored: whoever decides compares the clock.
    function test_ExpiredGrantIsShown() public {
        vm.warp(grants[3].expiresAt + 1);
        assertEq(lens.capFacts(_query()).granted, true, "granted, whatever its expiry");
    }

    function test_CompromisedApprover() public {
        addMaster("alice's phone", 7);
        vm.warp(START + 1);
        revokeMaster(alice, uint64(START + 1));
        Facts memory f = lens.capFacts(_query());
        assertEq(f.deviceApproverRevoked, false, "device");
        assertEq(f.scopeApproverRevoked, false, "scope");
        setSince(alice, uint64(START));
        f = lens.capFacts(_query());
        assertEq(f.deviceApproverRevoked, true, "device");
        assertEq(f.scopeApproverRevoked, true, "scope");
        assertEq(f.deviceRevoked, false, "not revoked by itself");
    }

    function test_RotatedOutWallet() public {
        Keys memory next = keysOf("alice's next wallet");
        rotateWallet(next);
        Facts memory f = lens.capFacts(_query());
        assertEq(f.walletOperator, 0, "nobody's");
        assertEq(f.walletEverUsed, true, "but never new again");
        assertEq(f.operatorWallet, next.wallet, "the current one");
    }

    function test_Batch() public view {
        Query[] memory queries = new Query[](3);
        queries[0] = _query();
        queries[1] = _query();
        queries[1].serviceHash = grants[0].serviceHash;
        Facts[] memory facts = lens.capFactsBatch(queries);
        assertEq(facts.length, 3, "as many");
        for (uint256 i = 0; i < 3; i++) {
            assertEq(_hash(facts[i]), _hash(lens.capFacts(queries[i])), "as one by one");
        }
        assertEq(lens.capFactsBatch(new Query[](0)).length, 0, "none");
    }

    function test_BatchOf64() public view {
        assertEq(lens.capFactsBatch(new Query[](64)).length, 64, "as many");
    }

    function test_RevertsWhen_BatchIsLarge() public {
        vm.expectRevert(abi.encodeWithSelector(ICapLens.TooManyQueries.selector, 65, 64));
        lens.capFactsBatch(new Query[](65));
    }
}
