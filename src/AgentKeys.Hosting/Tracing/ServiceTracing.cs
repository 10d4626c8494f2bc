using System.Diagnostics;

namespace AgentKeys.Hosting;

/// <summary>
/// Spans of a service: its requests (made by the server, described by <see cref="RequestTelemetry"/>), its calls to the signer, its durable
/// appends; those to the chain's nodes are made where they are sent. Route, method, status and code are all that they say.
/// </summary>
public static class ServiceTracing
{
    /// <summary>Every source of ours begins so.</summary>
    internal const string Sources = "AgentKeys.*";

    /// <summary>The server's own, one span a request.</summary>
    internal const string ServerSource = "Microsoft.AspNetCore";

    public static ActivitySource Source { get; } = new("AgentKeys.Service");

    /// <summary>The header that makes the callee's spans children of the one that runs now.</summary>
    public const string Header = "traceparent";

    /// <summary>null: no span runs.</summary>
    public static string? Current => Activity.Current is { IdFormat: ActivityIdFormat.W3C, Id: { } id } ? id : null;

    /// <param name="code">ok, or the code of the refusal; a fault is what is not the caller's.</param>
    internal static void Describe(Activity? span, string method, string route, int status, string code)
    {
        if (span is null)
            return;
        span.DisplayName = $"{method} {route}";
        span.SetTag("http.request.method", method);
        span.SetTag("http.route", route);
        span.SetTag("http.response.status_code", status);
        span.SetTag("agentkeys.code", code);
        if (status >= 500)
            span.SetStatus(ActivityStatusCode.Error);
    }
}
