namespace AgentKeys.Ethereum.Rpc;

/// <summary>
/// A call to a node that gave no usable answer. Messages of these exceptions are this project's own words and name neither
/// the endpoint (its URL may hold an API key) nor anything the node said: they may be shown to clients.
/// </summary>
public abstract class RpcException : Exception
{
    private protected RpcException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }
}
