using System.Numerics;

namespace AgentKeys.Ethereum;

/// <summary>Fields that both kinds of transaction encode alike.</summary>
internal static class TransactionFields
{
    /// <summary>20 bytes; the empty string for a creation.</summary>
    public static byte[] To(Address? to) => to is { } address ? Rlp.EncodeBytes(address.ToArray()) : Rlp.EncodeBytes([]);

    /// <summary>32 big-endian bytes as a number, its leading zeros gone.</summary>
    public static byte[] Number(byte[] bytes32) => Rlp.EncodeInteger(new BigInteger(bytes32, isUnsigned: true, isBigEndian: true));
}
