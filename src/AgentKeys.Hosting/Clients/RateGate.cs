using AgentKeys.Protocol;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace AgentKeys.Hosting;

/// <summary>The limit of the routes whose guard says <see cref="RouteRate.PerClient"/>, from the service's own settings.</summary>
public sealed record PerClientLimit(ClientLimiter Limiter);

/// <summary>
/// Before a body is read or a proof is checked: whoever asks too often hears when to come back. Not so at the routes of watchers: a balancer
/// that is refused its health check would take the service away from everybody.
/// </summary>
internal sealed class RateGate(ClientAddresses addresses, ClientLimiter all)
{
    public Task RunAsync(HttpContext http, RequestDelegate next)
    {
        if (http.GetEndpoint()?.Metadata.GetMetadata<RouteGuard>() is not { } guard || guard.IsWatching)
            return next(http);
        var client = addresses.Of(http);
        // Of a Unix socket's peers the rights of the socket say who they are; there is no crowd behind it.
        var wait = client is null ? null : all.Count(client);
        if (wait is null && guard.Rate == RouteRate.PerClient)
            wait = http.RequestServices.GetRequiredService<PerClientLimit>().Limiter.Count(client);
        return wait is { } seconds
            ? RefusalResults.WriteAsync(http, new Refusal(RefusalCode.RateLimited, "Too many requests from here.") { RetryAfterSeconds = seconds })
            : next(http);
    }
}
