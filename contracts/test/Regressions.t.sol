// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import { Grant } from "../src/interfaces/IAgentKeysScope.sol";
import { Facts, Query } from "../src/interfaces/ICapLens.sol";
import { IK11Verifier } from "../src/interfaces/IK11Verifier.sol";
import { Assertion } from "../src/interfaces/IK11Verifier.sol";
import { Approval, ISidecarRegistry, Kind } from "../src/interfaces/ISidecarRegistry.sol";
import { Fixture } from "./Fixture.t.sol";
import { WebAuthn } from "./WebAuthn.sol";

/// @dev What the earlier system of this kind got wrong, one named test each, as far as it is the contracts' business.
contract RegressionsTest is Fixture {
    // "The epoch was taken from the cap": the contract is the only source, starts at 1 and goes forward only.
    function test_EpochComesFromTheChain() public {
        assertEq(lens.capFacts(_nothing()).epoch, 1, "at first");
        vm.prank(governance);
        epochs.advanceEpoch();
        assertEq(lens.capFacts(_nothing()).epoch, 2, "advanced");
    }

    // "One signature could lower the threshold or add a master": a second master cannot be had through a first registration.
    function test_OneSignatureAddsNoMaster() public {
        Keys memory second = keysOf("alice's second");
        second.wallet = alice.wallet;
        uint64 deadline = in1Hour();
        (bytes memory signature, Assertion memory attestation) = firstMasterProofs(second, deadline);
        vm.expectRevert(abi.encodeWithSelector(ISidecarRegistry.WalletAlreadyUsed.selector, alice.wallet, aliceOmni));
        vm.prank(alice.wallet);
        registry.registerFirstMasterDevice(second.device, second.passkey, relay, deadline, signature, attestation);
    }

    // "One passkey under two hashes made a 2-of-2": one device counts once, and the key is taken for its operator.
    function test_OnePasskeyIsNoQuorum() public {
        addMaster("alice's phone", 7, 2, 2);
        bytes32 op = keccak256("op");
        Approval memory a = approve(alice, op, address(this), aliceOmni, 0, Kind.Recover);
        vm.expectRevert(abi.encodeWithSelector(ISidecarRegistry.ApproverDuplicate.selector, alice.device));
        registry.consumeApprovals(op, aliceOmni, 0, Kind.Recover, both(a, a));
        assertTrue(registry.isPasskeyUsed(aliceOmni, alice.passkey.x, alice.passkey.y), "taken");
    }

    // "Everything hung on one wallet that could never be changed": no view or rule needs the first wallet.
    function test_TheFirstWalletIsNotNeeded() public {
        Keys memory next = keysOf("alice's next wallet");
        rotateWallet(next);
        Keys memory agent = keysOf("agent");
        registerAgent(agent);
        vm.prank(next.wallet);
        registry.revokeAgentDevice(agent.device, none());
        assertTrue(!registry.isActive(agent.device), "the new wallet takes away");
        vm.expectRevert(abi.encodeWithSelector(ISidecarRegistry.DeviceAlreadyRevoked.selector, agent.device));
        vm.prank(alice.wallet);
        registry.revokeAgentDevice(agent.device, none());
    }

    // "Challenges did not bind the contract": an approval for one deployment is worthless in another.
    function test_ChallengeBindsTheContract() public {
        Keys memory agent = keysOf("agent");
        bytes32 actor = registry.omniOf(agent.account);
        uint64 deadline = in1Hour();
        bytes32 fields = agentFields(agent, aliceOmni, actor, deadline);
        address elsewhere = address(0xD1);
        bytes32 wrong = challengeOf(OP_AGENT, elsewhere, aliceOmni, 0, deadline, fields);
        bytes32 right = challengeOf(OP_AGENT, address(registry), aliceOmni, 0, deadline, fields);
        Approval[] memory approvals = only(approvalOf(alice, wrong, deadline));
        bytes memory signature = agentSignature(agent, aliceOmni, actor, deadline);
        vm.expectRevert(abi.encodeWithSelector(IK11Verifier.ChallengeMismatch.selector, right));
        registry.registerAgentDevice(agent.device, aliceOmni, actor, deadline, signature, approvals);
    }

    // "... the new key or the roles": the device's own signature names its operator, actor, tier and roles.
    function test_ProofBindsTheRoles() public {
        Keys memory agent = keysOf("agent");
        bytes32 actor = registry.omniOf(agent.account);
        uint64 deadline = in1Hour();
        Approval[] memory approvals = only(approveAgent(alice, agent, aliceOmni, actor, deadline));
        bytes memory asMaster = signRegistration(agent.k10, OP_AGENT, aliceOmni, actor, 1, 7, 0, deadline);
        (bool ok, bytes memory reason) = address(registry)
            .call(
                abi.encodeCall(
                    ISidecarRegistry.registerAgentDevice,
                    (agent.device, aliceOmni, actor, deadline, asMaster, approvals)
                )
            );
        assertTrue(!ok, "refused");
        assertEq(bytes32(bytes4(reason)), bytes32(ISidecarRegistry.DeviceSignatureMismatch.selector), "the error");
    }

    // "The WebAuthn challenge was hashed twice": the passkey signs the challenge itself.
    function test_ChallengeIsNotHashedAgain() public {
        bytes32 challenge = keccak256("challenge");
        k11.verifyAssertion(challenge, alice.passkey, WebAuthn.sign(alice.k11, challenge));
        Assertion memory twice = WebAuthn.sign(alice.k11, sha256(abi.encodePacked(challenge)));
        vm.expectRevert(abi.encodeWithSelector(IK11Verifier.ChallengeMismatch.selector, challenge));
        k11.verifyAssertion(challenge, alice.passkey, twice);
    }

    // "Omnis and device hashes were not tied to any key": both come from addresses that proved themselves.
    function test_OmniAndDeviceHashAreTiedToKeys() public {
        Keys memory agent = keysOf("agent");
        bytes32 actor = registerAgent(agent);
        assertEq(aliceOmni, registry.omniOf(alice.wallet), "the operator's wallet");
        assertEq(actor, registry.omniOf(agent.account), "the agent's first device");
        assertEq(agent.device, keccak256(abi.encodePacked(vm.addr(agent.k10))), "the device's key");
        // Without the key there is no registration: the hash cannot be squatted.
        Keys memory victim = keysOf("victim");
        bytes32 omni = registry.omniOf(victim.account);
        uint64 deadline = in1Hour();
        Approval[] memory approvals = only(approveAgent(alice, victim, aliceOmni, omni, deadline));
        Keys memory thief = keysOf("thief");
        bytes memory signature = agentSignature(thief, aliceOmni, omni, deadline);
        vm.expectRevert(
            abi.encodeWithSelector(ISidecarRegistry.DeviceSignatureMismatch.selector, victim.device, thief.account)
        );
        registry.registerAgentDevice(victim.device, aliceOmni, omni, deadline, signature, approvals);
    }

    // "readOnly and limits stored, never enforced": they reach every decision with the facts.
    function test_ReadOnlyAndLimitsReachTheDecision() public {
        Keys memory agent = keysOf("agent");
        bytes32 actor = registerAgent(agent);
        Grant[] memory grants = grantsOf(2);
        setScope(actor, grants);
        Facts memory f = lens.capFacts(Query(aliceOmni, actor, agent.device, 1, grants[1].serviceHash, address(0)));
        assertEq(f.grantReadOnly, true, "readOnly");
        assertEq(f.grantMaxCalls, grants[1].maxCalls, "maxCalls");
        assertEq(f.grantPeriodSeconds, grants[1].periodSeconds, "periodSeconds");
    }

    // "Agents could not mint for themselves": an agent's device has CAP_MINT and its own actor.
    function test_AgentsMintForThemselves() public {
        Keys memory agent = keysOf("agent");
        bytes32 actor = registerAgent(agent);
        Facts memory f = lens.capFacts(Query(aliceOmni, actor, agent.device, 1, 0, address(0)));
        assertEq(f.deviceRoles, 1, "CAP_MINT");
        assertEq(f.deviceActor, actor, "for itself");
    }

    // "Structs read by byte offsets, wrong twice": the answer is 32 static words, named in the ABI.
    function test_FactsHaveNoOffsets() public view {
        assertEq(abi.encode(lens.capFacts(_nothing())).length, 32 * 32, "static");
    }

    function _nothing() internal pure returns (Query memory q) { }
}
