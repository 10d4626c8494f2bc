// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import { AgentKeysScope } from "../src/AgentKeysScope.sol";
import { CapLens } from "../src/CapLens.sol";
import { K11Verifier } from "../src/K11Verifier.sol";
import { K3EpochCounter } from "../src/K3EpochCounter.sol";
import { P256Verifier } from "../src/P256Verifier.sol";
import { SidecarRegistry } from "../src/SidecarRegistry.sol";
import { Grant } from "../src/interfaces/IAgentKeysScope.sol";
import { Assertion, IK11Verifier, Passkey } from "../src/interfaces/IK11Verifier.sol";
import { Approval, Device, Kind } from "../src/interfaces/ISidecarRegistry.sol";
import { Base } from "./Base.t.sol";
import { WebAuthn } from "./WebAuthn.sol";

/// @dev The registry, and hands to bring about by force what operations of later releases will bring about by quorum.
contract OpenRegistry is SidecarRegistry {
    constructor(IK11Verifier k11_) SidecarRegistry(k11_) { }

    function forceMaster(bytes32 device, bytes32 operator, uint8 roles, Passkey calldata passkey) external {
        _addDevice(device, operator, operator, TIER_MASTER, roles).passkey = passkey;
        _operators[operator].activeMasters++;
        if (roles & RECOVERY != 0) _operators[operator].activeRecoveryMasters++;
    }

    function forceThresholds(bytes32 operator, uint8 recovery, uint8 grant) external {
        _operators[operator].recoveryThreshold = recovery;
        _operators[operator].grantThreshold = grant;
    }

    function forceRevoke(bytes32 device, uint64 compromisedSince) external {
        Device storage record = _devices[device];
        record.revokedAt = uint64(block.timestamp);
        record.compromisedSince = compromisedSince;
        _operators[record.operator].activeMasters--;
        if (record.roles & RECOVERY != 0) _operators[record.operator].activeRecoveryMasters--;
    }

    function forceWallet(bytes32 operator, address wallet) external {
        _operators[operator].wallet = wallet;
        _wallets[wallet] = operator;
    }
}

