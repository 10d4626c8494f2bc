// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import { Grant } from "../src/interfaces/IAgentKeysScope.sol";
import { Passkey } from "../src/interfaces/IK11Verifier.sol";
import { Kind } from "../src/interfaces/ISidecarRegistry.sol";
import { Approvals, Operation } from "../src/libraries/Approvals.sol";
import { KeySignatures } from "../src/libraries/KeySignatures.sol";
import { Omni } from "../src/libraries/Omni.sol";
import { Operations } from "../src/libraries/Operations.sol";
import { Base } from "./Base.t.sol";

/// @dev The registry's libraries, answering what they would check.
contract TalkingRegistry {
    function omniOf(address account) external pure returns (bytes32) {
        return Omni.derive(account);
    }

    function challenge(address target, bytes32 op, bytes32 operator, bytes32 fields, uint256 nonce, uint64 deadline)
        external
        view
        returns (bytes32)
    {
        return Approvals.challengeOf(Operation(target, op, operator, fields, Kind.Give), nonce, deadline);
    }

    function domainSeparator() external view returns (bytes32) {
        return KeySignatures.domainSeparator();
    }
}

/// @dev The vectors that the C# side reads too, against the contracts' own encoding.
contract ChallengesTest is Base {
    string internal json;
    TalkingRegistry internal registry;

    function setUp() public {
        json = vm.readFile("tests/vectors/challenges.json");
        TalkingRegistry anywhere = new TalkingRegistry();
        registry = TalkingRegistry(_address(".registry"));
        vm.etch(address(registry), address(anywhere).code);
        vm.chainId(_number(".chainId"));
    }

    function test_Ids() public view {
        for (uint256 i = 0; i < 4; i++) {
            string memory at = _at(".ids", i);
            address account = _address(string.concat(at, ".address"));
            assertEq(registry.omniOf(account), _word(string.concat(at, ".omni")), "omni");
            assertEq(keccak256(abi.encodePacked(account)), _word(string.concat(at, ".deviceKeyHash")), "deviceKeyHash");
        }
    }

    function test_Registrations() public view {
        assertEq(keccak256(abi.encode(_passkey())), _word(".passkey.hash"), "passkeyHash");
        for (uint256 i = 0; i < 5; i++) {
            string memory at = _at(".registrations", i);
            bytes32 content = keccak256(
                abi.encode(
                    keccak256(
                        "Registration(bytes32 op,bytes32 operator,bytes32 actor,uint8 tier,uint8 roles,bytes32 passkeyHash,uint64 deadline)"
                    ),
                    _op(at),
                    _word(string.concat(at, ".operator")),
                    _word(string.concat(at, ".actor")),
                    _number(string.concat(at, ".tier")),
                    _number(string.concat(at, ".roles")),
                    _word(string.concat(at, ".passkeyHash")),
                    _number(string.concat(at, ".deadline"))
                )
            );
            bytes32 digest = keccak256(abi.encodePacked(hex"1901", registry.domainSeparator(), content));
            assertEq(digest, _word(string.concat(at, ".digest")), "digest");
        }
    }

    function test_Consents() public view {
        for (uint256 i = 0; i < 2; i++) {
            string memory at = _at(".consents", i);
            bytes32 content = keccak256(
                abi.encode(
                    keccak256("WalletConsent(bytes32 op,bytes32 operator,address wallet,uint64 deadline)"),
                    _op(at),
                    _word(string.concat(at, ".operator")),
                    _address(string.concat(at, ".wallet")),
                    _number(string.concat(at, ".deadline"))
                )
            );
            bytes32 digest = keccak256(abi.encodePacked(hex"1901", registry.domainSeparator(), content));
            assertEq(digest, _word(string.concat(at, ".digest")), "digest");
        }
    }

    function test_Fields() public view {
        uint64 deadline = uint64(_number(".challenges[0].args.deadline"));
        bytes32 master = _word(".challenges[0].args.deviceKeyHash");
        address relay = _address(".challenges[0].args.auditRelay");
        _isFields(0, abi.encode(master, _passkey(), relay, deadline));
        bytes32 device = _word(".challenges[1].args.deviceKeyHash");
        bytes32 operator = _word(".challenges[1].args.operator");
        bytes32 actor = _word(".challenges[1].args.actor");
        _isFields(1, abi.encode(device, operator, actor, deadline));
        _isFields(2, abi.encode(device));
        uint64 generation = uint64(_number(".challenges[3].args.generation"));
        _isFields(3, abi.encode(operator, actor, generation, _grants()));
        _isFields(4, abi.encode(operator, actor));
        address newWallet = _address(".challenges[5].args.newWallet");
        _isFields(5, abi.encode(newWallet, master, _passkey(), relay, deadline));
        _isFields(10, abi.encode(operator, newWallet, deadline));
        _isFields(14, abi.encode(operator, relay));
    }

    function test_FieldsOfRecoveries() public view {
        bytes32 master = _word(".challenges[0].args.deviceKeyHash");
        bytes32 operator = _word(".challenges[1].args.operator");
        uint64 deadline = uint64(_number(".challenges[6].args.deadline"));
        uint8 roles = uint8(_number(".challenges[6].args.roles"));
        uint8 recovery = uint8(_number(".challenges[6].args.recoveryThreshold"));
        uint8 grant = uint8(_number(".challenges[6].args.grantThreshold"));
        _isFields(6, abi.encode(master, operator, _passkey(), roles, recovery, grant, deadline));
        _isFields(7, abi.encode(master, roles));
        uint8 threshold = uint8(_number(".challenges[8].args.threshold"));
        _isFields(8, abi.encode(operator, threshold));
        _isFields(9, abi.encode(operator, threshold));
        uint64 since = uint64(_number(".challenges[11].args.compromisedSince"));
        _isFields(11, abi.encode(master, since));
        _isFields(12, abi.encode(master, since));
        _isFields(13, abi.encode(master));
        _isFields(15, abi.encode(operator, master, since));
        _isFields(16, abi.encode(master));
        _isFields(17, abi.encode(master));
    }

    /// @dev The ids that the contracts compile in, against the vectors' own hashes of the names.
    function test_Operations() public view {
        bytes32[18] memory ops = [
            Operations.REGISTER_FIRST_MASTER,
            Operations.REGISTER_AGENT_DEVICE,
            Operations.REVOKE_AGENT_DEVICE,
            Operations.SET_SCOPE,
            Operations.REVOKE_SCOPE,
            Operations.UPGRADE_TO_HUMAN_ANCHORED,
            Operations.REGISTER_ADDITIONAL_MASTER,
            Operations.SET_DEVICE_ROLES,
            Operations.SET_RECOVERY_THRESHOLD,
            Operations.SET_GRANT_THRESHOLD,
            Operations.ROTATE_MASTER_WALLET,
            Operations.REVOKE_MASTER_DEVICE,
            Operations.SET_COMPROMISED_SINCE,
            Operations.VOID_APPROVALS,
            Operations.SET_AUDIT_RELAY,
            Operations.PROPOSE_RECOVERY,
            Operations.CANCEL_RECOVERY,
            Operations.WITHDRAW_RECOVERY
        ];
        for (uint256 i = 0; i < ops.length; i++) {
            assertEq(ops[i], _op(_at(".challenges", i)), "op");
        }
        assertEq(Operations.REGISTER_AGENT_ROOTED, _op(".registrations[3]"), "op");
    }

    function test_Challenges() public view {
        for (uint256 i = 0; i < 18; i++) {
            string memory at = _at(".challenges", i);
            assertEq(
                registry.challenge(
                    _address(string.concat(at, ".verifyingContract")),
                    _op(at),
                    _word(string.concat(at, ".operator")),
                    _word(string.concat(at, ".fieldsHash")),
                    uint256(_word(string.concat(at, ".nonce"))),
                    uint64(_number(string.concat(at, ".deadline")))
                ),
                _word(string.concat(at, ".challenge")),
                "challenge"
            );
        }
    }

    function _isFields(uint256 index, bytes memory encoded) internal view {
        assertEq(keccak256(encoded), _word(string.concat(_at(".challenges", index), ".fieldsHash")), "fieldsHash");
    }

    function _passkey() internal view returns (Passkey memory) {
        return Passkey(
            _word(".passkey.credIdHash"),
            uint256(_word(".passkey.x")),
            uint256(_word(".passkey.y")),
            _word(".passkey.rpIdHash"),
            _word(".passkey.originHash")
        );
    }

    function _grants() internal view returns (Grant[] memory grants) {
        grants = new Grant[](2);
        for (uint256 i = 0; i < 2; i++) {
            string memory at = _at(".challenges[3].args.grants", i);
            grants[i] = Grant(
                _word(string.concat(at, ".serviceHash")),
                uint8(_number(string.concat(at, ".dataClasses"))),
                abi.decode(vm.parseJson(json, string.concat(at, ".readOnly")), (bool)),
                uint64(_number(string.concat(at, ".expiresAt"))),
                uint32(_number(string.concat(at, ".maxCalls"))),
                uint32(_number(string.concat(at, ".periodSeconds")))
            );
        }
    }

    function _at(string memory list, uint256 index) internal pure returns (string memory) {
        return string.concat(list, "[", vm.toString(index), "]");
    }

    function _op(string memory at) internal view returns (bytes32) {
        return keccak256(bytes(abi.decode(vm.parseJson(json, string.concat(at, ".op")), (string))));
    }

    function _word(string memory key) internal view returns (bytes32) {
        return abi.decode(vm.parseJson(json, key), (bytes32));
    }

    function _number(string memory key) internal view returns (uint256) {
        return abi.decode(vm.parseJson(json, key), (uint256));
    }

    function _address(string memory key) internal view returns (address) {
        return abi.decode(vm.parseJson(json, key), (address));
    }
}
