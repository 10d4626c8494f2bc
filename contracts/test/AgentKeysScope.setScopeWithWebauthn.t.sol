// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import { Grant, IAgentKeysScope, ScopeInfo } from "../src/interfaces/IAgentKeysScope.sol";
import { IK11Verifier } from "../src/interfaces/IK11Verifier.sol";
import { Approval, ISidecarRegistry, Kind } from "../src/interfaces/ISidecarRegistry.sol";
import { Fixture } from "./Fixture.t.sol";

contract AgentKeysScopeSetScopeWithWebauthnTest is Fixture {
    bytes32 internal actor;

    function setUp() public override {
        super.setUp();
        actor = registerAgent(keysOf("agent"));
    }

    function _refuses(Grant[] memory grants, bytes memory error_) internal {
        _refusesFor(aliceOmni, actor, grants, error_);
    }

    function _refusesFor(bytes32 operator, bytes32 actor_, Grant[] memory grants, bytes memory error_) internal {
        Approval[] memory approvals = only(approveScope(alice, operator, actor_, grants));
        uint64 generation = generationOf(actor_);
        vm.expectRevert(error_);
        scope.setScopeWithWebauthn(operator, actor_, generation, grants, approvals);
    }

    function test_SetsTheGrantsInTheirOrder() public {
        setScope(actor, grantsOf(4));
        (ScopeInfo memory info, Grant[] memory grants) = scope.getScope(actor);
        assertEq(info.generation, 1, "generation");
        assertEq(info.setAt, START, "setAt");
        assertEq(info.approvers[0], alice.device, "approver");
        assertEq(info.approvers[1], 0, "only one");
        assertEq(info.operator, aliceOmni, "operator");
        assertEq(keccak256(abi.encode(grants)), keccak256(abi.encode(grantsOf(4))), "grants");
        for (uint256 i = 0; i < 4; i++) {
            Grant memory g = scope.getGrant(actor, grants[i].serviceHash);
            assertEq(keccak256(abi.encode(g)), keccak256(abi.encode(grants[i])), "getGrant");
            assertTrue(scope.isServiceInScope(aliceOmni, actor, grants[i].serviceHash), "in scope");
        }
        assertEq(registry.approvalNonce(alice.device, address(scope)), 1, "the approver's nonce moved");
    }

    function test_Event() public {
        Grant[] memory grants = grantsOf(2);
        Approval[] memory approvals = only(approveScope(alice, aliceOmni, actor, grants));
        vm.expectEmit(true, true, true, true, address(registry));
        emit ISidecarRegistry.ApprovalConsumed(aliceOmni, alice.device, address(scope), OP_SET, Kind.Give, 0, 7);
        vm.expectEmit(true, true, true, true, address(scope));
        emit IAgentKeysScope.ScopeSet(aliceOmni, actor, 1, grants, [alice.device, bytes32(0)]);
        vm.prank(address(0xE4E)); // anyone relays
        scope.setScopeWithWebauthn(aliceOmni, actor, 1, grants, approvals);
    }

    /// @dev No generation is 0, so what was never stored is of none, also while the actor has no scope yet.
    function test_BeforeAnyScopeThereIsNoGrant() public view {
        Grant memory none;
        Grant memory found = scope.getGrant(actor, keccak256("openai_api_key"));
        assertEq(keccak256(abi.encode(found)), keccak256(abi.encode(none)), "no grant");
    }

    function test_ReplacesTheWhole() public {
        setScope(actor, grantsOf(4));
        Grant[] memory second = new Grant[](1);
        second[0] = grantsOf(3)[2];
        second[0].readOnly = true;
        setScope(actor, second);
        (ScopeInfo memory info, Grant[] memory grants) = scope.getScope(actor);
        assertEq(info.generation, 2, "generation");
        assertEq(grants.length, 1, "one left");
        assertTrue(grants[0].readOnly, "changed");
        assertEq(scope.getGrant(actor, grantsOf(1)[0].serviceHash).dataClasses, 0, "the others are gone");
        assertTrue(!scope.isServiceInScope(aliceOmni, actor, grantsOf(1)[0].serviceHash), "not in scope");
    }

    function test_EmptyListLeavesNothing() public {
        setScope(actor, grantsOf(4));
        setScope(actor, grantsOf(0));
        (ScopeInfo memory info, Grant[] memory grants) = scope.getScope(actor);
        assertEq(info.generation, 2, "generation");
        assertEq(grants.length, 0, "nothing");
    }

    function test_SixtyFourGrants() public {
        setScope(actor, grantsOf(64));
        (, Grant[] memory grants) = scope.getScope(actor);
        assertEq(grants.length, 64, "all");
    }

    function test_TwoApproversAreRemembered() public {
        Keys memory phone = addMaster("alice's phone", 7);
        setThresholds(1, 2);
        Grant[] memory grants = grantsOf(1);
        Approval[] memory approvals =
            both(approveScope(phone, aliceOmni, actor, grants), approveScope(alice, aliceOmni, actor, grants));
        scope.setScopeWithWebauthn(aliceOmni, actor, 1, grants, approvals);
        ScopeInfo memory info = scope.getScopeInfo(actor);
        assertEq(info.approvers[0], phone.device, "first");
        assertEq(info.approvers[1], alice.device, "second");
        // Any of them compromised takes it out of force.
        revokeMaster(alice, uint64(START));
        assertTrue(!scope.isServiceInScope(aliceOmni, actor, grants[0].serviceHash), "not in scope");
    }

    function test_ExpiredGrantIsNotInScope() public {
        Grant[] memory grants = grantsOf(2);
        setScope(actor, grants);
        vm.warp(grants[1].expiresAt - 1);
        assertTrue(scope.isServiceInScope(aliceOmni, actor, grants[1].serviceHash), "the last second");
        vm.warp(grants[1].expiresAt);
        assertTrue(!scope.isServiceInScope(aliceOmni, actor, grants[1].serviceHash), "expired");
        assertTrue(scope.isServiceInScope(aliceOmni, actor, grants[0].serviceHash), "0 is no end");
        assertEq(scope.getGrant(actor, grants[1].serviceHash).dataClasses, 2, "still shown");
    }

    function test_ScopeIsTheOperatorsOwn() public {
        setScope(actor, grantsOf(1));
        bytes32 bobOmni = registerMaster(keysOf("bob"));
        assertTrue(!scope.isServiceInScope(bobOmni, actor, grantsOf(1)[0].serviceHash), "not through another");
        assertTrue(!scope.isServiceInScope(0, actor, grantsOf(1)[0].serviceHash), "nor through nobody");
    }

    // Refusals.

    function test_RevertsWhen_ActorIsUnknown() public {
        bytes32 x = keccak256("x");
        _refusesFor(
            aliceOmni,
            x,
            grantsOf(1),
            abi.encodeWithSelector(IAgentKeysScope.ActorOfOtherOperator.selector, x, aliceOmni, 0)
        );
        _refusesFor(0, x, grantsOf(1), abi.encodeWithSelector(IAgentKeysScope.ActorOfOtherOperator.selector, x, 0, 0));
    }

    function test_RevertsWhen_ActorIsOfAnotherOperator() public {
        bytes32 bobOmni = registerMaster(keysOf("bob"));
        _refusesFor(
            bobOmni,
            actor,
            grantsOf(1),
            abi.encodeWithSelector(IAgentKeysScope.ActorOfOtherOperator.selector, actor, bobOmni, aliceOmni)
        );
    }

    function test_RevertsWhen_ActorIsTheOperator() public {
        _refusesFor(
            aliceOmni,
            aliceOmni,
            grantsOf(1),
            abi.encodeWithSelector(IAgentKeysScope.ActorIsOperator.selector, aliceOmni)
        );
    }

    function test_RevertsWhen_TooManyGrants() public {
        _refuses(grantsOf(65), abi.encodeWithSelector(IAgentKeysScope.TooManyGrants.selector, 65, 64));
    }

    function test_RevertsWhen_ServiceIsZero() public {
        Grant[] memory grants = grantsOf(3);
        grants[1].serviceHash = 0;
        _refuses(grants, abi.encodeWithSelector(IAgentKeysScope.ServiceHashZero.selector, 1));
    }

    function test_RevertsWhen_ServiceIsThereTwice() public {
        Grant[] memory grants = grantsOf(3);
        grants[2].serviceHash = grants[0].serviceHash;
        _refuses(grants, abi.encodeWithSelector(IAgentKeysScope.ServiceDuplicate.selector, 2, grants[0].serviceHash));
        // Also when an earlier generation had it.
        setScope(actor, grantsOf(3));
        _refuses(grants, abi.encodeWithSelector(IAgentKeysScope.ServiceDuplicate.selector, 2, grants[0].serviceHash));
    }

    function test_RevertsWhen_MaskIsEmpty() public {
        Grant[] memory grants = grantsOf(2);
        grants[1].dataClasses = 0;
        _refuses(grants, abi.encodeWithSelector(IAgentKeysScope.DataClassesInvalid.selector, 1, 0));
    }

    function test_RevertsWhen_MaskHasUnknownBits() public {
        for (uint256 bit = 4; bit < 8; bit++) {
            Grant[] memory grants = grantsOf(1);
            grants[0].dataClasses = uint8(1 | (1 << bit));
            _refuses(
                grants, abi.encodeWithSelector(IAgentKeysScope.DataClassesInvalid.selector, 0, grants[0].dataClasses)
            );
        }
    }

    function test_RevertsWhen_LimitHasNoPeriod() public {
        Grant[] memory grants = grantsOf(2);
        grants[1].periodSeconds = 0;
        _refuses(grants, abi.encodeWithSelector(IAgentKeysScope.LimitWithoutPeriod.selector, 1, 10));
    }

    function test_RevertsWhen_OnlyTheWalletAgrees() public {
        vm.expectRevert(abi.encodeWithSelector(ISidecarRegistry.NotEnoughApprovals.selector, 1, 0));
        vm.prank(alice.wallet);
        scope.setScopeWithWebauthn(aliceOmni, actor, 1, grantsOf(1), none());
    }

    function test_RevertsWhen_MasterLacksScopeMgmt() public {
        Keys memory phone = addMaster("alice's phone", 3);
        Grant[] memory grants = grantsOf(1);
        Approval[] memory approvals = only(approveScope(phone, aliceOmni, actor, grants));
        vm.expectRevert(abi.encodeWithSelector(ISidecarRegistry.ApproverLacksRole.selector, phone.device, 4, 3));
        scope.setScopeWithWebauthn(aliceOmni, actor, 1, grants, approvals);
    }

    function test_RevertsWhen_ExpiryIsTooFar() public {
        Grant[] memory grants = grantsOf(2);
        grants[1].expiresAt = 1 << 56;
        uint64 most = type(uint56).max;
        _refuses(grants, abi.encodeWithSelector(IAgentKeysScope.ExpiryTooFar.selector, 1, uint64(1 << 56), most));
        grants[1].expiresAt = most;
        setScope(actor, grants);
        assertEq(scope.getGrant(actor, grants[1].serviceHash).expiresAt, most, "the last second that fits");
    }

    // The generation is said by the caller, and bound: an older set cannot undo what came in between.
    function test_RevertsWhen_GenerationIsNotTheNext() public {
        setScope(actor, grantsOf(1));
        uint64[4] memory wrong = [0, 1, 3, type(uint64).max];
        for (uint256 i = 0; i < wrong.length; i++) {
            Grant[] memory grants = grantsOf(1);
            bytes32 fields = keccak256(abi.encode(aliceOmni, actor, wrong[i], grants));
            Approval[] memory approvals = only(approve(alice, OP_SET, address(scope), aliceOmni, fields, Kind.Give));
            vm.expectRevert(abi.encodeWithSelector(IAgentKeysScope.GenerationMismatch.selector, actor, 2, wrong[i]));
            scope.setScopeWithWebauthn(aliceOmni, actor, wrong[i], grants, approvals);
        }
    }

    // Each member of a grant is in the challenge.
    function test_RevertsWhen_GrantsAreOthersThanApproved() public {
        Approval[] memory approvals = only(approveScope(alice, aliceOmni, actor, grantsOf(2)));
        for (uint256 i = 0; i < 7; i++) {
            Grant[] memory grants = grantsOf(2);
            if (i == 0) grants[1].serviceHash = keccak256("other");
            if (i == 1) grants[1].dataClasses ^= 4;
            if (i == 2) grants[1].readOnly = false;
            if (i == 3) grants[1].expiresAt += 1;
            if (i == 4) grants[1].maxCalls += 1;
            if (i == 5) grants[1].periodSeconds += 1;
            if (i == 6) (grants[0], grants[1]) = (grants[1], grants[0]);
            bytes32 fields = keccak256(abi.encode(aliceOmni, actor, uint64(1), grants));
            bytes32 expected = challengeOf(OP_SET, address(scope), aliceOmni, 0, in1Hour(), fields);
            vm.expectRevert(abi.encodeWithSelector(IK11Verifier.ChallengeMismatch.selector, expected));
            scope.setScopeWithWebauthn(aliceOmni, actor, 1, grants, approvals);
        }
    }

    // Oracle: one grant of any kind.
    function testFuzz_OneGrant(Grant memory g) public {
        Grant[] memory grants = new Grant[](1);
        grants[0] = g;
        if (g.serviceHash == 0) {
            _refuses(grants, abi.encodeWithSelector(IAgentKeysScope.ServiceHashZero.selector, 0));
        } else if (g.dataClasses == 0 || g.dataClasses > 15) {
            _refuses(grants, abi.encodeWithSelector(IAgentKeysScope.DataClassesInvalid.selector, 0, g.dataClasses));
        } else if (g.maxCalls > 0 && g.periodSeconds == 0) {
            _refuses(grants, abi.encodeWithSelector(IAgentKeysScope.LimitWithoutPeriod.selector, 0, g.maxCalls));
        } else if (g.expiresAt >= 1 << 56) {
            uint64 most = type(uint56).max;
            _refuses(grants, abi.encodeWithSelector(IAgentKeysScope.ExpiryTooFar.selector, 0, g.expiresAt, most));
        } else {
            setScope(actor, grants);
            Grant memory stored = scope.getGrant(actor, g.serviceHash);
            assertEq(keccak256(abi.encode(stored)), keccak256(abi.encode(g)), "as given");
            bool inForce = g.expiresAt == 0 || g.expiresAt > START;
            assertEq(scope.isServiceInScope(aliceOmni, actor, g.serviceHash), inForce, "in scope");
        }
    }

    // As above, with the mask and limits where they usually are.
    function testFuzz_LikelyGrant(uint8 mask, bool limited, bool period, uint64 ahead) public {
        testFuzz_OneGrant(
            Grant({
                serviceHash: keccak256("openai"),
                dataClasses: mask % 20,
                readOnly: limited,
                expiresAt: uint64(START - 100 + ahead % 200),
                maxCalls: limited ? 5 : 0,
                periodSeconds: period ? 60 : 0
            })
        );
    }
}
