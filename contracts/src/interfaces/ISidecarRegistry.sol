// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import { Assertion, Passkey } from "./IK11Verifier.sol";
import { IRecoveryProposals } from "./IRecoveryProposals.sol";
import { Approval, Device, Kind, Operator } from "./RegistryTypes.sol";

/// @title Operators, their devices, and the approvals that move authority
/// @notice The wallet's authority is msg.sender. Once an operator has a master its wallet only takes away; before, as agent_rooted,
/// its wallet alone acts for it. Everything else may be relayed by anyone, because what counts are the approvals inside. What each
/// operation takes, binds and changes is the table of SPEC.md, section 3.2; delayed recovery is the contract `recovery`.
///
/// The challenge of an approval, the 32 bytes that the passkey signs:
///   keccak256(abi.encode(op, block.chainid, verifyingContract, operator, nonce, deadline, fieldsHash))
/// where nonce is challengeNonce(device, verifyingContract, kind) = voids(device) << 128 | counter, and the counter is
/// recoveryNonce(operator, verifyingContract) for Recover, else approvalNonce(device, verifyingContract). A new master's own
/// assertion has the nonce recoveryNonce(operator, this contract), without voids; 0 for a first master.
///
/// A new device key proves itself, and a new wallet consents, with an EIP-712 signature, domain {AgentKeys, 1, chain id, this
/// contract}, over
///   Registration(bytes32 op,bytes32 operator,bytes32 actor,uint8 tier,uint8 roles,bytes32 passkeyHash,uint64 deadline)
///   WalletConsent(bytes32 op,bytes32 operator,address wallet,uint64 deadline)
/// with passkeyHash = keccak256(abi.encode(passkey)), or 0 for agents.
///
/// NOT protected here: which passkeys are in hardware; an operator with one master, or with recoveryThreshold 1, loses everything
/// with that device.
interface ISidecarRegistry {
    // What changed. One event per change, one per approval that counted, one per counter that recoveries share: the whole
    // state can be built from them.

    /// @notice A wallet made itself an operator.
    event OperatorRegistered(bytes32 indexed operator, address indexed wallet, uint8 tier);
    /// @notice An agent_rooted operator became human_anchored, for ever.
    event OperatorUpgraded(bytes32 indexed operator, uint8 tier);
    /// @notice The operator has another wallet. The old one is nobody's from now on, for ever.
    event WalletRotated(bytes32 indexed operator, address indexed oldWallet, address indexed newWallet);
    /// @notice The address that may append to the operator's log; `relay` 0: none.
    event AuditRelaySet(bytes32 indexed operator, address indexed relay);
    /// @notice Both thresholds as they are now, whichever of them changed.
    event ThresholdsSet(bytes32 indexed operator, uint8 recoveryThreshold, uint8 grantThreshold);
    /// @notice A master joined. `signCount` is that of its enrolling assertion.
    event MasterDeviceRegistered(
        bytes32 indexed device, bytes32 indexed operator, uint8 roles, Passkey passkey, uint32 signCount
    );
    /// @notice An agent's device joined. More than two approvers are found in ApprovalConsumed; none: agent_rooted.
    event AgentDeviceRegistered(
        bytes32 indexed device, bytes32 indexed operator, bytes32 indexed actor, uint8 roles, bytes32[2] approvers
    );
    /// @notice A master's roles as they are now.
    event DeviceRolesSet(bytes32 indexed device, bytes32 indexed operator, uint8 roles);
    /// @notice A device left, for ever. `approver` is that of an agent's device, the first where there are more; 0: the wallet took
    /// it away, or it was a master.
    event DeviceRevoked(bytes32 indexed device, bytes32 indexed operator, bytes32 indexed approver);
    /// @notice From when on nothing counts that this revoked master approved; 2^64 - 1: all counts.
    event CompromisedSinceSet(bytes32 indexed device, bytes32 indexed operator, uint64 compromisedSince);
    /// @notice Every approval that the device has signed and nobody has submitted is void.
    event ApprovalsVoided(bytes32 indexed device, bytes32 indexed operator, uint256 voids);
    /// @notice An approval counted, for `op` of `verifyingContract`. `nonce` is the challenge's whole word. `signCount` is for
    /// whoever watches for cloned keys.
    event ApprovalConsumed(
        bytes32 indexed operator,
        bytes32 indexed device,
        address indexed verifyingContract,
        bytes32 op,
        Kind kind,
        uint256 nonce,
        uint32 signCount
    );
    /// @notice A recovery succeeded for `verifyingContract`: approvals with an older counter are void. The registry's own also
    /// voids all open proposals.
    event RecoveryNonceMoved(bytes32 indexed operator, address indexed verifyingContract, uint256 recoveryNonce);

