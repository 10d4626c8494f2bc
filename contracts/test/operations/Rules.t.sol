// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import { IAgentKeysScope } from "../../src/interfaces/IAgentKeysScope.sol";
import { IRecoveryProposals } from "../../src/interfaces/IRecoveryProposals.sol";
import { ISidecarRegistry } from "../../src/interfaces/ISidecarRegistry.sol";
import { Call, Person } from "./Calls.t.sol";
import { Op, Ops } from "./Op.sol";
import { Refusals } from "./Refusals.t.sol";

/// @dev "What holds at every moment, and what refuses" (SPEC.md, section 3.2): calls that are rightly signed by enough masters, and
/// whose values nobody may ask for.
contract OperationRulesTest is Refusals {
    using Ops for Op;

    // One kind for every address, one registration for every device.

    function test_WalletsStayWallets() public {
        Call memory c = callOf(Op.RotateMasterWallet);
        refuses(
            _to(c, bob),
            abi.encodeWithSelector(ISidecarRegistry.WalletAlreadyUsed.selector, bob.wallet, registry.omniOf(bob.wallet))
        );
        Person memory p = personOf("x");
        (p.walletKey, p.wallet) = (agent.k10, agent.account);
        refuses(_to(c, p), abi.encodeWithSelector(ISidecarRegistry.WalletIsDevice.selector, agent.account));
        // Back to a wallet that it once had.
        mustSend(_to(c, personOf("alice's new wallet")));
        refuses(_to(c, one), abi.encodeWithSelector(ISidecarRegistry.WalletAlreadyUsed.selector, one.wallet, aliceOmni));
        Call memory back = prove(firstMaster(personOf("y")));
        back.sender = one.wallet;
        refuses(back, abi.encodeWithSelector(ISidecarRegistry.WalletAlreadyUsed.selector, one.wallet, aliceOmni));
    }

    // No signature recovers to nobody; who sends as nobody is in a simulation.
    function test_NobodyIsNoWallet() public {
        Call memory c = callOf(Op.RotateMasterWallet);
        Person memory nobody = personOf("x");
        nobody.wallet = address(0);
        c = _to(c, nobody);
        c.sender = address(0);
        refuses(c, abi.encodeWithSelector(ISidecarRegistry.WalletZero.selector));
        c.sender = RELAYER;
        c.consent = abi.encodePacked(bytes32(0), bytes32(uint256(1)), uint8(27));
        refuses(c, abi.encodeWithSelector(ISidecarRegistry.WalletConsentMismatch.selector, address(0), address(0)));
    }

    function test_DeviceIsNoWallet() public {
        Op[4] memory ops =
            [Op.RegisterFirstMaster, Op.RegisterAgentRooted, Op.RegisterAdditionalMaster, Op.RegisterAgentDevice];
        for (uint256 i = 0; i < ops.length; i++) {
            Call memory c = callOf(ops[i]);
            for (uint256 j = 0; j < c.words.length; j++) {
                if (c.words[j] == c.subject.device) c.words[j] = keccak256(abi.encodePacked(bob.wallet));
            }
            (c.subject.k10, c.subject.account) = (bob.walletKey, bob.wallet);
            c.subject.device = keccak256(abi.encodePacked(bob.wallet));
            refuses(prove(c), abi.encodeWithSelector(ISidecarRegistry.DeviceIsWallet.selector, bob.wallet));
        }
    }

    function test_NobodyIsNoDevice() public {
        Call memory c = callOf(Op.RegisterAgentDevice);
        bytes32 nobody = keccak256(abi.encodePacked(address(0)));
        (c.words[0], c.subject.device) = (nobody, nobody);
        c = prove(c);
        c.deviceSignature = abi.encodePacked(bytes32(0), bytes32(uint256(1)), uint8(27));
        refuses(c, abi.encodeWithSelector(ISidecarRegistry.DeviceSignatureMismatch.selector, nobody, address(0)));
    }

    function test_AgentRootedHasOneDeviceAtATime() public {
        Call memory c = prove(agentRooted(personOf("carol's second")));
        (c.sender, c.operator) = (carol.wallet, registry.omniOf(carol.wallet));
        c.actor = c.operator;
        c = prove(c);
        refuses(c, abi.encodeWithSelector(ISidecarRegistry.OwnDeviceActive.selector, carol.device));
        Call memory take = callOf(Op.RevokeAgentDevice);
        take.words = _words(abi.encode(carol.device));
        (take.sender, take.approvers) = (carol.wallet, new Person[](0));
        mustSend(prove(take));
        mustSend(c);
    }

    function test_UpgradeIsOnce() public {
        Call memory c = callOf(Op.UpgradeToHumanAnchored);
        c.subject.wallet = carol.wallet;
        c.words[0] = bytes32(uint256(uint160(carol.wallet)));
        mustSend(prove(c));
        refuses(prove(c), abi.encodeWithSelector(ISidecarRegistry.OperatorNotAgentRooted.selector, c.operator, 2));
        assertTrue(!registry.isActive(carol.device), "its device is gone");
    }

    // Masters: roles, thresholds, seats.

    function test_RolesAreOneToSeven() public {
        uint8[2] memory bad = [0, 8];
        for (uint256 i = 0; i < 2; i++) {
            bytes memory error_ = abi.encodeWithSelector(ISidecarRegistry.RolesInvalid.selector, bad[i], 7);
            refuses(prove(setRoles(weak, bad[i])), error_);
            refuses(prove(additionalMaster(personOf("x"), bad[i], 2, 2, by(one, two))), error_);
        }
    }

    function test_RecoveryThresholdIsReachable() public {
        bytes4 error_ = ISidecarRegistry.RecoveryThresholdInvalid.selector;
        refuses(prove(setThreshold(Op.SetRecoveryThreshold, 0)), abi.encodeWithSelector(error_, 0, 3));
        refuses(prove(setThreshold(Op.SetRecoveryThreshold, 4)), abi.encodeWithSelector(error_, 4, 3));
        refuses(prove(additionalMaster(personOf("x"), 7, 0, 2, by(one, two))), abi.encodeWithSelector(error_, 0, 4));
        refuses(prove(additionalMaster(personOf("x"), 7, 5, 2, by(one, two))), abi.encodeWithSelector(error_, 5, 4));
        refuses(prove(additionalMaster(personOf("x"), 5, 4, 2, by(one, two))), abi.encodeWithSelector(error_, 4, 3));
        mustSend(prove(setThreshold(Op.SetRecoveryThreshold, 3)));
        Person[] memory all = new Person[](3);
        (all[0], all[1], all[2]) = (one, two, three);
        Call memory c = setRoles(three, 5);
        c.approvers = all;
        refuses(prove(c), abi.encodeWithSelector(error_, 3, 2));
        // weak has no say in recoveries; without three there are two for a threshold of three.
        all[2] = weak;
        c = revokeMaster(weak, NEVER, by(one, two));
        (all[0], all[1], all[2]) = (one, two, three);
        c.approvers = all;
        mustSend(prove(c));
    }

    function test_LastQuorumIsNotTakenApart() public {
        mustSend(prove(revokeMaster(three, NEVER, by(one, two))));
        mustSend(prove(additionalMaster(personOf("x"), 7, 2, 2, by(one, two))));
        mustSend(prove(revokeMaster(personOf("x"), NEVER, by(one, two))));
        refuses(
            prove(revokeMaster(two, NEVER, by(one, one))),
            abi.encodeWithSelector(ISidecarRegistry.ApproverDuplicate.selector, one.device)
        );
        // Two of two: a third approver is needed that is not there, and roles cannot be taken below the threshold either.
        refuses(
            prove(setRoles(two, 5)), abi.encodeWithSelector(ISidecarRegistry.RecoveryThresholdInvalid.selector, 2, 1)
        );
    }

    function test_RevocationLeavesTheThresholdReachable() public {
        mustSend(prove(setThreshold(Op.SetRecoveryThreshold, 1)));
        Call memory c = revokeMaster(three, NEVER, by(one));
        mustSend(prove(c));
        mustSend(prove(revokeMaster(two, NEVER, by(one))));
        // One is left, and nobody else to revoke it.
        refuses(
            prove(revokeMaster(one, NEVER, by(weak))),
            abi.encodeWithSelector(ISidecarRegistry.ApproverLacksRole.selector, weak.device, 2, 1)
        );
        assertEq(registry.activeRecoveryMasterCount(aliceOmni), 1, "one");
    }

    function test_GrantThresholdIsOneTo32() public {
        bytes4 error_ = ISidecarRegistry.GrantThresholdInvalid.selector;
        refuses(prove(setThreshold(Op.SetGrantThreshold, 0)), abi.encodeWithSelector(error_, 0, 32));
        refuses(prove(setThreshold(Op.SetGrantThreshold, 33)), abi.encodeWithSelector(error_, 33, 32));
        refuses(prove(additionalMaster(personOf("x"), 7, 2, 0, by(one, two))), abi.encodeWithSelector(error_, 0, 32));
        refuses(prove(additionalMaster(personOf("x"), 7, 2, 33, by(one, two))), abi.encodeWithSelector(error_, 33, 32));
        mustSend(prove(setThreshold(Op.SetGrantThreshold, 32)));
        // Giving is refused then, recovering is not.
        refuses(prove(setRelay(RELAYER)), abi.encodeWithSelector(ISidecarRegistry.NotEnoughApprovals.selector, 32, 2));
        mustSend(prove(setThreshold(Op.SetGrantThreshold, 1)));
    }

    function test_MastersAre32AtMost() public {
        for (uint256 i = registry.getOperator(aliceOmni).activeMasters; i < 32; i++) {
            mustSend(prove(additionalMaster(personOf(_decimal(i)), 1, 2, 2, by(one, two))));
        }
        Call memory c = prove(additionalMaster(personOf("x"), 1, 2, 2, by(one, two)));
        refuses(c, abi.encodeWithSelector(ISidecarRegistry.TooManyMasters.selector, 32, 32));
        mustSend(prove(revokeMaster(weak, NEVER, by(one, two))));
        mustSend(prove(additionalMaster(personOf("x"), 1, 2, 2, by(one, two))));
    }

    function test_CompromisedSinceIsAMoment() public {
        uint64[3] memory bad = [uint64(START - 1), uint64(now_() + 1), NEVER - 1];
        for (uint256 i = 0; i < bad.length; i++) {
            bytes memory error_ = abi.encodeWithSelector(
                ISidecarRegistry.CompromisedSinceInvalid.selector, bytes32(uint256(bad[i])), START, now_()
            );
            refuses(prove(revokeMaster(three, bad[i], by(one, two))), error_);
            refuses(prove(setSince(bad[i])), error_);
            Call memory c = propose(one, three);
            c.words = _words(abi.encode(aliceOmni, three.device, bad[i]));
            refuses(
                prove(c),
                abi.encodeWithSelector(
                    IRecoveryProposals.CompromisedSinceInvalid.selector, bytes32(uint256(bad[i])), START, now_()
                )
            );
        }
    }

    function test_CompromisedSinceMovesEarlierOnly() public {
        uint64 now64 = uint64(now_());
        refuses(
            prove(setSince(NEVER)),
            abi.encodeWithSelector(ISidecarRegistry.CompromisedSinceNotEarlier.selector, NEVER, NEVER)
        );
        mustSend(prove(setSince(now64)));
        refuses(
            prove(setSince(now64)),
            abi.encodeWithSelector(ISidecarRegistry.CompromisedSinceNotEarlier.selector, now64, now64)
        );
        mustSend(prove(setSince(uint64(START))));
        refuses(
            prove(setSince(now64)),
            abi.encodeWithSelector(ISidecarRegistry.CompromisedSinceNotEarlier.selector, now64, START)
        );
        mustSend(prove(setSince(0)));
    }

    // Devices that are not what the call is about.

    function test_DevicesMustBeWhatTheCallNeeds() public {
        bytes32 unknown = keccak256("unknown");
        _refusesDevice(unknown, ISidecarRegistry.DeviceUnknown.selector);
        _refusesDevice(agent.device, ISidecarRegistry.DeviceNotMaster.selector);
        Call memory c = callOf(Op.SetCompromisedSince);
        c.words[0] = three.device;
        refuses(prove(c), abi.encodeWithSelector(ISidecarRegistry.DeviceNotRevoked.selector, three.device));
        c = callOf(Op.RevokeAgentDevice);
        c.words[0] = three.device;
        refuses(prove(c), abi.encodeWithSelector(ISidecarRegistry.DeviceIsMaster.selector, three.device));
        c.words[0] = unknown;
        refuses(prove(c), abi.encodeWithSelector(ISidecarRegistry.DeviceUnknown.selector, unknown));
        Op[2] memory gone = [Op.SetDeviceRoles, Op.RevokeMasterDevice];
        for (uint256 i = 0; i < gone.length; i++) {
            c = callOf(gone[i]);
            c.words[0] = revoked.device;
            refuses(prove(c), abi.encodeWithSelector(ISidecarRegistry.DeviceAlreadyRevoked.selector, revoked.device));
        }
    }

    function _refusesDevice(bytes32 device, bytes4 error_) private {
        Op[4] memory ops = [Op.SetDeviceRoles, Op.RevokeMasterDevice, Op.SetCompromisedSince, Op.VoidApprovals];
        for (uint256 i = 0; i < ops.length; i++) {
            Call memory c = callOf(ops[i]);
            c.words[0] = device;
            refuses(prove(c), abi.encodeWithSelector(error_, device));
        }
    }

    function test_NobodyApprovesWithoutMasters() public {
        bytes32[2] memory operators = [registry.omniOf(carol.wallet), keccak256("nobody")];
        for (uint256 i = 0; i < 2; i++) {
            Call memory c = callOf(Op.SetAuditRelay);
            (c.operator, c.words[0]) = (operators[i], operators[i]);
            refuses(
                prove(c),
                abi.encodeWithSelector(ISidecarRegistry.OperatorNotHumanAnchored.selector, operators[i], 1 - i)
            );
        }
    }

    // Actors.

    function test_ActorsBelongToOneOperator() public {
        Person memory p = personOf("x");
        bytes32 bobOmni = registry.omniOf(bob.wallet);
        Call memory c = prove(agentDevice(p, bobOmni));
        refuses(c, abi.encodeWithSelector(ISidecarRegistry.ActorIsOperator.selector, bobOmni));
        c = prove(agentDevice(p, keccak256("made up")));
        bytes32 own = registry.omniOf(p.account);
        refuses(c, abi.encodeWithSelector(ISidecarRegistry.ActorNotOfDevice.selector, own, keccak256("made up")));
        c = agentDevice(p, agentOmni);
        (c.operator, c.words[1], c.approvers) = (bobOmni, bobOmni, by(bob));
        refuses(
            prove(c),
            abi.encodeWithSelector(ISidecarRegistry.ActorOfOtherOperator.selector, agentOmni, bobOmni, aliceOmni)
        );
        mustSend(prove(agentDevice(p, agentOmni)));
    }

    function test_ScopesAreOfTheOperatorsAgents() public {
        Op[2] memory ops = [Op.SetScope, Op.RevokeScope];
        bytes32 bobOmni = registry.omniOf(bob.wallet);
        for (uint256 i = 0; i < 2; i++) {
            Call memory c = callOf(ops[i]);
            c.words[1] = bobOmni;
            refuses(
                prove(c),
                abi.encodeWithSelector(IAgentKeysScope.ActorOfOtherOperator.selector, bobOmni, aliceOmni, bobOmni)
            );
            c.words[1] = aliceOmni;
            refuses(prove(c), abi.encodeWithSelector(IAgentKeysScope.ActorIsOperator.selector, aliceOmni));
            c.words[1] = keccak256("nobody");
            refuses(
                prove(c),
                abi.encodeWithSelector(IAgentKeysScope.ActorOfOtherOperator.selector, keccak256("nobody"), aliceOmni, 0)
            );
        }
    }

    function test_GenerationIsTheNext() public {
        refuses(
            prove(setScope(1)), abi.encodeWithSelector(IAgentKeysScope.GenerationMismatch.selector, agentOmni, 2, 1)
        );
        refuses(
            prove(setScope(3)), abi.encodeWithSelector(IAgentKeysScope.GenerationMismatch.selector, agentOmni, 2, 3)
        );
        mustSend(prove(revokeScope()));
        refuses(
            prove(setScope(2)), abi.encodeWithSelector(IAgentKeysScope.GenerationMismatch.selector, agentOmni, 3, 2)
        );
        mustSend(prove(setScope(3)));
    }

    function _to(Call memory c, Person memory p) private view returns (Call memory) {
        c.subject = p;
        c.words[1] = bytes32(uint256(uint160(p.wallet)));
        return prove(c);
    }
}
