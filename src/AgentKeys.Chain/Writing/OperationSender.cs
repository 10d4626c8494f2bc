using System.Collections.Concurrent;
using AgentKeys.Ethereum;
using AgentKeys.Ethereum.Rpc;

namespace AgentKeys.Chain;

/// <summary>
/// What every <see cref="IRegistryWriter"/> does with the calldata it made: checks the node's chain id before the first send, keeps
/// the nonces of each account, sends, waits, and turns what goes wrong into the port's own exceptions.
/// </summary>
/// <param name="signing">Encodes and signs; null: the built-in code.</param>
internal sealed class OperationSender(
    EthereumClient client, Deployment deployment, GasModel gasModel, SenderOptions? options, TimeProvider? time, TransactionSigning? signing = null) : IDisposable
{
    private readonly ConcurrentDictionary<Address, NonceManager> _nonces = new();
    private volatile bool _chainChecked;

    /// <param name="operation">The contract's function, for the exceptions.</param>
    public async Task<TransactionInfo> SendAsync(ISecp256k1Signer signer, Address contract, string operation, byte[] calldata, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(signer);
        try
        {
            await CheckChainAsync(cancel);
            var receipt = await Sender(signer).SendAsync(contract, calldata, cancel);
            return new TransactionInfo(receipt.TransactionHash.ToString(), receipt.BlockNumber, receipt.GasUsed);
        }
        catch (TransactionRevertedException e)
        {
            throw new RegistryRevertedException(operation, ContractArtifacts.Explain(e.RevertData), e.Transaction?.ToString(), e);
        }
        catch (RpcErrorException e)
        {
            throw TransactionRefusedException.From(e);
        }
        catch (RpcException e)
        {
            throw ChainUnavailableException.From(e);
        }
    }

    public void Dispose()
    {
        foreach (var nonces in _nonces.Values)
            nonces.Dispose();
    }

    private TransactionSender Sender(ISecp256k1Signer signer) => new(
        client, signer, deployment.ChainId, gasModel, _nonces.GetOrAdd(signer.Address, a => new NonceManager(client, a)), options, time, signing);

    private async Task CheckChainAsync(CancellationToken cancel)
    {
        if (_chainChecked)
            return;
        if (await client.GetChainIdAsync(cancel) != deployment.ChainId)
            throw new ChainUnavailableException(ChainFault.WrongChain);
        _chainChecked = true;
    }
}
