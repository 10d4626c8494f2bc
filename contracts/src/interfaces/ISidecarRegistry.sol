// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import { Assertion, Passkey } from "./IK11Verifier.sol";

/// @notice What an operation does with authority; fixes how many approvals it takes and of whom.
/// Give: grantThreshold masters with SCOPE_MGMT. Take: one master, any role. Recover: recoveryThreshold masters with RECOVERY.
enum Kind {
    Give,
    Take,
    Recover
}

/// @notice One K11 assertion by one active master device. The fields after `deadline` are those of Assertion.
/// @param device deviceKeyHash of the approving master.
/// @param deadline Last second (block.timestamp) at which the approval counts, at most 7 days ahead when it is submitted.
struct Approval {
    bytes32 device;
    uint64 deadline;
    bytes authenticatorData;
    bytes clientDataJSON;
    uint256 typeIndex;
    uint256 challengeIndex;
    uint256 originIndex;
    uint256 r;
    uint256 s;
}

/// @notice The tenant's root.
/// @param wallet The current wallet: pays, signs in, takes away.
/// @param tier 0 unknown, 1 agent_rooted, 2 human_anchored.
/// @param recoveryThreshold Approvals that a Recover operation takes.
/// @param grantThreshold Approvals that a Give operation takes.
/// @param activeMasters Masters that are not revoked.
/// @param activeRecoveryMasters Those of them with RECOVERY.
/// @param auditRelay The only address that may append to the operator's log; 0: none yet.
/// @param registeredAt Block time of the registration.
struct Operator {
    address wallet;
    uint8 tier;
    uint8 recoveryThreshold;
    uint8 grantThreshold;
    uint8 activeMasters;
    uint8 activeRecoveryMasters;
    address auditRelay;
    uint64 registeredAt;
}

/// @notice One secp256k1 device key (K10) and what it may be.
/// @param operator The operator it belongs to.
/// @param actor Whose data it uses: an agent's omni, or the operator's own for masters.
/// @param tier 0 unknown, 1 master, 2 agent.
/// @param roles Bits: CAP_MINT 1, RECOVERY 2, SCOPE_MGMT 4.
/// @param registeredAt Block time of the registration; for agents also of the approvals. 0: never registered.
/// @param revokedAt Block time of the revocation; 0: not revoked. Never goes back to 0.
/// @param compromisedSince For revoked masters: approvals given at or after this moment do not count; 2^64 - 1: all count.
/// @param approvers For agents: up to two masters that approved the registration.
/// @param passkey For masters.
struct Device {
    bytes32 operator;
    bytes32 actor;
    uint8 tier;
    uint8 roles;
    uint64 registeredAt;
    uint64 revokedAt;
    uint64 compromisedSince;
    bytes32[2] approvers;
    Passkey passkey;
}

/// @title Operators, their devices, and the approvals that move authority
/// @notice The wallet's authority is msg.sender and only ever takes away (after the first registration); everything else may be
/// relayed by anyone, because what counts are the approvals inside.
///
/// The challenge of an approval, the 32 bytes that the passkey signs:
///   keccak256(abi.encode(op, block.chainid, verifyingContract, operator, nonce, deadline, fieldsHash))
/// where nonce is, for Give and Take, approvalNonce(device, verifyingContract), and for Recover
/// recoveryNonce(operator, verifyingContract). The upper 128 bits of a Recover nonce are the device's own void counter,
/// which is 0 as long as there is no operation that moves it. The first master's attestation has nonce 0.
///
/// A new device key proves itself with an EIP-712 signature, domain {AgentKeys, 1, chain id, this contract}, over
///   Registration(bytes32 op,bytes32 operator,bytes32 actor,uint8 tier,uint8 roles,bytes32 passkeyHash,uint64 deadline)
/// with passkeyHash = keccak256(abi.encode(passkey)), or 0 for agents.
///
/// NOT protected here: which passkeys are in hardware; an operator with one master loses everything with it.
interface ISidecarRegistry {
    // What changed. One event per change, and one per approval that counted.

