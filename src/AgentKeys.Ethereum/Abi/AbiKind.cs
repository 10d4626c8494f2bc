namespace AgentKeys.Ethereum.Abi;

/// <summary>The shapes of the contract ABI that Solidity 0.8 uses. Fixed-point numbers and function pointers are not among them.</summary>
public enum AbiKind
{
    /// <summary>uint8 to uint256.</summary>
    UInt,

    /// <summary>int8 to int256, two's complement.</summary>
    Int,

    Address,
    Bool,

    /// <summary>bytes1 to bytes32, left-aligned.</summary>
    FixedBytes,

    /// <summary>bytes.</summary>
    Bytes,

    /// <summary>string, UTF-8.</summary>
    String,

    /// <summary>T[].</summary>
    Array,

    /// <summary>T[k], k at least 1.</summary>
    FixedArray,

    /// <summary>(T1,T2,...), a struct.</summary>
    Tuple,
}