    // Deadlines, of registrations, consents and approvals alike.

    /// @notice The deadline lies before this block.
    error DeadlinePassed(uint64 deadline, uint256 blockTimestamp);
    /// @notice The deadline lies more than 7 days ahead.
    error DeadlineTooFar(uint64 deadline, uint256 latestAllowed);

    // Wallets.

    /// @notice The wallet is, or once was, an operator's.
    error WalletAlreadyUsed(address wallet, bytes32 operator);
    /// @notice The wallet is, or once was, a device.
    error WalletIsDevice(address wallet);
    /// @notice Nobody has the address 0.
    error WalletZero();
    /// @notice The new wallet neither sends the call nor signed this consent; `signer` 0: nobody signed it.
    error WalletConsentMismatch(address expected, address signer);
    /// @notice The call is the operator's wallet's alone, or came without approvals. `expected` 0: there is no such operator.
    error NotOperatorWallet(address expected, address actual);
    /// @notice Only an agent_rooted operator does this. `tier` 0: the sender's wallet is no operator's.
    error OperatorNotAgentRooted(bytes32 operator, uint8 tier);
    /// @notice The agent_rooted operator has an active device; it may have one at a time.
    error OwnDeviceActive(bytes32 device);

    // Registrations.

    /// @notice The device is registered, or once was.
    error DeviceAlreadyRegistered(bytes32 device);
    /// @notice The device's address is, or once was, a wallet.
    error DeviceIsWallet(address device);
    /// @notice A device's or wallet's signature is not 65 bytes, has a high s, or a v that is not 27 or 28.
    error SignatureMalformed();
    /// @notice The signature was made by a key that does not hash to the device.
    error DeviceSignatureMismatch(bytes32 device, address signer);
    /// @notice The actor is an operator's own omni; an agent cannot be it.
    error ActorIsOperator(bytes32 actor);
    /// @notice The actor is new and its omni is not that of its first device.
    error ActorNotOfDevice(bytes32 expected, bytes32 actual);
    /// @notice The actor belongs to another operator.
    error ActorOfOtherOperator(bytes32 actor, bytes32 expected, bytes32 actual);
    /// @notice A master of the operator has or had this P-256 key.
    error PasskeyAlreadyUsed(bytes32 operator, uint256 x, uint256 y);
    /// @notice The operator has as many active masters as it may have.
    error TooManyMasters(uint256 active, uint256 most);

    // Changes of masters.

    /// @notice Roles of a master are 1 to 7.
    error RolesInvalid(uint8 roles, uint8 most);
    /// @notice recoveryThreshold would be 0 or above the RECOVERY masters that there are then.
    error RecoveryThresholdInvalid(uint8 threshold, uint8 activeRecoveryMasters);
    /// @notice grantThreshold would be 0 or above 32.
    error GrantThresholdInvalid(uint8 threshold, uint8 most);
    /// @notice Neither 0 nor 2^64 - 1 nor from the device's registration to this block.
    error CompromisedSinceInvalid(uint64 compromisedSince, uint64 earliest, uint256 latest);
    /// @notice It may be moved earlier, never later, nor left as it is.
    error CompromisedSinceNotEarlier(uint64 compromisedSince, uint64 current);

    // Devices that are not as the call needs them.

    /// @notice The registry has never seen this device.
    error DeviceUnknown(bytes32 device);
    /// @notice The device is revoked already.
    error DeviceAlreadyRevoked(bytes32 device);
    /// @notice The device is active.
    error DeviceNotRevoked(bytes32 device);
    /// @notice The device is a master: only a recovery takes masters away.
    error DeviceIsMaster(bytes32 device);
    /// @notice The device is an agent's.
    error DeviceNotMaster(bytes32 device);

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
    /// @notice A master never approves its own revocation.
    error ApproverIsTarget(bytes32 device);
    /// @notice Only `expected` itself approves this.
    error ApproverNotDevice(bytes32 expected, bytes32 actual);

    // Delayed recovery.

    /// @notice Only the contract `recovery` may call.
    error NotRecovery(address expected, address actual);
    /// @notice A recovery succeeded since the proposal was made.
    error ProposalStale(uint256 proposedAtNonce, uint256 recoveryNonce);

    // Becoming an operator. The sender is the wallet.

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

