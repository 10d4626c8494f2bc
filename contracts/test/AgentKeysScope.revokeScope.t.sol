// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import { Grant, IAgentKeysScope, ScopeInfo } from "../src/interfaces/IAgentKeysScope.sol";
import { IK11Verifier } from "../src/interfaces/IK11Verifier.sol";
import { Approval, ISidecarRegistry, Kind } from "../src/interfaces/ISidecarRegistry.sol";
import { Fixture } from "./Fixture.t.sol";

contract AgentKeysScopeRevokeScopeTest is Fixture {
    bytes32 internal actor;

    function setUp() public override {
        super.setUp();
        actor = registerAgent(keysOf("agent"));
        setScope(actor, grantsOf(4));
        vm.warp(START + 10);
    }

    function _take(Keys memory master) internal view returns (Approval memory) {
        bytes32 fields = keccak256(abi.encode(aliceOmni, actor));
        return approve(master, OP_REVOKE_SCOPE, address(scope), aliceOmni, fields, Kind.Take);
    }

    function _isGone() internal view {
        (ScopeInfo memory info, Grant[] memory grants) = scope.getScope(actor);
        assertEq(info.generation, 2, "generation");
        assertEq(info.setAt, START + 10, "setAt");
        assertEq(info.approvers[0], 0, "no approver");
        assertEq(info.operator, aliceOmni, "operator");
        assertEq(grants.length, 0, "no grants");
        for (uint256 i = 0; i < 4; i++) {
            bytes32 service = grantsOf(4)[i].serviceHash;
            assertEq(scope.getGrant(actor, service).dataClasses, 0, "no grant");
            assertTrue(!scope.isServiceInScope(aliceOmni, actor, service), "not in scope");
        }
    }

    function test_TheWalletTakesAway() public {
        vm.expectEmit(true, true, true, true, address(scope));
        emit IAgentKeysScope.ScopeRevoked(aliceOmni, actor, 2, 0);
        vm.prank(alice.wallet);
        scope.revokeScope(aliceOmni, actor, none());
        _isGone();
        assertEq(registry.approvalNonce(alice.device, address(scope)), 1, "wallet calls move no nonce");
    }

    function test_AMasterTakesAwayAndAnyoneRelays() public {
        Approval[] memory approvals = only(_take(alice));
        vm.expectEmit(true, true, true, true, address(registry));
        emit ISidecarRegistry.ApprovalConsumed(
            aliceOmni, alice.device, address(scope), OP_REVOKE_SCOPE, Kind.Take, 1, 7
        );
        vm.expectEmit(true, true, true, true, address(scope));
        emit IAgentKeysScope.ScopeRevoked(aliceOmni, actor, 2, alice.device);
        vm.prank(address(0xE4E));
        scope.revokeScope(aliceOmni, actor, approvals);
        _isGone();
    }

    function test_AnyMasterTakesAway() public {
        Keys memory phone = addMaster("alice's phone", 1);
        setThresholds(1, 2);
        scope.revokeScope(aliceOmni, actor, only(_take(phone)));
        _isGone();
    }

    function test_MayBeSetAgain() public {
        vm.prank(alice.wallet);
        scope.revokeScope(aliceOmni, actor, none());
        setScope(actor, grantsOf(2));
        (ScopeInfo memory info, Grant[] memory grants) = scope.getScope(actor);
        assertEq(info.generation, 3, "generation");
        assertEq(grants.length, 2, "grants");
    }

    // Also where there is nothing: what was signed for the next generation is void then.
    function test_WithoutGrantsTheGenerationStillMoves() public {
        Approval[] memory signed = only(approveScope(alice, aliceOmni, actor, grantsOf(1)));
        vm.prank(alice.wallet);
        scope.revokeScope(aliceOmni, actor, none());
        vm.prank(alice.wallet);
        scope.revokeScope(aliceOmni, actor, none());
        assertEq(scope.getScopeInfo(actor).generation, 3, "generation");
        vm.expectRevert(abi.encodeWithSelector(IAgentKeysScope.GenerationMismatch.selector, actor, 4, 2));
        scope.setScopeWithWebauthn(aliceOmni, actor, 2, grantsOf(1), signed);
    }

    function test_RevertsWhen_SenderIsNotTheWallet() public {
        vm.expectRevert(
            abi.encodeWithSelector(IAgentKeysScope.NotOperatorWallet.selector, alice.wallet, address(0xE4E))
        );
        vm.prank(address(0xE4E));
        scope.revokeScope(aliceOmni, actor, none());
    }

    function test_RevertsWhen_ActorIsOfAnotherOperator() public {
        Keys memory bob = keysOf("bob");
        bytes32 bobOmni = registerMaster(bob);
        vm.expectRevert(
            abi.encodeWithSelector(IAgentKeysScope.ActorOfOtherOperator.selector, actor, bobOmni, aliceOmni)
        );
        vm.prank(bob.wallet);
        scope.revokeScope(bobOmni, actor, none());
    }

    function test_RevertsWhen_ActorIsTheOperator() public {
        vm.expectRevert(abi.encodeWithSelector(IAgentKeysScope.ActorIsOperator.selector, aliceOmni));
        vm.prank(alice.wallet);
        scope.revokeScope(aliceOmni, aliceOmni, none());
    }

    function test_RevertsWhen_AnotherOperatorsMasterApproves() public {
        Keys memory bob = keysOf("bob");
        bytes32 bobOmni = registerMaster(bob);
        Approval[] memory approvals = only(_take(bob));
        vm.expectRevert(
            abi.encodeWithSelector(ISidecarRegistry.ApproverOfOtherOperator.selector, bob.device, aliceOmni, bobOmni)
        );
        scope.revokeScope(aliceOmni, actor, approvals);
    }

    // An approval to take one agent's scope away takes no other's.
    function test_RevertsWhen_ApprovalIsForAnotherActor() public {
        bytes32 other = registerAgent(keysOf("other agent"));
        setScope(other, grantsOf(1));
        Approval[] memory approvals = only(_take(alice));
        bytes32 fields = keccak256(abi.encode(aliceOmni, other));
        bytes32 expected = challengeOf(OP_REVOKE_SCOPE, address(scope), aliceOmni, 2, in1Hour(), fields);
        vm.expectRevert(abi.encodeWithSelector(IK11Verifier.ChallengeMismatch.selector, expected));
        scope.revokeScope(aliceOmni, other, approvals);
    }

    // An approval to give, turned into one to take, or the other way round.
    function test_RevertsWhen_ApprovalIsForAnotherOperation() public {
        bytes32 fields = keccak256(abi.encode(aliceOmni, actor));
        Approval[] memory approvals = only(approve(alice, OP_SET, address(scope), aliceOmni, fields, Kind.Give));
        bytes32 expected = challengeOf(OP_REVOKE_SCOPE, address(scope), aliceOmni, 1, in1Hour(), fields);
        vm.expectRevert(abi.encodeWithSelector(IK11Verifier.ChallengeMismatch.selector, expected));
        scope.revokeScope(aliceOmni, actor, approvals);
    }
}
