using System.Numerics;
using System.Text.Json;

namespace AgentKeys.Ethereum.Rpc;

/// <param name="Timestamp">Unix seconds.</param>
/// <param name="BaseFeePerGas">Wei; null on a chain without EIP-1559.</param>
public sealed record Block(ulong Number, Hash32 Hash, Hash32 ParentHash, ulong Timestamp, BigInteger? BaseFeePerGas)
{
    internal static Block Read(JsonElement json) => new(
        json.UInt64("number"),
        json.Hash("hash"),
        json.Hash("parentHash"),
        json.UInt64("timestamp"),
        json.Has("baseFeePerGas") ? json.Integer("baseFeePerGas") : null);
}
