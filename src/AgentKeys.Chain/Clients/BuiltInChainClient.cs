using AgentKeys.Ethereum;
using AgentKeys.Ethereum.Rpc;

namespace AgentKeys.Chain;

/// <summary>This project's own JSON-RPC, ABI and transactions: nothing from outside the framework.</summary>
public sealed class BuiltInChainClient : IChainClient
{
    public const string ClientName = "builtin";

    public string Name => ClientName;

    public TransactionSigning? Signing => null;

    public IRpcTransport Connect(Uri url, RpcOptions? options = null, TimeProvider? time = null) => new JsonRpcClient(url, options, time);

    public IRegistryReader Reader(EthereumClient node, Deployment deployment) => new RegistryReader(node, deployment);

    public IRegistryWriter Writer(EthereumClient node, Deployment deployment, GasModel gasModel, SenderOptions? options = null, TimeProvider? time = null) =>
        new RegistryWriter(node, deployment, gasModel, options, time);
}
