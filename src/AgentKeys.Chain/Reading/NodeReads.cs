using AgentKeys.Ethereum;
using AgentKeys.Ethereum.Rpc;
using AgentKeys.Protocol;

namespace AgentKeys.Chain;

/// <summary>What every reader asks the node, whoever encodes and decodes: failures are <see cref="ChainUnavailableException"/>.</summary>
internal sealed class NodeReads(EthereumClient client)
{
    /// <summary>What a contract's view returns at the head; never empty.</summary>
    /// <exception cref="ChainUnavailableException">No answer, or nothing at the address.</exception>
    public async Task<byte[]> CallAsync(Address contract, byte[] calldata, CancellationToken cancel)
    {
        var answer = await AskAsync(EthereumCalls.Call(new CallMessage(contract, calldata), BlockId.Latest), cancel);
        return answer.Length > 0 ? answer : throw new ChainUnavailableException(ChainFault.NoCode);
    }

    public async Task<ChainHead> HeadAsync(CancellationToken cancel)
    {
        var block = await AskAsync(EthereumCalls.GetBlock(BlockId.Latest), cancel) ?? throw new ChainUnavailableException(ChainFault.BadAnswer);
        return new ChainHead(block.Number, block.Timestamp, new Bytes32(block.Hash.ToArray()));
    }

    public async Task<T> AskAsync<T>(RpcCall<T> call, CancellationToken cancel)
    {
        await Guard(() => client.Rpc.SendAsync(call, cancel));
        return call.Result;
    }

    /// <summary>Two calls in one request.</summary>
    public async Task<(T First, T Second)> AskAsync<T>(RpcCall<T> first, RpcCall<T> second, CancellationToken cancel)
    {
        await Guard(() => client.Rpc.SendBatchAsync([first, second], cancel));
        return (Result(first), Result(second));
    }

    private static T Result<T>(RpcCall<T> call)
    {
        try
        {
            return call.Result;
        }
        catch (RpcException e)
        {
            throw ChainUnavailableException.From(e);
        }
    }

    private static async Task Guard(Func<Task> ask)
    {
        try
        {
            await ask();
        }
        catch (RpcException e)
        {
            throw ChainUnavailableException.From(e);
        }
    }
}
