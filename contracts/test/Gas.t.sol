// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import { P256Verifier } from "../src/P256Verifier.sol";
import { Grant } from "../src/interfaces/IAgentKeysScope.sol";
import { Query } from "../src/interfaces/ICapLens.sol";
import { Assertion } from "../src/interfaces/IK11Verifier.sol";
import { Approval } from "../src/interfaces/ISidecarRegistry.sol";
import { Fixture } from "./Fixture.t.sol";
import { WebAuthn } from "./WebAuthn.sol";

/// @dev What people pay, per named scenario, kept in contracts/snapshots. Run isolated: every sent call is its own transaction,
/// with its base cost, its calldata and cold storage. Views are calls inside one, without base cost.
contract GasTest is Fixture {
    Keys internal agent;
    bytes32 internal actor;

    function setUp() public override {
        super.setUp();
        agent = keysOf("agent");
        actor = registerAgent(agent);
    }

    function _snap(string memory name) internal {
        vm.snapshotGasLastCall("Gas", name);
    }

    function test_P256Verifier() public {
        P256Verifier p256 = P256Verifier(address(k11.p256()));
        (bytes32 r, bytes32 s) = vm.signP256(alice.k11, keccak256("gas"));
        assertTrue(p256.verify(keccak256("gas"), uint256(r), uint256(s), alice.passkey.x, alice.passkey.y), "valid");
        _snap("P256Verifier.verify");
    }

    function test_K11Verifier() public {
        Assertion memory a = WebAuthn.sign(alice.k11, keccak256("gas"));
        k11.verifyAssertion(keccak256("gas"), alice.passkey, a);
        _snap("K11Verifier.verifyAssertion");
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
        setScope(actor, grantsOf(4));
        _snap("setScopeWithWebauthn, 4 grants, first time");
        setScope(actor, grantsOf(4));
        _snap("setScopeWithWebauthn, 4 grants, again");
        vm.prank(alice.wallet);
        scope.revokeScope(aliceOmni, actor, none());
        _snap("revokeScope by the wallet");
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
    }
}
