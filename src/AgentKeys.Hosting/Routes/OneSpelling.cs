using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;

namespace AgentKeys.Hosting;

/// <summary>
/// A route is reached by its own method and path, byte for byte. Routing alone would take another case, a slash at the end and percent
/// escapes too, and whoever guards paths in front of a service would have to know all that.
/// </summary>
internal static class OneSpelling
{
    public static Task Require(HttpContext http, RequestDelegate next)
    {
        if (http.GetEndpoint() is not RouteEndpoint { RoutePattern: { Parameters.Count: 0 } pattern } route)
            return next(http);
        if (!IsSpelled(http, pattern.RawText!))
            return RefusalResults.WriteAsync(http, ProblemPipeline.NotFound);
        var methods = route.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods;
        return methods?.Contains(http.Request.Method, StringComparer.Ordinal) == false ? RefusalResults.WriteAsync(http, ProblemPipeline.MethodNotAllowed) : next(http);
    }

    /// <summary>As it stood in the request line; a target in absolute form names the path behind the host.</summary>
    private static bool IsSpelled(HttpContext http, string path)
    {
        var target = http.Features.Get<IHttpRequestFeature>()!.RawTarget;
        var query = target.IndexOf('?', StringComparison.Ordinal);
        var asked = query < 0 ? target : target[..query];
        if (asked.Length == 0)
            return http.Request.Path.Value == path; // a server without request lines: in memory
        return asked.StartsWith('/') ? asked == path : PathOf(asked) == path;
    }

    /// <summary>Of a target in absolute form, as it stood; the server's own reading has undone its escapes.</summary>
    private static string PathOf(string absolute)
    {
        var host = absolute.IndexOf("://", StringComparison.Ordinal);
        var path = host < 0 ? -1 : absolute.IndexOf('/', host + 3);
        return path < 0 ? "" : absolute[path..];
    }
}
