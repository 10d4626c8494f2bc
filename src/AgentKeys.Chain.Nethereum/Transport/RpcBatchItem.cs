using AgentKeys.Ethereum.Rpc;
using Nethereum.JsonRpc.Client;
using Nethereum.JsonRpc.Client.RpcMessages;
using RpcError = Nethereum.JsonRpc.Client.RpcError;

namespace AgentKeys.Chain.Nethereum;

/// <summary>One call of a Nethereum batch: keeps the answer as it came, to be judged when the batch is whole.</summary>
internal sealed class RpcBatchItem(RpcCall call, RpcRequestMessage request) : IRpcRequestResponseBatchItem
{
    private RpcResponseMessage? _answer;
    private bool _twice;

    public RpcRequestMessage RpcRequestMessage => request;

    public bool HasError => false;

    public object RawResponse => _answer!;

    public RpcError RpcError => null!;

    public void DecodeResponse(RpcResponseMessage rpcResponse)
    {
        _twice = _answer is not null;
        _answer = rpcResponse;
    }

    /// <exception cref="RpcProtocolException">No answer, two, or one to another call.</exception>
    public void Deliver()
    {
        if (_answer is null || _twice)
            throw new RpcProtocolException("the batch is not complete.");
        RpcMessages.Deliver(call, request, _answer);
    }
}
