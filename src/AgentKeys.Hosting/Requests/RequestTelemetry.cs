using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace AgentKeys.Hosting;

/// <summary>Around every request: how long it took, how it ended, of which route. The one place that counts and logs requests.</summary>
internal sealed partial class RequestTelemetry
{
    /// <summary>A request that no route took: paths of clients are no labels.</summary>
    public const string NoRoute = "none";

    private readonly Histogram<double> _durations;
    private readonly Counter<long> _outcomes;
    private readonly ILogger<RequestTelemetry> _logger;

    public RequestTelemetry(IMeterFactory meters, ILogger<RequestTelemetry> logger)
    {
        var meter = meters.ServiceMeterOf();
        _durations = meter.CreateHistogram("agentkeys_http_request_duration_seconds", null, "From the end of the headers to the end of the answer.", null, ServiceMeter.Seconds);
        _outcomes = meter.CreateCounter<long>("agentkeys_requests_total", description: "Requests by route and outcome; ok is a 2xx, else the code of the refusal.");
        _logger = logger;
    }

    public async Task RunAsync(HttpContext http, RequestDelegate next)
    {
        var endpoint = http.GetEndpoint() as RouteEndpoint; // before anything may take it away
        var route = endpoint?.RoutePattern.RawText ?? NoRoute;
        var start = Stopwatch.GetTimestamp();
        try
        {
            await next(http);
        }
        finally
        {
            Note(http, endpoint, route, Stopwatch.GetElapsedTime(start));
        }
    }

    private void Note(HttpContext http, RouteEndpoint? endpoint, string route, TimeSpan took)
    {
        var method = http.Request.Method is "GET" or "POST" ? http.Request.Method : "other";
        var status = http.Response.StatusCode;
        var outcome = RequestOutcome.Of(http);
        _durations.Record(took.TotalSeconds, new("method", method), new("route", route), new("status", $"{status / 100}xx"));
        _outcomes.Add(1, new("code", outcome), new("route", route));
        ServiceTracing.Describe(http.Features.Get<IHttpActivityFeature>()?.Activity, method, route, status, outcome);
        endpoint?.Metadata.GetMetadata<OutcomeCounter>()?.Count(http.RequestServices, outcome);
        var level = endpoint?.Metadata.GetMetadata<RouteGuard>()?.IsWatching == true ? LogLevel.Debug : LogLevel.Information;
        var milliseconds = Math.Round(took.TotalMilliseconds, 3);
        Finished(_logger, level, method, route, status, outcome, milliseconds);
    }

    [LoggerMessage(EventId = 110, Message = "{Method} {Route} {Status} {Code} in {DurationMs} ms")]
    private static partial void Finished(ILogger logger, LogLevel level, string method, string route, int status, string code, double durationMs);
}
