using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using AgentKeys.Protocol;
using Microsoft.AspNetCore.Http;

namespace AgentKeys.Hosting;

/// <summary>How many requests of which route ended how, since this process started. Our own names only: no client chooses a label.</summary>
/// <param name="service">first part of the metric's name: <c>worker</c>, <c>signer</c>.</param>
public sealed class RequestCounters(string service)
{
    private readonly ConcurrentDictionary<(string Route, string Code), long> _counts = new();

    public Task RefuseAsync(HttpContext http, Refusal refusal)
    {
        Count(http, refusal.Code.Name());
        return RefusalResults.WriteAsync(http, refusal);
    }

    public Task AnswerAsync(HttpContext http, SecretBuffer body, ulong block)
    {
        Count(http, "ok");
        return JsonExchange.WriteAsync(http.Response, body, block, http.RequestAborted);
    }

    /// <summary>Prometheus text format 0.0.4.</summary>
    public string ToPrometheus()
    {
        var name = $"agentkeys_{service}_requests_total";
        var text = new StringBuilder($"# HELP {name} Requests by route and code; ok is a 2xx.\n# TYPE {name} counter\n");
        foreach (var ((route, code), count) in _counts.OrderBy(c => c.Key.Route, StringComparer.Ordinal).ThenBy(c => c.Key.Code, StringComparer.Ordinal))
            text.Append(CultureInfo.InvariantCulture, $"{name}{{route=\"{route}\",code=\"{code}\"}} {count}\n");
        return text.ToString();
    }

    /// <summary>The path of a matched route without parameters is one of ours, in our spelling.</summary>
    private void Count(HttpContext http, string code)
    {
        var route = (http.GetEndpoint() as Microsoft.AspNetCore.Routing.RouteEndpoint)?.RoutePattern.RawText ?? "none";
        _counts.AddOrUpdate((route, code), 1, (_, count) => count + 1);
    }
}
