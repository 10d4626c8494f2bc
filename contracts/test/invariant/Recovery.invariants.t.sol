// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import { Base } from "../Base.t.sol";
import { FuzzSelector } from "./Targets.t.sol";
import { Reach } from "./Reach.t.sol";
import { RecoveryHandler } from "./RecoveryHandler.t.sol";

/// @dev The properties are in README.md, numbered. One campaign for all of them: they are about the same states.
contract RecoveryInvariantsTest is Base {
    Reach internal handler;

    function setUp() public {
        handler = new Reach();
        handler.setUp();
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(handler);
    }

    function targetSelectors() external view returns (FuzzSelector[] memory targets) {
        bytes4[] memory s = new bytes4[](22);
        s[0] = RecoveryHandler.addsMaster.selector;
        s[1] = RecoveryHandler.setsRoles.selector;
        s[2] = RecoveryHandler.setsRecoveryThreshold.selector;
        s[3] = RecoveryHandler.setsGrantThreshold.selector;
        s[4] = RecoveryHandler.rotatesWallet.selector;
        s[5] = RecoveryHandler.revokesMaster.selector;
        s[6] = RecoveryHandler.setsSince.selector;
        s[7] = RecoveryHandler.voidsApprovals.selector;
        s[8] = RecoveryHandler.proposes.selector;
        s[9] = RecoveryHandler.cancels.selector;
        s[10] = RecoveryHandler.withdraws.selector;
        s[11] = RecoveryHandler.executes.selector;
        s[12] = RecoveryHandler.waits.selector;
        s[13] = RecoveryHandler.givesAgent.selector;
        s[14] = RecoveryHandler.givesScope.selector;
        s[15] = RecoveryHandler.setsRelay.selector;
        s[16] = RecoveryHandler.takesAgent.selector;
        s[17] = RecoveryHandler.takesScope.selector;
        s[18] = RecoveryHandler.advancesEpoch.selector;
        s[19] = RecoveryHandler.bobActs.selector;
        s[20] = RecoveryHandler.strange.selector;
        s[21] = RecoveryHandler.evicts.selector;
        targets = new FuzzSelector[](1);
        targets[0] = FuzzSelector(address(handler), s);
    }

    // Properties 1, 4, 6 and 9 are watched inside every action.
    function invariant_RecoveryRulesHold() public view {
        handler.checkBooks();
        handler.checkCounters();
        handler.checkGifts();
        handler.checkIndexer();
    }

    // Properties 2 and 8, from the last state of each run.
    function afterInvariant() public {
        handler.checkOneReachesEverything();
        handler.checkAnyOneMayBeLost();
    }
}

/// @dev One long walk of the same handler, in which every action must have succeeded and every one that can be refused been refused:
/// a campaign in which nothing happens proves nothing.
contract RecoveryCoverageTest is Base {
    uint256 internal constant STEPS = 900;

    function test_EveryActionSucceedsAndIsRefused() public {
        Reach handler = new Reach();
        handler.setUp();
        uint256 seed = 1;
        for (uint256 i = 0; i < STEPS; i++) {
            seed = uint256(keccak256(abi.encode(seed)));
            _step(handler, seed % 22, seed >> 8);
            // Nine keys are soon used up.
            if (i % 150 != 149) continue;
            handler.checkBooks();
            handler.checkCounters();
            handler.checkGifts();
            handler.checkIndexer();
            _note(handler);
            handler = new Reach();
            handler.setUp();
        }
        for (uint256 i = 0; i < names.length; i++) {
            assertTrue(done[names[i]] > 0, string.concat(names[i], " never succeeded"));
            assertTrue(refused[names[i]] > 0, string.concat(names[i], " was never refused"));
        }
    }

    string[] internal names = [
        "addMaster",
        "setRoles",
        "setRecoveryThreshold",
        "setGrantThreshold",
        "rotateWallet",
        "revokeMaster",
        "setSince",
        "void",
        "propose",
        "cancel",
        "withdraw",
        "execute",
        "giveAgent",
        "giveScope",
        "setRelay",
        "takeAgent",
        "takeScope",
        "strange"
    ];
    mapping(string => uint256) internal done;
    mapping(string => uint256) internal refused;

    function _note(Reach handler) internal {
        for (uint256 i = 0; i < names.length; i++) {
            done[names[i]] += handler.done(names[i]);
            refused[names[i]] += handler.refused(names[i]);
        }
    }

    function _step(Reach h, uint256 which, uint256 x) internal {
        uint8 small = uint8(x >> 40);
        if (which == 0) h.addsMaster(x, small, uint8(x >> 48), uint8(x >> 56));
        else if (which == 1) h.setsRoles(x, small);
        else if (which == 2) h.setsRecoveryThreshold(x, small);
        else if (which == 3) h.setsGrantThreshold(x, small);
        else if (which == 4) h.rotatesWallet(x, small % 3 == 0);
        else if (which == 5) h.revokesMaster(x, x >> 64);
        else if (which == 6) h.setsSince(x, x >> 64);
        else if (which == 7) h.voidsApprovals(x, small % 3 == 0);
        else if (which == 8) h.proposes(x, x >> 64);
        else if (which == 9) h.cancels(x);
        else if (which == 10) h.withdraws(x);
        else if (which == 11) h.executes(x, small % 4 != 0);
        else if (which == 12) h.waits(uint32(x));
        else if (which == 13) h.givesAgent(x, x >> 64);
        else if (which == 14) h.givesScope(x, small);
        else if (which == 15) h.setsRelay(x, address(uint160(x)));
        else if (which == 16) h.takesAgent(x, small);
        else if (which == 17) h.takesScope(x, small);
        else if (which == 18) h.advancesEpoch();
        else if (which == 19) h.bobActs(small);
        else if (which == 20) h.evicts(x, x >> 64);
        else h.strange(x, small, bytes32(x), keccak256(abi.encode(x)));
    }
}
