// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import { Fixture } from "./Fixture.t.sol";

contract SidecarRegistryViewsTest is Fixture {
    // The omni of anvil's first account, made with `printf agentkeysevm0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266 | sha256sum`.
    function test_OmniOfAKnownAddress() public view {
        assertEq(
            registry.omniOf(0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266),
            sha256("agentkeysevm0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266"),
            "as text"
        );
        assertEq(
            registry.omniOf(0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266),
            bytes32(0x9c9b4adfaef672b67806e6d09d3f2d36ec62963f808ddcbe0a4e47b907ea3b5b),
            "as sha256sum has it"
        );
        assertEq(registry.omniOf(address(0)), sha256("agentkeysevm0x0000000000000000000000000000000000000000"), "zeros");
    }

    function test_UnknownIsAllZero() public view {
        bytes32 x = keccak256("x");
        assertEq(registry.getDevice(x).registeredAt, 0, "device");
        assertEq(registry.getOperator(x).wallet, address(0), "operator");
        assertEq(registry.operatorOfActor(x), 0, "actor");
        assertEq(registry.operatorOfActor(0), 0, "actor 0");
        assertEq(registry.operatorOfWallet(address(0xE4E)), 0, "wallet");
        assertEq(registry.operatorOfWallet(address(0)), 0, "wallet 0");
        assertTrue(!registry.isActive(x), "inactive");
        assertTrue(!registry.approverState([x, bytes32(0)], 0), "no approver");
        assertEq(registry.VERSION(), 2, "version");
    }

    function test_RotatedOutWalletIsNobodys() public {
        Keys memory next = keysOf("alice's next wallet");
        assertTrue(!registry.isWalletUsed(next.wallet), "new to the registry");
        rotateWallet(next);
        assertEq(registry.operatorOfWallet(alice.wallet), 0, "old");
        assertEq(registry.operatorOfWallet(next.wallet), aliceOmni, "new");
        assertTrue(registry.isWalletUsed(alice.wallet) && registry.isWalletUsed(next.wallet), "both for ever");
    }

    // Oracle: what an approver's fate does to what it approved.
    function testFuzz_ApproverState(bool revoked, uint64 since, uint64 at, bool second) public {
        Keys memory phone = addMaster("alice's phone", 7);
        vm.warp(START + 1000);
        if (since % 4 != 0) since = since % 4 == 1 ? NEVER : uint64(START + since % 1001);
        else since = 0;
        if (at % 2 == 0) at = uint64(START - 10 + at % 1020);
        if (revoked) revokeMaster(phone, since);
        bytes32[2] memory approvers = second ? [alice.device, phone.device] : [phone.device, bytes32(0)];
        bool expected;
        if (!revoked) expected = false;
        else if (since > at) expected = false;
        else expected = true;
        assertEq(registry.approverState(approvers, at), expected, "as the ladder says");
    }

    function test_AgentOfACompromisedApproverIsInactive() public {
        Keys memory phone = addMaster("alice's phone", 7);
        Keys memory agent = keysOf("agent");
        alice = phone; // the approver
        registerAgent(agent);
        assertTrue(registry.isActive(agent.device), "at first");
        vm.warp(START + 1);
        revokeMaster(phone, uint64(START + 1));
        assertTrue(registry.isActive(agent.device), "compromised only afterwards");
        setSince(phone, uint64(START));
        assertTrue(!registry.isActive(agent.device), "compromised at that moment");
    }

    // Masters remember no approvers: one bad master does not take the others with it.
    function test_MastersDoNotFallWithAnother() public {
        Keys memory phone = addMaster("alice's phone", 7);
        revokeMaster(alice, 0);
        assertTrue(!registry.isActive(alice.device), "the revoked one");
        assertTrue(registry.isActive(phone.device), "the other one");
    }
}