    /// @notice A wallet made itself an operator.
    event OperatorRegistered(bytes32 indexed operator, address indexed wallet, uint8 tier);
    /// @notice The address that may append to the operator's log; `relay` 0: none.
    event AuditRelaySet(bytes32 indexed operator, address indexed relay);
    /// @notice A master joined. `signCount` is that of its enrolling assertion.
    event MasterDeviceRegistered(
        bytes32 indexed device, bytes32 indexed operator, uint8 roles, Passkey passkey, uint32 signCount
    );
    /// @notice An agent's device joined. More than two approvers are found in ApprovalConsumed.
    event AgentDeviceRegistered(
        bytes32 indexed device, bytes32 indexed operator, bytes32 indexed actor, uint8 roles, bytes32[2] approvers
    );
    /// @notice A device left, for ever. `approver` is 0 when the wallet took it away.
    event DeviceRevoked(bytes32 indexed device, bytes32 indexed operator, bytes32 indexed approver);
    /// @notice An approval counted, for `op` of `verifyingContract`. `signCount` is for whoever watches for cloned keys.
    event ApprovalConsumed(
        bytes32 indexed operator,
        bytes32 indexed device,
        address indexed verifyingContract,
        bytes32 op,
        Kind kind,
        uint256 nonce,
        uint32 signCount
    );

    // Deadlines, of registrations and approvals alike.

    /// @notice The deadline lies before this block.
    error DeadlinePassed(uint64 deadline, uint256 blockTimestamp);
    /// @notice The deadline lies more than 7 days ahead.
    error DeadlineTooFar(uint64 deadline, uint256 latestAllowed);

    // Registrations.

    /// @notice The wallet is, or once was, an operator's.
    error WalletAlreadyUsed(address wallet, bytes32 operator);
    /// @notice The sender is, or once was, a device; it cannot be a wallet.
    error WalletIsDevice(address wallet);
    /// @notice The device is registered, or once was.
    error DeviceAlreadyRegistered(bytes32 device);
    /// @notice The device's address is, or once was, a wallet.
    error DeviceIsWallet(address device);
    /// @notice The device's signature is not 65 bytes, has a high s, or a v that is not 27 or 28.
    error DeviceSignatureMalformed();
    /// @notice The signature was made by a key that does not hash to the device.
    error DeviceSignatureMismatch(bytes32 device, address signer);
    /// @notice The actor is an operator's own omni; an agent cannot be it.
    error ActorIsOperator(bytes32 actor);
    /// @notice The actor is new and its omni is not that of its first device.
    error ActorNotOfDevice(bytes32 expected, bytes32 actual);
    /// @notice The actor belongs to another operator.
    error ActorOfOtherOperator(bytes32 actor, bytes32 operator);

    // Revocations.

    /// @notice The registry has never seen this device.
    error DeviceUnknown(bytes32 device);
    /// @notice The device is revoked already.
    error DeviceAlreadyRevoked(bytes32 device);
    /// @notice The device is a master: only a recovery takes masters away.
    error DeviceIsMaster(bytes32 device);
    /// @notice No approvals were given and the sender is not the operator's wallet.
    error NotOperatorWallet(address expected, address actual);

    // Approvals.

    /// @notice The operator has no masters, so nobody can approve for it. `tier` 0: there is no such operator.
    error OperatorNotHumanAnchored(bytes32 operator, uint8 tier);
    /// @notice Fewer approvals than the operation takes.
    error NotEnoughApprovals(uint256 needed, uint256 given);
    /// @notice One device approved twice.
    error ApproverDuplicate(bytes32 device);
    /// @notice The approving device is unknown, or belongs to `actual`.
    error ApproverOfOtherOperator(bytes32 device, bytes32 expected, bytes32 actual);
    /// @notice The approving device is an agent's.
    error ApproverNotMaster(bytes32 device);
    /// @notice The approving device is revoked.
    error ApproverRevoked(bytes32 device);
    /// @notice The approving master does not have the role that this kind of operation needs.
    error ApproverLacksRole(bytes32 device, uint8 needed, uint8 roles);

    // Registering.

