using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Hosting;

namespace AgentKeys.Hosting;

public sealed record LiveBody(string Status, string Role);

/// <param name="Status"><c>ready</c>, <c>not_ready</c> or <c>stopping</c>.</param>
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
        app.MapGet("/healthz", () => Results.Json(new LiveBody("alive", role), HealthJson.Default.LiveBody)).Guarded(RouteGuard.Health)
            .Says(new RouteContract("The process answers.", null, HealthJson.Default.LiveBody));
        app.MapGet("/readyz", (ReadinessReports checks, IHostApplicationLifetime life, CancellationToken cancellationToken) => life.ApplicationStopping.IsCancellationRequested
            ? Task.FromResult(Stopping(role))
            : Ready(role, checks, cancellationToken))
            .Guarded(RouteGuard.Health).Says(new RouteContract("It can do its work, part by part; 503 with the same body when not.", null, HealthJson.Default.ReadyBody) { AnswersAt503 = true });
    }

    /// <summary>Still serving, and not for long.</summary>
    private static IResult Stopping(string role) => Results.Json(new ReadyBody("stopping", role, []), HealthJson.Default.ReadyBody, statusCode: 503);

    private static async Task<IResult> Ready(string role, ReadinessReports checks, CancellationToken cancellationToken)
    {
        var reports = await checks.AskAsync(cancellationToken);
        var ready = reports.All(report => report.Ok);
        var body = new ReadyBody(ready ? "ready" : "not_ready", role, [.. reports.Select(report => new ReadyCheckBody(report.Name, report.Ok, report.Details))]);
        return Results.Json(body, HealthJson.Default.ReadyBody, statusCode: ready ? 200 : 503);
    }
}
