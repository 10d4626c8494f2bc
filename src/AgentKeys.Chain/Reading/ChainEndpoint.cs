using AgentKeys.Ethereum.Rpc;

namespace AgentKeys.Chain;

/// <summary>One RPC endpoint opened for reading, for those who know the chain's ports but nothing of JSON-RPC.</summary>
public sealed class ChainEndpoint
{
    /// <summary>Name of the built-in implementation, as readiness shows it.</summary>
    public const string BuiltIn = "builtin";

    private readonly EthereumClient _client;
    private readonly Deployment _deployment;

    private ChainEndpoint(EthereumClient client, Deployment deployment)
    {
        (_client, _deployment) = (client, deployment);
        Reader = new RegistryReader(client, deployment);
    }

    public IRegistryReader Reader { get; }

    /// <param name="url">http or https; may hold a provider's key and is shown nowhere.</param>
    /// <param name="deadline">from the question to its answer, all attempts together.</param>
    public static ChainEndpoint Open(Uri url, Deployment deployment, TimeSpan deadline, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(deployment);
        // A connection that hangs leaves time for one more attempt.
        var options = new RpcOptions { Deadline = deadline, AttemptTimeout = deadline / 2, Retries = 1 };
        return new ChainEndpoint(new EthereumClient(new JsonRpcClient(url, options, time)), deployment);
    }

    /// <inheritdoc cref="StartupChecks.RunAsync"/>
    public Task<StartupReport> CheckAsync(CancellationToken cancel) => StartupChecks.RunAsync(_client, _deployment, cancel);
}
