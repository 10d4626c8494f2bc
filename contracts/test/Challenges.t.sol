// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import { SidecarRegistry } from "../src/SidecarRegistry.sol";
import { Grant } from "../src/interfaces/IAgentKeysScope.sol";
import { IK11Verifier, Passkey } from "../src/interfaces/IK11Verifier.sol";
import { Kind } from "../src/interfaces/ISidecarRegistry.sol";
import { Base } from "./Base.t.sol";

/// @dev The registry, answering what it would check.
contract TalkingRegistry is SidecarRegistry {
    constructor() SidecarRegistry(IK11Verifier(address(0))) { }

    function challenge(address target, bytes32 op, bytes32 operator, bytes32 fields, uint256 nonce, uint64 deadline)
        external
        view
        returns (bytes32)
    {
        return _challenge(Operation(target, op, operator, fields, Kind.Give), nonce, deadline);
    }

    function domainSeparator() external view returns (bytes32) {
        return _domainSeparator();
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
        for (uint256 i = 0; i < 2; i++) {
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

    function test_Fields() public view {
        string memory at = _at(".challenges", 0);
        uint64 deadline = uint64(_number(string.concat(at, ".args.deadline")));
        bytes32 device = _word(string.concat(at, ".args.deviceKeyHash"));
        address relay = _address(string.concat(at, ".args.auditRelay"));
        _isFields(0, abi.encode(device, _passkey(), relay, deadline));
        device = _word(".challenges[1].args.deviceKeyHash");
        bytes32 operator = _word(".challenges[1].args.operator");
        bytes32 actor = _word(".challenges[1].args.actor");
        _isFields(1, abi.encode(device, operator, actor, deadline));
        _isFields(2, abi.encode(device));
        _isFields(3, abi.encode(operator, actor, _grants()));
        _isFields(4, abi.encode(operator, actor));
    }

    function test_Challenges() public view {
        for (uint256 i = 0; i < 5; i++) {
            string memory at = _at(".challenges", i);
            assertEq(
                registry.challenge(
                    _address(string.concat(at, ".verifyingContract")),
                    _op(at),
                    _word(string.concat(at, ".operator")),
                    _word(string.concat(at, ".fieldsHash")),
                    _number(string.concat(at, ".nonce")),
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
        return string.concat(list, "[", string(abi.encodePacked(bytes1(uint8(48 + index)))), "]");
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
