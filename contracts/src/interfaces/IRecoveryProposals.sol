// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import { ISidecarRegistry } from "./ISidecarRegistry.sol";
import { Approval } from "./RegistryTypes.sol";

/// @notice One master's wish to take another away, which only time can grant.
/// @param operator The operator of both; 0: the proposer has no proposal here.
/// @param target The master to be revoked.
/// @param compromisedSince What its revocation will say.
/// @param recoveryNonce The registry's for the operator when the proposal was made; when it has moved, the proposal is void.
/// @param proposedAt Block time of the proposal.
/// @param executableFrom First second at which anyone may execute it.
/// @param expiresAfter Last second at which anyone may.
/// @param live True while nothing but time stands between it and its execution: not expired, nonce unmoved, proposer an active
/// RECOVERY master, target an active master.
struct Proposal {
    bytes32 operator;
    bytes32 target;
    uint64 compromisedSince;
    uint256 recoveryNonce;
    uint64 proposedAt;
    uint64 executableFrom;
    uint64 expiresAfter;
    bool live;
}

/// @title Recovery by one master and time, where there are not enough masters for a recovery by approvals
/// @notice Made by the registry, which trusts it with one thing: to call `evict` for a proposal whose delay has passed. One open
/// proposal per proposer; any other active RECOVERY master, the target included, cancels it, as often as needed. Every recovery
/// that succeeds voids all open proposals of the operator. Proposing, cancelling and withdrawing take one Propose approval for
/// this contract; anyone may relay.
///
/// NOT protected here: an owner who does not look once per delay; two masters of which one is stolen cancel each other for ever.
interface IRecoveryProposals {
    /// @notice `proposer` wants `target` gone. What it had proposed before is replaced.
    event RecoveryProposed(
        bytes32 indexed operator,
        bytes32 indexed proposer,
        bytes32 indexed target,
        uint64 compromisedSince,
        uint256 recoveryNonce,
        uint64 executableFrom,
        uint64 expiresAfter
    );
    /// @notice Another master said no.
    event RecoveryCancelled(bytes32 indexed operator, bytes32 indexed proposer, bytes32 indexed canceller);
    /// @notice The proposer took it back.
    event RecoveryWithdrawn(bytes32 indexed operator, bytes32 indexed proposer);
    /// @notice The delay passed and the target is revoked.
    event RecoveryExecuted(bytes32 indexed operator, bytes32 indexed proposer, bytes32 indexed target);

    /// @notice The delay is 1 second to 30 days.
    error DelayInvalid(uint64 delay, uint64 most);
    /// @notice A master cannot propose its own revocation.
    error ProposerIsTarget(bytes32 device);
    /// @notice The target is unknown, or belongs to `actual`.
    error TargetOfOtherOperator(bytes32 target, bytes32 expected, bytes32 actual);
    /// @notice The target is an agent's device.
    error TargetNotMaster(bytes32 target);
    /// @notice The target is revoked already.
    error TargetRevoked(bytes32 target);
    /// @notice Neither 0 nor 2^64 - 1 nor from the target's registration to this block.
    error CompromisedSinceInvalid(uint64 compromisedSince, uint64 earliest, uint256 latest);
    /// @notice The device has no proposal here.
    error ProposalUnknown(bytes32 proposer);
    /// @notice The proposer withdraws; it does not cancel.
    error CancellerIsProposer(bytes32 proposer);
    /// @notice Only the proposer withdraws.
    error NotProposer(bytes32 expected, bytes32 actual);
    /// @notice The delay has not passed.
    error ProposalTooEarly(uint64 executableFrom, uint256 blockTimestamp);
    /// @notice The 7 days in which it could be executed have passed.
    error ProposalExpired(uint64 expiresAfter, uint256 blockTimestamp);

    /// @notice Proposes to revoke `target`. The approval's device is the proposer.
    /// @dev op "agentkeys:v1:propose-recovery"; fields (operator, target, compromisedSince).
    function proposeRecovery(bytes32 operator, bytes32 target, uint64 compromisedSince, Approval calldata approval)
        external;

    /// @notice Removes a proposal of another master.
    /// @dev op "agentkeys:v1:cancel-recovery"; fields (proposer).
    function cancelRecovery(bytes32 proposer, Approval calldata approval) external;

    /// @notice Removes the approver's own proposal.
    /// @dev op "agentkeys:v1:withdraw-recovery"; fields (proposer).
    function withdrawRecovery(bytes32 proposer, Approval calldata approval) external;

    /// @notice Revokes the target of a proposal whose delay has passed. Anyone may. The registry checks everything again.
    function executeRecovery(bytes32 proposer) external;

    /// @notice 1 for the proposals described here.
    function VERSION() external view returns (uint256);

    /// @notice The registry that made this contract.
    function registry() external view returns (ISidecarRegistry);

    /// @notice Seconds from a proposal to the first moment at which it may be executed.
    function DELAY() external view returns (uint64);

    /// @notice The device's proposal, void or not; all zero if it has none.
    function getProposal(bytes32 proposer) external view returns (Proposal memory);
}
