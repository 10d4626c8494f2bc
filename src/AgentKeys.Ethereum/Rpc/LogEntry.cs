using System.Text.Json;

namespace AgentKeys.Ethereum.Rpc;

/// <summary>One event that a contract emitted.</summary>
/// <param name="Topics">32 bytes each; as <see cref="Abi.AbiEvent.Decode"/> takes them.</param>
/// <param name="Removed">A reorganisation took it back. Not every node says so: compare block hashes.</param>
public sealed record LogEntry(
    Address Address, IReadOnlyList<byte[]> Topics, byte[] Data, ulong BlockNumber, Hash32 BlockHash, Hash32 TransactionHash, ulong LogIndex, bool Removed)
{
    internal static LogEntry Read(JsonElement json) => new(
        json.Address("address"),
        [.. json.Items("topics").Select(t => Hash32.Parse(t.GetString() ?? "").ToArray())],
        json.Data("data"),
        json.UInt64("blockNumber"),
        json.Hash("blockHash"),
        json.Hash("transactionHash"),
        json.UInt64("logIndex"),
        json.Has("removed") && json.GetProperty("removed").GetBoolean());
}
