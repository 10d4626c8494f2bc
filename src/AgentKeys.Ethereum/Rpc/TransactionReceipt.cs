using System.Numerics;
using System.Text.Json;

namespace AgentKeys.Ethereum.Rpc;

/// <summary>What became of a transaction that is in a block.</summary>
/// <param name="Succeeded">False: it reverted, its gas is spent, nothing else happened.</param>
/// <param name="ContractAddress">What it deployed.</param>
/// <param name="EffectiveGasPrice">Wei per gas.</param>
public sealed record TransactionReceipt(
    Hash32 TransactionHash, ulong BlockNumber, Hash32 BlockHash, bool Succeeded, ulong GasUsed, Address? ContractAddress,
    BigInteger EffectiveGasPrice, IReadOnlyList<LogEntry> Logs)
{
    internal static TransactionReceipt Read(JsonElement json) => new(
        json.Hash("transactionHash"),
        json.UInt64("blockNumber"),
        json.Hash("blockHash"),
        json.UInt64("status") == 1,
        json.UInt64("gasUsed"),
        json.Has("contractAddress") ? json.Address("contractAddress") : null,
        json.Has("effectiveGasPrice") ? json.Integer("effectiveGasPrice") : 0,
        [.. json.Items("logs").Select(LogEntry.Read)]);
}
