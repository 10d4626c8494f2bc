// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import { IK3EpochCounter } from "./interfaces/IK3EpochCounter.sol";

/// @title The epoch of the signer's secrets
contract K3EpochCounter is IK3EpochCounter {
    /// @inheritdoc IK3EpochCounter
    uint256 public constant override VERSION = 1;

    /// @inheritdoc IK3EpochCounter
    address public override governance;
    /// @inheritdoc IK3EpochCounter
    uint64 public override currentEpoch;
    /// @inheritdoc IK3EpochCounter
    address public override pendingGovernance;
    /// @inheritdoc IK3EpochCounter
    uint64 public override epochStartedAt;

    constructor(address governance_) {
        if (governance_ == address(0)) revert GovernanceZero();
        governance = governance_;
        currentEpoch = 1;
        epochStartedAt = uint64(block.timestamp);
        emit GovernanceTransferred(address(0), governance_);
        emit EpochAdvanced(1, uint64(block.timestamp));
    }

    /// @inheritdoc IK3EpochCounter
    function advanceEpoch() external override returns (uint64 epoch) {
        _onlyGovernance();
        epoch = ++currentEpoch;
        epochStartedAt = uint64(block.timestamp);
        emit EpochAdvanced(epoch, uint64(block.timestamp));
    }

    /// @inheritdoc IK3EpochCounter
    function transferGovernance(address successor) external override {
        _onlyGovernance();
        pendingGovernance = successor;
        emit GovernanceTransferStarted(msg.sender, successor);
    }

    /// @inheritdoc IK3EpochCounter
    function acceptGovernance() external override {
        if (msg.sender != pendingGovernance) revert NotPendingGovernance(pendingGovernance, msg.sender);
        address previous = governance;
        governance = msg.sender;
        pendingGovernance = address(0);
        emit GovernanceTransferred(previous, msg.sender);
    }

    function _onlyGovernance() internal view {
        if (msg.sender != governance) revert NotGovernance(governance, msg.sender);
    }
}
