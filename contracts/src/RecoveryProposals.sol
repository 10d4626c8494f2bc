// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import { IRecoveryProposals, Proposal } from "./interfaces/IRecoveryProposals.sol";
import { Approval, Device, ISidecarRegistry, Kind } from "./interfaces/ISidecarRegistry.sol";
import { Operations } from "./libraries/Operations.sol";
import { NEVER, RECOVERY, TIER_MASTER } from "./libraries/RegistryState.sol";

/// @title Recovery by one master and time
contract RecoveryProposals is IRecoveryProposals {
    /// @inheritdoc IRecoveryProposals
    uint256 public constant override VERSION = 1;

    uint64 internal constant MAX_DELAY = 30 days;
    uint64 internal constant WINDOW = 7 days;

    struct Stored {
        bytes32 operator;
        bytes32 target;
        uint64 compromisedSince;
        uint64 proposedAt;
        uint128 recoveryNonce;
    }

    /// @inheritdoc IRecoveryProposals
    ISidecarRegistry public immutable override registry;
    /// @inheritdoc IRecoveryProposals
    uint64 public immutable override DELAY;

    mapping(bytes32 proposer => Stored) internal _proposals;

    /// @dev The registry makes this contract, so that each can only know the other.
    constructor(uint64 delay) {
        if (delay == 0 || delay > MAX_DELAY) revert DelayInvalid(delay, MAX_DELAY);
        registry = ISidecarRegistry(msg.sender);
        DELAY = delay;
    }

    /// @inheritdoc IRecoveryProposals
    function proposeRecovery(bytes32 operator, bytes32 target, uint64 compromisedSince, Approval calldata approval)
        external
        override
    {
        bytes32 proposer = approval.device;
        if (proposer == target) revert ProposerIsTarget(proposer);
        _checkTarget(operator, target, compromisedSince);
        bytes32 fieldsHash = keccak256(abi.encode(operator, target, compromisedSince));
        _consume(Operations.PROPOSE_RECOVERY, operator, fieldsHash, approval);

        uint256 nonce = registry.recoveryNonce(operator, address(registry));
        uint64 proposedAt = uint64(block.timestamp);
        // One step per recovery: 128 bits do not run out.
        // forge-lint: disable-next-line(unsafe-typecast)
        _proposals[proposer] = Stored(operator, target, compromisedSince, proposedAt, uint128(nonce));
        emit RecoveryProposed(
            operator, proposer, target, compromisedSince, nonce, proposedAt + DELAY, proposedAt + DELAY + WINDOW
        );
    }

    /// @inheritdoc IRecoveryProposals
    function cancelRecovery(bytes32 proposer, Approval calldata approval) external override {
        bytes32 operator = _operatorOf(proposer);
        if (approval.device == proposer) revert CancellerIsProposer(proposer);
        _consume(Operations.CANCEL_RECOVERY, operator, keccak256(abi.encode(proposer)), approval);
        delete _proposals[proposer];
        emit RecoveryCancelled(operator, proposer, approval.device);
    }

    /// @inheritdoc IRecoveryProposals
    function withdrawRecovery(bytes32 proposer, Approval calldata approval) external override {
        bytes32 operator = _operatorOf(proposer);
        if (approval.device != proposer) revert NotProposer(proposer, approval.device);
        _consume(Operations.WITHDRAW_RECOVERY, operator, keccak256(abi.encode(proposer)), approval);
        delete _proposals[proposer];
        emit RecoveryWithdrawn(operator, proposer);
    }

    /// @inheritdoc IRecoveryProposals
    function executeRecovery(bytes32 proposer) external override {
        bytes32 operator = _operatorOf(proposer);
        Stored memory stored = _proposals[proposer];
        uint64 executableFrom = stored.proposedAt + DELAY;
        if (block.timestamp < executableFrom) revert ProposalTooEarly(executableFrom, block.timestamp);
        uint64 expiresAfter = executableFrom + WINDOW;
        if (block.timestamp > expiresAfter) revert ProposalExpired(expiresAfter, block.timestamp);
        delete _proposals[proposer];
        emit RecoveryExecuted(operator, proposer, stored.target);
        registry.evict(proposer, stored.target, stored.compromisedSince, stored.recoveryNonce);
    }

    /// @inheritdoc IRecoveryProposals
    function getProposal(bytes32 proposer) external view override returns (Proposal memory proposal) {
        Stored storage stored = _proposals[proposer];
        if (stored.proposedAt == 0) return proposal;
        uint64 executableFrom = stored.proposedAt + DELAY;
        proposal = Proposal({
            operator: stored.operator,
            target: stored.target,
            compromisedSince: stored.compromisedSince,
            recoveryNonce: stored.recoveryNonce,
            proposedAt: stored.proposedAt,
            executableFrom: executableFrom,
            expiresAfter: executableFrom + WINDOW,
            live: block.timestamp <= executableFrom + WINDOW && _stands(proposer, stored)
        });
    }

    /// @dev All but time; the registry asks the same again when it evicts. Devices keep their operator and tier for ever.
    function _stands(bytes32 proposer, Stored storage stored) internal view returns (bool) {
        if (registry.recoveryNonce(stored.operator, address(registry)) != stored.recoveryNonce) return false;
        Device memory from = registry.getDevice(proposer);
        return from.revokedAt == 0 && from.roles & RECOVERY != 0 && registry.getDevice(stored.target).revokedAt == 0;
    }

    function _operatorOf(bytes32 proposer) internal view returns (bytes32 operator) {
        operator = _proposals[proposer].operator;
        if (operator == 0) revert ProposalUnknown(proposer);
    }

    function _checkTarget(bytes32 operator, bytes32 target, uint64 since) internal view {
        Device memory device = registry.getDevice(target);
        if (device.operator != operator) revert TargetOfOtherOperator(target, operator, device.operator);
        if (device.tier != TIER_MASTER) revert TargetNotMaster(target);
        if (device.revokedAt != 0) revert TargetRevoked(target);
        if (since != 0 && since != NEVER && (since < device.registeredAt || since > block.timestamp)) {
            revert CompromisedSinceInvalid(since, device.registeredAt, block.timestamp);
        }
    }

    function _consume(bytes32 op, bytes32 operator, bytes32 fieldsHash, Approval calldata approval) internal {
        Approval[] memory list = new Approval[](1);
        list[0] = approval;
        registry.consumeApprovals(op, operator, fieldsHash, Kind.Propose, list);
    }
}
