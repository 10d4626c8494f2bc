// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import { Operator } from "../../src/interfaces/ISidecarRegistry.sol";
import { RecoveryHandler } from "./RecoveryHandler.t.sol";

/// @dev What must still be possible from wherever the random actions led. Every way is really walked, then the state is as before.
contract Reach is RecoveryHandler {
    /// @dev One RECOVERY device and time: everybody else's is lost, and a thief has the wallet and takes away what he may.
    function checkOneReachesEverything() external {
        for (uint256 i = 0; i < keys.length; i++) {
            if (!_recovers(keys[i].device)) continue;
            uint256 state = vm.snapshotState();
            _evictAllBut(keys[i]);
            _walletTakes();
            _everything(alone(keys[i]));
            vm.revertToState(state);
        }
    }

    /// @dev Three or more, 2 <= threshold < N: any one is lost, and nobody waits.
    function checkAnyOneMayBeLost() external {
        Operator memory o = registry.getOperator(aliceOmni);
        if (o.activeRecoveryMasters < 3 || o.recoveryThreshold < 2 || o.recoveryThreshold == o.activeRecoveryMasters) {
            return;
        }
        uint256 now_ = vm.getBlockTimestamp();
        for (uint256 i = 0; i < keys.length; i++) {
            if (!_recovers(keys[i].device)) continue;
            uint256 state = vm.snapshotState();
            Keys[] memory others = _quorumWithout(keys[i].device, o.recoveryThreshold);
            must(cRevokeMaster(others, aliceOmni, keys[i].device, LOST, in1Hour()));
            _everything(others);
            assertEq(vm.getBlockTimestamp(), now_, "without waiting");
            vm.revertToState(state);
        }
    }

    function _recovers(bytes32 device) internal view returns (bool) {
        return _live(device) && book[device].roles & 2 != 0;
    }

    function _evictAllBut(Keys memory left) internal {
        for (uint256 i = 0; i < keys.length; i++) {
            if (keys[i].device == left.device || !_recovers(keys[i].device)) continue;
            must(cPropose(left, aliceOmni, keys[i].device, LOST, in1Hour()));
            _walletTakes();
            vm.warp(vm.getBlockTimestamp() + 7 days);
            must(cExecute(left.device));
        }
        assertEq(registry.getOperator(aliceOmni).recoveryThreshold, 1, "alone");
    }

    /// @dev All that a wallet alone can do.
    function _walletTakes() internal {
        for (uint256 i = 0; i < agents.length; i++) {
            bytes32 device = agents[i].device;
            if (registry.getDevice(device).revokedAt != 0) continue;
            must(from(cRevokeAgent(nobody(), aliceOmni, device, in1Hour()), wallet.wallet));
        }
        for (uint256 i = 0; i < actors.length; i++) {
            must(from(cRevokeScope(nobody(), aliceOmni, actors[i], in1Hour()), wallet.wallet));
        }
    }

    function _quorumWithout(bytes32 lost, uint256 needed) internal view returns (Keys[] memory who) {
        who = new Keys[](needed);
        uint256 n;
        for (uint256 i = 0; i < keys.length && n < needed; i++) {
            if (keys[i].device != lost && _recovers(keys[i].device)) who[n++] = keys[i];
        }
        assertEq(n, needed, "others");
    }

    /// @dev Every operation of SPEC.md 3.2 that a human_anchored operator has, by these keys alone.
    function _everything(Keys[] memory who) internal {
        Keys memory first = who[0];
        uint8 threshold = registry.getOperator(aliceOmni).recoveryThreshold;
        must(cRoles(who, aliceOmni, first.device, 7, in1Hour()));
        must(cGrantThreshold(who, aliceOmni, 1, in1Hour()));
        must(cRecoveryThreshold(who, aliceOmni, threshold, in1Hour()));
        must(cWallet(who, aliceOmni, keysOf("the last wallet"), in1Hour()));

        Keys memory agent = keysOf("the last agent");
        bytes32 actor = registry.omniOf(agent.account);
        must(cAgent(alone(first), aliceOmni, agent, actor, in1Hour()));
        must(cSetScope(alone(first), aliceOmni, actor, grantsOf(2), in1Hour()));
        (bool taken,) = attempt(from(cRevokeAgent(nobody(), aliceOmni, agent.device, in1Hour()), wallet.wallet));
        assertTrue(!taken, "the old wallet still takes");
        assertTrue(registry.isActive(agent.device), "it gives");
        assertTrue(scope.isServiceInScope(aliceOmni, actor, grantsOf(1)[0].serviceHash), "it grants");
        must(cRelay(alone(first), aliceOmni, address(0xFEED), in1Hour()));
        must(cRevokeScope(alone(first), aliceOmni, actor, in1Hour()));
        must(cRevokeAgent(alone(first), aliceOmni, agent.device, in1Hour()));
        must(cVoid(first, aliceOmni, first.device, in1Hour()));

        Keys memory spare = keysOf("the last master");
        must(cAddMaster(who, Added(aliceOmni, spare, 7, threshold, 1, in1Hour())));
        must(cPropose(first, aliceOmni, spare.device, 0, in1Hour()));
        must(cWithdraw(first, aliceOmni, first.device, in1Hour()));
        must(cPropose(spare, aliceOmni, first.device, 0, in1Hour()));
        must(cCancel(first, aliceOmni, spare.device, in1Hour()));
        must(cRevokeMaster(who, aliceOmni, spare.device, LOST, in1Hour()));
        must(cSince(who, aliceOmni, spare.device, 0, in1Hour()));
    }
}
