using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace AgentKeys.Hosting;

/// <summary><c>/metrics</c>, for this machine or for whoever reaches the listener that is set apart (<see cref="LocalOnly"/>).</summary>
internal static class MetricsEndpoint
{
    public static void Map(IEndpointRouteBuilder app) => app.MapGet("/metrics", AnswerAsync).Guarded(RouteGuard.Local)
        .Says(new RouteContract("Metrics in Prometheus text format 0.0.4.", null, null));

    /// <summary>Readiness is asked anew, so that a gauge says how it is now and not how it was at the last request.</summary>
    private static async Task<IResult> AnswerAsync(MetricsCollector collector, ReadinessReports checks, CancellationToken cancellationToken)
    {
        await checks.AskAsync(cancellationToken);
        return TypedResults.Text(collector.ToPrometheus(), PrometheusText.MediaType);
    }
}
