// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import { Approval, ISidecarRegistry } from "../src/interfaces/ISidecarRegistry.sol";
import { Fixture } from "./Fixture.t.sol";

contract SidecarRegistryRotateMasterWalletTest is Fixture {
    Keys internal next;

    function setUp() public override {
        super.setUp();
        next = keysOf("alice's next wallet");
    }

    function _approvals(uint64 deadline) internal view returns (Approval[] memory) {
        return quorum(OP_ROTATE, keccak256(abi.encode(aliceOmni, next.wallet, deadline)));
    }

    function _refuses(bytes memory consent, uint64 deadline, bytes memory error_) internal {
        Approval[] memory approvals = _approvals(deadline);
        vm.expectRevert(error_);
        registry.rotateMasterWallet(aliceOmni, next.wallet, deadline, consent, approvals);
    }

    function test_WithTheNewWalletsConsent() public {
        vm.expectEmit(true, true, true, true, address(registry));
        emit ISidecarRegistry.WalletRotated(aliceOmni, alice.wallet, next.wallet);
        rotateWallet(next);
        assertEq(registry.getOperator(aliceOmni).wallet, next.wallet, "the new one");
        assertEq(registry.operatorOfWallet(alice.wallet), 0, "the old one is nobody's");
    }

    function test_TheNewWalletSendsAndNeedsNotSign() public {
        Approval[] memory approvals = _approvals(in1Hour());
        vm.prank(next.wallet);
        registry.rotateMasterWallet(aliceOmni, next.wallet, in1Hour(), "", approvals);
        assertEq(registry.operatorOfWallet(next.wallet), aliceOmni, "the new one");
    }

    function test_RevertsWhen_NobodyConsents() public {
        _refuses("", in1Hour(), abi.encodeWithSelector(ISidecarRegistry.SignatureMalformed.selector));
    }

    function test_RevertsWhen_TheOldWalletConsents() public {
        bytes memory consent = signConsent(alice, OP_ROTATE, aliceOmni, next.wallet, in1Hour());
        _refuses(
            consent,
            in1Hour(),
            abi.encodeWithSelector(ISidecarRegistry.WalletConsentMismatch.selector, next.wallet, alice.wallet)
        );
    }

    function test_RevertsWhen_WalletIsNobody() public {
        next.wallet = address(0);
        bytes memory consent = abi.encodePacked(bytes32(0), bytes32(0), uint8(27));
        bytes memory error_ = abi.encodeWithSelector(ISidecarRegistry.WalletConsentMismatch.selector, 0, 0);
        _refuses(consent, in1Hour(), error_);
    }

    function test_RevertsWhen_WalletIsAnOperators() public {
        Keys memory bob = keysOf("bob");
        bytes32 bobOmni = registerMaster(bob);
        next = bob;
        bytes memory consent = signConsent(bob, OP_ROTATE, aliceOmni, bob.wallet, in1Hour());
        _refuses(
            consent, in1Hour(), abi.encodeWithSelector(ISidecarRegistry.WalletAlreadyUsed.selector, bob.wallet, bobOmni)
        );
    }

    function test_RevertsWhen_WalletIsADevice() public {
        next.walletKey = alice.k10;
        next.wallet = alice.account;
        bytes memory consent = signConsent(next, OP_ROTATE, aliceOmni, next.wallet, in1Hour());
        _refuses(consent, in1Hour(), abi.encodeWithSelector(ISidecarRegistry.WalletIsDevice.selector, alice.account));
    }

    function test_RevertsWhen_DeadlinePassed() public {
        uint64 late = uint64(START - 1);
        bytes memory consent = signConsent(next, OP_ROTATE, aliceOmni, next.wallet, late);
        _refuses(consent, late, abi.encodeWithSelector(ISidecarRegistry.DeadlinePassed.selector, late, START));
    }
}
