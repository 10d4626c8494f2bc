// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import { Assertion, IK11Verifier } from "../../src/interfaces/IK11Verifier.sol";
import { ISidecarRegistry } from "../../src/interfaces/ISidecarRegistry.sol";
import { WebAuthn } from "../WebAuthn.sol";
import { Call, Person } from "./Calls.t.sol";
import { Cell, Op, Ops } from "./Op.sol";
import { Refusals } from "./Refusals.t.sol";

/// @dev What a new key must prove: that whoever brings it has it.
contract OperationKeysTest is Refusals {
    using Ops for Op;

    function test_DeviceSignatureMissing() public {
        _everyOperation(Cell.DeviceSignatureMissing, _missing);
    }

    function _missing(Op op) private {
        Call memory c = good(op);
        bytes memory malformed = abi.encodeWithSelector(ISidecarRegistry.SignatureMalformed.selector);
        // r = 0 is no signature: ecrecover answers nobody.
        bytes memory nobodys = abi.encodePacked(bytes32(0), bytes32(uint256(1)), uint8(27));
        if (op.registersDevice()) {
            bytes memory kept = c.deviceSignature;
            c.deviceSignature = "";
            refuses(c, malformed);
            c.deviceSignature = nobodys;
            refuses(
                c,
                abi.encodeWithSelector(ISidecarRegistry.DeviceSignatureMismatch.selector, c.subject.device, address(0))
            );
            c.deviceSignature = _highS(kept);
            refuses(c, malformed);
            c.deviceSignature = kept;
        }
        if (op.movesWallet()) {
            bytes memory kept = c.consent;
            c.consent = "";
            refuses(c, malformed);
            c.consent = nobodys;
            refuses(
                c, abi.encodeWithSelector(ISidecarRegistry.WalletConsentMismatch.selector, c.subject.wallet, address(0))
            );
            c.consent = _highS(kept);
            refuses(c, malformed);
        }
    }

    function test_DeviceSignatureForeign() public {
        _everyOperation(Cell.DeviceSignatureForeign, _foreign);
    }

    function _foreign(Op op) private {
        Call memory c = good(op);
        Person memory thief = personOf("thief");
        if (op.registersDevice()) {
            bytes memory kept = c.deviceSignature;
            c.deviceSignature = signDigest(thief.k10, digestOf(registrationOf(c), domain()));
            refuses(
                c,
                abi.encodeWithSelector(
                    ISidecarRegistry.DeviceSignatureMismatch.selector, c.subject.device, thief.account
                )
            );
            c.deviceSignature = kept;
        }
        if (op.movesWallet()) {
            c.consent = signDigest(thief.walletKey, digestOf(consentOf(c), domain()));
            refuses(
                c,
                abi.encodeWithSelector(ISidecarRegistry.WalletConsentMismatch.selector, c.subject.wallet, thief.wallet)
            );
        }
    }

    function test_SelfAttestationMissing() public {
        _everyOperation(Cell.SelfAttestationMissing, _unattested);
    }

    function _unattested(Op op) private {
        if (!op.registersPasskey()) return;
        Call memory c = good(op);
        Assertion memory nothing;
        c.attestation = nothing;
        refuses(c, abi.encodeWithSelector(IK11Verifier.AuthenticatorDataLength.selector, 0));
        // An approver's passkey in place of the new one.
        c.attestation = WebAuthn.sign(one.k11, hashOf(attestationTermsOf(c)));
        refuses(c, abi.encodeWithSelector(IK11Verifier.SignatureInvalid.selector));
    }

    function test_KeyOffCurve() public {
        _everyOperation(Cell.KeyOffCurve, _offCurve);
    }

    // Signed by everybody as it is: only the curve refuses it.
    function _offCurve(Op op) private {
        if (!op.registersPasskey()) return;
        uint256 p = 0xFFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFF;
        Call memory c = callOf(op);
        uint256 y = c.subject.passkey.y;
        uint256[4] memory bad = [y ^ 1, y + 1, 0, p];
        for (uint256 i = 0; i < bad.length; i++) {
            _setY(c, bad[i]);
            refuses(prove(c), abi.encodeWithSelector(IK11Verifier.SignatureInvalid.selector));
        }
        // On the curve, but not this passkey's: the mirrored point.
        _setY(c, p - y);
        refuses(prove(c), abi.encodeWithSelector(IK11Verifier.SignatureInvalid.selector));
    }

    function _setY(Call memory c, uint256 y) private pure {
        for (uint256 i = 0; i < c.words.length; i++) {
            if (c.words[i] == bytes32(c.subject.passkey.y)) c.words[i] = bytes32(y);
        }
        c.subject.passkey.y = y;
    }

    function _highS(bytes memory signature) private pure returns (bytes memory) {
        (bytes32 r, bytes32 s) = abi.decode(signature, (bytes32, bytes32));
        uint256 n = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141;
        return abi.encodePacked(r, n - uint256(s), signature[64] == 0x1b ? uint8(28) : uint8(27));
    }
}
