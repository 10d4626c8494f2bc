using System.Diagnostics;
using AgentKeys.Ethereum.Rpc;

namespace AgentKeys.Chain.Nethereum;

/// <summary>
/// The HTTP end of a client that this project opened: ends the request when its call ends, reads no more than the longest answer,
/// follows no redirection, and tells the node the trace, nothing else of it.
/// </summary>
internal sealed class BoundedHandler(RpcOptions options) : DelegatingHandler(new SocketsHttpHandler
{
    AllowAutoRedirect = false,
    UseCookies = false,
    ActivityHeadersPropagator = null, // the framework's span would show the whole URL, and it hands a caller's baggage on
    ConnectTimeout = options.AttemptTimeout,
    PooledConnectionLifetime = TimeSpan.FromMinutes(5),
})
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var scope = RequestScope.Current;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, scope?.Limit ?? default);
        if (Activity.Current is { IdFormat: ActivityIdFormat.W3C, Id: { } parent })
            request.Headers.TryAddWithoutValidation("traceparent", parent);
        var response = await base.SendAsync(request, limit.Token);
        await response.Content.LoadIntoBufferAsync(options.MaxResponseBytes, limit.Token);
        if (scope is null || response.IsSuccessStatusCode || RpcTransportException.IsBusy(response.StatusCode))
            return response;

        // Some nodes send their JSON-RPC errors with a 4xx or 5xx status: let the body be read. If it is none, the status counts.
        scope.Status = response.StatusCode;
        response.StatusCode = System.Net.HttpStatusCode.OK;
        return response;
    }
}
