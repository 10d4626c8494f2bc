using AgentKeys.Ethereum;
using AgentKeys.Ethereum.Rpc;
using Nethereum.JsonRpc.Client;
using Nethereum.Signer;
using Nethereum.Web3;

namespace AgentKeys.Chain.Nethereum;

/// <summary>
/// The chain's ports on Nethereum: its JSON-RPC client carries the calls, its ABI encodes and decodes, its models are what is
/// signed. What protects decisions is kept around it: deadlines, cancellation and bounded answers, which <see cref="IClient"/> does
/// not have, and the project's own strict reading of every answer beside Nethereum's.
/// </summary>
public sealed class NethereumChainClient : IChainClient
{
    public const string ClientName = ChainClientChoice.Nethereum;

    private readonly IClient? _given;

    // Ten times as fast, the same signatures and the same recovered keys. Once for the process.
    static NethereumChainClient() => EthECKey.SignRecoverable = true;

    /// <summary>Makes a client of its own for each endpoint.</summary>
    public NethereumChainClient()
    {
    }

    /// <summary>Everything goes through the application's own client, whatever URL is asked for.</summary>
    public NethereumChainClient(IWeb3 web3)
    {
        ArgumentNullException.ThrowIfNull(web3);
        _given = web3.Client;
    }

    public string Name => ClientName;

    public TransactionSigning? Signing => NethereumSigning.SignAsync;

    public IRpcTransport Connect(Uri url, RpcOptions? options = null, TimeProvider? time = null) =>
        _given is null ? NethereumTransport.Open(url, options, time) : new NethereumTransport(_given, options, time);

    public IRegistryReader Reader(EthereumClient node, Deployment deployment) => new NethereumRegistryReader(node, deployment);

    public IRegistryWriter Writer(EthereumClient node, Deployment deployment, GasModel gasModel, SenderOptions? options = null, TimeProvider? time = null) =>
        new NethereumRegistryWriter(node, deployment, gasModel, options, time);
}
