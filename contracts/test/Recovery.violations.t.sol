// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import { Assertion, IK11Verifier } from "../src/interfaces/IK11Verifier.sol";
import { IRecoveryProposals } from "../src/interfaces/IRecoveryProposals.sol";
import { ISidecarRegistry, Operator } from "../src/interfaces/ISidecarRegistry.sol";
import { Hands } from "./invariant/Hands.t.sol";

/// @dev An exhaustive search of an earlier text of the recovery rules found twelve ways to lose an operator, or to be locked out of
/// one. Each is played here and ends otherwise now. A is Alice's first master, X the one that is stolen.
contract RecoveryViolationsTest is Hands {
    Keys internal a;
    Keys internal b;
    Keys internal c;
    bytes32 internal o;

    function setUp() public override {
        super.setUp();
        a = alice;
        b = keysOf("b");
        c = keysOf("c");
        o = aliceOmni;
    }

    // V1: a grantThreshold that must never exceed the SCOPE_MGMT masters makes the default operator unrecoverable.

    function test_V1_TheLastScopeMasterIsLost() public {
        _join(alone(a), b, 3, 2, 1);
        _evict(b, a.device, LOST);
        assertEq(_operator().grantThreshold, 1, "above the SCOPE_MGMT masters, of which there is none");

        _refuseNotEnough(cRelay(nobody(), o, relay, in1Hour()), 1, 0);
        must(cRoles(alone(b), o, b.device, 7, in1Hour()));
        _gives(alone(b));
    }

    function test_V1_TheFirstOfThreeIsStolen() public {
        _join(alone(a), b, 3, 1, 1);
        _join(alone(a), c, 3, 2, 1);

        must(cRevokeMaster(pair(b, c), o, a.device, 0, in1Hour()));
        must(cRoles(pair(b, c), o, b.device, 7, in1Hour()));
        _gives(alone(b));
    }

    function test_V1_AnOnlyMasterGivesItselfARole() public {
        must(cRoles(alone(a), o, a.device, 2, in1Hour()));

        must(cRoles(alone(a), o, a.device, 7, in1Hour()));
        _gives(alone(a));
    }

    // V2: an owner who looks away for one delay lost everything, because the thief chose the new threshold.

    function test_V2_OneDelayUnseenEndsInAStall() public {
        _join(alone(a), b, 7, 1, 2);
        _join(alone(a), c, 7, 2, 2);

        _evict(c, a.device, 0);

        assertEq(_operator().recoveryThreshold, 2, "not the thief's choice");
        _refuseNotEnough(cRevokeMaster(alone(c), o, b.device, 0, in1Hour()), 2, 1);
        _refuseNotEnough(cRecoveryThreshold(alone(c), o, 1, in1Hour()), 2, 1);
        _refuseNotEnough(cWallet(alone(c), o, keysOf("x"), in1Hour()), 2, 1);
        // The owner looks now, and cancels whatever comes, as often as it comes.
        must(cPropose(c, o, b.device, 0, in1Hour()));
        must(cCancel(b, o, c.device, in1Hour()));
        must(cPropose(c, o, b.device, 0, in1Hour()));
        must(cCancel(b, o, c.device, in1Hour()));
    }

    // V3: of two masters a stolen one granted itself, again and again, because one approval was enough to give.

    function test_V3_OneOfTwoCannotGive() public {
        _join(alone(a), b, 7, 2, 2);
        Keys memory his = keysOf("his");
        bytes32 actor = registry.omniOf(his.account);

        _refuseNotEnough(cAgent(alone(b), o, his, actor, in1Hour()), 2, 1);
        _refuseNotEnough(cRelay(alone(b), o, his.account, in1Hour()), 2, 1);
        _refuseNotEnough(cGrantThreshold(alone(b), o, 1, in1Hour()), 2, 1);
        _gives(pair(a, b));
    }

    // V4: roles protected nothing, because one RECOVERY device was a quorum that gives any role.

    function test_V4_OneBelowTheThresholdGainsNoRole() public {
        _join(alone(a), b, 2, 2, 1);

        _refuseNotEnough(cRoles(alone(b), o, b.device, 7, in1Hour()), 2, 1);
        _refuseNotEnough(cAddMaster(alone(b), Added(o, c, 7, 2, 1, in1Hour())), 2, 1);
        bytes memory lacks = abi.encodeWithSelector(ISidecarRegistry.ApproverLacksRole.selector, b.device, 4, 2);
        mustFail(cRelay(alone(b), o, relay, in1Hour()), lacks);
    }

    /// @dev With threshold 1 it is as it was: the threat model says so, and this says when it no longer does.
    function test_V4_AThresholdOfOneIsEverything() public {
        _join(alone(a), b, 2, 1, 1);

        must(cRoles(alone(b), o, b.device, 7, in1Hour()));
        _gives(alone(b));
    }

    // V5: masters remembered who approved them, so that revoking the first one left nobody.

    function test_V5_MastersOutliveTheirApprover() public {
        _join(alone(a), b, 7, 1, 1);
        _join(alone(a), c, 7, 2, 1);
        Keys memory agent = _agentBy(alone(a));

        must(cRevokeMaster(pair(b, c), o, a.device, 0, in1Hour()));

        assertTrue(!registry.isActive(agent.device), "what A gave to agents is dead");
        assertTrue(registry.isActive(b.device) && registry.isActive(c.device), "masters are not");
        must(cRoles(pair(b, c), o, b.device, 7, in1Hour()));
        _gives(alone(b));
    }

    // V6: a proposal that was forgotten could be executed long after.

    function test_V6_AQuorumVoidsWhatIsOpen() public {
        _join(alone(a), b, 7, 2, 2);
        must(cPropose(a, o, b.device, LOST, in1Hour()));
        uint256 nonce = registry.recoveryNonce(o, address(registry));
        vm.warp(vm.getBlockTimestamp() + 7 days);

        must(cAddMaster(pair(a, b), Added(o, c, 7, 2, 2, in1Hour())));

        bytes memory stale = abi.encodeWithSelector(ISidecarRegistry.ProposalStale.selector, nonce, nonce + 1);
        mustFail(cExecute(a.device), stale);
        assertTrue(registry.isActive(b.device), "B stays");
    }

    function test_V6_AnExecutionVoidsWhatIsOpen() public {
        _join(alone(a), b, 7, 1, 2);
        _join(alone(a), c, 7, 2, 2);
        must(cPropose(a, o, b.device, LOST, in1Hour()));
        must(cPropose(c, o, a.device, LOST, in1Hour()));
        uint256 nonce = registry.recoveryNonce(o, address(registry));
        vm.warp(vm.getBlockTimestamp() + 7 days);
        must(cExecute(a.device));

        mustFail(cExecute(c.device), abi.encodeWithSelector(ISidecarRegistry.ProposalStale.selector, nonce, nonce + 1));
    }

    function test_V6_AForgottenProposalExpires() public {
        _join(alone(a), b, 7, 1, 2);
        _join(alone(a), c, 7, 2, 2);
        must(cPropose(a, o, c.device, LOST, in1Hour()));
        uint64 last = uint64(vm.getBlockTimestamp() + 14 days);

        uint256 state = vm.snapshotState();
        vm.warp(last);
        must(cExecute(a.device));
        vm.revertToState(state);
        vm.warp(last + 1);
        mustFail(
            cExecute(a.device),
            abi.encodeWithSelector(IRecoveryProposals.ProposalExpired.selector, last, uint256(last) + 1)
        );
    }

    // V7: a thief opened two proposals for each one that the owner cancelled.

    function test_V7_OneProposalForEachProposer() public {
        _join(alone(a), b, 7, 2, 2);
        must(cPropose(b, o, a.device, 0, in1Hour()));
        vm.warp(vm.getBlockTimestamp() + 6 days);
        must(cPropose(b, o, a.device, LOST, in1Hour()));
        uint64 from_ = uint64(vm.getBlockTimestamp() + 7 days);
        vm.warp(vm.getBlockTimestamp() + 1 days);

        mustFail(
            cExecute(b.device),
            abi.encodeWithSelector(IRecoveryProposals.ProposalTooEarly.selector, from_, vm.getBlockTimestamp())
        );
        must(cCancel(a, o, b.device, in1Hour()));
        vm.warp(from_);
        mustFail(cExecute(b.device), abi.encodeWithSelector(IRecoveryProposals.ProposalUnknown.selector, b.device));
    }

    // V8: the wallet alone made itself a new first master.

    function test_V8_AWalletCannotUpgradeAnOperatorWithMasters() public {
        bytes memory error = abi.encodeWithSelector(ISidecarRegistry.OperatorNotAgentRooted.selector, o, uint8(2));
        mustFail(_upgrade(alice.wallet, keysOf("x")), error);
        mustFail(_upgrade(alice.wallet, alice), error);
    }

    // V9: approvals that were abandoned stayed good, and nobody could take them back.

    function test_V9_AnApprovalCanBeTakenBack() public {
        _join(alone(a), b, 7, 1, 2);
        _join(alone(a), c, 7, 2, 2);
        uint256 state = vm.snapshotState();
        Call memory old = cRecoveryThreshold(pair(a, c), o, 1, in1Hour());
        must(old);
        vm.revertToState(state);

        must(cVoid(a, o, a.device, in1Hour()));

        uint256 nonce = (registry.voids(a.device) << 128) | registry.recoveryNonce(o, address(registry));
        bytes32 fields = keccak256(abi.encode(o, uint8(1)));
        bytes32 due = challengeOf(op("set-recovery-threshold"), address(registry), o, nonce, in1Hour(), fields);
        mustFail(old, abi.encodeWithSelector(IK11Verifier.ChallengeMismatch.selector, due));
        assertEq(_operator().recoveryThreshold, 2, "as it was");
    }

    function test_V9_NobodyElseTakesThemBack() public {
        _join(alone(a), b, 7, 1, 2);
        _join(alone(a), c, 7, 2, 2);
        Call memory collected = cGrantThreshold(pair(a, b), o, 1, in1Hour());

        mustFail(
            cVoid(c, o, a.device, in1Hour()),
            abi.encodeWithSelector(ISidecarRegistry.ApproverNotDevice.selector, a.device, c.device)
        );
        must(cVoid(c, o, c.device, in1Hour()));
        must(collected);
    }

    // V10: a proposal could not say since when its target is compromised, and nobody could say it later.

    function test_V10_AProposalSaysSinceWhen() public {
        _join(alone(a), b, 7, 2, 1);
        Keys memory agent = _agentBy(alone(b));
        uint256 state = vm.snapshotState();
        _evict(a, b.device, 0);
        assertTrue(!registry.isActive(agent.device), "stolen: what it gave is dead");

        vm.revertToState(state);
        _evict(a, b.device, LOST);
        assertTrue(registry.isActive(agent.device), "lost: what it gave counts");

        must(cSince(alone(a), o, b.device, 0, in1Hour()));
        assertTrue(!registry.isActive(agent.device), "lost turned out stolen");
        mustFail(
            cSince(alone(a), o, b.device, LOST, in1Hour()),
            abi.encodeWithSelector(ISidecarRegistry.CompromisedSinceNotEarlier.selector, LOST, uint64(0))
        );
    }

    // V11: who submits orders the approvals, so a thief hid behind an honest first one.

    function test_V11_TheSecondApproverIsRememberedToo() public {
        _join(alone(a), b, 7, 1, 1);
        _join(alone(a), c, 7, 2, 2);
        Keys memory agent = _agentBy(pair(a, c));
        bytes32 actor = registry.omniOf(agent.account);
        must(cSetScope(pair(a, c), o, actor, grantsOf(1), in1Hour()));

        must(cRevokeMaster(pair(a, b), o, c.device, 0, in1Hour()));

        assertTrue(!registry.isActive(agent.device), "the agent");
        assertTrue(!scope.isServiceInScope(o, actor, grantsOf(1)[0].serviceHash), "its scope");
    }

    // V12: taking away, giving a relay, and withdrawing were not spelled out.

    function test_V12_TheWalletTakesNoMasterAway() public {
        bytes memory isMaster = abi.encodeWithSelector(ISidecarRegistry.DeviceIsMaster.selector, a.device);
        mustFail(from(cRevokeAgent(nobody(), o, a.device, in1Hour()), alice.wallet), isMaster);
        mustFail(cRevokeAgent(alone(a), o, a.device, in1Hour()), isMaster);
        _refuseNotEnough(from(cRevokeMaster(nobody(), o, a.device, 0, in1Hour()), alice.wallet), 1, 0);
    }

    function test_V12_TheWalletNamesNoRelay() public {
        _refuseNotEnough(from(cRelay(nobody(), o, address(1), in1Hour()), alice.wallet), 1, 0);
    }

    function test_V12_TheProposerWithdraws() public {
        _join(alone(a), b, 7, 2, 2);
        must(cPropose(a, o, b.device, 0, in1Hour()));
        mustFail(
            cCancel(a, o, a.device, in1Hour()),
            abi.encodeWithSelector(IRecoveryProposals.CancellerIsProposer.selector, a.device)
        );
        mustFail(
            cWithdraw(b, o, a.device, in1Hour()),
            abi.encodeWithSelector(IRecoveryProposals.NotProposer.selector, a.device, b.device)
        );
        must(cWithdraw(a, o, a.device, in1Hour()));
        vm.warp(vm.getBlockTimestamp() + 7 days);
        mustFail(cExecute(a.device), abi.encodeWithSelector(IRecoveryProposals.ProposalUnknown.selector, a.device));
    }

    // Playing.

    function _join(Keys[] memory who, Keys memory added, uint8 roles, uint8 recovery, uint8 grant) internal {
        must(cAddMaster(who, Added(o, added, roles, recovery, grant, in1Hour())));
    }

    /// @dev By one master and time.
    function _evict(Keys memory who, bytes32 target, uint64 since) internal {
        must(cPropose(who, o, target, since, in1Hour()));
        vm.warp(vm.getBlockTimestamp() + 7 days - 1);
        (bool early,) = attempt(cExecute(who.device));
        assertTrue(!early, "not a second early");
        vm.warp(vm.getBlockTimestamp() + 1);
        must(cExecute(who.device));
    }

    function _agentBy(Keys[] memory who) internal returns (Keys memory agent) {
        agent = keysOf("agent");
        must(cAgent(who, o, agent, registry.omniOf(agent.account), in1Hour()));
    }

    function _gives(Keys[] memory who) internal {
        Keys memory agent = keysOf("given");
        must(cAgent(who, o, agent, registry.omniOf(agent.account), in1Hour()));
        assertTrue(registry.isActive(agent.device), "it gives");
    }

    function _refuseNotEnough(Call memory call, uint256 needed, uint256 given) internal {
        mustFail(call, abi.encodeWithSelector(ISidecarRegistry.NotEnoughApprovals.selector, needed, given));
    }

    function _operator() internal view returns (Operator memory) {
        return registry.getOperator(o);
    }

    /// @dev A perfect upgrade, but for who may.
    function _upgrade(address wallet, Keys memory fresh) internal view returns (Call memory) {
        bytes32 name = op("upgrade-to-human-anchored");
        uint64 deadline = in1Hour();
        bytes32 fields = keccak256(abi.encode(wallet, fresh.device, fresh.passkey, relay, deadline));
        Assertion memory proof = assertionOf(fresh, challengeOf(name, address(registry), o, 0, deadline, fields));
        bytes memory signature =
            signRegistration(fresh.k10, name, o, o, 1, 7, keccak256(abi.encode(fresh.passkey)), deadline);
        return from(toRegistry(_upgradeData(wallet, fresh, deadline, signature, proof)), wallet);
    }

    function _upgradeData(
        address wallet,
        Keys memory fresh,
        uint64 deadline,
        bytes memory signature,
        Assertion memory proof
    ) internal view returns (bytes memory) {
        return abi.encodeCall(
            ISidecarRegistry.upgradeToHumanAnchored,
            (wallet, fresh.device, fresh.passkey, relay, deadline, "", signature, proof)
        );
    }
}
