namespace AgentKeys.Ethereum.Rpc;

/// <summary>
/// Hands out the nonces of one account, one after another without a gap. One send at a time holds the lock: from taking the
/// nonce until the node has taken or refused the transaction, not until it is mined. So a refused one leaves its nonce to the
/// next, and nothing sent later waits for it for ever.
/// <para>One per account and process. Another process that sends from the same account is noticed ("nonce too low") and
/// survived; that both make progress is not promised.</para>
/// </summary>
public sealed class NonceManager(EthereumClient client, Address account) : IDisposable
{
    private const int Attempts = 4;

    private readonly SemaphoreSlim _lock = new(1, 1);
    private ulong? _next;

    public Address Account => account;

    /// <summary>Runs <paramref name="send"/> with the next nonce; the same function again with a newer one if the node says
    /// that somebody else has used it.</summary>
    /// <param name="send">Signs and sends, and returns once the node has the transaction. A JSON-RPC error from it means that
    /// the node does not have it; after any other failure nobody knows, and the node is asked before the next send.</param>
    public async Task<T> UseAsync<T>(Func<ulong, Task<T>> send, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(send);
        await _lock.WaitAsync(cancel);
        try
        {
            for (var attempt = 1; ; attempt++)
            {
                var nonce = _next ?? await client.GetTransactionCountAsync(account, BlockId.Pending, cancel);
                _next = null;
                try
                {
                    var result = await send(nonce);
                    _next = nonce + 1;
                    return result;
                }
                catch (RpcErrorException e) when (IsTooLow(e) && attempt < Attempts)
                {
                    // A node behind a load balancer may not know yet what its neighbour has mined.
                    var counted = await client.GetTransactionCountAsync(account, BlockId.Pending, cancel);
                    _next = Math.Max(counted, nonce + 1);
                }
                catch (RpcErrorException e) when (!IsTooLow(e))
                {
                    _next = nonce;
                    throw;
                }
            }
        }
        finally
        {
            _lock.Release();
        }
    }

    public void Dispose() => _lock.Dispose();

    private static bool IsTooLow(RpcErrorException e) => e.UpstreamMessage.Contains("nonce too low", StringComparison.OrdinalIgnoreCase);
}
