using System.Numerics;
using System.Text.Json;

namespace AgentKeys.Ethereum.Rpc;

/// <summary>Ethereum's methods as calls, for <see cref="JsonRpcClient"/>: one alone or several in a batch.</summary>
public static class EthereumCalls
{
    public static RpcCall<ulong> ChainId() => new("eth_chainId", null, RpcRead.UInt64);

    public static RpcCall<ulong> BlockNumber() => new("eth_blockNumber", null, RpcRead.UInt64);

    /// <summary>Without the transactions.</summary>
    public static RpcCall<Block?> GetBlock(BlockId block) => new(block.ByHash is null ? "eth_getBlockByNumber" : "eth_getBlockByHash", w =>
    {
        if (block.ByHash is { } hash)
            w.WriteStringValue(hash.ToString());
        else
            block.WriteTo(w);
        w.WriteBooleanValue(false);
    }, NullOr(Block.Read));

    public static RpcCall<byte[]> Call(CallMessage message, BlockId block) => new("eth_call", w =>
    {
        message.WriteTo(w);
        block.WriteTo(w);
    }, RpcRead.Data);

    public static RpcCall<byte[]> GetCode(Address address, BlockId block) => new("eth_getCode", Of(address, block), RpcRead.Data);

    public static RpcCall<BigInteger> GetBalance(Address address, BlockId block) => new("eth_getBalance", Of(address, block), RpcRead.Integer);

    public static RpcCall<ulong> GetTransactionCount(Address address, BlockId block) =>
        new("eth_getTransactionCount", Of(address, block), RpcRead.UInt64);

    public static RpcCall<ulong> EstimateGas(CallMessage message) => new("eth_estimateGas", message.WriteTo, RpcRead.UInt64);

    public static RpcCall<BigInteger> GasPrice() => new("eth_gasPrice", null, RpcRead.Integer);

    /// <param name="blocks">1 to 1024.</param>
    public static RpcCall<FeeHistory> FeeHistory(int blocks) => new("eth_feeHistory", w =>
    {
        w.WriteStringValue(Quantity.Of((ulong)blocks));
        BlockId.Latest.WriteTo(w);
        w.WriteStartArray();
        w.WriteNumberValue(50);
        w.WriteEndArray();
    }, (ref Utf8JsonReader r) => Rpc.FeeHistory.Read(RpcRead.Element(ref r)));

    public static RpcCall<TransactionReceipt?> GetReceipt(Hash32 transaction) =>
        new("eth_getTransactionReceipt", w => w.WriteStringValue(transaction.ToString()), NullOr(TransactionReceipt.Read));

    public static RpcCall<IReadOnlyList<LogEntry>> GetLogs(LogFilter filter) => new("eth_getLogs", filter.WriteTo,
        (ref Utf8JsonReader r) => [.. RpcRead.Element(ref r).EnumerateArray().Select(LogEntry.Read)]);

    public static RpcCall<Hash32> SendRawTransaction(ReadOnlyMemory<byte> signed) =>
        new("eth_sendRawTransaction", w => w.WriteStringValue(Hex.Encode(signed.Span)), RpcRead.Hash) { Repeatable = false };

    private static RpcParams Of(Address address, BlockId block) => w =>
    {
        w.WriteStringValue(address.ToString());
        block.WriteTo(w);
    };

    private static RpcParser<T?> NullOr<T>(Func<JsonElement, T> read) where T : class =>
        (ref Utf8JsonReader r) => r.TokenType == JsonTokenType.Null ? null : read(RpcRead.Element(ref r));
}