/// @dev A deployment, one operator (Alice) with one master, and everything needed to make valid calls of which a test then bends
/// exactly one thing.
abstract contract Fixture is Base {
    // A person's or agent's keys. Masters have all of them, agents only k10.
    struct Keys {
        uint256 walletKey;
        address wallet;
        uint256 k10;
        address account;
        bytes32 device;
        uint256 k11;
        Passkey passkey;
    }

    bytes32 internal constant OP_FIRST = keccak256("agentkeys:v1:register-first-master");
    bytes32 internal constant OP_AGENT = keccak256("agentkeys:v1:register-agent-device");
    bytes32 internal constant OP_REVOKE_AGENT = keccak256("agentkeys:v1:revoke-agent-device");
    bytes32 internal constant OP_SET = keccak256("agentkeys:v1:set-scope");
    bytes32 internal constant OP_REVOKE_SCOPE = keccak256("agentkeys:v1:revoke-scope");
    uint256 internal constant START = 1_800_000_000;

    OpenRegistry internal registry;
    K11Verifier internal k11;
    AgentKeysScope internal scope;
    K3EpochCounter internal epochs;
    CapLens internal lens;
    address internal governance = address(0x60);
    address internal relay = address(0x12E1A7);

    Keys internal alice;
    bytes32 internal aliceOmni;

    function setUp() public virtual {
        vm.warp(START);
        vm.roll(100);
        k11 = new K11Verifier(new P256Verifier());
        registry = new OpenRegistry(k11);
        scope = new AgentKeysScope(registry);
        epochs = new K3EpochCounter(governance);
        lens = new CapLens(registry, scope, epochs);
        alice = keysOf("alice");
        aliceOmni = registerMaster(alice);
    }

    function keysOf(string memory name) internal pure returns (Keys memory k) {
        k.walletKey = uint256(keccak256(abi.encode(name, "wallet"))) >> 1;
        k.wallet = vm.addr(k.walletKey);
        k.k10 = uint256(keccak256(abi.encode(name, "k10"))) >> 1;
        k.account = vm.addr(k.k10);
        k.device = keccak256(abi.encodePacked(k.account));
        k.k11 = uint256(keccak256(abi.encode(name, "k11"))) >> 1;
        (uint256 x, uint256 y) = vm.publicKeyP256(k.k11);
        k.passkey = Passkey({
            credIdHash: keccak256(abi.encode(name, "credential")),
            x: x,
            y: y,
            rpIdHash: WebAuthn.rpIdHash(),
            originHash: WebAuthn.originHash()
        });
    }

    function in1Hour() internal view returns (uint64) {
        return uint64(vm.getBlockTimestamp() + 1 hours);
    }

    // Proofs.

    function signRegistration(
        uint256 k10,
        bytes32 op,
        bytes32 operator,
        bytes32 actor,
        uint8 tier,
        uint8 roles,
        bytes32 passkeyHash,
        uint64 deadline
    ) internal view returns (bytes memory) {
        bytes32 content = keccak256(
            abi.encode(
                keccak256(
                    "Registration(bytes32 op,bytes32 operator,bytes32 actor,uint8 tier,uint8 roles,bytes32 passkeyHash,uint64 deadline)"
                ),
                op,
                operator,
                actor,
                tier,
                roles,
                passkeyHash,
                deadline
            )
        );
        return signTyped(k10, content, address(registry));
    }

    function signTyped(uint256 k10, bytes32 content, address verifyingContract) internal view returns (bytes memory) {
        bytes32 domain = keccak256(
            abi.encode(
                keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
                keccak256("AgentKeys"),
                keccak256("1"),
                block.chainid,
                verifyingContract
            )
        );
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(k10, keccak256(abi.encodePacked(hex"1901", domain, content)));
        return abi.encodePacked(r, s, v);
    }

    function challengeOf(bytes32 op, address target, bytes32 operator, uint256 nonce, uint64 deadline, bytes32 fields)
        internal
        view
        returns (bytes32)
    {
        return keccak256(abi.encode(op, block.chainid, target, operator, nonce, deadline, fields));
    }

    function assertionOf(Keys memory k, bytes32 challenge) internal pure returns (Assertion memory) {
        return WebAuthn.sign(k.k11, challenge);
    }

    function approvalOf(Keys memory k, bytes32 challenge, uint64 deadline) internal pure returns (Approval memory) {
        Assertion memory a = WebAuthn.sign(k.k11, challenge);
        return Approval({
            device: k.device,
            deadline: deadline,
            authenticatorData: a.authenticatorData,
            clientDataJSON: a.clientDataJSON,
            typeIndex: a.typeIndex,
            challengeIndex: a.challengeIndex,
            originIndex: a.originIndex,
            r: a.r,
            s: a.s
        });
    }

    /// @dev A valid approval with the nonce that is due.
    function approve(Keys memory k, bytes32 op, address target, bytes32 operator, bytes32 fields, Kind kind)
        internal
        view
        returns (Approval memory)
    {
        uint256 nonce = kind == Kind.Recover
            ? registry.recoveryNonce(operator, target)
            : registry.approvalNonce(k.device, target);
        uint64 deadline = in1Hour();
        return approvalOf(k, challengeOf(op, target, operator, nonce, deadline, fields), deadline);
    }

    function only(Approval memory a) internal pure returns (Approval[] memory list) {
        list = new Approval[](1);
        list[0] = a;
    }

    function both(Approval memory a, Approval memory b) internal pure returns (Approval[] memory list) {
        list = new Approval[](2);
        list[0] = a;
        list[1] = b;
    }

    function none() internal pure returns (Approval[] memory) {
        return new Approval[](0);
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
        bytes32 fields = keccak256(abi.encode(operator, actor, grants));
        return approve(master, OP_SET, address(scope), operator, fields, Kind.Give);
    }

    function setScope(bytes32 actor, Grant[] memory grants) internal {
        Approval[] memory approvals = only(approveScope(alice, aliceOmni, actor, grants));
        scope.setScopeWithWebauthn(aliceOmni, actor, grants, approvals);
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

    /// @dev A second master for Alice, by force: registering one is an operation of a later release.
    function addMaster(string memory name, uint8 roles) internal returns (Keys memory k) {
        k = keysOf(name);
        registry.forceMaster(k.device, aliceOmni, roles, k.passkey);
    }
}
