// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @title The epoch of the signer's secrets (K3)
/// @notice Forward only, one step at a time. Governance alone advances it and alone hands itself over, in two steps.
/// NOT protected here: governance can advance ahead of the signers, which stops them until they have the epoch's key.
interface IK3EpochCounter {
    /// @notice A new epoch began: caps of earlier ones are void.
    event EpochAdvanced(uint64 indexed epoch, uint64 at);
    /// @notice Governance named its successor; 0: it took that back.
    event GovernanceTransferStarted(address indexed governance, address indexed pending);
    /// @notice The successor accepted; `previous` is 0 at the start.
    event GovernanceTransferred(address indexed previous, address indexed governance);

    /// @notice The sender is not governance.
    error NotGovernance(address expected, address actual);
    /// @notice The sender was not named as successor.
    error NotPendingGovernance(address expected, address actual);
    /// @notice Governance cannot be nobody.
    error GovernanceZero();

    /// @notice Begins the next epoch. Governance only, once the signers have its key.
    function advanceEpoch() external returns (uint64 epoch);

    /// @notice Names the successor, 0 to take it back. Nothing changes until the successor accepts. Governance only.
    function transferGovernance(address successor) external;

    /// @notice Makes the sender governance. Only the named successor.
    function acceptGovernance() external;

    /// @notice 1 for the counter described here.
    function VERSION() external view returns (uint256);

    /// @notice Starts at 1.
    function currentEpoch() external view returns (uint64);

    /// @notice Block time at which the current epoch began.
    function epochStartedAt() external view returns (uint64);

    /// @notice Who advances.
    function governance() external view returns (address);

    /// @notice Who may become governance by accepting; 0: nobody.
    function pendingGovernance() external view returns (address);
}
