// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import { IAgentKeysScope } from "../../src/interfaces/IAgentKeysScope.sol";
import { IRecoveryProposals } from "../../src/interfaces/IRecoveryProposals.sol";
import { ISidecarRegistry, Kind } from "../../src/interfaces/ISidecarRegistry.sol";

/// @dev The rows of SPEC.md's table of operations, in its order.
enum Op {
    RegisterFirstMaster,
    RegisterAgentRooted,
    UpgradeToHumanAnchored,
    RegisterAdditionalMaster,
    SetDeviceRoles,
    SetRecoveryThreshold,
    SetGrantThreshold,
    RotateMasterWallet,
    RevokeMasterDevice,
    SetCompromisedSince,
    VoidApprovals,
    SetAuditRelay,
    RegisterAgentDevice,
    RevokeAgentDevice,
    SetScope,
    RevokeScope,
    ProposeRecovery,
    CancelRecovery,
    WithdrawRecovery,
    Execute
}

/// @dev One thing that can be wrong with a call; the columns.
enum Cell {
    WrongSender,
    MissingRole,
    OneApprovalShort,
    OtherOperator,
    OtherContract,
    OtherChain,
    OtherNonce,
    DeadlinePassed,
    DeadlineTooFar,
    FieldBent,
    Replay,
    ReplayAfterAnother,
    ApproverRevoked,
    ApproverRevokedMeanwhile,
    DuplicateDevice,
    DuplicateKey,
    TargetApproves,
    DeviceSignatureMissing,
    DeviceSignatureForeign,
    SelfAttestationMissing,
    KeyOffCurve
}

uint256 constant OPS = uint256(type(Op).max) + 1;
uint256 constant CELLS = uint256(type(Cell).max) + 1;

/// @dev How a call brings its approvals.
enum Brings {
    None,
    List,
    One
}

/// @dev What tests/vectors/operations.json says of each operation, as code; OperationTableTest compares.
library Ops {
    function name(Op op) internal pure returns (string memory) {
        return [
            "register-first-master",
            "register-agent-rooted",
            "upgrade-to-human-anchored",
            "register-additional-master",
            "set-device-roles",
            "set-recovery-threshold",
            "set-grant-threshold",
            "rotate-master-wallet",
            "revoke-master-device",
            "set-compromised-since",
            "void-approvals",
            "set-audit-relay",
            "register-agent-device",
            "revoke-agent-device",
            "set-scope",
            "revoke-scope",
            "propose-recovery",
            "cancel-recovery",
            "withdraw-recovery",
            "execute"
        ][uint256(op)];
    }

    function cellName(Cell cell) internal pure returns (string memory) {
        return [
            "WrongSender",
            "MissingRole",
            "OneApprovalShort",
            "OtherOperator",
            "OtherContract",
            "OtherChain",
            "OtherNonce",
            "DeadlinePassed",
            "DeadlineTooFar",
            "FieldBent",
            "Replay",
            "ReplayAfterAnother",
            "ApproverRevoked",
            "ApproverRevokedMeanwhile",
            "DuplicateDevice",
            "DuplicateKey",
            "TargetApproves",
            "DeviceSignatureMissing",
            "DeviceSignatureForeign",
            "SelfAttestationMissing",
            "KeyOffCurve"
        ][uint256(cell)];
    }

    function id(Op op) internal pure returns (bytes32) {
        return keccak256(abi.encodePacked("agentkeys:v1:", name(op)));
    }

    function brings(Op op) internal pure returns (Brings) {
        if (op <= Op.UpgradeToHumanAnchored || op == Op.Execute) return Brings.None;
        return op >= Op.ProposeRecovery ? Brings.One : Brings.List;
    }

    /// @dev Of operations that bring approvals.
    function kind(Op op) internal pure returns (Kind) {
        if (op >= Op.ProposeRecovery) return Kind.Propose;
        if (op == Op.VoidApprovals || op == Op.RevokeAgentDevice || op == Op.RevokeScope) return Kind.Take;
        if (op == Op.SetAuditRelay || op == Op.RegisterAgentDevice || op == Op.SetScope) return Kind.Give;
        return Kind.Recover;
    }

    /// @dev D of the table: the new device's key signs.
    function registersDevice(Op op) internal pure returns (bool) {
        return op <= Op.RegisterAdditionalMaster || op == Op.RegisterAgentDevice;
    }

    /// @dev P: the new passkey signs.
    function registersPasskey(Op op) internal pure returns (bool) {
        return op <= Op.RegisterAdditionalMaster && op != Op.RegisterAgentRooted;
    }

    /// @dev W: the new wallet consents.
    function movesWallet(Op op) internal pure returns (bool) {
        return op == Op.UpgradeToHumanAnchored || op == Op.RotateMasterWallet;
    }

    /// @dev The last of the fields is then a deadline.
    function hasDeadline(Op op) internal pure returns (bool) {
        return registersDevice(op) || movesWallet(op);
    }

    function selector(Op op) internal pure returns (bytes4) {
        return [
            ISidecarRegistry.registerFirstMasterDevice.selector,
            ISidecarRegistry.registerAgentRooted.selector,
            ISidecarRegistry.upgradeToHumanAnchored.selector,
            ISidecarRegistry.registerAdditionalMasterDevice.selector,
            ISidecarRegistry.setDeviceRoles.selector,
            ISidecarRegistry.setRecoveryThreshold.selector,
            ISidecarRegistry.setGrantThreshold.selector,
            ISidecarRegistry.rotateMasterWallet.selector,
            ISidecarRegistry.revokeMasterDevice.selector,
            ISidecarRegistry.setCompromisedSince.selector,
            ISidecarRegistry.voidApprovals.selector,
            ISidecarRegistry.setAuditRelay.selector,
            ISidecarRegistry.registerAgentDevice.selector,
            ISidecarRegistry.revokeAgentDevice.selector,
            IAgentKeysScope.setScopeWithWebauthn.selector,
            IAgentKeysScope.revokeScope.selector,
            IRecoveryProposals.proposeRecovery.selector,
            IRecoveryProposals.cancelRecovery.selector,
            IRecoveryProposals.withdrawRecovery.selector,
            IRecoveryProposals.executeRecovery.selector
        ][uint256(op)];
    }
}
