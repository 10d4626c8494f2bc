namespace AgentKeys.Ethereum.Rpc;

/// <summary>The node's answer is not JSON-RPC 2.0, not an answer to this call, or too large. Not tried again: a node that
/// answers like this is wrong, not busy.</summary>
public sealed class RpcProtocolException : RpcException
{
    /// <param name="reason">Own words, without anything of the answer.</param>
    public RpcProtocolException(string reason, Exception? inner = null)
        : base("The node's answer cannot be used: " + reason, inner)
    {
    }
}
