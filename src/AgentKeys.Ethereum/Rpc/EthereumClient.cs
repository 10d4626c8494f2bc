using System.Numerics;

namespace AgentKeys.Ethereum.Rpc;

/// <summary>
/// The methods of Ethereum's JSON-RPC that AgentKeys uses, typed. Every method throws <see cref="RpcException"/> when there
/// is no usable answer; reads have been tried again by then, sends have not.
/// </summary>
public sealed class EthereumClient(IRpcTransport rpc)
{
    /// <summary>The endpoint, for calls in batches: see <see cref="EthereumCalls"/>.</summary>
    public IRpcTransport Rpc => rpc;

    public Task<ulong> GetChainIdAsync(CancellationToken cancel) => rpc.SendAsync(EthereumCalls.ChainId(), cancel);

    public Task<ulong> GetBlockNumberAsync(CancellationToken cancel) => rpc.SendAsync(EthereumCalls.BlockNumber(), cancel);

    /// <summary>Null: the node has no such block.</summary>
    public Task<Block?> GetBlockAsync(BlockId block, CancellationToken cancel) => rpc.SendAsync(EthereumCalls.GetBlock(block), cancel);

    /// <summary>What the call returns. No code at the address returns nothing, without an error.</summary>
    /// <exception cref="RpcErrorException">It reverted (<see cref="RpcErrorException.RevertData"/>), or the block is unknown.</exception>
    public Task<byte[]> CallAsync(CallMessage message, BlockId block, CancellationToken cancel) =>
        rpc.SendAsync(EthereumCalls.Call(message, block), cancel);

    /// <summary>Empty: nothing is deployed there.</summary>
    public Task<byte[]> GetCodeAsync(Address address, BlockId block, CancellationToken cancel) =>
        rpc.SendAsync(EthereumCalls.GetCode(address, block), cancel);

    /// <summary>Wei.</summary>
    public Task<BigInteger> GetBalanceAsync(Address address, BlockId block, CancellationToken cancel) =>
        rpc.SendAsync(EthereumCalls.GetBalance(address, block), cancel);

    /// <summary>How many transactions the account has sent: its next nonce. With <see cref="BlockId.Pending"/>, those that the
    /// node has not mined yet included.</summary>
    public Task<ulong> GetTransactionCountAsync(Address address, BlockId block, CancellationToken cancel) =>
        rpc.SendAsync(EthereumCalls.GetTransactionCount(address, block), cancel);

    /// <summary>Gas that the message takes right now, without any reserve.</summary>
    /// <exception cref="RpcErrorException">It would revert.</exception>
    public Task<ulong> EstimateGasAsync(CallMessage message, CancellationToken cancel) =>
        rpc.SendAsync(EthereumCalls.EstimateGas(message), cancel);

    /// <summary>Wei per gas that the node proposes.</summary>
    public Task<BigInteger> GetGasPriceAsync(CancellationToken cancel) => rpc.SendAsync(EthereumCalls.GasPrice(), cancel);

    /// <summary>Base fee of the next block and tips of the last ones (EIP-1559).</summary>
    public Task<FeeHistory> GetFeeHistoryAsync(int blocks, CancellationToken cancel) =>
        rpc.SendAsync(EthereumCalls.FeeHistory(blocks), cancel);

    /// <summary>Null: the transaction is in no block (yet).</summary>
    public Task<TransactionReceipt?> GetReceiptAsync(Hash32 transaction, CancellationToken cancel) =>
        rpc.SendAsync(EthereumCalls.GetReceipt(transaction), cancel);

    public Task<IReadOnlyList<LogEntry>> GetLogsAsync(LogFilter filter, CancellationToken cancel) =>
        rpc.SendAsync(EthereumCalls.GetLogs(filter), cancel);

    /// <summary>
    /// Hands a signed transaction to the node, once. "Already known" counts as success: the node has exactly these bytes.
    /// After an <see cref="RpcTransportException"/> it is unknown whether the node has it: look for the receipt, or send the
    /// same bytes again, never a new transaction with the same meaning.
    /// </summary>
    /// <returns>The transaction's hash, computed here.</returns>
    /// <exception cref="RpcErrorException">The node refused it.</exception>
    /// <exception cref="RpcProtocolException">The node named another hash.</exception>
    public async Task<Hash32> SendRawTransactionAsync(ReadOnlyMemory<byte> signed, CancellationToken cancel)
    {
        var hash = new Hash32(Keccak256.Hash(signed.Span));
        try
        {
            var named = await rpc.SendAsync(EthereumCalls.SendRawTransaction(signed), cancel);
            return named == hash ? hash : throw new RpcProtocolException("it names another transaction.");
        }
        catch (RpcErrorException e) when (IsAlreadyKnown(e))
        {
            return hash;
        }
    }

    /// <summary>Clients agree on the words only: "already known" (geth, nethermind, reth, besu), "AlreadyKnown",
    /// "transaction already imported" (anvil, erigon).</summary>
    private static bool IsAlreadyKnown(RpcErrorException e) =>
        e.UpstreamMessage.Contains("already known", StringComparison.OrdinalIgnoreCase)
        || e.UpstreamMessage.Contains("AlreadyKnown", StringComparison.OrdinalIgnoreCase)
        || e.UpstreamMessage.Contains("already imported", StringComparison.OrdinalIgnoreCase);
}
