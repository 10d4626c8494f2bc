using AgentKeys.Ethereum;
using AgentKeys.Ethereum.Rpc;

namespace AgentKeys.Chain;

/// <summary>
/// One implementation of the chain's ports, whole: transport, reader, writer and signing of transactions. Which one is in force is
/// chosen once, when a process starts.
/// </summary>
public interface IChainClient
{
    /// <summary>As configuration, readiness and the demo name it: <c>builtin</c>, <c>nethereum</c>.</summary>
    string Name { get; }

    /// <summary>Opens one endpoint; the caller disposes it.</summary>
    /// <param name="url">http or https; may hold a provider's key and is shown nowhere.</param>
    IRpcTransport Connect(Uri url, RpcOptions? options = null, TimeProvider? time = null);

    IRegistryReader Reader(EthereumClient node, Deployment deployment);

    /// <summary>One per process and deployment: it queues the nonces. Dispose it if it can be disposed.</summary>
    IRegistryWriter Writer(EthereumClient node, Deployment deployment, GasModel gasModel, SenderOptions? options = null, TimeProvider? time = null);

    /// <summary>For <see cref="ContractDeployer"/> and <see cref="TransactionSender"/>; null: the built-in code.</summary>
    TransactionSigning? Signing { get; }
}
