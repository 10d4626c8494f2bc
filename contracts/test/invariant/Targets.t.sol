// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @dev What Foundry asks an invariant test for.
struct FuzzSelector {
    address addr;
    bytes4[] selectors;
}
