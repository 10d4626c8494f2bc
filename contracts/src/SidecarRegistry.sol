// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import { Assertion, IK11Verifier, Passkey } from "./interfaces/IK11Verifier.sol";
import { Approval, Device, ISidecarRegistry, Kind, Operator } from "./interfaces/ISidecarRegistry.sol";

/// @title Operators, their devices, and the approvals that move authority
contract SidecarRegistry is ISidecarRegistry {
    /// @inheritdoc ISidecarRegistry
    uint256 public constant override VERSION = 1;

    uint8 internal constant TIER_HUMAN_ANCHORED = 2;
    uint8 internal constant TIER_MASTER = 1;
    uint8 internal constant TIER_AGENT = 2;
    uint8 internal constant CAP_MINT = 1;
    uint8 internal constant RECOVERY = 2;
    uint8 internal constant SCOPE_MGMT = 4;

    /// @dev compromisedSince of a device that nobody has called compromised.
    uint64 internal constant NEVER = type(uint64).max;
    uint64 internal constant MAX_DEADLINE_AHEAD = 7 days;

    bytes32 internal constant OP_REGISTER_FIRST_MASTER = keccak256("agentkeys:v1:register-first-master");
    bytes32 internal constant OP_REGISTER_AGENT_DEVICE = keccak256("agentkeys:v1:register-agent-device");
    bytes32 internal constant OP_REVOKE_AGENT_DEVICE = keccak256("agentkeys:v1:revoke-agent-device");

    bytes32 internal constant DOMAIN_TYPEHASH =
        keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)");
    bytes32 internal constant REGISTRATION_TYPEHASH = keccak256(
        "Registration(bytes32 op,bytes32 operator,bytes32 actor,uint8 tier,uint8 roles,bytes32 passkeyHash,uint64 deadline)"
    );
    /// @dev Half the order of secp256k1: the largest low s.
    uint256 internal constant MAX_LOW_S = 0x7FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF5D576E7357A4501DDFE92F46681B20A0;

    /// @dev What approvals are for; kept together because the challenge binds all of it.
    struct Operation {
        address verifyingContract;
        bytes32 op;
        bytes32 operator;
        bytes32 fieldsHash;
        Kind kind;
    }

    IK11Verifier public immutable k11;

    mapping(bytes32 operator => Operator) internal _operators;
    mapping(bytes32 deviceKeyHash => Device) internal _devices;
    /// @dev An agent's operator, for ever. Operators are not in it: each is its own actor.
    mapping(bytes32 actor => bytes32 operator) internal _agentOperators;
    /// @dev Every wallet that is or was an operator's. Nothing is ever removed, so an address has one kind for ever.
    mapping(address wallet => bytes32 operator) internal _wallets;
    /// @dev Every P-256 key that an operator's master has or had: two devices with one key would make a quorum of one.
    mapping(bytes32 operator => mapping(bytes32 keyHash => bool)) internal _passkeys;

    /// @inheritdoc ISidecarRegistry
    mapping(bytes32 device => mapping(address verifyingContract => uint256)) public override approvalNonce;
    /// @inheritdoc ISidecarRegistry
    mapping(bytes32 operator => mapping(address verifyingContract => uint256)) public override recoveryNonce;

    constructor(IK11Verifier k11_) {
        k11 = k11_;
    }

    // Registering.

    /// @inheritdoc ISidecarRegistry
    function registerFirstMasterDevice(
        bytes32 deviceKeyHash,
        Passkey calldata passkey,
        address auditRelay,
        uint64 deadline,
        bytes calldata deviceSignature,
        Assertion calldata attestation
    ) external override returns (bytes32 operator) {
        _checkDeadline(deadline);
        if (_wallets[msg.sender] != 0) revert WalletAlreadyUsed(msg.sender, _wallets[msg.sender]);
        if (_devices[keccak256(abi.encodePacked(msg.sender))].registeredAt != 0) revert WalletIsDevice(msg.sender);
        operator = omniOf(msg.sender);
        // The wallet is taken before the device is looked at, so the device cannot be this wallet either. That the omni is no
        // agent's needs no check: an agent's omni comes from an address that is a device.
        _wallets[msg.sender] = operator;
        _operators[operator] = Operator({
            wallet: msg.sender,
            tier: TIER_HUMAN_ANCHORED,
            recoveryThreshold: 1,
            grantThreshold: 1,
            activeMasters: 1,
            activeRecoveryMasters: 1,
            auditRelay: auditRelay,
            registeredAt: uint64(block.timestamp)
        });
        emit OperatorRegistered(operator, msg.sender, TIER_HUMAN_ANCHORED);
        emit AuditRelaySet(operator, auditRelay);

        bytes32 fieldsHash = keccak256(abi.encode(deviceKeyHash, passkey, auditRelay, deadline));
        Operation memory operation =
            Operation(address(this), OP_REGISTER_FIRST_MASTER, operator, fieldsHash, Kind.Recover);
        uint8 roles = CAP_MINT | RECOVERY | SCOPE_MGMT;
        _addMaster(operation, deviceKeyHash, passkey, roles, deadline, deviceSignature, attestation);
    }

    /// @inheritdoc ISidecarRegistry
    function registerAgentDevice(
        bytes32 deviceKeyHash,
        bytes32 operator,
        bytes32 actor,
        uint64 deadline,
        bytes calldata deviceSignature,
        Approval[] calldata approvals
    ) external override {
        _checkDeadline(deadline);
        bytes32 registration = keccak256(
            abi.encode(
                REGISTRATION_TYPEHASH,
                OP_REGISTER_AGENT_DEVICE,
                operator,
                actor,
                TIER_AGENT,
                CAP_MINT,
                bytes32(0),
                deadline
            )
        );
        address account = _checkNewDevice(deviceKeyHash, registration, deviceSignature);
        _bindActor(actor, operator, account);

        bytes32 fieldsHash = keccak256(abi.encode(deviceKeyHash, operator, actor, deadline));
        bytes32[2] memory approvers =
            _consume(Operation(address(this), OP_REGISTER_AGENT_DEVICE, operator, fieldsHash, Kind.Give), approvals);
        Device storage device = _addDevice(deviceKeyHash, operator, actor, TIER_AGENT, CAP_MINT);
        device.approvers[0] = approvers[0];
        if (approvers[1] != 0) device.approvers[1] = approvers[1];
        emit AgentDeviceRegistered(deviceKeyHash, operator, actor, CAP_MINT, approvers);
    }

    /// @inheritdoc ISidecarRegistry
    function revokeAgentDevice(bytes32 deviceKeyHash, Approval[] calldata approvals) external override {
        Device storage device = _devices[deviceKeyHash];
        if (device.registeredAt == 0) revert DeviceUnknown(deviceKeyHash);
        if (device.tier != TIER_AGENT) revert DeviceIsMaster(deviceKeyHash);
        if (device.revokedAt != 0) revert DeviceAlreadyRevoked(deviceKeyHash);
        bytes32 operator = device.operator;
        device.revokedAt = uint64(block.timestamp);

        bytes32 approver;
        if (approvals.length == 0) {
            address wallet = _operators[operator].wallet;
            if (msg.sender != wallet) revert NotOperatorWallet(wallet, msg.sender);
        } else {
            bytes32 fieldsHash = keccak256(abi.encode(deviceKeyHash));
            approver = _consume(
                Operation(address(this), OP_REVOKE_AGENT_DEVICE, operator, fieldsHash, Kind.Take), approvals
            )[0];
        }
        emit DeviceRevoked(deviceKeyHash, operator, approver);
    }

    // Approving, for other contracts.

    /// @inheritdoc ISidecarRegistry
    function consumeApprovals(
        bytes32 op,
        bytes32 operator,
        bytes32 fieldsHash,
        Kind kind,
        Approval[] calldata approvals
    ) external override returns (bytes32[2] memory approvers) {
        return _consume(Operation(msg.sender, op, operator, fieldsHash, kind), approvals);
    }

    // Asking.

    /// @inheritdoc ISidecarRegistry
    function getDevice(bytes32 deviceKeyHash) external view override returns (Device memory) {
        return _devices[deviceKeyHash];
    }

    /// @inheritdoc ISidecarRegistry
    function isActive(bytes32 deviceKeyHash) external view override returns (bool) {
        Device storage device = _devices[deviceKeyHash];
        if (device.registeredAt == 0 || device.revokedAt != 0) return false;
        return !approverState(device.approvers, device.registeredAt);
    }

    /// @inheritdoc ISidecarRegistry
    function getOperator(bytes32 operator) external view override returns (Operator memory) {
        return _operators[operator];
    }

    /// @inheritdoc ISidecarRegistry
    function operatorOfWallet(address wallet) external view override returns (bytes32) {
        bytes32 operator = _wallets[wallet];
        return _operators[operator].wallet == wallet ? operator : bytes32(0);
    }

    /// @inheritdoc ISidecarRegistry
    function operatorOfActor(bytes32 actor) external view override returns (bytes32) {
        return _operators[actor].tier != 0 ? actor : _agentOperators[actor];
    }

    /// @inheritdoc ISidecarRegistry
    function activeMasterCount(bytes32 operator) external view override returns (uint256) {
        return _operators[operator].activeMasters;
    }

    /// @inheritdoc ISidecarRegistry
    function activeRecoveryMasterCount(bytes32 operator) external view override returns (uint256) {
        return _operators[operator].activeRecoveryMasters;
    }

    /// @inheritdoc ISidecarRegistry
    function isPasskeyUsed(bytes32 operator, uint256 x, uint256 y) external view override returns (bool) {
        return _passkeys[operator][keccak256(abi.encode(x, y))];
    }

    /// @inheritdoc ISidecarRegistry
    function approverState(bytes32[2] memory approvers, uint64 at) public view override returns (bool revoked) {
        return _wasCompromised(approvers[0], at) || _wasCompromised(approvers[1], at);
    }

    /// @inheritdoc ISidecarRegistry
    function omniOf(address account) public pure override returns (bytes32) {
        bytes memory digits = "0123456789abcdef";
        bytes memory text = "agentkeysevm0x0000000000000000000000000000000000000000";
        uint256 rest = uint160(account);
        for (uint256 i = text.length; i > text.length - 40; i--) {
            text[i - 1] = digits[rest & 15];
            rest >>= 4;
        }
        return sha256(text);
    }

    // Internals: deadlines and devices.

    function _checkDeadline(uint64 deadline) internal view {
        if (deadline < block.timestamp) revert DeadlinePassed(deadline, block.timestamp);
        uint256 latest = block.timestamp + MAX_DEADLINE_AHEAD;
        if (deadline > latest) revert DeadlineTooFar(deadline, latest);
    }

    /// @dev Both proofs of a new master, then its record. The passkey signs the nonce that recoveries have now, 0 for a first master.
    function _addMaster(
        Operation memory operation,
        bytes32 deviceKeyHash,
        Passkey calldata passkey,
        uint8 roles,
        uint64 deadline,
        bytes calldata deviceSignature,
        Assertion calldata attestation
    ) internal {
        bytes32 operator = operation.operator;
        bytes32 registration = keccak256(
            abi.encode(
                REGISTRATION_TYPEHASH,
                operation.op,
                operator,
                operator,
                TIER_MASTER,
                roles,
                keccak256(abi.encode(passkey)),
                deadline
            )
        );
        _checkNewDevice(deviceKeyHash, registration, deviceSignature);
        uint256 nonce = recoveryNonce[operator][address(this)];
        uint32 signCount = k11.verifyAssertion(_challenge(operation, nonce, deadline), passkey, attestation);

        _addDevice(deviceKeyHash, operator, operator, TIER_MASTER, roles).passkey = passkey;
        _passkeys[operator][keccak256(abi.encode(passkey.x, passkey.y))] = true;
        emit MasterDeviceRegistered(deviceKeyHash, operator, roles, passkey, signCount);
    }

    /// @dev The device is new, its key agreed to this registration, and its address is no wallet.
    function _checkNewDevice(bytes32 deviceKeyHash, bytes32 registration, bytes calldata signature)
        internal
        view
        returns (address account)
    {
        if (_devices[deviceKeyHash].registeredAt != 0) revert DeviceAlreadyRegistered(deviceKeyHash);
        account = _recover(keccak256(abi.encodePacked("\x19\x01", _domainSeparator(), registration)), signature);
        // A signature of nobody recovers to address 0, which hashes to something too.
        if (account == address(0) || keccak256(abi.encodePacked(account)) != deviceKeyHash) {
            revert DeviceSignatureMismatch(deviceKeyHash, account);
        }
        if (_wallets[account] != 0) revert DeviceIsWallet(account);
    }

    /// @dev The actor's first device gives it its omni and its operator; later devices need the same operator.
    function _bindActor(bytes32 actor, bytes32 operator, address account) internal {
        if (_operators[actor].tier != 0) revert ActorIsOperator(actor);
        bytes32 bound = _agentOperators[actor];
        if (bound == 0) {
            bytes32 omni = omniOf(account);
            if (actor != omni) revert ActorNotOfDevice(omni, actor);
            _agentOperators[actor] = operator;
        } else if (bound != operator) {
            revert ActorOfOtherOperator(actor, bound);
        }
    }

    function _addDevice(bytes32 deviceKeyHash, bytes32 operator, bytes32 actor, uint8 tier, uint8 roles)
        internal
        returns (Device storage device)
    {
        device = _devices[deviceKeyHash];
        device.operator = operator;
        device.actor = actor;
        device.tier = tier;
        device.roles = roles;
        device.registeredAt = uint64(block.timestamp);
        device.compromisedSince = NEVER;
    }

    /// @dev The domain is made anew each time: after a fork of the chain the other side's signatures do not count here.
    function _domainSeparator() internal view returns (bytes32) {
        return
            keccak256(abi.encode(DOMAIN_TYPEHASH, keccak256("AgentKeys"), keccak256("1"), block.chainid, address(this)));
    }

    function _recover(bytes32 digest, bytes calldata signature) internal pure returns (address) {
        if (signature.length != 65) revert DeviceSignatureMalformed();
        bytes32 r = bytes32(signature[:32]);
        bytes32 s = bytes32(signature[32:64]);
        uint8 v = uint8(signature[64]);
        if (uint256(s) > MAX_LOW_S || (v != 27 && v != 28)) revert DeviceSignatureMalformed();
        return ecrecover(digest, v, r, s);
    }

    // Internals: approvals.

    function _challenge(Operation memory operation, uint256 nonce, uint64 deadline) internal view returns (bytes32) {
        return keccak256(
            abi.encode(
                operation.op,
                block.chainid,
                operation.verifyingContract,
                operation.operator,
                nonce,
                deadline,
                operation.fieldsHash
            )
        );
    }

    /// @dev Checks every approval, also those beyond what is needed, and moves the nonces.
    function _consume(Operation memory operation, Approval[] calldata approvals)
        internal
        returns (bytes32[2] memory approvers)
    {
        (uint256 needed, uint8 role) = _requirement(operation.operator, operation.kind);
        if (approvals.length < needed) revert NotEnoughApprovals(needed, approvals.length);
        for (uint256 i = 0; i < approvals.length; i++) {
            bytes32 device = approvals[i].device;
            for (uint256 j = 0; j < i; j++) {
                if (approvals[j].device == device) revert ApproverDuplicate(device);
            }
            _checkApprover(device, operation.operator, role);
            _consumeOne(operation, approvals[i]);
            if (i < 2) approvers[i] = device;
        }
        // All approvals of one recovery carry one nonce; every recovery that succeeds moves it.
        if (operation.kind == Kind.Recover) recoveryNonce[operation.operator][operation.verifyingContract]++;
    }

    function _requirement(bytes32 operator, Kind kind) internal view returns (uint256 needed, uint8 role) {
        Operator storage record = _operators[operator];
        if (record.tier != TIER_HUMAN_ANCHORED) revert OperatorNotHumanAnchored(operator, record.tier);
        if (kind == Kind.Give) return (record.grantThreshold, SCOPE_MGMT);
        if (kind == Kind.Take) return (1, 0);
        return (record.recoveryThreshold, RECOVERY);
    }

    function _checkApprover(bytes32 deviceKeyHash, bytes32 operator, uint8 role) internal view {
        Device storage device = _devices[deviceKeyHash];
        if (device.operator != operator) revert ApproverOfOtherOperator(deviceKeyHash, operator, device.operator);
        if (device.tier != TIER_MASTER) revert ApproverNotMaster(deviceKeyHash);
        if (device.revokedAt != 0) revert ApproverRevoked(deviceKeyHash);
        if (device.roles & role != role) revert ApproverLacksRole(deviceKeyHash, role, device.roles);
    }

    function _consumeOne(Operation memory operation, Approval calldata approval) internal {
        _checkDeadline(approval.deadline);
        uint256 nonce = operation.kind == Kind.Recover
            ? recoveryNonce[operation.operator][operation.verifyingContract]
            : approvalNonce[approval.device][operation.verifyingContract]++;
        Assertion memory assertion = Assertion({
            authenticatorData: approval.authenticatorData,
            clientDataJSON: approval.clientDataJSON,
            typeIndex: approval.typeIndex,
            challengeIndex: approval.challengeIndex,
            originIndex: approval.originIndex,
            r: approval.r,
            s: approval.s
        });
        uint32 signCount = k11.verifyAssertion(
            _challenge(operation, nonce, approval.deadline), _devices[approval.device].passkey, assertion
        );
        emit ApprovalConsumed(
            operation.operator,
            approval.device,
            operation.verifyingContract,
            operation.op,
            operation.kind,
            nonce,
            signCount
        );
    }

    function _wasCompromised(bytes32 approver, uint64 at) internal view returns (bool) {
        Device storage device = _devices[approver];
        return device.revokedAt != 0 && device.compromisedSince <= at;
    }
}
