// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import { Grant } from "../../src/interfaces/IAgentKeysScope.sol";
import { Assertion } from "../../src/interfaces/IK11Verifier.sol";
import { IRecoveryProposals } from "../../src/interfaces/IRecoveryProposals.sol";
import { Approval, ISidecarRegistry, Kind } from "../../src/interfaces/ISidecarRegistry.sol";
import { IAgentKeysScope } from "../../src/interfaces/IAgentKeysScope.sol";
import { Fixture } from "../Fixture.t.sol";

/// @dev A contract that AgentKeys knows nothing of. Anybody may write one that consumes approvals made for it.
contract Stranger {
    function consume(
        ISidecarRegistry registry,
        bytes32 op,
        bytes32 operator,
        bytes32 fields,
        Kind kind,
        Approval[] calldata approvals
    ) external {
        registry.consumeApprovals(op, operator, fields, kind, approvals);
    }
}

/// @dev The data of every call that approvals go into, really signed by whoever is named, entitled or not. Nothing is sent here: a
/// call can be kept and sent later, and a test can say beforehand whether it must succeed.
abstract contract Hands is Fixture {
    address internal constant ANYONE = address(0xA17E);
    uint64 internal constant LOST = type(uint64).max;

    struct Call {
        address to;
        address sender;
        bytes data;
    }

    function op(string memory name) internal pure returns (bytes32) {
        return keccak256(abi.encodePacked("agentkeys:v1:", name));
    }

    // Signers.

    function alone(Keys memory a) internal pure returns (Keys[] memory who) {
        who = new Keys[](1);
        who[0] = a;
    }

    function pair(Keys memory a, Keys memory b) internal pure returns (Keys[] memory who) {
        who = new Keys[](2);
        (who[0], who[1]) = (a, b);
    }

    function three(Keys memory a, Keys memory b, Keys memory c) internal pure returns (Keys[] memory who) {
        who = new Keys[](3);
        (who[0], who[1], who[2]) = (a, b, c);
    }

    function nobody() internal pure returns (Keys[] memory) {
        return new Keys[](0);
    }

    /// @dev With an hour's deadline and the nonces that are due.
    function sign(Keys[] memory who, bytes32 name, address to, bytes32 operator, bytes32 fields, Kind kind)
        internal
        view
        returns (Approval[] memory)
    {
        return sign(who, name, to, operator, fields, kind, in1Hour());
    }

    function sign(
        Keys[] memory who,
        bytes32 name,
        address to,
        bytes32 operator,
        bytes32 fields,
        Kind kind,
        uint64 deadline
    ) internal view returns (Approval[] memory list) {
        list = new Approval[](who.length);
        for (uint256 i = 0; i < who.length; i++) {
            // The nonce of the operator named, whoever signs: what a foreigner signs is as good as it can be.
            uint256 counter =
                kind == Kind.Recover ? registry.recoveryNonce(operator, to) : registry.approvalNonce(who[i].device, to);
            uint256 nonce = registry.voids(who[i].device) << 128 | counter;
            list[i] = approvalOf(who[i], challengeOf(name, to, operator, nonce, deadline, fields), deadline);
        }
    }

    // Who can recover.

    /// @dev A master to be added, and what the call sets.
    struct Added {
        bytes32 operator;
        Keys keys;
        uint8 roles;
        uint8 recoveryThreshold;
        uint8 grantThreshold;
        uint64 deadline;
    }

    function cAddMaster(Keys[] memory who, Added memory m) internal view returns (Call memory) {
        bytes32 name = op("register-additional-master");
        bytes32 fields = _fieldsOf(m);
        Approval[] memory approvals = sign(who, name, address(registry), m.operator, fields, Kind.Recover, m.deadline);
        return _addMaster(m, _signatureOf(m, name), _attestationOf(m, name, fields), approvals);
    }

    function _fieldsOf(Added memory m) private pure returns (bytes32) {
        return keccak256(
            abi.encode(
                m.keys.device, m.operator, m.keys.passkey, m.roles, m.recoveryThreshold, m.grantThreshold, m.deadline
            )
        );
    }

    function _signatureOf(Added memory m, bytes32 name) private view returns (bytes memory) {
        bytes32 passkeyHash = keccak256(abi.encode(m.keys.passkey));
        return signRegistration(m.keys.k10, name, m.operator, m.operator, 1, m.roles, passkeyHash, m.deadline);
    }

    function _attestationOf(Added memory m, bytes32 name, bytes32 fields) private view returns (Assertion memory) {
        uint256 nonce = registry.recoveryNonce(m.operator, address(registry));
        return assertionOf(m.keys, challengeOf(name, address(registry), m.operator, nonce, m.deadline, fields));
    }

    function _addMaster(
        Added memory m,
        bytes memory signature,
        Assertion memory attestation,
        Approval[] memory approvals
    ) private view returns (Call memory) {
        return toRegistry(
            abi.encodeCall(
                ISidecarRegistry.registerAdditionalMasterDevice,
                (
                    m.keys.device,
                    m.operator,
                    m.keys.passkey,
                    m.roles,
                    m.recoveryThreshold,
                    m.grantThreshold,
                    m.deadline,
                    signature,
                    attestation,
                    approvals
                )
            )
        );
    }

    function cRoles(Keys[] memory who, bytes32 operator, bytes32 device, uint8 roles, uint64 deadline)
        internal
        view
        returns (Call memory)
    {
        bytes32 fields = keccak256(abi.encode(device, roles));
        Approval[] memory approvals =
            sign(who, op("set-device-roles"), address(registry), operator, fields, Kind.Recover, deadline);
        return toRegistry(abi.encodeCall(ISidecarRegistry.setDeviceRoles, (device, roles, approvals)));
    }

    function cRecoveryThreshold(Keys[] memory who, bytes32 operator, uint8 threshold, uint64 deadline)
        internal
        view
        returns (Call memory)
    {
        bytes32 fields = keccak256(abi.encode(operator, threshold));
        Approval[] memory approvals =
            sign(who, op("set-recovery-threshold"), address(registry), operator, fields, Kind.Recover, deadline);
        return toRegistry(abi.encodeCall(ISidecarRegistry.setRecoveryThreshold, (operator, threshold, approvals)));
    }

    function cGrantThreshold(Keys[] memory who, bytes32 operator, uint8 threshold, uint64 deadline)
        internal
        view
        returns (Call memory)
    {
        bytes32 fields = keccak256(abi.encode(operator, threshold));
        Approval[] memory approvals =
            sign(who, op("set-grant-threshold"), address(registry), operator, fields, Kind.Recover, deadline);
        return toRegistry(abi.encodeCall(ISidecarRegistry.setGrantThreshold, (operator, threshold, approvals)));
    }

    function cWallet(Keys[] memory who, bytes32 operator, Keys memory next, uint64 deadline)
        internal
        view
        returns (Call memory)
    {
        bytes32 name = op("rotate-master-wallet");
        bytes32 fields = keccak256(abi.encode(operator, next.wallet, deadline));
        bytes memory consent = _consent(name, operator, next, deadline);
        Approval[] memory approvals = sign(who, name, address(registry), operator, fields, Kind.Recover, deadline);
        return toRegistry(
            abi.encodeCall(ISidecarRegistry.rotateMasterWallet, (operator, next.wallet, deadline, consent, approvals))
        );
    }

    function _consent(bytes32 name, bytes32 operator, Keys memory next, uint64 deadline)
        private
        view
        returns (bytes memory)
    {
        bytes32 type_ = keccak256("WalletConsent(bytes32 op,bytes32 operator,address wallet,uint64 deadline)");
        bytes32 content = keccak256(abi.encode(type_, name, operator, next.wallet, deadline));
        return signTyped(next.walletKey, content, address(registry));
    }

    function cRevokeMaster(Keys[] memory who, bytes32 operator, bytes32 target, uint64 since, uint64 deadline)
        internal
        view
        returns (Call memory)
    {
        bytes32 fields = keccak256(abi.encode(target, since));
        Approval[] memory approvals =
            sign(who, op("revoke-master-device"), address(registry), operator, fields, Kind.Recover, deadline);
        return toRegistry(abi.encodeCall(ISidecarRegistry.revokeMasterDevice, (target, since, approvals)));
    }

    function cSince(Keys[] memory who, bytes32 operator, bytes32 target, uint64 since, uint64 deadline)
        internal
        view
        returns (Call memory)
    {
        bytes32 fields = keccak256(abi.encode(target, since));
        Approval[] memory approvals =
            sign(who, op("set-compromised-since"), address(registry), operator, fields, Kind.Recover, deadline);
        return toRegistry(abi.encodeCall(ISidecarRegistry.setCompromisedSince, (target, since, approvals)));
    }

    // Giving.

    function cRelay(Keys[] memory who, bytes32 operator, address newRelay, uint64 deadline)
        internal
        view
        returns (Call memory)
    {
        bytes32 fields = keccak256(abi.encode(operator, newRelay));
        Approval[] memory approvals =
            sign(who, op("set-audit-relay"), address(registry), operator, fields, Kind.Give, deadline);
        return toRegistry(abi.encodeCall(ISidecarRegistry.setAuditRelay, (operator, newRelay, approvals)));
    }

    function cAgent(Keys[] memory who, bytes32 operator, Keys memory agent, bytes32 actor, uint64 deadline)
        internal
        view
        returns (Call memory)
    {
        bytes32 fields = keccak256(abi.encode(agent.device, operator, actor, deadline));
        bytes memory signature =
            signRegistration(agent.k10, op("register-agent-device"), operator, actor, 2, 1, 0, deadline);
        Approval[] memory approvals =
            sign(who, op("register-agent-device"), address(registry), operator, fields, Kind.Give, deadline);
        return toRegistry(
            abi.encodeCall(
                ISidecarRegistry.registerAgentDevice, (agent.device, operator, actor, deadline, signature, approvals)
            )
        );
    }

    function cSetScope(Keys[] memory who, bytes32 operator, bytes32 actor, Grant[] memory grants, uint64 deadline)
        internal
        view
        returns (Call memory)
    {
        uint64 generation = scope.getScopeInfo(actor).generation + 1;
        bytes32 fields = keccak256(abi.encode(operator, actor, generation, grants));
        Approval[] memory approvals = sign(who, op("set-scope"), address(scope), operator, fields, Kind.Give, deadline);
        bytes memory data =
            abi.encodeCall(IAgentKeysScope.setScopeWithWebauthn, (operator, actor, generation, grants, approvals));
        return Call(address(scope), ANYONE, data);
    }

    // Taking away. Nobody signs: the wallet sends.

    function cRevokeAgent(Keys[] memory who, bytes32 operator, bytes32 device, uint64 deadline)
        internal
        view
        returns (Call memory)
    {
        bytes32 fields = keccak256(abi.encode(device));
        Approval[] memory approvals =
            sign(who, op("revoke-agent-device"), address(registry), operator, fields, Kind.Take, deadline);
        return toRegistry(abi.encodeCall(ISidecarRegistry.revokeAgentDevice, (device, approvals)));
    }

    function cRevokeScope(Keys[] memory who, bytes32 operator, bytes32 actor, uint64 deadline)
        internal
        view
        returns (Call memory)
    {
        bytes32 fields = keccak256(abi.encode(operator, actor));
        Approval[] memory approvals =
            sign(who, op("revoke-scope"), address(scope), operator, fields, Kind.Take, deadline);
        return Call(address(scope), ANYONE, abi.encodeCall(IAgentKeysScope.revokeScope, (operator, actor, approvals)));
    }

    function cVoid(Keys memory who, bytes32 operator, bytes32 device, uint64 deadline)
        internal
        view
        returns (Call memory)
    {
        bytes32 fields = keccak256(abi.encode(device));
        Approval[] memory approvals =
            sign(alone(who), op("void-approvals"), address(registry), operator, fields, Kind.Take, deadline);
        return toRegistry(abi.encodeCall(ISidecarRegistry.voidApprovals, (device, approvals)));
    }

    // Time.

    function cPropose(Keys memory who, bytes32 operator, bytes32 target, uint64 since, uint64 deadline)
        internal
        view
        returns (Call memory)
    {
        bytes32 fields = keccak256(abi.encode(operator, target, since));
        Approval[] memory approvals =
            sign(alone(who), op("propose-recovery"), address(proposals), operator, fields, Kind.Propose, deadline);
        return toProposals(abi.encodeCall(IRecoveryProposals.proposeRecovery, (operator, target, since, approvals[0])));
    }

    function cCancel(Keys memory who, bytes32 operator, bytes32 proposer, uint64 deadline)
        internal
        view
        returns (Call memory)
    {
        bytes32 fields = keccak256(abi.encode(proposer));
        Approval[] memory approvals =
            sign(alone(who), op("cancel-recovery"), address(proposals), operator, fields, Kind.Propose, deadline);
        return toProposals(abi.encodeCall(IRecoveryProposals.cancelRecovery, (proposer, approvals[0])));
    }

    function cWithdraw(Keys memory who, bytes32 operator, bytes32 proposer, uint64 deadline)
        internal
        view
        returns (Call memory)
    {
        bytes32 fields = keccak256(abi.encode(proposer));
        Approval[] memory approvals =
            sign(alone(who), op("withdraw-recovery"), address(proposals), operator, fields, Kind.Propose, deadline);
        return toProposals(abi.encodeCall(IRecoveryProposals.withdrawRecovery, (proposer, approvals[0])));
    }

    function cExecute(bytes32 proposer) internal view returns (Call memory) {
        return toProposals(abi.encodeCall(IRecoveryProposals.executeRecovery, (proposer)));
    }

    // Sending.

    function toRegistry(bytes memory data) internal view returns (Call memory) {
        return Call(address(registry), ANYONE, data);
    }

    function toProposals(bytes memory data) internal view returns (Call memory) {
        return Call(address(proposals), ANYONE, data);
    }

    function from(Call memory call, address sender) internal pure returns (Call memory) {
        call.sender = sender;
        return call;
    }

    function attempt(Call memory call) internal returns (bool ok, bytes memory result) {
        vm.prank(call.sender);
        return call.to.call(call.data);
    }

    /// @dev Must succeed; otherwise reverts as the call did.
    function must(Call memory call) internal {
        (bool ok, bytes memory result) = attempt(call);
        if (!ok) {
            assembly ("memory-safe") {
                revert(add(result, 32), mload(result))
            }
        }
    }

    /// @dev Must fail, and so.
    function mustFail(Call memory call, bytes memory error) internal {
        (bool ok, bytes memory result) = attempt(call);
        assertTrue(!ok, "it must fail");
        assertEq(keccak256(result), keccak256(error), "the error");
    }
}
