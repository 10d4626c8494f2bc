// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import { ISidecarRegistry } from "../interfaces/ISidecarRegistry.sol";

/// @title Deadlines of approvals, registrations and consents, by the chain's clock
library Deadlines {
    uint256 internal constant MOST_AHEAD = 7 days;

    /// @notice Reverts unless `deadline` is this block's time or later, and at most 7 days later.
    function check(uint64 deadline) internal view {
        if (deadline < block.timestamp) revert ISidecarRegistry.DeadlinePassed(deadline, block.timestamp);
        uint256 latest = block.timestamp + MOST_AHEAD;
        if (deadline > latest) revert ISidecarRegistry.DeadlineTooFar(deadline, latest);
    }
}
