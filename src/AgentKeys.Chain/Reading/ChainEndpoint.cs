using AgentKeys.Ethereum.Rpc;

namespace AgentKeys.Chain;

/// <summary>One RPC endpoint opened for reading, for those who know the chain's ports but nothing of JSON-RPC.</summary>
public sealed class ChainEndpoint
{
    private readonly EthereumClient _client;

    private ChainEndpoint(EthereumClient client, IRegistryReader reader) => (_client, Reader) = (client, reader);

    public IRegistryReader Reader { get; }

    /// <param name="client">The implementation of everything.</param>
    /// <param name="url">http or https; may hold a provider's key and is shown nowhere.</param>
    /// <param name="deadline">from the question to its answer, all attempts together.</param>
    public static ChainEndpoint Open(IChainClient client, Uri url, Deployment deployment, TimeSpan deadline, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(deployment);
        // A connection that hangs leaves time for one more attempt.
        var options = new RpcOptions { Deadline = deadline, AttemptTimeout = deadline / 2, Retries = 1 };
        var node = new EthereumClient(client.Connect(url, options, time));
        return new ChainEndpoint(node, client.Reader(node, deployment));
    }

    /// <inheritdoc cref="StartupChecks.RunAsync(EthereumClient, Deployment, CancellationToken)"/>
    public Task<StartupReport> CheckAsync(CancellationToken cancel) => StartupChecks.RunAsync(_client, Reader, cancel);
}
