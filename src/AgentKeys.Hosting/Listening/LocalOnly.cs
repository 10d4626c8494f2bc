using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace AgentKeys.Hosting;

/// <summary>
/// Who may read what is not for clients. With a watchers' listener: whoever reaches it, and nothing but health and metrics is there.
/// Without one: who connects from this machine, and not what a proxy on this machine hands on.
/// </summary>
internal static class LocalOnly
{
    /// <summary>What is not for them is not there: nobody learns more.</summary>
    public static Task Require(HttpContext http, RequestDelegate next)
    {
        if (http.GetEndpoint()?.Metadata.GetMetadata<RouteGuard>() is not { } guard)
            return next(http);
        var allowed = Listeners.IsFromWatcher(http) ? guard.IsWatching : guard.Auth != RouteAuth.ThisMachine || IsLocal(http);
        return allowed ? next(http) : RefusalResults.WriteAsync(http, ProblemPipeline.NotFound);
    }

    private static bool IsLocal(HttpContext http)
    {
        if (http.RequestServices.GetService<Listeners.WatchersApart>() is not null)
            return false;
        var headers = http.Request.Headers;
        if (headers.ContainsKey("X-Forwarded-For") || headers.ContainsKey("Forwarded") || headers.ContainsKey("X-Real-IP") || headers.ContainsKey("Via"))
            return false;
        // A Unix socket has no address: who may connect to it is of this machine.
        return http.Connection.RemoteIpAddress is not { } peer || IPAddress.IsLoopback(peer);
    }
}
