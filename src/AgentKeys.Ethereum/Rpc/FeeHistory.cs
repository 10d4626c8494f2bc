using System.Numerics;
using System.Text.Json;

namespace AgentKeys.Ethereum.Rpc;

/// <param name="NextBaseFee">Wei per gas of the block to come.</param>
/// <param name="MedianTips">Wei per gas: of each recent block the median tip; empty blocks say 0.</param>
public sealed record FeeHistory(BigInteger NextBaseFee, IReadOnlyList<BigInteger> MedianTips)
{
    internal static FeeHistory Read(JsonElement json) => new(
        RpcRead.Integer(json.Items("baseFeePerGas").Last().GetString()),
        json.Has("reward") ? [.. json.Items("reward").Select(r => RpcRead.Integer(r.EnumerateArray().First().GetString()))] : []);
}
