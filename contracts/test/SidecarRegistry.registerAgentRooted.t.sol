// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import { Assertion } from "../src/interfaces/IK11Verifier.sol";
import { Device, ISidecarRegistry, Operator } from "../src/interfaces/ISidecarRegistry.sol";
import { Fixture } from "./Fixture.t.sol";

/// @dev registerAgentRooted and upgradeToHumanAnchored.
contract SidecarRegistryRegisterAgentRootedTest is Fixture {
    Keys internal bob;
    bytes32 internal omni;

    function setUp() public override {
        super.setUp();
        bob = keysOf("bob");
        omni = registry.omniOf(bob.wallet);
    }

    function _proof(Keys memory device) internal view returns (bytes memory) {
        return signRegistration(device.k10, OP_AGENT_ROOTED, omni, omni, 2, 1, 0, in1Hour());
    }

    function _register(Keys memory device) internal {
        bytes memory signature = _proof(device);
        vm.prank(bob.wallet);
        registry.registerAgentRooted(device.device, relay, in1Hour(), signature);
    }

    function _refuses(address sender, bytes memory error_) internal {
        Keys memory next = keysOf("bob's next device");
        bytes memory signature = _proof(next);
        vm.expectRevert(error_);
        vm.prank(sender);
        registry.registerAgentRooted(next.device, relay, in1Hour(), signature);
    }

    function _upgrade(address newWallet, Keys memory k, bytes memory consent, bytes memory error_) internal {
        uint64 deadline = in1Hour();
        bytes32 passkeyHash = keccak256(abi.encode(k.passkey));
        bytes memory signature = signRegistration(k.k10, OP_UPGRADE, omni, omni, 1, 7, passkeyHash, deadline);
        bytes32 fields = keccak256(abi.encode(newWallet, k.device, k.passkey, relay, deadline));
        Assertion memory a = assertionOf(k, challengeOf(OP_UPGRADE, address(registry), omni, 0, deadline, fields));
        if (error_.length > 0) vm.expectRevert(error_);
        vm.prank(bob.wallet);
        registry.upgradeToHumanAnchored(newWallet, k.device, k.passkey, relay, deadline, consent, signature, a);
    }

    function test_RegistersAnOperatorWithOneDevice() public {
        bytes memory signature = _proof(bob);
        vm.expectEmit(true, true, true, true, address(registry));
        emit ISidecarRegistry.OperatorRegistered(omni, bob.wallet, 1);
        vm.expectEmit(true, true, true, true, address(registry));
        emit ISidecarRegistry.AgentDeviceRegistered(bob.device, omni, omni, 1, [bytes32(0), bytes32(0)]);
        vm.prank(bob.wallet);
        registry.registerAgentRooted(bob.device, relay, in1Hour(), signature);
        Operator memory o = registry.getOperator(omni);
        assertEq(o.tier, 1, "agent_rooted");
        assertEq(o.recoveryThreshold, 0, "no recovery");
        assertEq(o.activeMasters, 0, "no masters");
        assertEq(o.ownDevice, 1, "its device");
        Device memory d = registry.getDevice(bob.device);
        assertEq(d.tier, 2, "tier");
        assertEq(d.actor, omni, "its own actor");
        assertTrue(registry.isActive(bob.device), "active");
    }

    function test_OneDeviceAtATime() public {
        _register(bob);
        _refuses(bob.wallet, abi.encodeWithSelector(ISidecarRegistry.OwnDeviceActive.selector, bob.device));
        vm.prank(bob.wallet);
        registry.revokeAgentDevice(bob.device, none());
        _register(keysOf("bob's next device"));
        assertEq(registry.deviceCount(omni), 2, "the next one");
    }

    function test_RevertsWhen_OperatorHasMasters() public {
        omni = aliceOmni;
        _refuses(alice.wallet, abi.encodeWithSelector(ISidecarRegistry.OperatorNotAgentRooted.selector, aliceOmni, 2));
    }

    function test_RevertsWhen_WalletWasRotatedOut() public {
        rotateWallet(keysOf("alice's next wallet"));
        omni = aliceOmni;
        _refuses(
            alice.wallet, abi.encodeWithSelector(ISidecarRegistry.WalletAlreadyUsed.selector, alice.wallet, aliceOmni)
        );
    }

    function test_UpgradeKeepsTheOmni() public {
        _register(bob);
        Keys memory master = keysOf("bob's laptop");
        Keys memory wallet = keysOf("bob's next wallet");
        bytes memory consent = signConsent(wallet, OP_UPGRADE, omni, wallet.wallet, in1Hour());
        _upgrade(wallet.wallet, master, consent, "");
        Operator memory o = registry.getOperator(omni);
        assertEq(o.tier, 2, "human_anchored");
        assertEq(o.wallet, wallet.wallet, "the new wallet");
        assertEq(o.recoveryThreshold, 1, "recoveryThreshold");
        assertEq(o.grantThreshold, 1, "grantThreshold");
        assertEq(o.activeRecoveryMasters, 1, "one master");
        assertTrue(!registry.isActive(bob.device), "the old device is revoked");
        assertEq(registry.getDevice(master.device).roles, 7, "roles");
    }

    function test_UpgradeWithTheSameWalletNeedsNoConsent() public {
        _register(bob);
        _upgrade(bob.wallet, keysOf("bob's laptop"), "", "");
        assertEq(registry.operatorOfWallet(bob.wallet), omni, "the same wallet");
    }

    function test_RevertsWhen_UpgradedTwice() public {
        _register(bob);
        _upgrade(bob.wallet, keysOf("bob's laptop"), "", "");
        bytes memory error_ = abi.encodeWithSelector(ISidecarRegistry.OperatorNotAgentRooted.selector, omni, 2);
        _upgrade(bob.wallet, keysOf("bob's phone"), "", error_);
    }

    function test_RevertsWhen_UpgradersWalletIsNobodys() public {
        bytes memory error_ = abi.encodeWithSelector(ISidecarRegistry.OperatorNotAgentRooted.selector, 0, 0);
        _upgrade(bob.wallet, keysOf("bob's laptop"), "", error_);
    }

    function test_RevertsWhen_UpgradesNewWalletDoesNotConsent() public {
        _register(bob);
        Keys memory wallet = keysOf("bob's next wallet");
        bytes memory consent = signConsent(bob, OP_UPGRADE, omni, wallet.wallet, in1Hour());
        bytes memory error_ =
            abi.encodeWithSelector(ISidecarRegistry.WalletConsentMismatch.selector, wallet.wallet, bob.wallet);
        _upgrade(wallet.wallet, keysOf("bob's laptop"), consent, error_);
    }
}
