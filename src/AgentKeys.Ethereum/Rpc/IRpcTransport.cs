namespace AgentKeys.Ethereum.Rpc;

/// <summary>
/// Carries calls to one endpoint: <see cref="JsonRpcClient"/>, or a client that the user brings. Safe for concurrent use.
/// <para>Every call ends within the transport's deadline. Transport faults of repeatable calls are tried again within it; a
/// JSON-RPC error or an answer of the wrong shape never is, nor is anything that sends.</para>
/// </summary>
public interface IRpcTransport : IDisposable
{
    /// <summary>Sends one call and returns its result.</summary>
    /// <exception cref="RpcException">No usable answer; see the three kinds.</exception>
    Task<T> SendAsync<T>(RpcCall<T> call, CancellationToken cancel);

    /// <summary>Sends the calls in one request. Each holds its own result or error afterwards; an error of one is not
    /// thrown here.</summary>
    /// <exception cref="RpcException">No usable answer to the batch as a whole.</exception>
    Task SendBatchAsync(IReadOnlyList<RpcCall> calls, CancellationToken cancel);
}
