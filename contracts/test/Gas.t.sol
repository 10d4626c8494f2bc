// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import { P256Verifier } from "../src/P256Verifier.sol";
import { Grant } from "../src/interfaces/IAgentKeysScope.sol";
import { Query } from "../src/interfaces/ICapLens.sol";
import { Assertion } from "../src/interfaces/IK11Verifier.sol";
import { Approval, Kind } from "../src/interfaces/ISidecarRegistry.sol";
import { Fixture } from "./Fixture.t.sol";
import { WebAuthn } from "./WebAuthn.sol";

/// @dev What people pay, per named scenario, kept in contracts/snapshots. Run isolated: every sent call is its own transaction,
/// with its base cost, its calldata and cold storage. Views are calls inside one, without base cost.
contract GasTest is Fixture {
    /// @dev K11Verifier.verifyAssertion.
    uint256 internal constant SIGNATURE = 212_809;

    Keys internal agent;
    bytes32 internal actor;

    function setUp() public override {
        super.setUp();
        agent = keysOf("agent");
        actor = registerAgent(agent);
    }

    function _snap(string memory name) internal returns (uint256) {
        return vm.snapshotGasLastCall("Gas", name);
    }

    /// @dev What every transaction pays, whatever contract it calls: 21,000 and its calldata.
    function _intrinsic(bytes memory data) internal pure returns (uint256 gas) {
        gas = 21_000;
        for (uint256 i = 0; i < data.length; i++) {
            gas += data[i] == 0 ? 4 : 16;
        }
    }

    /// @dev What the contracts add to the signatures that they verify and to what every transaction pays.
    function _beyond(uint256 gas, uint256 signatures, bytes memory data) internal pure returns (uint256) {
        return gas - signatures * SIGNATURE - _intrinsic(data);
    }

    function test_P256Verifier() public {
        P256Verifier p256 = P256Verifier(address(k11.p256()));
        (bytes32 r, bytes32 s) = vm.signP256(alice.k11, keccak256("gas"));
        assertTrue(p256.verify(keccak256("gas"), uint256(r), uint256(s), alice.passkey.x, alice.passkey.y), "valid");
        assertAtMost(_snap("P256Verifier.verify"), 260_000, "a signature");
    }

    function test_K11Verifier() public {
        Assertion memory a = WebAuthn.sign(alice.k11, keccak256("gas"));
        k11.verifyAssertion(keccak256("gas"), alice.passkey, a);
        assertEq(_snap("K11Verifier.verifyAssertion"), SIGNATURE, "what the goals below count");
    }

    function test_RegisterFirstMaster() public {
        registerMaster(keysOf("bob"));
        _snap("registerFirstMasterDevice");
    }

    function test_RegisterAgent() public {
        registerAgent(keysOf("second agent"));
        _snap("registerAgentDevice, a new actor");
    }

    function test_RegisterAgentsSecondDevice() public {
        registerAgentAs(keysOf("second machine"), actor);
        _snap("registerAgentDevice, a known actor");
    }

    function test_RevokeAgentByWallet() public {
        vm.prank(alice.wallet);
        registry.revokeAgentDevice(agent.device, none());
        _snap("revokeAgentDevice by the wallet");
    }

    function test_SetScope() public {
        Approval[] memory approvals = only(approveScope(alice, aliceOmni, actor, grantsOf(4)));
        bytes memory data = abi.encodeCall(scope.setScopeWithWebauthn, (aliceOmni, actor, 1, grantsOf(4), approvals));
        scope.setScopeWithWebauthn(aliceOmni, actor, 1, grantsOf(4), approvals);
        uint256 gas = _snap("setScopeWithWebauthn, 4 grants, first time");
        assertAtMost(_beyond(gas, 1, data), 250_000, "beyond the signature");
        setScope(actor, grantsOf(4));
        _snap("setScopeWithWebauthn, 4 grants, again");
        vm.prank(alice.wallet);
        scope.revokeScope(aliceOmni, actor, none());
        _snap("revokeScope by the wallet");
    }

    function test_RegisterAgentRooted() public {
        Keys memory bob = keysOf("bob");
        bytes32 omni = registry.omniOf(bob.wallet);
        uint64 deadline = in1Hour();
        bytes memory signature = signRegistration(bob.k10, OP_AGENT_ROOTED, omni, omni, 2, 1, 0, deadline);
        vm.prank(bob.wallet);
        registry.registerAgentRooted(bob.device, relay, deadline, signature);
        _snap("registerAgentRooted");
        Keys memory next = keysOf("bob's master");
        bytes32 fields = keccak256(abi.encode(bob.wallet, next.device, next.passkey, relay, deadline));
        bytes32 passkeyHash = keccak256(abi.encode(next.passkey));
        signature = signRegistration(next.k10, OP_UPGRADE, omni, omni, 1, 7, passkeyHash, deadline);
        Assertion memory a = assertionOf(next, challengeOf(OP_UPGRADE, address(registry), omni, 0, deadline, fields));
        vm.prank(bob.wallet);
        registry.upgradeToHumanAnchored(bob.wallet, next.device, next.passkey, relay, deadline, "", signature, a);
        _snap("upgradeToHumanAnchored");
    }

    function test_Masters() public {
        addMaster("alice's phone", 7, 2, 2);
        _snap("registerAdditionalMasterDevice by 1 of 1");
        Keys memory tablet = addMaster("alice's tablet", 7);
        _snap("registerAdditionalMasterDevice by 2 of 2");
        setRoles(tablet, 3);
        _snap("setDeviceRoles by 2 of 3");
        Approval[] memory one = quorum(OP_GRANT_THRESHOLD, keccak256(abi.encode(aliceOmni, uint8(1))));
        registry.setGrantThreshold(aliceOmni, 1, one);
        _snap("setGrantThreshold by 2 of 3");
        setThresholds(2, 1);
        _snap("setRecoveryThreshold by 2 of 3");
        rotateWallet(keysOf("alice's next wallet"));
        _snap("rotateMasterWallet by 2 of 3");
        bytes32 fields = keccak256(abi.encode(tablet.device, NEVER));
        Approval[] memory approvals = quorum(OP_REVOKE_MASTER, fields, tablet.device);
        bytes memory data = abi.encodeCall(registry.revokeMasterDevice, (tablet.device, NEVER, approvals));
        registry.revokeMasterDevice(tablet.device, NEVER, approvals);
        uint256 gas = _snap("revokeMasterDevice by 2 of 3");
        assertAtMost(_beyond(gas, 2, data), 80_000, "beyond its signatures");
        setSince(tablet, 0);
        _snap("setCompromisedSince by 2 of 2");
    }

    function test_GiveAndTake() public {
        Approval[] memory approvals = only(
            approve(alice, OP_RELAY, address(registry), aliceOmni, keccak256(abi.encode(aliceOmni, relay)), Kind.Give)
        );
        registry.setAuditRelay(aliceOmni, relay, approvals);
        _snap("setAuditRelay");
        bytes32 fields = keccak256(abi.encode(alice.device));
        approvals = only(approve(alice, OP_VOID, address(registry), aliceOmni, fields, Kind.Take));
        registry.voidApprovals(alice.device, approvals);
        _snap("voidApprovals");
    }

    function test_Proposals() public {
        Keys memory phone = addMaster("alice's phone", 7, 2, 2);
        propose(alice, phone, NEVER);
        _snap("proposeRecovery");
        proposals.cancelRecovery(alice.device, approveCancel(phone, alice));
        _snap("cancelRecovery");
        propose(alice, phone, NEVER);
        bytes32 fields = keccak256(abi.encode(alice.device));
        proposals.withdrawRecovery(
            alice.device, approve(alice, OP_WITHDRAW, address(proposals), aliceOmni, fields, Kind.Propose)
        );
        _snap("withdrawRecovery");
        propose(alice, phone, NEVER);
        vm.warp(START + DELAY);
        proposals.executeRecovery(alice.device);
        _snap("executeRecovery");
    }

    function test_CapFacts() public {
        setScope(actor, grantsOf(4));
        Query memory q = Query(aliceOmni, actor, agent.device, 1, grantsOf(4)[3].serviceHash, alice.wallet);
        lens.capFacts(q);
        _snap("CapLens.capFacts");
        Query[] memory batch = new Query[](64);
        for (uint256 i = 0; i < 64; i++) {
            batch[i] = q;
        }
        lens.capFactsBatch(batch);
        _snap("CapLens.capFactsBatch, 64 queries");
    }

    function test_AdvanceEpoch() public {
        vm.prank(governance);
        epochs.advanceEpoch();
        _snap("advanceEpoch");
        vm.prank(governance);
        epochs.transferGovernance(address(0x61));
        _snap("transferGovernance");
        vm.prank(address(0x61));
        epochs.acceptGovernance();
        _snap("acceptGovernance");
    }
}
