using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AgentKeys.Tests.Cli;

/// <summary>Something that listens where a service should be, and says of itself what a test wants.</summary>
internal sealed class FakeService : IAsyncDisposable
{
    private readonly WebApplication _app;

    private FakeService(string role, string chain)
    {
        (Role, Chain) = (role, chain);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.Configure<HostOptions>(o => o.ShutdownTimeout = TimeSpan.FromSeconds(1));
        _app = builder.Build();
        _app.Run(AnswerAsync);
    }

    public string Role { get; set; }
    public string Chain { get; set; }

    /// <summary>Name and reason of a check that fails; null: ready.</summary>
    public (string Check, string Reason)? Failed { get; set; }

    /// <summary>Answers with a web page instead.</summary>
    public bool IsStranger { get; set; }

    public Uri Url => new(_app.Urls.Single());

    public static async Task<FakeService> StartAsync(string role, string chain)
    {
        var service = new FakeService(role, chain);
        await service._app.StartAsync();
        return service;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task AnswerAsync(HttpContext http)
    {
        if (IsStranger)
        {
            await http.Response.WriteAsync("<html>hello</html>");
            return;
        }
        var checks = new JsonArray(new JsonObject { ["name"] = "chain", ["ok"] = true, ["details"] = new JsonObject { ["chain"] = Chain, ["head"] = "7" } });
        if (Failed is var (check, reason))
            checks.Add(new JsonObject { ["name"] = check, ["ok"] = false, ["details"] = new JsonObject { ["reason"] = reason, ["records"] = "3" } });
        http.Response.StatusCode = http.Request.Path != "/readyz" ? 404 : Failed is null ? 200 : 503;
        await http.Response.WriteAsync(new JsonObject { ["status"] = Failed is null ? "ready" : "not_ready", ["role"] = Role, ["checks"] = checks }.ToJsonString());
    }
}
