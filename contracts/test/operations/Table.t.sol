// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import { Kind } from "../../src/interfaces/ISidecarRegistry.sol";
import { Call, Person } from "./Calls.t.sol";
import { Brings, CELLS, Cell, OPS, Op, Ops } from "./Op.sol";
import { Refusals } from "./Refusals.t.sol";

/// @dev The table as data and the table as code are one; every operation's good call is good, and what the table allows is allowed.
contract OperationTableTest is Refusals {
    using Ops for Op;
    using Ops for Cell;

    // Every wrong cell changes one thing of these.
    function test_EveryOperationSucceeds() public {
        for (uint256 i = 0; i < OPS; i++) {
            uint256 state = vm.snapshotState();
            mustSend(good(Op(i)));
            vm.revertToState(state);
        }
    }

    function test_TableIsTheCode() public view {
        for (uint256 i = 0; i < OPS; i++) {
            Op op = Op(i);
            assertEq(_text(i, "name"), op.name());
            assertEq(_text(i, "kind"), _kind(op));
            Brings brings = op.brings();
            assertEq(_text(i, "approvals"), brings == Brings.None ? "none" : brings == Brings.One ? "one" : "list");
            bytes memory proofs = vm.parseJson(table, string.concat(_at(i), ".proofs"));
            uint256 count =
                (op.registersDevice() ? 1 : 0) + (op.registersPasskey() ? 1 : 0) + (op.movesWallet() ? 1 : 0);
            assertEq(abi.decode(proofs, (string[])).length, count, op.name());
        }
        assertEq(vm.parseJson(table, string.concat(_at(OPS), ".name")).length, 0, "no more operations");
    }

    function test_CellsAreTheCode() public view {
        string[] memory cells = abi.decode(vm.parseJson(table, ".cells"), (string[]));
        assertEq(cells.length, CELLS, "as many");
        for (uint256 i = 0; i < CELLS; i++) {
            assertEq(cells[i], Cell(i).cellName());
        }
    }

    // What stands in the table as a reason is so: nobody is refused who need not be.

    function test_AnyRoleTakesAway() public {
        Op[2] memory takes = [Op.RevokeAgentDevice, Op.RevokeScope];
        for (uint256 i = 0; i < takes.length; i++) {
            mustSend(withLast(callOf(takes[i]), weak));
        }
        mustSend(prove(voidApprovals(weak)));
    }

    function test_WalletTakesAwayWithoutApprovals() public {
        Op[2] memory takes = [Op.RevokeScope, Op.RevokeAgentDevice];
        for (uint256 i = 0; i < takes.length; i++) {
            Call memory c = callOf(takes[i]);
            (c.sender, c.approvers) = (one.wallet, new Person[](0));
            mustSend(prove(c));
        }
    }

    function test_DeviceApprovesItsOwnRoles() public {
        mustSend(prove(setRoles(two, 6)));
    }

    function test_TargetCancels() public {
        mustSend(withLast(callOf(Op.CancelRecovery), three));
    }

    function test_NewWalletSendsInPlaceOfItsConsent() public {
        Call memory c = good(Op.RotateMasterWallet);
        (c.sender, c.consent) = (c.subject.wallet, "");
        mustSend(c);
        assertEq(registry.getOperator(aliceOmni).wallet, c.subject.wallet, "the wallet");
    }

    function test_OneKeyMayServeTwoOperators() public {
        Person memory p = personOf("dave");
        (p.k11, p.passkey) = (one.k11, one.passkey);
        mustSend(prove(firstMaster(p)));
    }

    function _kind(Op op) private pure returns (string memory) {
        if (op.brings() == Brings.None) return "none";
        if (op.kind() == Kind.Give) return "give";
        if (op.kind() == Kind.Take) return "take";
        return op.kind() == Kind.Recover ? "recover" : "propose";
    }

    function _at(uint256 op) private pure returns (string memory) {
        return string.concat(".operations[", _decimal(op), "]");
    }

    function _text(uint256 op, string memory key) private view returns (string memory) {
        return abi.decode(vm.parseJson(table, string.concat(_at(op), ".", key)), (string));
    }

    function assertEq(string memory actual, string memory expected) private pure {
        assertTrue(keccak256(bytes(actual)) == keccak256(bytes(expected)), string.concat(actual, " / ", expected));
    }
}