    /// @notice Makes the sender's wallet an operator without masters, with one device that has CAP_MINT and the operator's own
    /// omni as actor. Called again, only while that device is revoked, it gives it the next one and names the relay anew.
    /// @dev op "agentkeys:v1:register-agent-rooted", in the device's signature.
    /// @return operator The operator, omniOf of its first wallet.
    function registerAgentRooted(
        bytes32 deviceKeyHash,
        address auditRelay,
        uint64 deadline,
        bytes calldata deviceSignature
    ) external returns (bytes32 operator);

    /// @notice Gives the sender's agent_rooted operator its first master and, if another, its new wallet; its device is revoked. The
    /// omni stays. Once: nothing makes an operator agent_rooted again.
    /// @dev op "agentkeys:v1:upgrade-to-human-anchored"; fields (newWallet, deviceKeyHash, passkey, auditRelay, deadline); nonce 0.
    /// @param newWallet The sender, or a wallet that was never an operator's and consents.
    /// @param walletConsent EIP-712 consent by newWallet; not looked at when that is the sender.
    function upgradeToHumanAnchored(
        address newWallet,
        bytes32 deviceKeyHash,
        Passkey calldata passkey,
        address auditRelay,
        uint64 deadline,
        bytes calldata walletConsent,
        bytes calldata deviceSignature,
        Assertion calldata attestation
    ) external;

    // Changing who can recover. Recover approvals; anyone may relay.

