// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import { Assertion, IK11Verifier, Passkey } from "../src/interfaces/IK11Verifier.sol";
import { Approval, Device, ISidecarRegistry, Operator } from "../src/interfaces/ISidecarRegistry.sol";
import { Fixture } from "./Fixture.t.sol";
import { WebAuthn } from "./WebAuthn.sol";

contract SidecarRegistryRegisterFirstMasterDeviceTest is Fixture {
    // One valid call; each test bends one of its parts.
    Keys internal bob;
    bytes32 internal omni;
    uint64 internal deadline;
    bytes internal signature;
    Assertion internal attestation;

    function setUp() public override {
        super.setUp();
        bob = keysOf("bob");
        omni = registry.omniOf(bob.wallet);
        deadline = in1Hour();
        _prove();
    }

    function _prove() internal {
        (bytes memory signature_, Assertion memory attestation_) = firstMasterProofs(bob, deadline);
        signature = signature_;
        attestation = attestation_;
    }

    function _register() internal returns (bytes32) {
        vm.prank(bob.wallet);
        return registry.registerFirstMasterDevice(bob.device, bob.passkey, relay, deadline, signature, attestation);
    }

    function _refuses(bytes memory error_) internal {
        vm.expectRevert(error_);
        _register();
    }

    function test_MakesAnOperatorAndAMaster() public {
        assertEq(_register(), omni, "returns the omni");
        Operator memory o = registry.getOperator(omni);
        assertEq(o.wallet, bob.wallet, "wallet");
        assertEq(o.tier, 2, "human_anchored");
        assertEq(o.recoveryThreshold, 1, "recoveryThreshold");
        assertEq(o.grantThreshold, 1, "grantThreshold");
        assertEq(o.activeMasters, 1, "activeMasters");
        assertEq(o.activeRecoveryMasters, 1, "activeRecoveryMasters");
        assertEq(o.auditRelay, relay, "auditRelay");
        assertEq(o.registeredAt, START, "registeredAt");
        Device memory d = registry.getDevice(bob.device);
        assertEq(d.operator, omni, "operator");
        assertEq(d.actor, omni, "actor");
        assertEq(d.tier, 1, "tier");
        assertEq(d.roles, 7, "roles");
        assertEq(d.registeredAt, START, "registeredAt");
        assertEq(d.revokedAt, 0, "revokedAt");
        assertEq(d.compromisedSince, type(uint64).max, "compromisedSince");
        assertEq(d.approvers[0], 0, "masters remember no approver");
        assertEq(keccak256(abi.encode(d.passkey)), keccak256(abi.encode(bob.passkey)), "passkey");
        assertTrue(registry.isActive(bob.device), "active");
        assertEq(registry.operatorOfWallet(bob.wallet), omni, "operatorOfWallet");
        assertEq(registry.operatorOfActor(omni), omni, "its own actor");
        assertEq(registry.getOperator(omni).activeMasters, 1, "activeMasters");
        assertEq(registry.activeRecoveryMasterCount(omni), 1, "activeRecoveryMasterCount");
        assertTrue(registry.isPasskeyUsed(omni, bob.passkey.x, bob.passkey.y), "key used");
        assertTrue(!registry.isPasskeyUsed(aliceOmni, bob.passkey.x, bob.passkey.y), "not for others");
        assertEq(registry.recoveryNonce(omni, address(registry)), 0, "no nonce moved");
    }

    function test_Events() public {
        vm.expectEmit(true, true, true, true, address(registry));
        emit ISidecarRegistry.OperatorRegistered(omni, bob.wallet, 2);
        vm.expectEmit(true, true, true, true, address(registry));
        emit ISidecarRegistry.AuditRelaySet(omni, relay);
        vm.expectEmit(true, true, true, true, address(registry));
        emit ISidecarRegistry.MasterDeviceRegistered(bob.device, omni, 7, bob.passkey, 7);
        _register();
    }

    function test_OnePasskeyMayServeTwoOperators() public {
        // Unique per operator, not in the world: a stranger must not be able to burn a key by enrolling it first.
        bob.k11 = alice.k11;
        bob.passkey = alice.passkey;
        _prove();
        _register();
    }

    // Deadlines.

    function test_DeadlineIsInclusive() public {
        vm.warp(deadline);
        _register();
    }

    function test_RevertsWhen_DeadlinePassed() public {
        vm.warp(deadline + 1);
        _refuses(abi.encodeWithSelector(ISidecarRegistry.DeadlinePassed.selector, deadline, deadline + 1));
    }

    function test_LatestDeadline() public {
        deadline = uint64(START + 7 days);
        _prove();
        _register();
    }

    function test_RevertsWhen_DeadlineTooFar() public {
        deadline = uint64(START + 7 days + 1);
        _prove();
        _refuses(abi.encodeWithSelector(ISidecarRegistry.DeadlineTooFar.selector, deadline, START + 7 days));
    }

    // Wallets and devices.

    function test_RevertsWhen_WalletIsAnOperators() public {
        bob.wallet = alice.wallet;
        _prove();
        _refuses(abi.encodeWithSelector(ISidecarRegistry.WalletAlreadyUsed.selector, alice.wallet, aliceOmni));
    }

    function test_RevertsWhen_WalletWasRotatedOut() public {
        rotateWallet(keysOf("alice's next wallet"));
        bob.wallet = alice.wallet;
        _prove();
        _refuses(abi.encodeWithSelector(ISidecarRegistry.WalletAlreadyUsed.selector, alice.wallet, aliceOmni));
    }

    function test_RevertsWhen_WalletIsAMaster() public {
        bob.wallet = alice.account;
        _prove();
        _refuses(abi.encodeWithSelector(ISidecarRegistry.WalletIsDevice.selector, alice.account));
    }

    function test_RevertsWhen_WalletWasADevice() public {
        Keys memory agent = keysOf("agent");
        registerAgent(agent);
        vm.prank(alice.wallet);
        registry.revokeAgentDevice(agent.device, none());
        bob.wallet = agent.account;
        _prove();
        _refuses(abi.encodeWithSelector(ISidecarRegistry.WalletIsDevice.selector, agent.account));
    }

    function test_RevertsWhen_DeviceIsRegistered() public {
        bob.device = alice.device;
        bob.k10 = alice.k10;
        _prove();
        _refuses(abi.encodeWithSelector(ISidecarRegistry.DeviceAlreadyRegistered.selector, alice.device));
    }

    function test_RevertsWhen_DeviceIsTheSameWallet() public {
        bob.k10 = bob.walletKey;
        bob.device = keccak256(abi.encodePacked(bob.wallet));
        _prove();
        _refuses(abi.encodeWithSelector(ISidecarRegistry.DeviceIsWallet.selector, bob.wallet));
    }

    function test_RevertsWhen_DeviceIsAnotherWallet() public {
        bob.k10 = alice.walletKey;
        bob.device = keccak256(abi.encodePacked(alice.wallet));
        _prove();
        _refuses(abi.encodeWithSelector(ISidecarRegistry.DeviceIsWallet.selector, alice.wallet));
    }

    function test_RevertsWhen_DeviceWasAWallet() public {
        rotateWallet(keysOf("alice's next wallet"));
        bob.k10 = alice.walletKey;
        bob.device = keccak256(abi.encodePacked(alice.wallet));
        _prove();
        _refuses(abi.encodeWithSelector(ISidecarRegistry.DeviceIsWallet.selector, alice.wallet));
    }

    // The device's proof.

    function test_RevertsWhen_SignatureIsShort() public {
        signature.pop();
        _refuses(abi.encodeWithSelector(ISidecarRegistry.SignatureMalformed.selector));
    }

    function test_RevertsWhen_SignatureIsLong() public {
        signature.push(0);
        _refuses(abi.encodeWithSelector(ISidecarRegistry.SignatureMalformed.selector));
    }

    function test_RevertsWhen_SignatureHasHighS() public {
        bytes memory s = signature;
        uint256 n = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141;
        assembly ("memory-safe") {
            mstore(add(s, 0x40), sub(n, mload(add(s, 0x40))))
        }
        s[64] = bytes1(uint8(s[64]) ^ 7); // 27 <-> 28
        signature = s;
        _refuses(abi.encodeWithSelector(ISidecarRegistry.SignatureMalformed.selector));
    }

    function test_RevertsWhen_SignatureHasOtherV() public {
        signature[64] = bytes1(uint8(signature[64]) - 27);
        _refuses(abi.encodeWithSelector(ISidecarRegistry.SignatureMalformed.selector));
    }

    function test_RevertsWhen_AnotherKeySigned() public {
        Keys memory eve = keysOf("eve");
        signature = signRegistration(eve.k10, OP_FIRST, omni, omni, 1, 7, keccak256(abi.encode(bob.passkey)), deadline);
        _refuses(abi.encodeWithSelector(ISidecarRegistry.DeviceSignatureMismatch.selector, bob.device, eve.account));
    }

    // ecrecover answers address 0 to nonsense, and address 0 has a hash too.
    function test_RevertsWhen_DeviceIsNobody() public {
        bob.device = keccak256(abi.encodePacked(address(0)));
        _prove();
        signature = abi.encodePacked(bytes32(0), bytes32(0), uint8(27));
        _refuses(abi.encodeWithSelector(ISidecarRegistry.DeviceSignatureMismatch.selector, bob.device, address(0)));
    }

    function test_RevertsWhen_SignatureIsForAnotherField() public {
        bytes32 k = keccak256(abi.encode(bob.passkey));
        bytes[7] memory wrong = [
            signRegistration(bob.k10, OP_AGENT, omni, omni, 1, 7, k, deadline),
            signRegistration(bob.k10, OP_FIRST, aliceOmni, omni, 1, 7, k, deadline),
            signRegistration(bob.k10, OP_FIRST, omni, aliceOmni, 1, 7, k, deadline),
            signRegistration(bob.k10, OP_FIRST, omni, omni, 2, 7, k, deadline),
            signRegistration(bob.k10, OP_FIRST, omni, omni, 1, 3, k, deadline),
            signRegistration(bob.k10, OP_FIRST, omni, omni, 1, 7, 0, deadline),
            signRegistration(bob.k10, OP_FIRST, omni, omni, 1, 7, k, deadline + 1)
        ];
        for (uint256 i = 0; i < wrong.length; i++) {
            signature = wrong[i];
            _refusesSigner();
        }
    }

    function test_RevertsWhen_SignatureIsForAnotherContract() public {
        signature = signTyped(bob.k10, keccak256("anything"), address(0xBAD));
        _refusesSigner();
    }

    function test_RevertsWhen_ChainIsAnother() public {
        vm.chainId(block.chainid + 1);
        _refusesSigner();
    }

    /// @dev A signature of other content recovers to an address that nobody can foretell.
    function _refusesSigner() internal {
        vm.prank(bob.wallet);
        try registry.registerFirstMasterDevice(bob.device, bob.passkey, relay, deadline, signature, attestation) {
            revert("accepted");
        } catch (bytes memory reason) {
            assertEq(bytes32(bytes4(reason)), bytes32(ISidecarRegistry.DeviceSignatureMismatch.selector), "the error");
        }
    }

    // The passkey's proof.

    function test_RevertsWhen_ChallengeBindsOtherFields() public {
        bytes32 fields = firstMasterFields(bob, deadline);
        bytes32[7] memory wrong = [
            challengeOf(OP_AGENT, address(registry), omni, 0, deadline, fields),
            challengeOf(OP_FIRST, address(scope), omni, 0, deadline, fields),
            challengeOf(OP_FIRST, address(registry), aliceOmni, 0, deadline, fields),
            challengeOf(OP_FIRST, address(registry), omni, 1, deadline, fields),
            challengeOf(OP_FIRST, address(registry), omni, 0, deadline + 1, fields),
            challengeOf(OP_FIRST, address(registry), omni, 0, deadline, fields ^ bytes32(uint256(1))),
            fields
        ];
        bytes32 right = challengeOf(OP_FIRST, address(registry), omni, 0, deadline, fields);
        for (uint256 i = 0; i < wrong.length; i++) {
            attestation = assertionOf(bob, wrong[i]);
            _refuses(abi.encodeWithSelector(IK11Verifier.ChallengeMismatch.selector, right));
        }
    }

    function test_RevertsWhen_AnotherPasskeyAttests() public {
        attestation = WebAuthn.sign(
            alice.k11, challengeOf(OP_FIRST, address(registry), omni, 0, deadline, firstMasterFields(bob, deadline))
        );
        _refuses(abi.encodeWithSelector(IK11Verifier.SignatureInvalid.selector));
    }

    // A relay that the person did not see is another challenge.
    function test_RevertsWhen_AuditRelayIsExchanged() public {
        bytes32 fields = keccak256(
            abi.encode(
                bob.device,
                bob.passkey.credIdHash,
                bob.passkey.x,
                bob.passkey.y,
                bob.passkey.rpIdHash,
                bob.passkey.originHash,
                address(0xE4E),
                deadline
            )
        );
        bytes32 expected = challengeOf(OP_FIRST, address(registry), omni, 0, deadline, fields);
        vm.expectRevert(abi.encodeWithSelector(IK11Verifier.ChallengeMismatch.selector, expected));
        vm.prank(bob.wallet);
        registry.registerFirstMasterDevice(bob.device, bob.passkey, address(0xE4E), deadline, signature, attestation);
    }

    // Nobody can carry the proofs to a wallet of his own: the operator is in both.
    function test_RevertsWhen_AnotherWalletSendsTheProofs() public {
        bob.wallet = address(0xE4E);
        _refusesSigner();
    }

    function testFuzz_AnyKeys(uint256 walletKey, uint256 k10, uint256 k11Key, uint64 ahead) public {
        bob.walletKey = (walletKey >> 1) + 1;
        bob.k10 = (k10 >> 1) + 1;
        bob.k11 = (k11Key >> 1) + 1;
        bob.wallet = vm.addr(bob.walletKey);
        bob.account = vm.addr(bob.k10);
        bob.device = keccak256(abi.encodePacked(bob.account));
        (bob.passkey.x, bob.passkey.y) = vm.publicKeyP256(bob.k11);
        deadline = uint64(START) + ahead % uint64(14 days);
        _prove();
        // Oracle.
        if (deadline > START + 7 days) {
            _refuses(abi.encodeWithSelector(ISidecarRegistry.DeadlineTooFar.selector, deadline, START + 7 days));
        } else if (bob.wallet == bob.account) {
            _refuses(abi.encodeWithSelector(ISidecarRegistry.DeviceIsWallet.selector, bob.wallet));
        } else {
            assertEq(_register(), registry.omniOf(bob.wallet), "registered");
        }
    }
}
