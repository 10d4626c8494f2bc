using System.Net;

namespace AgentKeys.Ethereum.Rpc;

/// <summary>What went wrong between here and the node.</summary>
public enum RpcTransportFault
{
    /// <summary>No connection: refused, unknown host, TLS. Certainly nothing was sent.</summary>
    Unreachable,

    /// <summary>No complete answer within the call's deadline.</summary>
    TimedOut,

    /// <summary>The connection ended before the answer did.</summary>
    Interrupted,

    /// <summary>408, 429, 502, 503 or 504: the node or something before it is too busy.</summary>
    Busy,

    /// <summary>Another HTTP status without a JSON-RPC answer. Not tried again.</summary>
    HttpStatus,
}

/// <summary>The call may or may not have reached the node. Reads were tried again already; sends never are.</summary>
public sealed class RpcTransportException : RpcException
{
    public RpcTransportException(RpcTransportFault fault, int? httpStatus = null, Exception? inner = null)
        : base(Text(fault), inner)
    {
        Fault = fault;
        HttpStatus = httpStatus;
    }

    public RpcTransportFault Fault { get; }

    public int? HttpStatus { get; }

    /// <summary>What a failed HTTP request means.</summary>
    public static RpcTransportException From(HttpRequestException e)
    {
        ArgumentNullException.ThrowIfNull(e);
        return new(IsConnecting(e.HttpRequestError) ? RpcTransportFault.Unreachable : RpcTransportFault.Interrupted, inner: e);
    }

    /// <summary>Whether an answer with this status says: later, perhaps.</summary>
    public static bool IsBusy(HttpStatusCode status) => status
        is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests
        or HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout;

    /// <summary>It failed before the request left: the node certainly has nothing of it.</summary>
    private static bool IsConnecting(HttpRequestError error) => error
        is HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError
        or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError;

    private static string Text(RpcTransportFault fault) => fault switch
    {
        RpcTransportFault.Unreachable => "The node cannot be reached.",
        RpcTransportFault.TimedOut => "The node did not answer in time.",
        RpcTransportFault.Interrupted => "The connection to the node broke off.",
        RpcTransportFault.Busy => "The node is too busy.",
        _ => "The node refused the request.",
    };
}
