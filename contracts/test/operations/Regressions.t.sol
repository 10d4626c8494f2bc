// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import { ISidecarRegistry } from "../../src/interfaces/ISidecarRegistry.sol";
import { WebAuthn } from "../WebAuthn.sol";
import { Call, Person, Registration, Terms } from "./Calls.t.sol";
import { Op, Ops } from "./Op.sol";
import { Bend, Refusals } from "./Refusals.t.sol";

/// @dev What the earlier system of this kind got wrong about authority, one named test each. RegressionsTest has the rest.
contract AuthorityRegressionsTest is Refusals {
    using Ops for Op;

    // "One signature could lower the threshold or add a master."
    function test_OneSignatureLowersNoThresholdAndAddsNoMaster() public {
        Call[5] memory calls = [
            setThreshold(Op.SetRecoveryThreshold, 1),
            setThreshold(Op.SetGrantThreshold, 1),
            additionalMaster(personOf("x"), 7, 2, 2, by(one)),
            // A threshold lowered on the way in.
            additionalMaster(personOf("x"), 1, 1, 1, by(one)),
            revokeMaster(two, NEVER, by(one))
        ];
        for (uint256 i = 0; i < calls.length; i++) {
            calls[i].approvers = by(one);
            refuses(prove(calls[i]), abi.encodeWithSelector(ISidecarRegistry.NotEnoughApprovals.selector, 2, 1));
            // The wallet's signature on top is no second one.
            calls[i].sender = one.wallet;
            refuses(prove(calls[i]), abi.encodeWithSelector(ISidecarRegistry.NotEnoughApprovals.selector, 2, 1));
        }
        // Nor is a delay that one device started: it never frees a threshold that can be met.
        mustSend(callOf(Op.Execute));
        assertEq(registry.getOperator(aliceOmni).recoveryThreshold, 2, "still two of two");
    }

    // "One passkey under two hashes made a '2-of-2'." Neither an active master's key nor one that was revoked comes again.
    function test_OnePasskeyUnderTwoHashesIsNoQuorum() public {
        Person[3] memory had = [one, weak, revoked];
        for (uint256 i = 0; i < 3; i++) {
            Person memory p = personOf("another device");
            (p.k11, p.passkey) = (had[i].k11, had[i].passkey);
            p.passkey.credIdHash = keccak256("another credential");
            p.passkey.originHash = 0;
            refuses(
                prove(additionalMaster(p, 7, 2, 2, by(one, two))),
                abi.encodeWithSelector(
                    ISidecarRegistry.PasskeyAlreadyUsed.selector, aliceOmni, p.passkey.x, p.passkey.y
                )
            );
        }
    }

    // "Everything hung on one wallet that could never be changed." Lost or stolen, a quorum replaces it; the old one is nobody's.
    function test_TheWalletIsReplacedAndTheOldOneIsNobodys() public {
        Call memory c = good(Op.RotateMasterWallet);
        mustSend(c);
        assertEq(registry.operatorOfWallet(c.subject.wallet), aliceOmni, "the new one's");
        assertEq(registry.operatorOfWallet(one.wallet), 0, "nobody's");
        Call memory take = callOf(Op.RevokeAgentDevice);
        take.approvers = new Person[](0);
        take.sender = one.wallet;
        bytes memory error_ =
            abi.encodeWithSelector(ISidecarRegistry.NotOperatorWallet.selector, c.subject.wallet, one.wallet);
        refuses(prove(take), error_);
        take.sender = c.subject.wallet;
        mustSend(prove(take));
    }

    // "Challenges did not bind the contract, the new key or the roles."
    function test_ChallengesBindTheContractTheNewKeyAndTheRoles() public {
        Call memory c = good(Op.RegisterAdditionalMaster);
        refusesEveryProof(c, Bend.Contract, 0);
        // Words: device, operator, credential, x, y, relying party, origin, roles, thresholds, deadline.
        uint256[4] memory words = [uint256(0), 3, 4, 7];
        for (uint256 i = 0; i < words.length; i++) {
            refusesEveryProof(c, Bend.Field, words[i]);
        }
        Registration memory r = registrationOf(c);
        r.roles = 1;
        refusesRegistration(c, r, domain());
        r = registrationOf(c);
        r.passkeyHash = keccak256(abi.encode(one.passkey));
        refusesRegistration(c, r, domain());
        refusesEveryProof(good(Op.SetDeviceRoles), Bend.Field, 1);
    }

    // "The WebAuthn challenge was hashed twice."
    function test_ChallengesAreNotHashedAgain() public {
        Call memory c = good(Op.VoidApprovals);
        Terms memory right = termsOf(c, 0);
        bytes32[2] memory again = [sha256(abi.encode(hashOf(right))), keccak256(abi.encode(hashOf(right)))];
        for (uint256 i = 0; i < 2; i++) {
            (c.approvals[0].clientDataJSON, c.approvals[0].r, c.approvals[0].s) = _signed(again[i]);
            refuses(c, _challenge(right));
        }
    }

    function _signed(bytes32 challenge) private view returns (bytes memory json, uint256 r, uint256 s) {
        bytes memory data = WebAuthn.authenticatorData();
        json = bytes(WebAuthn.clientData(challenge));
        (bytes32 r_, bytes32 s_) = vm.signP256(one.k11, sha256(abi.encodePacked(data, sha256(json))));
        return (json, uint256(r_), uint256(s_));
    }

    // "Omnis and device hashes were not tied to any key." Nobody enrols, squats or burns what he has no key of.
    function test_NobodyRegistersWhatHeHasNoKeyOf() public {
        Op[4] memory ops =
            [Op.RegisterFirstMaster, Op.RegisterAgentRooted, Op.RegisterAdditionalMaster, Op.RegisterAgentDevice];
        Person memory thief = personOf("thief");
        for (uint256 i = 0; i < ops.length; i++) {
            Call memory c = good(ops[i]);
            c.deviceSignature = signDigest(thief.k10, digestOf(registrationOf(c), domain()));
            bytes memory error_ = abi.encodeWithSelector(
                ISidecarRegistry.DeviceSignatureMismatch.selector, c.subject.device, thief.account
            );
            refuses(c, error_);
            // And the owner is as free as before.
            mustSend(good(ops[i]));
        }
        // Omnis come from the address that proved itself; no argument names one.
        assertEq(aliceOmni, registry.omniOf(one.wallet), "an operator's");
        assertEq(registry.operatorOfActor(agentOmni), aliceOmni, "an agent's");
        assertEq(agentOmni, registry.omniOf(vm.addr(agent.k10)), "of its key");
    }
}
