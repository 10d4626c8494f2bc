// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import { RecoveryProposals } from "./RecoveryProposals.sol";
import { Assertion, IK11Verifier, Passkey } from "./interfaces/IK11Verifier.sol";
import { IRecoveryProposals } from "./interfaces/IRecoveryProposals.sol";
import { Approval, Device, ISidecarRegistry, Kind, Operator } from "./interfaces/ISidecarRegistry.sol";
import { Approvals, Approvers, Operation } from "./libraries/Approvals.sol";
import { Deadlines } from "./libraries/Deadlines.sol";
import { Devices } from "./libraries/Devices.sol";
import { KeySignatures } from "./libraries/KeySignatures.sol";
import { Enrolment, Masters } from "./libraries/Masters.sol";
import { Omni } from "./libraries/Omni.sol";
import { Operations } from "./libraries/Operations.sol";
import { Operators } from "./libraries/Operators.sol";
import {
    ALL_ROLES,
    CAP_MINT,
    DeviceRecord,
    RECOVERY,
    RegistryState,
    TIER_AGENT,
    TIER_AGENT_ROOTED,
    TIER_HUMAN_ANCHORED
} from "./libraries/RegistryState.sol";

/// @title Operators, their devices, and the approvals that move authority
/// @dev Each operation reads: what it is about, who approved, what changes. The libraries hold the rules, this contract the state.
contract SidecarRegistry is ISidecarRegistry {
    using Approvals for RegistryState;
    using Devices for RegistryState;
    using Masters for RegistryState;
    using Operators for RegistryState;

    /// @inheritdoc ISidecarRegistry
    uint256 public constant VERSION = 2;

    IK11Verifier public immutable k11;
    /// @inheritdoc ISidecarRegistry
    IRecoveryProposals public immutable recovery;

    RegistryState internal _state;

    /// @param recoveryDelay Seconds that a proposal waits.
    constructor(IK11Verifier k11_, uint64 recoveryDelay) {
        k11 = k11_;
        recovery = new RecoveryProposals(recoveryDelay);
    }

    // Becoming an operator.

    /// @inheritdoc ISidecarRegistry
    function registerFirstMasterDevice(
        bytes32 deviceKeyHash,
        Passkey calldata passkey,
        address auditRelay,
        uint64 deadline,
        bytes calldata deviceSignature,
        Assertion calldata attestation
    ) external returns (bytes32 operator) {
        Deadlines.check(deadline);
        operator = _state.found(TIER_HUMAN_ANCHORED);
        _state.setAuditRelay(operator, auditRelay);
        bytes32 fieldsHash = keccak256(abi.encode(deviceKeyHash, passkey, auditRelay, deadline));
        Enrolment memory first =
            Enrolment(Operations.REGISTER_FIRST_MASTER, operator, deviceKeyHash, fieldsHash, 0, ALL_ROLES, deadline);
        _state.enrolFirst(k11, first, passkey, deviceSignature, attestation);
    }

    /// @inheritdoc ISidecarRegistry
    function registerAgentRooted(
        bytes32 deviceKeyHash,
        address auditRelay,
        uint64 deadline,
        bytes calldata deviceSignature
    ) external returns (bytes32 operator) {
        Deadlines.check(deadline);
        operator = _state.isNewWallet() ? _state.found(TIER_AGENT_ROOTED) : _state.agentRootedOfSender();
        _state.checkNoOwnDevice(operator);
        _state.setAuditRelay(operator, auditRelay);
        bytes32 registration = KeySignatures.registration(
            Operations.REGISTER_AGENT_ROOTED, operator, operator, TIER_AGENT, CAP_MINT, bytes32(0), deadline
        );
        _state.checkNew(deviceKeyHash, registration, deviceSignature);
        DeviceRecord storage device = _state.add(deviceKeyHash, operator, 0, TIER_AGENT, CAP_MINT);
        _state.operators[operator].ownDevice = device.ordinal;
        bytes32[2] memory nobody;
        emit AgentDeviceRegistered(deviceKeyHash, operator, operator, CAP_MINT, nobody);
    }

    /// @inheritdoc ISidecarRegistry
    function upgradeToHumanAnchored(
        address newWallet,
        bytes32 deviceKeyHash,
        Passkey calldata passkey,
        address auditRelay,
        uint64 deadline,
        bytes calldata walletConsent,
        bytes calldata deviceSignature,
        Assertion calldata attestation
    ) external {
        Deadlines.check(deadline);
        bytes32 operator = _state.agentRootedOfSender();
        KeySignatures.checkConsent(Operations.UPGRADE_TO_HUMAN_ANCHORED, operator, newWallet, deadline, walletConsent);
        if (newWallet != msg.sender) _state.rotateWallet(operator, newWallet);
        _state.revokeOwnDevice(operator);
        _state.upgrade(operator);
        _state.setAuditRelay(operator, auditRelay);
        bytes32 fieldsHash = keccak256(abi.encode(newWallet, deviceKeyHash, passkey, auditRelay, deadline));
        Enrolment memory first = Enrolment(
            Operations.UPGRADE_TO_HUMAN_ANCHORED, operator, deviceKeyHash, fieldsHash, 0, ALL_ROLES, deadline
        );
        _state.enrolFirst(k11, first, passkey, deviceSignature, attestation);
    }

    // Changing who can recover.

    /// @inheritdoc ISidecarRegistry
    function registerAdditionalMasterDevice(
        bytes32 deviceKeyHash,
        bytes32 operator,
        Passkey calldata passkey,
        uint8 roles,
        uint8 recoveryThreshold,
        uint8 grantThreshold,
        uint64 deadline,
        bytes calldata deviceSignature,
        Assertion calldata attestation,
        Approval[] calldata approvals
    ) external {
        Deadlines.check(deadline);
        Masters.checkRoles(roles);
        Enrolment memory next;
        next.op = Operations.REGISTER_ADDITIONAL_MASTER;
        next.operator = operator;
        next.deviceKeyHash = deviceKeyHash;
        next.fieldsHash = keccak256(
            abi.encode(deviceKeyHash, operator, passkey, roles, recoveryThreshold, grantThreshold, deadline)
        );
        next.nonce = _state.recoveryNonces[operator][address(this)];
        next.roles = roles;
        next.deadline = deadline;
        // Approved before it is added: a new master has no say in its own coming.
        _consume(Operations.REGISTER_ADDITIONAL_MASTER, operator, next.fieldsHash, Kind.Recover, approvals);
        _state.enrol(k11, next, passkey, deviceSignature, attestation);
        _state.setThresholds(operator, recoveryThreshold, grantThreshold);
    }

    /// @inheritdoc ISidecarRegistry
    function setDeviceRoles(bytes32 device, uint8 roles, Approval[] calldata approvals) external {
        Masters.checkRoles(roles);
        bytes32 operator = _state.activeMaster(device).operator;
        _consume(Operations.SET_DEVICE_ROLES, operator, keccak256(abi.encode(device, roles)), Kind.Recover, approvals);
        _state.setRoles(device, roles);
    }

    /// @inheritdoc ISidecarRegistry
    function setRecoveryThreshold(bytes32 operator, uint8 threshold, Approval[] calldata approvals) external {
        _consumeThreshold(Operations.SET_RECOVERY_THRESHOLD, operator, threshold, approvals);
        _state.setThresholds(operator, threshold, _state.operators[operator].grantThreshold);
    }

    /// @inheritdoc ISidecarRegistry
    function setGrantThreshold(bytes32 operator, uint8 threshold, Approval[] calldata approvals) external {
        _consumeThreshold(Operations.SET_GRANT_THRESHOLD, operator, threshold, approvals);
        _state.setThresholds(operator, _state.operators[operator].recoveryThreshold, threshold);
    }

    /// @inheritdoc ISidecarRegistry
    function rotateMasterWallet(
        bytes32 operator,
        address newWallet,
        uint64 deadline,
        bytes calldata walletConsent,
        Approval[] calldata approvals
    ) external {
        Deadlines.check(deadline);
        KeySignatures.checkConsent(Operations.ROTATE_MASTER_WALLET, operator, newWallet, deadline, walletConsent);
        bytes32 fieldsHash = keccak256(abi.encode(operator, newWallet, deadline));
        _consume(Operations.ROTATE_MASTER_WALLET, operator, fieldsHash, Kind.Recover, approvals);
        _state.rotateWallet(operator, newWallet);
    }

    /// @inheritdoc ISidecarRegistry
    function revokeMasterDevice(bytes32 target, uint64 compromisedSince, Approval[] calldata approvals) external {
        bytes32 operator = _state.activeMaster(target).operator;
        Approvals.checkNotAmong(approvals, target);
        bytes32 fieldsHash = keccak256(abi.encode(target, compromisedSince));
        _consume(Operations.REVOKE_MASTER_DEVICE, operator, fieldsHash, Kind.Recover, approvals);
        // recoveryThreshold still fits: those who approved are as many, and stay.
        _state.remove(target, compromisedSince);
    }

    /// @inheritdoc ISidecarRegistry
    function setCompromisedSince(bytes32 target, uint64 compromisedSince, Approval[] calldata approvals) external {
        DeviceRecord storage device = _state.master(target);
        if (device.revokedAt == 0) revert DeviceNotRevoked(target);
        uint64 current = Devices.sinceOf(device);
        if (compromisedSince >= current) revert CompromisedSinceNotEarlier(compromisedSince, current);
        bytes32 fieldsHash = keccak256(abi.encode(target, compromisedSince));
        _consume(Operations.SET_COMPROMISED_SINCE, device.operator, fieldsHash, Kind.Recover, approvals);
        Masters.setCompromisedSince(device, target, compromisedSince);
    }

    /// @inheritdoc ISidecarRegistry
    function evict(bytes32 proposer, bytes32 target, uint64 compromisedSince, uint256 atNonce) external {
        if (msg.sender != address(recovery)) revert NotRecovery(address(recovery), msg.sender);
        bytes32 operator = _state.activeMaster(target).operator;
        uint256 nonce = _state.recoveryNonces[operator][address(this)];
        if (nonce != atNonce) revert ProposalStale(atNonce, nonce);
        if (proposer == target) revert ApproverIsTarget(target);
        _state.checkApprover(proposer, operator, RECOVERY);
        _state.remove(target, compromisedSince);
        Operator storage record = _state.operators[operator];
        // Never freely chosen: one thief and one delay must not make one device a quorum of three.
        if (record.recoveryThreshold > record.activeRecoveryMasters) {
            _state.setThresholds(operator, record.activeRecoveryMasters, record.grantThreshold);
        }
        _state.moveRecoveryNonce(operator, address(this));
    }

    // Giving.

    /// @inheritdoc ISidecarRegistry
    function registerAgentDevice(
        bytes32 deviceKeyHash,
        bytes32 operator,
        bytes32 actor,
        uint64 deadline,
        bytes calldata deviceSignature,
        Approval[] calldata approvals
    ) external {
        Deadlines.check(deadline);
        bytes32 registration = KeySignatures.registration(
            Operations.REGISTER_AGENT_DEVICE, operator, actor, TIER_AGENT, CAP_MINT, bytes32(0), deadline
        );
        address account = _state.checkNew(deviceKeyHash, registration, deviceSignature);
        _state.bindActor(actor, operator, account);

        bytes32 fieldsHash = keccak256(abi.encode(deviceKeyHash, operator, actor, deadline));
        Approvers memory approvers =
            _consume(Operations.REGISTER_AGENT_DEVICE, operator, fieldsHash, Kind.Give, approvals);
        DeviceRecord storage device = _state.add(deviceKeyHash, operator, actor, TIER_AGENT, CAP_MINT);
        device.firstApprover = approvers.ordinals[0];
        device.secondApprover = approvers.ordinals[1];
        emit AgentDeviceRegistered(deviceKeyHash, operator, actor, CAP_MINT, approvers.devices);
    }

    /// @inheritdoc ISidecarRegistry
    function setAuditRelay(bytes32 operator, address relay, Approval[] calldata approvals) external {
        _consume(Operations.SET_AUDIT_RELAY, operator, keccak256(abi.encode(operator, relay)), Kind.Give, approvals);
        _state.setAuditRelay(operator, relay);
    }

    // Taking away.

    /// @inheritdoc ISidecarRegistry
    function revokeAgentDevice(bytes32 deviceKeyHash, Approval[] calldata approvals) external {
        DeviceRecord storage device = _state.activeAgent(deviceKeyHash);
        bytes32 operator = device.operator;
        device.revokedAt = uint40(block.timestamp);

        bytes32 approver;
        if (approvals.length == 0) {
            address wallet = _state.operators[operator].wallet;
            if (msg.sender != wallet) revert NotOperatorWallet(wallet, msg.sender);
        } else {
            bytes32 fieldsHash = keccak256(abi.encode(deviceKeyHash));
            approver = _consume(Operations.REVOKE_AGENT_DEVICE, operator, fieldsHash, Kind.Take, approvals).devices[0];
        }
        emit DeviceRevoked(deviceKeyHash, operator, approver);
    }

    /// @inheritdoc ISidecarRegistry
    function voidApprovals(bytes32 device, Approval[] calldata approvals) external {
        bytes32 operator = _state.activeMaster(device).operator;
        for (uint256 i = 0; i < approvals.length; i++) {
            if (approvals[i].device != device) revert ApproverNotDevice(device, approvals[i].device);
        }
        _consume(Operations.VOID_APPROVALS, operator, keccak256(abi.encode(device)), Kind.Take, approvals);
        emit ApprovalsVoided(device, operator, ++_state.devices[device].voids);
    }

    // Approving, for other contracts.

    /// @inheritdoc ISidecarRegistry
    function consumeApprovals(
        bytes32 op,
        bytes32 operator,
        bytes32 fieldsHash,
        Kind kind,
        Approval[] calldata approvals
    ) external returns (bytes32[2] memory, uint32[2] memory) {
        Operation memory operation = Operation(msg.sender, op, operator, fieldsHash, kind);
        Approvers memory approvers = _state.consume(k11, operation, approvals);
        return (approvers.devices, approvers.ordinals);
    }

    // Asking.

    /// @inheritdoc ISidecarRegistry
    function getDevice(bytes32 deviceKeyHash) external view returns (Device memory) {
        return _state.view_(deviceKeyHash);
    }

    /// @inheritdoc ISidecarRegistry
    function isActive(bytes32 deviceKeyHash) external view returns (bool) {
        return _state.isActive(deviceKeyHash);
    }

    /// @inheritdoc ISidecarRegistry
    function getOperator(bytes32 operator) external view returns (Operator memory) {
        return _state.operators[operator];
    }

    /// @inheritdoc ISidecarRegistry
    function operatorOfWallet(address wallet) external view returns (bytes32 operator) {
        operator = _state.wallets[wallet];
        if (_state.operators[operator].wallet != wallet) return 0;
    }

    /// @inheritdoc ISidecarRegistry
    function isWalletUsed(address wallet) external view returns (bool) {
        return _state.wallets[wallet] != 0;
    }

    /// @inheritdoc ISidecarRegistry
    function operatorOfActor(bytes32 actor) external view returns (bytes32) {
        return _state.operators[actor].tier != 0 ? actor : _state.agentOperators[actor];
    }

    /// @inheritdoc ISidecarRegistry
    function activeRecoveryMasterCount(bytes32 operator) external view returns (uint256) {
        return _state.operators[operator].activeRecoveryMasters;
    }

    /// @inheritdoc ISidecarRegistry
    function deviceCount(bytes32 operator) external view returns (uint256) {
        return _state.operators[operator].deviceCount;
    }

    /// @inheritdoc ISidecarRegistry
    function devicesOf(bytes32 operator, uint256 offset, uint256 limit) external view returns (bytes32[] memory) {
        return _state.page(operator, offset, limit);
    }

    /// @inheritdoc ISidecarRegistry
    function devicesAt(bytes32 operator, uint32[2] calldata ordinals) external view returns (bytes32[2] memory) {
        return _state.devicesAt(operator, ordinals[0], ordinals[1]);
    }

    /// @inheritdoc ISidecarRegistry
    function isPasskeyUsed(bytes32 operator, uint256 x, uint256 y) external view returns (bool) {
        return _state.passkeys[operator][keccak256(abi.encode(x, y))];
    }

    /// @inheritdoc ISidecarRegistry
    function challengeNonce(bytes32 device, address verifyingContract, Kind kind) external view returns (uint256) {
        return _state.nonceOf(device, _state.devices[device].operator, verifyingContract, kind);
    }

    /// @inheritdoc ISidecarRegistry
    function approvalNonce(bytes32 device, address verifyingContract) external view returns (uint256) {
        return _state.approvalNonces[device][verifyingContract];
    }

    /// @inheritdoc ISidecarRegistry
    function recoveryNonce(bytes32 operator, address verifyingContract) external view returns (uint256) {
        return _state.recoveryNonces[operator][verifyingContract];
    }

    /// @inheritdoc ISidecarRegistry
    function voids(bytes32 device) external view returns (uint256) {
        return _state.devices[device].voids;
    }

    /// @inheritdoc ISidecarRegistry
    function approverState(bytes32[2] memory approvers, uint64 at) public view returns (bool revoked) {
        return _state.anyCompromised(approvers, at);
    }

    /// @inheritdoc ISidecarRegistry
    function omniOf(address account) external pure returns (bytes32) {
        return Omni.derive(account);
    }

    function _consumeThreshold(bytes32 op, bytes32 operator, uint8 threshold, Approval[] calldata approvals) internal {
        _consume(op, operator, keccak256(abi.encode(operator, threshold)), Kind.Recover, approvals);
    }

    function _consume(bytes32 op, bytes32 operator, bytes32 fieldsHash, Kind kind, Approval[] calldata approvals)
        internal
        returns (Approvers memory)
    {
        return _state.consume(k11, Operation(address(this), op, operator, fieldsHash, kind), approvals);
    }
}
