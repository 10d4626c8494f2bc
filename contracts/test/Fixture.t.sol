// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import { AgentKeysScope } from "../src/AgentKeysScope.sol";
import { CapLens } from "../src/CapLens.sol";
import { K11Verifier } from "../src/K11Verifier.sol";
import { K3EpochCounter } from "../src/K3EpochCounter.sol";
import { P256Verifier } from "../src/P256Verifier.sol";
import { RecoveryProposals } from "../src/RecoveryProposals.sol";
import { SidecarRegistry } from "../src/SidecarRegistry.sol";
import { Grant } from "../src/interfaces/IAgentKeysScope.sol";
import { Assertion } from "../src/interfaces/IK11Verifier.sol";
import { Approval, Device, Kind, Operator } from "../src/interfaces/ISidecarRegistry.sol";
import { Proofs } from "./Proofs.t.sol";

/// @dev A deployment, one operator (Alice) with one master, and everything needed to make valid calls of which a test then bends
/// exactly one thing.
abstract contract Fixture is Proofs {
    SidecarRegistry internal registry;
    RecoveryProposals internal proposals;
    K11Verifier internal k11;
    AgentKeysScope internal scope;
    K3EpochCounter internal epochs;
    CapLens internal lens;
    address internal governance = address(0x60);
    address internal relay = address(0x12E1A7);

    uint64 internal constant DELAY = 7 days;

    Keys internal alice;
    /// @dev Alice's masters in order of registration, revoked ones too.
    Keys[] internal masters;
    bytes32 internal aliceOmni;

    function setUp() public virtual {
        vm.warp(START);
        vm.roll(100);
        k11 = new K11Verifier(new P256Verifier());
        registry = new SidecarRegistry(k11, DELAY);
        proposals = RecoveryProposals(address(registry.recovery()));
        scope = new AgentKeysScope(registry);
        epochs = new K3EpochCounter(governance);
        lens = new CapLens(registry, scope, epochs);
        alice = keysOf("alice");
        aliceOmni = registerMaster(alice);
        masters.push(alice);
    }

    function _registry() internal view override returns (address) {
        return address(registry);
    }

    /// @dev A valid approval with the nonce that is due.
    function approve(Keys memory k, bytes32 op, address target, bytes32 operator, bytes32 fields, Kind kind)
        internal
        view
        returns (Approval memory)
    {
        uint256 nonce = registry.challengeNonce(k.device, target, kind);
        uint64 deadline = in1Hour();
        return approvalOf(k, challengeOf(op, target, operator, nonce, deadline, fields), deadline);
    }

    // Valid calls.

    function firstMasterFields(Keys memory k, uint64 deadline) internal view returns (bytes32) {
        return keccak256(
            abi.encode(
                k.device,
                k.passkey.credIdHash,
                k.passkey.x,
                k.passkey.y,
                k.passkey.rpIdHash,
                k.passkey.originHash,
                relay,
                deadline
            )
        );
    }

    function firstMasterProofs(Keys memory k, uint64 deadline)
        internal
        view
        returns (bytes memory signature, Assertion memory attestation)
    {
        bytes32 omni = registry.omniOf(k.wallet);
        bytes32 passkeyHash = keccak256(abi.encode(k.passkey));
        signature = signRegistration(k.k10, OP_FIRST, omni, omni, 1, 7, passkeyHash, deadline);
        attestation = assertionOf(
            k, challengeOf(OP_FIRST, address(registry), omni, 0, deadline, firstMasterFields(k, deadline))
        );
    }

    function registerMaster(Keys memory k) internal returns (bytes32) {
        uint64 deadline = in1Hour();
        (bytes memory signature, Assertion memory attestation) = firstMasterProofs(k, deadline);
        vm.prank(k.wallet);
        return registry.registerFirstMasterDevice(k.device, k.passkey, relay, deadline, signature, attestation);
    }

    function agentSignature(Keys memory agent, bytes32 operator, bytes32 actor, uint64 deadline)
        internal
        view
        returns (bytes memory)
    {
        return signRegistration(agent.k10, OP_AGENT, operator, actor, 2, 1, 0, deadline);
    }

    function agentFields(Keys memory agent, bytes32 operator, bytes32 actor, uint64 deadline)
        internal
        pure
        returns (bytes32)
    {
        return keccak256(abi.encode(agent.device, operator, actor, deadline));
    }

    function approveAgent(Keys memory master, Keys memory agent, bytes32 operator, bytes32 actor, uint64 deadline)
        internal
        view
        returns (Approval memory)
    {
        bytes32 fields = agentFields(agent, operator, actor, deadline);
        return approve(master, OP_AGENT, address(registry), operator, fields, Kind.Give);
    }

    /// @dev Registers `agent` with Alice's approval, as the first device of its own actor.
    function registerAgent(Keys memory agent) internal returns (bytes32 actor) {
        actor = registry.omniOf(agent.account);
        registerAgentAs(agent, actor);
    }

    function registerAgentAs(Keys memory agent, bytes32 actor) internal {
        uint64 deadline = in1Hour();
        Approval[] memory approvals = only(approveAgent(alice, agent, aliceOmni, actor, deadline));
        bytes memory signature = agentSignature(agent, aliceOmni, actor, deadline);
        registry.registerAgentDevice(agent.device, aliceOmni, actor, deadline, signature, approvals);
    }

    function approveScope(Keys memory master, bytes32 operator, bytes32 actor, Grant[] memory grants)
        internal
        view
        returns (Approval memory)
    {
        uint64 generation = scope.getScopeInfo(actor).generation + 1;
        bytes32 fields = keccak256(abi.encode(operator, actor, generation, grants));
        return approve(master, OP_SET, address(scope), operator, fields, Kind.Give);
    }

    /// @dev The generation that the next set must name.
    function generationOf(bytes32 actor) internal view returns (uint64) {
        return scope.getScopeInfo(actor).generation + 1;
    }

    function setScope(bytes32 actor, Grant[] memory grants) internal {
        Approval[] memory approvals = only(approveScope(alice, aliceOmni, actor, grants));
        scope.setScopeWithWebauthn(aliceOmni, actor, generationOf(actor), grants, approvals);
    }

    function grantsOf(uint256 count) internal pure returns (Grant[] memory grants) {
        grants = new Grant[](count);
        for (uint256 i = 0; i < count; i++) {
            grants[i] = Grant({
                serviceHash: keccak256(abi.encode("service", i)),
                dataClasses: uint8(i % 15 + 1),
                readOnly: i % 2 == 1,
                expiresAt: i == 0 ? 0 : uint64(START + 30 days + i),
                maxCalls: uint32(i * 10),
                periodSeconds: 3600
            });
        }
    }

    // Recoveries of Alice's, approved by as many of her masters as it takes.

    /// @dev Approvals by the first masters that may, never by `but`.
    function quorum(bytes32 op, bytes32 fields, bytes32 but) internal view returns (Approval[] memory list) {
        uint256 left = registry.getOperator(aliceOmni).recoveryThreshold;
        list = new Approval[](left);
        for (uint256 i = 0; i < masters.length && left > 0; i++) {
            Device memory d = registry.getDevice(masters[i].device);
            if (masters[i].device == but || d.revokedAt != 0 || d.roles & 2 == 0) continue;
            list[list.length - left--] = approve(masters[i], op, address(registry), aliceOmni, fields, Kind.Recover);
        }
        assertEq(left, 0, "there are enough masters");
    }

    function quorum(bytes32 op, bytes32 fields) internal view returns (Approval[] memory) {
        return quorum(op, fields, 0);
    }

    /// @dev A master about to be added, and all that the call takes but the approvals.
    struct NewMaster {
        Keys keys;
        uint8 roles;
        uint8 recoveryThreshold;
        uint8 grantThreshold;
        uint64 deadline;
    }

    function newMasterFields(NewMaster memory m) internal view returns (bytes32) {
        return keccak256(
            abi.encode(
                m.keys.device, aliceOmni, m.keys.passkey, m.roles, m.recoveryThreshold, m.grantThreshold, m.deadline
            )
        );
    }

    function newMasterSignature(NewMaster memory m) internal view returns (bytes memory) {
        bytes32 passkeyHash = keccak256(abi.encode(m.keys.passkey));
        return signRegistration(m.keys.k10, OP_ADD_MASTER, aliceOmni, aliceOmni, 1, m.roles, passkeyHash, m.deadline);
    }

    function newMasterAttestation(NewMaster memory m) internal view returns (Assertion memory) {
        uint256 nonce = registry.recoveryNonce(aliceOmni, address(registry));
        bytes32 fields = newMasterFields(m);
        return assertionOf(m.keys, challengeOf(OP_ADD_MASTER, address(registry), aliceOmni, nonce, m.deadline, fields));
    }

    function callAddMaster(
        NewMaster memory m,
        bytes memory signature,
        Assertion memory attestation,
        Approval[] memory approvals
    ) internal {
        registry.registerAdditionalMasterDevice(
            m.keys.device,
            aliceOmni,
            m.keys.passkey,
            m.roles,
            m.recoveryThreshold,
            m.grantThreshold,
            m.deadline,
            signature,
            attestation,
            approvals
        );
    }

    /// @dev Adds a master to Alice's, with these thresholds afterwards.
    function addMaster(string memory name, uint8 roles, uint8 recoveryThreshold, uint8 grantThreshold)
        internal
        returns (Keys memory k)
    {
        k = keysOf(name);
        NewMaster memory m = NewMaster(k, roles, recoveryThreshold, grantThreshold, in1Hour());
        callAddMaster(m, newMasterSignature(m), newMasterAttestation(m), quorum(OP_ADD_MASTER, newMasterFields(m)));
        masters.push(k);
    }

    /// @dev Adds a master to Alice's; the thresholds stay.
    function addMaster(string memory name, uint8 roles) internal returns (Keys memory) {
        Operator memory o = registry.getOperator(aliceOmni);
        return addMaster(name, roles, o.recoveryThreshold, o.grantThreshold);
    }

    function setThresholds(uint8 recovery, uint8 grant) internal {
        Approval[] memory approvals = quorum(OP_GRANT_THRESHOLD, keccak256(abi.encode(aliceOmni, grant)));
        registry.setGrantThreshold(aliceOmni, grant, approvals);
        approvals = quorum(OP_RECOVERY_THRESHOLD, keccak256(abi.encode(aliceOmni, recovery)));
        registry.setRecoveryThreshold(aliceOmni, recovery, approvals);
    }

    function setRoles(Keys memory k, uint8 roles) internal {
        registry.setDeviceRoles(k.device, roles, quorum(OP_ROLES, keccak256(abi.encode(k.device, roles))));
    }

    function revokeMaster(Keys memory k, uint64 since) internal {
        bytes32 fields = keccak256(abi.encode(k.device, since));
        registry.revokeMasterDevice(k.device, since, quorum(OP_REVOKE_MASTER, fields, k.device));
    }

    function setSince(Keys memory k, uint64 since) internal {
        registry.setCompromisedSince(k.device, since, quorum(OP_SINCE, keccak256(abi.encode(k.device, since))));
    }

    /// @dev Alice's wallet becomes `to`'s, which consents.
    function rotateWallet(Keys memory to) internal {
        uint64 deadline = in1Hour();
        bytes memory consent = signConsent(to, OP_ROTATE, aliceOmni, to.wallet, deadline);
        Approval[] memory approvals = quorum(OP_ROTATE, keccak256(abi.encode(aliceOmni, to.wallet, deadline)));
        registry.rotateMasterWallet(aliceOmni, to.wallet, deadline, consent, approvals);
    }

    // Proposals.

    function propose(Keys memory from, Keys memory target, uint64 since) internal {
        bytes32 fields = keccak256(abi.encode(aliceOmni, target.device, since));
        Approval memory a = approve(from, OP_PROPOSE, address(proposals), aliceOmni, fields, Kind.Propose);
        proposals.proposeRecovery(aliceOmni, target.device, since, a);
    }

    function approveCancel(Keys memory by, Keys memory proposer) internal view returns (Approval memory) {
        bytes32 fields = keccak256(abi.encode(proposer.device));
        return approve(by, OP_CANCEL, address(proposals), aliceOmni, fields, Kind.Propose);
    }
}
