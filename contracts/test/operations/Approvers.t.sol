// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import { IAgentKeysScope } from "../../src/interfaces/IAgentKeysScope.sol";
import { IRecoveryProposals } from "../../src/interfaces/IRecoveryProposals.sol";
import { Approval, ISidecarRegistry, Kind } from "../../src/interfaces/ISidecarRegistry.sol";
import { Call, Person } from "./Calls.t.sol";
import { Brings, Cell, Op, Ops } from "./Op.sol";
import { Refusals } from "./Refusals.t.sol";

/// @dev Who sends and who approves: the wrong ones sign exactly what is right.
contract OperationApproversTest is Refusals {
    using Ops for Op;

    function test_WrongSender() public {
        _everyOperation(Cell.WrongSender, _wrongSender);
    }

    function _wrongSender(Op op) private {
        Call memory c = good(op);
        if (op == Op.RegisterFirstMaster || op == Op.RegisterAgentRooted) return _wrongWallet(c);
        if (op == Op.UpgradeToHumanAnchored) return _wrongWalletUpgrades(c);
        if (op == Op.Execute) {
            bytes memory evict = abi.encodeCall(ISidecarRegistry.evict, (two.device, three.device, NEVER, 0));
            bytes memory error_ =
                abi.encodeWithSelector(ISidecarRegistry.NotRecovery.selector, address(proposals), one.wallet);
            refusesRaw(op, one.wallet, address(registry), evict, error_);
        }
        if (op.brings() != Brings.List) return;
        // Anyone may bring approvals; nobody may come without, the wallet least of all.
        c.approvals = new Approval[](0);
        if (op == Op.RevokeAgentDevice || op == Op.RevokeScope) {
            address[3] memory senders = [RELAYER, bob.wallet, agent.account];
            for (uint256 i = 0; i < senders.length; i++) {
                c.sender = senders[i];
                refuses(c, _notWallet(op, senders[i]));
            }
            return;
        }
        c.sender = one.wallet;
        refuses(
            c, abi.encodeWithSelector(ISidecarRegistry.NotEnoughApprovals.selector, op.kind() == Kind.Take ? 1 : 2, 0)
        );
    }

    function _wrongWallet(Call memory c) private {
        // The device agreed to another operator: the new wallet's omni is in what it signed.
        c.operator = registry.omniOf(personOf("thief").wallet);
        c.actor = c.operator;
        c.sender = personOf("thief").wallet;
        address signer = signerOf(digestOf(registrationOf(c), domain()), c.deviceSignature);
        refuses(c, abi.encodeWithSelector(ISidecarRegistry.DeviceSignatureMismatch.selector, c.subject.device, signer));
        c.sender = one.wallet;
        refuses(
            c,
            c.op == Op.RegisterFirstMaster
                ? abi.encodeWithSelector(ISidecarRegistry.WalletAlreadyUsed.selector, one.wallet, aliceOmni)
                : abi.encodeWithSelector(ISidecarRegistry.OperatorNotAgentRooted.selector, aliceOmni, 2)
        );
        c.sender = agent.account;
        refuses(c, abi.encodeWithSelector(ISidecarRegistry.WalletIsDevice.selector, agent.account));
    }

    function _wrongWalletUpgrades(Call memory c) private {
        c.sender = c.subject.wallet;
        refuses(c, abi.encodeWithSelector(ISidecarRegistry.OperatorNotAgentRooted.selector, 0, 0));
        c.sender = one.wallet;
        refuses(c, abi.encodeWithSelector(ISidecarRegistry.OperatorNotAgentRooted.selector, aliceOmni, 2));
    }

    function _notWallet(Op op, address sender) private view returns (bytes memory) {
        bytes4 selector = op == Op.RevokeScope
            ? IAgentKeysScope.NotOperatorWallet.selector
            : ISidecarRegistry.NotOperatorWallet.selector;
        return abi.encodeWithSelector(selector, one.wallet, sender);
    }

    function test_MissingRole() public {
        _everyOperation(Cell.MissingRole, _missingRole);
    }

    function _missingRole(Op op) private {
        if (op == Op.Execute) {
            // Who loses RECOVERY loses it by a recovery, which voids what he proposed.
            mustSend(_by(prove(setRoles(two, 5)), one, three));
            refuses(callOf(op), _stale(1));
        }
        if (op.brings() == Brings.None || op.kind() == Kind.Take) return;
        uint8 role = op.kind() == Kind.Give ? 4 : 2;
        if (op == Op.WithdrawRecovery) {
            mustSend(_by(prove(setRoles(two, 5)), one, three));
            refuses(good(op), abi.encodeWithSelector(ISidecarRegistry.ApproverLacksRole.selector, two.device, role, 5));
            return;
        }
        refuses(
            withLast(callOf(op), weak),
            abi.encodeWithSelector(ISidecarRegistry.ApproverLacksRole.selector, weak.device, role, 1)
        );
        if (op.brings() == Brings.One) return;
        // One approval more than needed, and that one has not the role: each is checked.
        Call memory c = callOf(op);
        Person[] memory more = new Person[](3);
        (more[0], more[1], more[2]) = (c.approvers[0], c.approvers[1], weak);
        c.approvers = more;
        refuses(prove(c), abi.encodeWithSelector(ISidecarRegistry.ApproverLacksRole.selector, weak.device, role, 1));
    }

    function test_OneApprovalShort() public {
        _everyOperation(Cell.OneApprovalShort, _oneShort);
    }

    function _oneShort(Op op) private {
        if (op.brings() != Brings.List) return;
        Call memory c = callOf(op);
        uint256 needed = c.approvers.length;
        if (needed == 1) {
            c.approvers = new Person[](0);
        } else {
            c.approvers = by(c.approvers[0]);
        }
        bool walletsWay = op == Op.RevokeAgentDevice || op == Op.RevokeScope;
        refuses(
            prove(c),
            walletsWay
                ? _notWallet(op, RELAYER)
                : abi.encodeWithSelector(ISidecarRegistry.NotEnoughApprovals.selector, needed, needed - 1)
        );
    }

    function test_ApproverRevoked() public {
        _everyOperation(Cell.ApproverRevoked, _approverRevoked);
    }

    function _approverRevoked(Op op) private {
        if (op.brings() == Brings.None) {
            if (op == Op.Execute) _proposerRevoked(op);
            return;
        }
        if (op == Op.VoidApprovals) {
            bytes memory gone = abi.encodeWithSelector(ISidecarRegistry.DeviceAlreadyRevoked.selector, revoked.device);
            return refuses(prove(voidApprovals(revoked)), gone);
        }
        if (op == Op.WithdrawRecovery) {
            mustSend(prove(revokeMaster(two, NEVER, by(one, three))));
            return refuses(good(op), _revoked(two));
        }
        refuses(withLast(callOf(op), revoked), _revoked(revoked));
    }

    function _proposerRevoked(Op op) private {
        mustSend(prove(revokeMaster(two, NEVER, by(one, three))));
        refuses(callOf(op), _stale(1));
        // Asked directly with the nonce of now, as the proposals never do, the registry still refuses.
        uint256 nonce = registry.recoveryNonce(aliceOmni, address(registry));
        bytes memory evict = abi.encodeCall(ISidecarRegistry.evict, (two.device, three.device, NEVER, nonce));
        refusesRaw(op, address(proposals), address(registry), evict, _revoked(two));
    }

    function test_ApproverRevokedMeanwhile() public {
        _everyOperation(Cell.ApproverRevokedMeanwhile, _revokedMeanwhile);
    }

    function _revokedMeanwhile(Op op) private {
        if (op == Op.Execute) {
            mustSend(prove(revokeMaster(two, NEVER, by(one, three))));
            refuses(callOf(op), _stale(1));
        }
        if (op.brings() == Brings.None) return;
        Call memory c = callOf(op);
        // The one who will be revoked comes first: a later one's nonce may have moved by that.
        if (c.approvers.length == 2) c.approvers = by(two, one);
        Person memory victim = c.approvers[0];
        c = prove(c);
        bool isOne = victim.device == one.device;
        mustSend(prove(revokeMaster(victim, NEVER, isOne ? by(two, three) : by(one, three))));
        refuses(
            c,
            op == Op.VoidApprovals
                ? abi.encodeWithSelector(ISidecarRegistry.DeviceAlreadyRevoked.selector, victim.device)
                : _revoked(victim)
        );
    }

    function test_DuplicateDevice() public {
        _everyOperation(Cell.DuplicateDevice, _duplicateDevice);
    }

    function _duplicateDevice(Op op) private {
        if (op.brings() == Brings.List) {
            Call memory c = callOf(op);
            c.approvers = by(one, one);
            refuses(prove(c), abi.encodeWithSelector(ISidecarRegistry.ApproverDuplicate.selector, one.device));
        }
        if (!op.registersDevice()) return;
        // A device that is there, or was, is never registered again, whoever's it is.
        Person[3] memory taken = [two, revoked, agent];
        for (uint256 i = 0; i < taken.length; i++) {
            Call memory c = callOf(op);
            _replaceDevice(c, taken[i]);
            refuses(
                prove(c), abi.encodeWithSelector(ISidecarRegistry.DeviceAlreadyRegistered.selector, taken[i].device)
            );
        }
    }

    function _replaceDevice(Call memory c, Person memory p) private pure {
        for (uint256 i = 0; i < c.words.length; i++) {
            if (c.words[i] == c.subject.device) c.words[i] = p.device;
        }
        (c.subject.k10, c.subject.account, c.subject.device) = (p.k10, p.account, p.device);
    }

    function test_DuplicateKey() public {
        _everyOperation(Cell.DuplicateKey, _duplicateKey);
    }

    function _duplicateKey(Op op) private {
        if (op != Op.RegisterAdditionalMaster) return;
        Person[2] memory taken = [one, revoked];
        for (uint256 i = 0; i < taken.length; i++) {
            Person memory p = personOf("alice's new one");
            (p.k11, p.passkey) = (taken[i].k11, taken[i].passkey);
            // Another credential id and another relying party do not make it another key.
            p.passkey.credIdHash = keccak256("another");
            refuses(
                prove(additionalMaster(p, 7, 2, 2, by(one, two))),
                abi.encodeWithSelector(
                    ISidecarRegistry.PasskeyAlreadyUsed.selector, aliceOmni, p.passkey.x, p.passkey.y
                )
            );
        }
    }

    function test_TargetApproves() public {
        _everyOperation(Cell.TargetApproves, _targetApproves);
    }

    function _targetApproves(Op op) private {
        if (op == Op.RegisterAdditionalMaster || op == Op.RegisterAgentDevice) {
            Person memory p = callOf(op).subject;
            bytes memory unknown =
                abi.encodeWithSelector(ISidecarRegistry.ApproverOfOtherOperator.selector, p.device, aliceOmni, 0);
            refuses(withLast(callOf(op), p), unknown);
        }
        if (op == Op.RevokeMasterDevice) refuses(withLast(callOf(op), three), _isTarget(three));
        if (op == Op.SetCompromisedSince) refuses(withLast(callOf(op), revoked), _revoked(revoked));
        if (op == Op.VoidApprovals) {
            bytes memory other =
                abi.encodeWithSelector(ISidecarRegistry.ApproverNotDevice.selector, one.device, two.device);
            refuses(withLast(callOf(op), two), other);
        }
        if (op == Op.RevokeAgentDevice || op == Op.SetScope || op == Op.RevokeScope) {
            refuses(
                withLast(callOf(op), agent),
                abi.encodeWithSelector(ISidecarRegistry.ApproverNotMaster.selector, agent.device)
            );
        }
        if (op == Op.ProposeRecovery) {
            refuses(
                withLast(callOf(op), three),
                abi.encodeWithSelector(IRecoveryProposals.ProposerIsTarget.selector, three.device)
            );
        }
        if (op == Op.CancelRecovery) {
            bytes memory self = abi.encodeWithSelector(IRecoveryProposals.CancellerIsProposer.selector, two.device);
            refuses(withLast(callOf(op), two), self);
        }
        if (op == Op.WithdrawRecovery) {
            bytes memory other =
                abi.encodeWithSelector(IRecoveryProposals.NotProposer.selector, two.device, three.device);
            refuses(withLast(callOf(op), three), other);
        }
        if (op == Op.Execute) {
            uint256 nonce = registry.recoveryNonce(aliceOmni, address(registry));
            bytes memory evict = abi.encodeCall(ISidecarRegistry.evict, (three.device, three.device, NEVER, nonce));
            refusesRaw(op, address(proposals), address(registry), evict, _isTarget(three));
        }
    }

    // Helpers.

    function _by(Call memory c, Person memory p, Person memory q) private view returns (Call memory) {
        c.approvers = by(p, q);
        return prove(c);
    }

    function _revoked(Person memory p) private pure returns (bytes memory) {
        return abi.encodeWithSelector(ISidecarRegistry.ApproverRevoked.selector, p.device);
    }

    function _isTarget(Person memory p) private pure returns (bytes memory) {
        return abi.encodeWithSelector(ISidecarRegistry.ApproverIsTarget.selector, p.device);
    }

    /// @dev The open proposal, after so many recoveries since.
    function _stale(uint256 recoveries) private view returns (bytes memory) {
        uint256 nonce = registry.recoveryNonce(aliceOmni, address(registry));
        return abi.encodeWithSelector(ISidecarRegistry.ProposalStale.selector, nonce - recoveries, nonce);
    }
}
