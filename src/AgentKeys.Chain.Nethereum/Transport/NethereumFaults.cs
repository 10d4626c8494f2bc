using System.Net.Sockets;
using AgentKeys.Ethereum.Rpc;
using Nethereum.JsonRpc.Client;

namespace AgentKeys.Chain.Nethereum;

/// <summary>What Nethereum and what is under it throw, in this project's words: nothing that a node said, no URL.</summary>
internal static class NethereumFaults
{
    public static RpcException From(Exception thrown, RequestScope scope)
    {
        var fault = From(thrown);
        return fault is RpcProtocolException && scope.Status is { } status
            ? new RpcTransportException(RpcTransportFault.HttpStatus, (int)status, fault)
            : fault;
    }

    private static RpcException From(Exception thrown)
    {
        for (var e = thrown; e is not null; e = e.InnerException)
        {
            switch (e)
            {
                case RpcException own:
                    return own;
                case RpcClientTimeoutException or OperationCanceledException or TimeoutException:
                    return new RpcTransportException(RpcTransportFault.TimedOut, inner: thrown);
                case HttpRequestException { HttpRequestError: HttpRequestError.ConfigurationLimitExceeded }:
                    return new RpcProtocolException("it is too large.", thrown);
                case HttpRequestException { StatusCode: { } status }:
                    var busy = RpcTransportException.IsBusy(status);
                    return new RpcTransportException(busy ? RpcTransportFault.Busy : RpcTransportFault.HttpStatus, (int)status, thrown);
                case HttpRequestException http:
                    return RpcTransportException.From(http);
                case Newtonsoft.Json.JsonException or System.Text.Json.JsonException or FormatException or ArgumentException
                    or InvalidOperationException or InvalidCastException or NullReferenceException:
                    return new RpcProtocolException("it is no answer.", thrown);
                case IOException or SocketException:
                    return new RpcTransportException(RpcTransportFault.Interrupted, inner: thrown);
            }
        }

        // A client that this project does not know: whether the node has it, nobody knows.
        return new RpcTransportException(RpcTransportFault.Interrupted, inner: thrown);
    }
}
