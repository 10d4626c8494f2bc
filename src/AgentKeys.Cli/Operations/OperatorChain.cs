using System.Text.Json;
using AgentKeys.Chain;
using AgentKeys.Client;
using AgentKeys.Ethereum.Rpc;

namespace AgentKeys.Cli;

/// <summary>The chain as the network description names it: the operator's own view of it, through nobody's service.</summary>
internal sealed class OperatorChain : IDisposable
{
    private readonly IRpcTransport _rpc;

    private OperatorChain(IChainClient client, ChainProfile profile, Deployment deployment, Uri rpcUrl, RpcOptions? options)
    {
        Client = client;
        Profile = profile;
        _rpc = client.Connect(rpcUrl, options);
        Node = new EthereumClient(_rpc);
        Reader = client.Reader(Node, deployment);
        Writer = client.Writer(Node, deployment, profile.GasModel);
    }

    public IChainClient Client { get; }
    public ChainProfile Profile { get; }
    public EthereumClient Node { get; }
    public IRegistryReader Reader { get; }
    public IRegistryWriter Writer { get; }
    public Deployment Deployment => Reader.Deployment;

    /// <param name="options">how long a node may take; null: as usual.</param>
    /// <exception cref="CliException">unknown profile, or a deployment that is none, or of another chain.</exception>
    public static OperatorChain Open(NetworkDescription network, RpcOptions? options = null)
    {
        var client = CliChainClient.Choose();
        var profile = ChainProfiles.Find(network.Profile)
            ?? throw CliException.Failure($"The network's chain profile {network.Profile} is not known.", $"known: {string.Join(", ", ChainProfiles.All.Select(p => p.Name))}");
        var deployment = ReadDeployment(network.Deployment);
        if (deployment.ChainId != profile.ChainId)
            throw CliException.Failure($"The network's deployment is of chain {deployment.ChainId}, its profile {profile.Name} of {profile.ChainId}.");
        return new OperatorChain(client, profile, deployment, network.RpcUrls.Count > 0 ? network.RpcUrls[0] : profile.RpcUrls[0], options);
    }

    public void Dispose()
    {
        (Writer as IDisposable)?.Dispose();
        _rpc.Dispose();
    }

    private static Deployment ReadDeployment(JsonElement json)
    {
        try
        {
            return DeploymentJson.Parse(json.GetRawText());
        }
        catch (FormatException e)
        {
            throw CliException.Failure($"The network description's deployment: {e.Message}", inner: e);
        }
    }
}