    /// @notice Adds a master and sets both thresholds.
    /// @dev op "agentkeys:v1:register-additional-master"; fields (deviceKeyHash, operator, passkey, roles, recoveryThreshold,
    /// grantThreshold, deadline). The new passkey signs the same with the registration's deadline.
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
    ) external;

    /// @notice Replaces a master's roles. The master itself may be among the approvers.
    /// @dev op "agentkeys:v1:set-device-roles"; fields (device, roles).
    function setDeviceRoles(bytes32 device, uint8 roles, Approval[] calldata approvals) external;

    /// @notice Sets how many approvals a recovery takes.
    /// @dev op "agentkeys:v1:set-recovery-threshold"; fields (operator, threshold).
    function setRecoveryThreshold(bytes32 operator, uint8 threshold, Approval[] calldata approvals) external;

    /// @notice Sets how many approvals giving takes. It may be more than there are SCOPE_MGMT masters: then nothing can be given.
    /// @dev op "agentkeys:v1:set-grant-threshold"; fields (operator, threshold).
    function setGrantThreshold(bytes32 operator, uint8 threshold, Approval[] calldata approvals) external;

    /// @notice Gives the operator another wallet, with that wallet's consent.
    /// @dev op "agentkeys:v1:rotate-master-wallet"; fields (operator, newWallet, deadline).
    /// @param deadline Of the consent; every approval has its own.
    /// @param walletConsent EIP-712 consent by newWallet; not looked at when that is the sender.
    function rotateMasterWallet(
        bytes32 operator,
        address newWallet,
        uint64 deadline,
        bytes calldata walletConsent,
        Approval[] calldata approvals
    ) external;

    /// @notice Takes a master away, for ever. It never approves that itself.
    /// @dev op "agentkeys:v1:revoke-master-device"; fields (target, compromisedSince).
    /// @param compromisedSince 2^64 - 1: lost, what it approved counts; 0: nothing counts; else nothing from that moment on.
    function revokeMasterDevice(bytes32 target, uint64 compromisedSince, Approval[] calldata approvals) external;

    /// @notice Moves a revoked master's compromisedSince to an earlier moment.
    /// @dev op "agentkeys:v1:set-compromised-since"; fields (target, compromisedSince).
    function setCompromisedSince(bytes32 target, uint64 compromisedSince, Approval[] calldata approvals) external;

    /// @notice What a proposal does after its delay; for the contract `recovery` alone, which proved proposer and delay. Revokes
    /// the target and sets recoveryThreshold to min(recoveryThreshold, RECOVERY masters left).
    /// @param atNonce recoveryNonce(operator, this contract) when the proposal was made.
    function evict(bytes32 proposer, bytes32 target, uint64 compromisedSince, uint256 atNonce) external;

    // Giving. Give approvals; anyone may relay.

    /// @notice Gives an agent a device, with role CAP_MINT.
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

    /// @notice Names who may append to the operator's log; 0: nobody. Never the wallet's.
    /// @dev op "agentkeys:v1:set-audit-relay"; fields (operator, relay).
    function setAuditRelay(bytes32 operator, address relay, Approval[] calldata approvals) external;

    // Taking away. A Take approval; anyone may relay.

    /// @notice Takes an agent's device away, for ever. No approvals: the sender must be the operator's wallet.
    /// @dev op "agentkeys:v1:revoke-agent-device"; fields (deviceKeyHash).
    function revokeAgentDevice(bytes32 deviceKeyHash, Approval[] calldata approvals) external;

    /// @notice Voids every approval that `device` has signed and nobody has submitted, by one approval of its own.
    /// @dev op "agentkeys:v1:void-approvals"; fields (device).
    function voidApprovals(bytes32 device, Approval[] calldata approvals) external;

    // Approving, for other contracts.

    /// @notice Checks approvals of an operation of the calling contract, moves their nonces, reverts unless all are good and
    /// enough. The caller is the challenge's verifyingContract, so it can consume only approvals that were made for it.
    /// @param op keccak256 of the operation's name.
    /// @param fieldsHash keccak256 of the abi.encode of everything the operation stores or acts on.
    /// @return approvers The first two approving devices, the second 0 if there was one. All are in ApprovalConsumed.
    /// @return ordinals Their ordinals, which are shorter to store: see devicesAt.
    function consumeApprovals(
        bytes32 op,
        bytes32 operator,
        bytes32 fieldsHash,
        Kind kind,
        Approval[] calldata approvals
    ) external returns (bytes32[2] memory approvers, uint32[2] memory ordinals);

    // Asking.

    /// @notice 2 for the registry described here.
    function VERSION() external view returns (uint256);

    /// @notice The contract that proposals wait in; made by this one.
    function recovery() external view returns (IRecoveryProposals);

    /// @notice The whole record; all zero if the registry has never seen the device.
    function getDevice(bytes32 deviceKeyHash) external view returns (Device memory);

    /// @notice True if the device is registered, not revoked, and none of its approvers was compromised when it approved.
    function isActive(bytes32 deviceKeyHash) external view returns (bool);

    /// @notice The whole record; all zero if there is no such operator.
    function getOperator(bytes32 operator) external view returns (Operator memory);

    /// @notice The operator whose current wallet this is, else 0.
    function operatorOfWallet(address wallet) external view returns (bytes32);

    /// @notice True if the address is, or once was, an operator's wallet.
    function isWalletUsed(address wallet) external view returns (bool);

    /// @notice The operator that the actor belongs to, else 0. An operator's omni is its own actor.
    function operatorOfActor(bytes32 actor) external view returns (bytes32);

    /// @notice Masters with RECOVERY that are not revoked.
    function activeRecoveryMasterCount(bytes32 operator) external view returns (uint256);

    /// @notice Devices that the operator has or had, masters and agents.
    function deviceCount(bytes32 operator) external view returns (uint256);

    /// @notice A page of them in order of registration, at most `limit` from `offset` on; shorter, or empty, at the end.
    function devicesOf(bytes32 operator, uint256 offset, uint256 limit) external view returns (bytes32[] memory);

    /// @notice The operator's devices with these ordinals; 0 for an ordinal that is 0 or not given out.
    function devicesAt(bytes32 operator, uint32[2] calldata ordinals) external view returns (bytes32[2] memory devices);

    /// @notice True if a master of the operator has or had this P-256 key. It can never be enrolled for it again.
    function isPasskeyUsed(bytes32 operator, uint256 x, uint256 y) external view returns (bool);

    /// @notice The nonce word of the device's next approval of this kind for `verifyingContract`: voids << 128 | counter.
    function challengeNonce(bytes32 device, address verifyingContract, Kind kind) external view returns (uint256);

    /// @notice How many Give, Take and Propose approvals of the device have counted for `verifyingContract`.
    function approvalNonce(bytes32 device, address verifyingContract) external view returns (uint256);

    /// @notice How many recoveries of the operator have succeeded for `verifyingContract`; executed proposals count as the registry's.
    function recoveryNonce(bytes32 operator, address verifyingContract) external view returns (uint256);

    /// @notice How often the device voided what it had approved.
    function voids(bytes32 device) external view returns (uint256);

    /// @notice True if one of `approvers` (0: none) is revoked and counts as compromised at `at`.
    function approverState(bytes32[2] calldata approvers, uint64 at) external view returns (bool revoked);

    /// @notice The identity of an address: SHA-256 of the ASCII text "agentkeysevm0x" and its 40 lower-case hex digits.
    function omniOf(address account) external pure returns (bytes32);
}
