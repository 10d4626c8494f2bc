// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import { Hands } from "./Hands.t.sol";

/// @dev What a handler remembers of Alice by itself, without asking the contracts, and whom it picks to sign.
abstract contract Books is Hands {
    struct Master {
        uint8 roles;
        uint64 registeredAt;
        uint64 revokedAt;
        uint64 since;
    }

    struct Wish {
        bytes32 target;
        uint64 since;
        uint64 at;
        uint256 nonce;
    }

    /// @dev What approvers gave: an agent's device, or an actor's scope.
    struct Gift {
        bytes32 first;
        bytes32 second;
        uint64 at;
        bool taken;
    }

    uint256 internal constant MOST_KEYS = 9;

    Keys internal bob;
    bytes32 internal bobOmni;

    // Alice's books.
    Keys[] internal keys;
    mapping(bytes32 device => Master) internal book;
    mapping(bytes32 proposer => Wish) internal wishes;
    uint8 internal rT = 1;
    uint8 internal gT = 1;
    Keys internal wallet;
    uint256 internal recoveries;
    uint256 internal wallets;

    // What was given.
    Keys[] internal agents;
    bytes32[] internal actors;
    mapping(bytes32 device => Gift) internal devices;
    mapping(bytes32 actor => Gift) internal scopes;

    function _live(bytes32 device) internal view returns (bool) {
        return book[device].registeredAt != 0 && book[device].revokedAt == 0;
    }

    /// @dev RECOVERY masters, without one.
    function _recoverers(bytes32 without) internal view returns (uint256 count) {
        for (uint256 i = 0; i < keys.length; i++) {
            bytes32 device = keys[i].device;
            if (device != without && _live(device) && book[device].roles & 2 != 0) count++;
        }
    }

    function _mayApprove(Keys[] memory who, uint256 needed, uint8 role, bytes32 never) internal view returns (bool) {
        if (who.length < needed) return false;
        for (uint256 i = 0; i < who.length; i++) {
            bytes32 device = who[i].device;
            if (!_live(device) || book[device].roles & role != role || device == never) return false;
            for (uint256 j = 0; j < i; j++) {
                if (who[j].device == device) return false;
            }
        }
        return true;
    }

    function _distinctLive(Keys[] memory who) internal view returns (uint256 count) {
        for (uint256 i = 0; i < who.length; i++) {
            bytes32 device = who[i].device;
            bool counts = _live(device) && book[device].roles & 2 != 0;
            for (uint256 j = 0; j < i; j++) {
                if (who[j].device == device) counts = false;
            }
            if (counts) count++;
        }
    }

    function _revoked(bytes32 device, uint64 since) internal {
        book[device].revokedAt = uint64(vm.getBlockTimestamp());
        book[device].since = since;
    }

    function _gift(Keys[] memory who) internal view returns (Gift memory) {
        bytes32 second = who.length > 1 ? who[1].device : bytes32(0);
        return Gift(who[0].device, second, uint64(vm.getBlockTimestamp()), false);
    }

    function _dead(Gift memory gift) internal view returns (bool) {
        return gift.taken || _compromised(gift.first, gift.at) || _compromised(gift.second, gift.at);
    }

    function _compromised(bytes32 device, uint64 at) internal view returns (bool) {
        return book[device].revokedAt != 0 && book[device].since <= at;
    }

    /// @dev A live master with the role; 0: there is none but `never`.
    function _liveKey(uint256 seed, uint8 role, bytes32 never) internal view returns (bytes32) {
        for (uint256 i = 0; i < keys.length; i++) {
            bytes32 device = keys[(seed % keys.length + i) % keys.length].device;
            if (_live(device) && book[device].roles & role == role && device != never) return device;
        }
        return 0;
    }

    // Choosing.

    /// @dev Mostly as many entitled signers as it takes; else one short, one twice, one too many, or any keys at all.
    function _signers(uint256 seed, uint8 role, uint256 needed, bytes32 never)
        internal
        view
        returns (Keys[] memory who)
    {
        uint256 mode = (seed >> 16) % 12;
        if (mode == 0) return _anySigners(seed);
        uint256 count = needed;
        if (mode == 1 && needed > 1) count = needed - 1;
        if (mode == 2 || mode == 3) count = needed + 1;
        Keys[] memory found = new Keys[](keys.length + 1);
        uint256 n;
        for (uint256 i = 0; i < keys.length && n < count; i++) {
            Keys memory k = keys[((seed >> 24) + i) % keys.length];
            if (_live(k.device) && book[k.device].roles & role == role && k.device != never) found[n++] = k;
        }
        if (mode == 3 && n > 0) found[n++] = found[0];
        if (n == 0) return alone(_anyKey(seed));
        assembly ("memory-safe") {
            mstore(found, n)
        }
        return found;
    }

    function _anySigners(uint256 seed) internal view returns (Keys[] memory who) {
        who = new Keys[](seed % 4 + 1);
        for (uint256 i = 0; i < who.length; i++) {
            who[i] = _anyKey(seed >> (8 * i));
        }
    }

    /// @dev Any of Alice's masters that are or were, one time in ten Bob's.
    function _anyKey(uint256 seed) internal view returns (Keys memory) {
        return seed % 10 == 9 ? bob : keys[seed % keys.length];
    }

    /// @dev One with a proposal, where there is one.
    function _proposer(uint256 seed) internal view returns (bytes32) {
        for (uint256 i = 0; i < keys.length; i++) {
            bytes32 device = keys[(seed % keys.length + i) % keys.length].device;
            if (wishes[device].at != 0) return device;
        }
        return _anyKey(seed).device;
    }

    function _keysOf(bytes32 device) internal view returns (Keys memory) {
        for (uint256 i = 0; i < keys.length; i++) {
            if (keys[i].device == device) return keys[i];
        }
        return bob;
    }

    function _taker(uint256 seed, uint8 how) internal view returns (Keys[] memory who, address sender, bool may) {
        if (how % 4 == 0) return (nobody(), wallet.wallet, true);
        // The first wallet, which may have been rotated out, or nobody in particular.
        if (how % 4 == 1) return (nobody(), alice.wallet, alice.wallet == wallet.wallet);
        who = how % 4 == 2 ? _signers(seed, 0, 1, 0) : _anySigners(seed);
        return (who, ANYONE, _mayApprove(who, 1, 0, 0));
    }

    /// @dev A moment that is allowed: 0, never, or between the target's registration and now.
    function _since(uint256 seed, bytes32 target) internal view returns (uint64) {
        if (seed % 3 == 0) return LOST;
        if (seed % 3 == 1) return 0;
        uint64 registered = book[target].registeredAt;
        if (registered == 0) return 0;
        return registered + uint64((seed >> 8) % (vm.getBlockTimestamp() - registered + 1));
    }
}
