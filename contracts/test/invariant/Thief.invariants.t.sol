// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import { Base } from "../Base.t.sol";
import { FuzzSelector } from "./Targets.t.sol";
import { ThiefHandler } from "./ThiefHandler.t.sol";

/// @dev Properties 7 and 10 of README.md: one thief against three masters.
abstract contract ThiefInvariants is Base {
    ThiefHandler internal handler;

    function grantThreshold() internal pure virtual returns (uint8);

    function setUp() public {
        handler = new ThiefHandler(grantThreshold());
        handler.setUp();
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(handler);
    }

    function targetSelectors() external view returns (FuzzSelector[] memory targets) {
        bytes4[] memory s = new bytes4[](10);
        s[0] = ThiefHandler.takesTheAgent.selector;
        s[1] = ThiefHandler.takesTheScope.selector;
        s[2] = ThiefHandler.proposes.selector;
        s[3] = ThiefHandler.undoes.selector;
        s[4] = ThiefHandler.voids.selector;
        s[5] = ThiefHandler.triesToRecover.selector;
        s[6] = ThiefHandler.gives.selector;
        s[7] = ThiefHandler.goesThroughAStranger.selector;
        s[8] = ThiefHandler.squats.selector;
        s[9] = ThiefHandler.waits.selector;
        targets = new FuzzSelector[](1);
        targets[0] = FuzzSelector(address(handler), s);
    }

    /// @dev Authority stays: watched inside every action. Here only so that there is something to call.
    function invariant_OneThiefMovesNothing() public view {
        assertTrue(address(handler) != address(0), "there is one");
    }

    function afterInvariant() public {
        handler.checkCollected();
        handler.checkScopeDiesOnlyWithItsGeneration();
    }
}

contract ThiefOfOneWhereTwoGiveTest is ThiefInvariants {
    function grantThreshold() internal pure override returns (uint8) {
        return 2;
    }
}

contract ThiefOfOneWhereOneGivesTest is ThiefInvariants {
    function grantThreshold() internal pure override returns (uint8) {
        return 1;
    }
}
