using System.Globalization;

namespace AgentKeys.Ethereum.Rpc;

/// <summary>The node answered with a JSON-RPC error. The same call would get the same answer: never tried again.</summary>
public sealed class RpcErrorException : RpcException
{
    public RpcErrorException(long code, string upstreamMessage, byte[]? data)
        : base(string.Create(CultureInfo.InvariantCulture, $"The node answered with error {code}."))
    {
        Code = code;
        UpstreamMessage = upstreamMessage;
        RevertData = data;
    }

    /// <summary>3: execution reverted. -32001: unknown or orphaned block. Others are the node's own.</summary>
    public long Code { get; }

    /// <summary>The node's words, at most 512 characters, for an operator's log only. Never for a client.</summary>
    public string UpstreamMessage { get; }

    /// <summary>What a reverted execution returned: a selector and the error's arguments. Null if the node gave none.</summary>
    public byte[]? RevertData { get; }
}
