// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import { IK11Verifier } from "../src/interfaces/IK11Verifier.sol";
import { Approval, ISidecarRegistry, Kind } from "../src/interfaces/ISidecarRegistry.sol";
import { Fixture } from "./Fixture.t.sol";

/// @dev The test contract is the contract that consumes.
contract SidecarRegistryConsumeApprovalsTest is Fixture {
    bytes32 internal constant OP = keccak256("agentkeys:v1:test");
    bytes32 internal constant FIELDS = keccak256("fields");

    Keys internal phone;

    function setUp() public override {
        super.setUp();
        phone = addMaster("alice's phone", 7);
    }

    function _approval(Keys memory k, Kind kind) internal view returns (Approval memory) {
        return approve(k, OP, address(this), aliceOmni, FIELDS, kind);
    }

    function _consume(Kind kind, Approval[] memory approvals) internal returns (bytes32[2] memory approvers) {
        (approvers,) = registry.consumeApprovals(OP, aliceOmni, FIELDS, kind, approvals);
    }

    function _refuses(Kind kind, Approval[] memory approvals, bytes memory error_) internal {
        vm.expectRevert(error_);
        _consume(kind, approvals);
    }

    // Kinds: how many, and with which role.

    function test_Give() public {
        bytes32[2] memory approvers = _consume(Kind.Give, only(_approval(alice, Kind.Give)));
        assertEq(approvers[0], alice.device, "first");
        assertEq(approvers[1], 0, "second");
        assertEq(registry.approvalNonce(alice.device, address(this)), 1, "own nonce");
        assertEq(registry.approvalNonce(alice.device, address(registry)), 0, "of this contract only");
        assertEq(registry.approvalNonce(phone.device, address(this)), 0, "of this device only");
        assertEq(registry.recoveryNonce(aliceOmni, address(this)), 0, "not the recovery nonce");
    }

    function test_Recover() public {
        setThresholds(2, 1);
        uint256 before = registry.recoveryNonce(aliceOmni, address(registry));
        bytes32[2] memory approvers =
            _consume(Kind.Recover, both(_approval(phone, Kind.Recover), _approval(alice, Kind.Recover)));
        assertEq(approvers[0], phone.device, "first");
        assertEq(approvers[1], alice.device, "second");
        assertEq(registry.recoveryNonce(aliceOmni, address(this)), 1, "moved once");
        assertEq(registry.recoveryNonce(aliceOmni, address(registry)), before, "of this contract only");
        assertEq(registry.approvalNonce(alice.device, address(this)), 0, "own nonces stand still");
    }

    function test_Events() public {
        Approval[] memory approvals = both(_approval(alice, Kind.Take), _approval(phone, Kind.Take));
        vm.expectEmit(true, true, true, true, address(registry));
        emit ISidecarRegistry.ApprovalConsumed(aliceOmni, alice.device, address(this), OP, Kind.Take, 0, 7);
        vm.expectEmit(true, true, true, true, address(registry));
        emit ISidecarRegistry.ApprovalConsumed(aliceOmni, phone.device, address(this), OP, Kind.Take, 0, 7);
        _consume(Kind.Take, approvals);
    }

    // Oracle: thresholds, roles and numbers of approvals as a ladder.
    function testFuzz_HowManyAndWhichRoles(uint8 kindOf, uint8 recovery, uint8 grant, uint8 roles, uint8 given) public {
        Kind kind = Kind(kindOf % 4);
        roles = roles % 7 + 1;
        recovery = recovery % (roles & 2 == 0 ? 2 : 3) + 1;
        grant = grant % 4 + 1;
        given = given % 4;
        Keys memory tablet = addMaster("alice's tablet", roles);
        setThresholds(recovery, grant);
        Approval[] memory approvals = new Approval[](given);
        if (given > 0) approvals[0] = _approval(alice, kind);
        if (given > 1) approvals[1] = _approval(phone, kind);
        if (given > 2) approvals[2] = _approval(tablet, kind);

        uint256 needed = kind == Kind.Give ? grant : kind == Kind.Recover ? recovery : 1;
        uint8 role = kind == Kind.Give ? 4 : kind == Kind.Take ? 0 : 2;
        if (given < needed) {
            _refuses(
                kind,
                approvals,
                abi.encodeWithSelector(ISidecarRegistry.NotEnoughApprovals.selector, needed, uint256(given))
            );
        } else if (given > 2 && roles & role != role) {
            // Beyond what is needed or not: what is given is checked.
            _refuses(
                kind,
                approvals,
                abi.encodeWithSelector(ISidecarRegistry.ApproverLacksRole.selector, tablet.device, role, roles)
            );
        } else {
            bytes32[2] memory approvers = _consume(kind, approvals);
            assertEq(approvers[0], alice.device, "first");
            assertEq(approvers[1], given > 1 ? phone.device : bytes32(0), "second");
        }
    }

    function test_RevertsWhen_OperatorIsUnknown() public {
        vm.expectRevert(abi.encodeWithSelector(ISidecarRegistry.OperatorNotHumanAnchored.selector, keccak256("x"), 0));
        registry.consumeApprovals(OP, keccak256("x"), FIELDS, Kind.Take, none());
    }

    function test_RevertsWhen_NobodyApproves() public {
        for (uint256 i = 0; i < 4; i++) {
            _refuses(Kind(i), none(), abi.encodeWithSelector(ISidecarRegistry.NotEnoughApprovals.selector, 1, 0));
        }
    }

    function test_RevertsWhen_TooFewGive() public {
        setThresholds(1, 2);
        Approval[] memory approvals = only(_approval(alice, Kind.Give));
        _refuses(Kind.Give, approvals, abi.encodeWithSelector(ISidecarRegistry.NotEnoughApprovals.selector, 2, 1));
    }

    function test_RevertsWhen_OneDeviceApprovesTwice() public {
        setThresholds(2, 2);
        for (uint256 i = 0; i < 4; i++) {
            Kind kind = Kind(i);
            Approval[] memory approvals = both(_approval(alice, kind), _approval(alice, kind));
            _refuses(kind, approvals, abi.encodeWithSelector(ISidecarRegistry.ApproverDuplicate.selector, alice.device));
        }
    }

    function test_RevertsWhen_ApproverIsUnknown() public {
        Keys memory eve = keysOf("eve");
        Approval[] memory approvals = only(_approval(eve, Kind.Take));
        _refuses(
            Kind.Take,
            approvals,
            abi.encodeWithSelector(ISidecarRegistry.ApproverOfOtherOperator.selector, eve.device, aliceOmni, 0)
        );
    }

    function test_RevertsWhen_ApproverIsAnothersMaster() public {
        Keys memory bob = keysOf("bob");
        bytes32 bobOmni = registerMaster(bob);
        Approval[] memory approvals = only(_approval(bob, Kind.Take));
        _refuses(
            Kind.Take,
            approvals,
            abi.encodeWithSelector(ISidecarRegistry.ApproverOfOtherOperator.selector, bob.device, aliceOmni, bobOmni)
        );
    }

    function test_RevertsWhen_ApproverIsAnAgent() public {
        Keys memory agent = keysOf("agent");
        registerAgent(agent);
        Approval[] memory approvals = only(_approval(agent, Kind.Take));
        _refuses(
            Kind.Take, approvals, abi.encodeWithSelector(ISidecarRegistry.ApproverNotMaster.selector, agent.device)
        );
    }

    function test_RevertsWhen_ApproverIsRevoked() public {
        revokeMaster(phone, NEVER);
        Approval[] memory approvals = only(_approval(phone, Kind.Take));
        _refuses(Kind.Take, approvals, abi.encodeWithSelector(ISidecarRegistry.ApproverRevoked.selector, phone.device));
    }

    function test_RevertsWhen_ApproverLacksRecovery() public {
        Keys memory tablet = addMaster("alice's tablet", 5);
        Approval[] memory approvals = only(_approval(tablet, Kind.Recover));
        _refuses(
            Kind.Recover,
            approvals,
            abi.encodeWithSelector(ISidecarRegistry.ApproverLacksRole.selector, tablet.device, 2, 5)
        );
    }

    function test_RevertsWhen_ApproverLacksScopeMgmt() public {
        Keys memory tablet = addMaster("alice's tablet", 3);
        Approval[] memory approvals = only(_approval(tablet, Kind.Give));
        _refuses(
            Kind.Give,
            approvals,
            abi.encodeWithSelector(ISidecarRegistry.ApproverLacksRole.selector, tablet.device, 4, 3)
        );
    }

    // More approvals than needed are checked too.
    function test_RevertsWhen_ASparesApprovalIsBad() public {
        Approval memory bad = _approval(phone, Kind.Give);
        bad.s ^= 1;
        _refuses(
            Kind.Give,
            both(_approval(alice, Kind.Give), bad),
            abi.encodeWithSelector(IK11Verifier.SignatureInvalid.selector)
        );
    }

    // Deadlines: each approval its own.

    function test_RevertsWhen_ApprovalIsLate() public {
        Approval[] memory approvals = only(_approval(alice, Kind.Give));
        vm.warp(START + 1 hours + 1);
        _refuses(
            Kind.Give,
            approvals,
            abi.encodeWithSelector(ISidecarRegistry.DeadlinePassed.selector, START + 1 hours, START + 1 hours + 1)
        );
    }

    function test_RevertsWhen_ApprovalLastsTooLong() public {
        uint64 deadline = uint64(START + 7 days + 1);
        bytes32 challenge = challengeOf(OP, address(this), aliceOmni, 0, deadline, FIELDS);
        _refuses(
            Kind.Give,
            only(approvalOf(alice, challenge, deadline)),
            abi.encodeWithSelector(ISidecarRegistry.DeadlineTooFar.selector, deadline, START + 7 days)
        );
    }

    function test_DeadlineIsInclusiveAtBothEnds() public {
        uint64 deadline = uint64(START + 7 days);
        bytes32 challenge = challengeOf(OP, address(this), aliceOmni, 0, deadline, FIELDS);
        Approval[] memory approvals = only(approvalOf(alice, challenge, deadline));
        _consume(Kind.Give, approvals);
        approvals = only(_approval(alice, Kind.Give));
        vm.warp(START + 1 hours);
        _consume(Kind.Give, approvals);
    }

    // The challenge binds everything; each of these is really signed.

    function test_RevertsWhen_ChallengeBindsSomethingElse() public {
        uint64 deadline = in1Hour();
        bytes32 right = challengeOf(OP, address(this), aliceOmni, 0, deadline, FIELDS);
        bytes32[7] memory wrong = [
            challengeOf(OP_SET, address(this), aliceOmni, 0, deadline, FIELDS),
            challengeOf(OP, address(scope), aliceOmni, 0, deadline, FIELDS),
            challengeOf(OP, address(this), keccak256("x"), 0, deadline, FIELDS),
            challengeOf(OP, address(this), aliceOmni, 1, deadline, FIELDS),
            challengeOf(OP, address(this), aliceOmni, 0, deadline + 1, FIELDS),
            challengeOf(OP, address(this), aliceOmni, 0, deadline, keccak256("other")),
            keccak256(abi.encode(OP, block.chainid + 1, address(this), aliceOmni, 0, deadline, FIELDS))
        ];
        for (uint256 i = 0; i < wrong.length; i++) {
            _refuses(
                Kind.Give,
                only(approvalOf(alice, wrong[i], deadline)),
                abi.encodeWithSelector(IK11Verifier.ChallengeMismatch.selector, right)
            );
        }
    }

    function test_RevertsWhen_ChainIsAnother() public {
        Approval[] memory approvals = only(_approval(alice, Kind.Give));
        vm.chainId(99);
        _refuses(
            Kind.Give,
            approvals,
            abi.encodeWithSelector(
                IK11Verifier.ChallengeMismatch.selector,
                keccak256(abi.encode(OP, 99, address(this), aliceOmni, 0, START + 1 hours, FIELDS))
            )
        );
    }

    function test_RevertsWhen_AnotherContractConsumes() public {
        Approval[] memory approvals = only(_approval(alice, Kind.Give));
        bytes32 expected = challengeOf(OP, address(0xE4E), aliceOmni, 0, in1Hour(), FIELDS);
        vm.expectRevert(abi.encodeWithSelector(IK11Verifier.ChallengeMismatch.selector, expected));
        vm.prank(address(0xE4E));
        registry.consumeApprovals(OP, aliceOmni, FIELDS, Kind.Give, approvals);
    }

    function test_RevertsWhen_ApprovalIsUsedTwice() public {
        for (uint256 i = 0; i < 4; i++) {
            Kind kind = Kind(i);
            Approval[] memory approvals = only(_approval(alice, kind));
            uint256 nonce = registry.challengeNonce(alice.device, address(this), kind);
            _consume(kind, approvals);
            bytes32 expected = challengeOf(OP, address(this), aliceOmni, nonce + 1, in1Hour(), FIELDS);
            _refuses(kind, approvals, abi.encodeWithSelector(IK11Verifier.ChallengeMismatch.selector, expected));
        }
    }

    // Approvals are collected in parallel: one master's use of his nonce voids no other's approval.
    function test_OneMastersNonceVoidsNoOthers() public {
        Approval[] memory collected = only(_approval(alice, Kind.Give));
        _consume(Kind.Take, only(_approval(phone, Kind.Take)));
        _consume(Kind.Give, collected);
    }

    // Nor does giving or taking void approvals for a recovery.
    function test_GivingVoidsNoRecovery() public {
        Approval[] memory collected = only(_approval(alice, Kind.Recover));
        _consume(Kind.Give, only(_approval(alice, Kind.Give)));
        _consume(Kind.Recover, collected);
    }

    function test_RevertsWhen_AnotherRecoveryWasFirst() public {
        Approval[] memory stale = only(_approval(alice, Kind.Recover));
        _consume(Kind.Recover, only(_approval(phone, Kind.Recover)));
        bytes32 expected = challengeOf(OP, address(this), aliceOmni, 1, in1Hour(), FIELDS);
        _refuses(Kind.Recover, stale, abi.encodeWithSelector(IK11Verifier.ChallengeMismatch.selector, expected));
    }
}