    /// @notice Makes the sender's wallet an operator with one master device, roles 7 and both thresholds 1.
    /// @dev op "agentkeys:v1:register-first-master"; fields (deviceKeyHash, passkey, auditRelay, deadline); nonce 0.
    /// @param deviceKeyHash keccak256 of the 20 address bytes of the new device key.
    /// @param passkey The new master's passkey.
    /// @param auditRelay Who may append to the operator's log; 0: nobody yet.
    /// @param deadline Last second at which this registration counts, at most 7 days ahead.
    /// @param deviceSignature EIP-712 proof by the device key, r || s || v, low s.
    /// @param attestation Proof that the passkey works: its assertion over this operation's challenge.
    /// @return operator The new operator: omniOf(msg.sender).
    function registerFirstMasterDevice(
        bytes32 deviceKeyHash,
        Passkey calldata passkey,
        address auditRelay,
        uint64 deadline,
        bytes calldata deviceSignature,
        Assertion calldata attestation
    ) external returns (bytes32 operator);

    /// @notice Gives an agent a device, with role CAP_MINT. Takes Give approvals; anyone may relay.
    /// @dev op "agentkeys:v1:register-agent-device"; fields (deviceKeyHash, operator, actor, deadline).
    /// @param actor omniOf(the device's address) for an agent's first device; for later ones the agent's omni.
    /// @param deadline Of the device's signature; every approval has its own.
    function registerAgentDevice(
        bytes32 deviceKeyHash,
        bytes32 operator,
        bytes32 actor,
        uint64 deadline,
        bytes calldata deviceSignature,
        Approval[] calldata approvals
    ) external;

    /// @notice Takes an agent's device away, for ever. No approvals: the sender must be the operator's wallet. Otherwise they
    /// are Take approvals, and anyone may relay.
    /// @dev op "agentkeys:v1:revoke-agent-device"; fields (deviceKeyHash).
    function revokeAgentDevice(bytes32 deviceKeyHash, Approval[] calldata approvals) external;

    // Approving, for other contracts.

    /// @notice Checks approvals of an operation of the calling contract, moves their nonces, reverts unless all are good and
    /// enough. The caller is the challenge's verifyingContract, so it can consume only approvals that were made for it.
    /// @param op keccak256 of the operation's name.
    /// @param fieldsHash keccak256 of the abi.encode of everything the operation stores or acts on.
    /// @return approvers The first two approving devices, the second 0 if there was one. All are in ApprovalConsumed.
    function consumeApprovals(
        bytes32 op,
        bytes32 operator,
        bytes32 fieldsHash,
        Kind kind,
        Approval[] calldata approvals
    ) external returns (bytes32[2] memory approvers);

    // Asking.

    /// @notice 1 for the registry described here.
    function VERSION() external view returns (uint256);

    /// @notice The whole record; all zero if the registry has never seen the device.
    function getDevice(bytes32 deviceKeyHash) external view returns (Device memory);

    /// @notice True if the device is registered, not revoked, and none of its approvers was compromised when it approved.
    function isActive(bytes32 deviceKeyHash) external view returns (bool);

    /// @notice The whole record; all zero if there is no such operator.
    function getOperator(bytes32 operator) external view returns (Operator memory);

    /// @notice The operator whose current wallet this is, else 0.
    function operatorOfWallet(address wallet) external view returns (bytes32);

    /// @notice The operator that the actor belongs to, else 0. An operator's omni is its own actor.
    function operatorOfActor(bytes32 actor) external view returns (bytes32);

    /// @notice Masters that are not revoked.
    function activeMasterCount(bytes32 operator) external view returns (uint256);

    /// @notice Masters with RECOVERY that are not revoked.
    function activeRecoveryMasterCount(bytes32 operator) external view returns (uint256);

    /// @notice True if a master of the operator has or had this P-256 key. It can never be enrolled for it again.
    function isPasskeyUsed(bytes32 operator, uint256 x, uint256 y) external view returns (bool);

    /// @notice The nonce of the device's next Give or Take approval for `verifyingContract`.
    function approvalNonce(bytes32 device, address verifyingContract) external view returns (uint256);

    /// @notice The nonce of the operator's next Recover approvals for `verifyingContract`.
    function recoveryNonce(bytes32 operator, address verifyingContract) external view returns (uint256);

    /// @notice True if one of `approvers` (0: none) is revoked and counts as compromised at `at`.
    function approverState(bytes32[2] calldata approvers, uint64 at) external view returns (bool revoked);

    /// @notice The identity of an address: SHA-256 of the ASCII text "agentkeysevm0x" and its 40 lower-case hex digits.
    function omniOf(address account) external pure returns (bytes32);
}
