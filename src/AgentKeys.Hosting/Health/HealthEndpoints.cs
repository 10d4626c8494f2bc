using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace AgentKeys.Hosting;

public sealed record LiveBody(string Status, string Role);

/// <param name="Status"><c>ready</c> or <c>not_ready</c>.</param>
public sealed record ReadyBody(string Status, string Role, IReadOnlyList<ReadyCheckBody> Checks);

public sealed record ReadyCheckBody(string Name, bool Ok, IReadOnlyDictionary<string, string> Details);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(LiveBody))]
[JsonSerializable(typeof(ReadyBody))]
internal sealed partial class HealthJson : JsonSerializerContext;

/// <summary><c>/healthz</c>: the process answers. <c>/readyz</c>: it can do its work, and if not, why not.</summary>
internal static class HealthEndpoints
{
    public static void Map(IEndpointRouteBuilder app, string role)
    {
        app.MapGet("/healthz", () => Results.Json(new LiveBody("alive", role), HealthJson.Default.LiveBody)).Guarded(RouteGuard.Open);
        app.MapGet("/readyz", (IEnumerable<IReadinessCheck> checks, CancellationToken cancellationToken) => Ready(role, checks, cancellationToken))
            .Guarded(RouteGuard.Open);
    }

    private static async Task<IResult> Ready(string role, IEnumerable<IReadinessCheck> checks, CancellationToken cancellationToken)
    {
        var reports = await Task.WhenAll(checks.Select(check => Ask(check, cancellationToken)));
        var ready = reports.All(report => report.Ok);
        var body = new ReadyBody(ready ? "ready" : "not_ready", role, [.. reports.Select(report => new ReadyCheckBody(report.Name, report.Ok, report.Details))]);
        return Results.Json(body, HealthJson.Default.ReadyBody, statusCode: ready ? 200 : 503);
    }

    /// <summary>A check that throws has a bug; it must not hide the others.</summary>
    private static async Task<ReadinessReport> Ask(IReadinessCheck check, CancellationToken cancellationToken)
    {
        try
        {
            return await check.CheckAsync(cancellationToken);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            return new ReadinessReport(check.GetType().Name, false, new Dictionary<string, string> { ["error"] = e.GetType().Name });
        }
    }
}
