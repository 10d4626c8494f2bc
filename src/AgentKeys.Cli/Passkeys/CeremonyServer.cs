using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using AgentKeys.Protocol;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace AgentKeys.Cli;

/// <summary>
/// Serves ceremony pages for one command: on 127.0.0.1, on a free port, under an unguessable path each, and takes one result each.
/// Checked: the Host header (no other name may be made to point here), the Origin of the result, its size and type, the result
/// itself. NOT checked: who sits at the browser. Any program of this user could answer with a passkey it holds; the enrolled
/// passkey alone counts.
/// </summary>
internal sealed class CeremonyServer : IAsyncDisposable
{
    private const int MaxBody = 64 * 1024;

    private readonly WebApplication _app;
    private readonly TimeProvider _time;
    private readonly IPasskeyVerifier _verifier;
    private readonly Lock _lock = new();
    private Stage? _stage;

    private CeremonyServer(WebApplication app, TimeProvider time, IPasskeyVerifier verifier) => (_app, _time, _verifier) = (app, time, verifier);

    /// <summary><c>http://localhost:port</c>: what browsers call the page's origin.</summary>
    public string Origin { get; private set; } = "";

    public static async Task<CeremonyServer> StartAsync(TimeProvider time, IPasskeyVerifier verifier, CancellationToken cancel)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0);
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = MaxBody;
        });
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(2));
        var app = builder.Build();
        var server = new CeremonyServer(app, time, verifier);
        app.Run(server.HandleAsync);
        await app.StartAsync(cancel);
        var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        server.Origin = $"http://localhost:{new Uri(address).Port}";
        return server;
    }

    /// <summary>
    /// Runs a ceremony and those that follow it, and returns when the last one was accepted.
    /// </summary>
    /// <param name="show">called with the page's URL; again when the window does not follow to the next ceremony by itself.</param>
    /// <exception cref="CliException">nobody answered within <see cref="Ceremony.TimeLimit"/>.</exception>
    public async Task RunAsync(Ceremony first, Action<Uri> show, CancellationToken cancel)
    {
        var stage = Begin(first);
        show(stage.Url);
        while (true)
        {
            var next = await WaitAsync(stage, show, cancel);
            if (next is null)
                return;
            stage = next;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    private Stage Begin(Ceremony ceremony)
    {
        var path = "/" + Base64UrlStrict.Encode(RandomNumberGenerator.GetBytes(24));
        var stage = new Stage(ceremony, path, new Uri(Origin + path));
        lock (_lock)
            _stage = stage;
        return stage;
    }

    private async Task<Stage?> WaitAsync(Stage stage, Action<Uri> show, CancellationToken cancel)
    {
        if (stage.Follows && !await StartedAsync(stage, cancel))
            show(stage.Url); // the window was closed, or what answered is no browser
        try
        {
            return await stage.Done.Task.WaitAsync(Ceremony.TimeLimit, _time, cancel);
        }
        catch (TimeoutException)
        {
            throw CliException.Failure($"Nobody approved within {Ceremony.TimeLimit.TotalSeconds:0} seconds.", "run the command again: it goes on where it stopped");
        }
    }

    private async Task<bool> StartedAsync(Stage stage, CancellationToken cancel)
    {
        try
        {
            await stage.Opened.Task.WaitAsync(TimeSpan.FromSeconds(4), _time, cancel);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    private async Task HandleAsync(HttpContext http)
    {
        CeremonyPage.AddHeaders(http.Response.Headers);
        if (http.Request.Host.Value != Origin["http://".Length..])
        {
            await RefuseAsync(http, StatusCodes.Status421MisdirectedRequest, "WrongHost");
            return;
        }
        var (stage, rest) = Find(http.Request.Path.Value ?? "");
        await ((http.Request.Method, stage, rest) switch
        {
            (_, null, _) => RefuseAsync(http, StatusCodes.Status404NotFound, "NotFound"),
            ("GET", _, "") => CeremonyPage.WriteAsync(http, "page.html", "text/html; charset=utf-8", stage.Path),
            ("GET", _, "/page.js") => CeremonyPage.WriteAsync(http, "page.js", "text/javascript; charset=utf-8", stage.Path),
            ("GET", _, "/page.css") => CeremonyPage.WriteAsync(http, "page.css", "text/css; charset=utf-8", stage.Path),
            ("GET", _, "/options") => OptionsAsync(http, stage),
            ("POST", _, "/result") => ResultAsync(http, stage),
            _ => RefuseAsync(http, StatusCodes.Status404NotFound, "NotFound"),
        });
    }

    private (Stage? Stage, string Tail) Find(string path)
    {
        Stage? stage;
        lock (_lock)
            stage = _stage;
        for (; stage is not null; stage = stage.Before)
        {
            if (path.StartsWith(stage.Path, StringComparison.Ordinal))
                return (stage, path[stage.Path.Length..]);
        }
        return (null, "");
    }

    private static Task OptionsAsync(HttpContext http, Stage stage)
    {
        stage.Opened.TrySetResult();
        return JsonAsync(http, StatusCodes.Status200OK, stage.Ceremony.Options());
    }

    private async Task ResultAsync(HttpContext http, Stage stage)
    {
        if (http.Request.Headers.Origin != Origin)
        {
            await RefuseAsync(http, StatusCodes.Status403Forbidden, "WrongOrigin");
            return;
        }
        if (http.Request.ContentType?.Split(';')[0].Trim() != "application/json")
        {
            await RefuseAsync(http, StatusCodes.Status415UnsupportedMediaType, "WrongMediaType");
            return;
        }
        using var response = await ReadAsync(http);
        var (status, body) = response is null ? (StatusCodes.Status400BadRequest, Fault("Malformed")) : Accept(stage, response.RootElement);
        await JsonAsync(http, status, body);
    }

    /// <summary>One accepted result per ceremony, whoever posts at the same moment.</summary>
    private (int Status, JsonObject Body) Accept(Stage stage, JsonElement response)
    {
        lock (_lock)
        {
            if (stage.Done.Task.IsCompleted)
                return (StatusCodes.Status409Conflict, Fault("AlreadyDone"));
            var verdict = stage.Ceremony.Accept(response, Origin, _verifier);
            if (verdict.Fault is { } fault)
                return (StatusCodes.Status400BadRequest, Fault(fault));
            var next = verdict.Next is null ? null : Begin(verdict.Next);
            next?.Follow(stage);
            stage.Done.TrySetResult(next);
            return (StatusCodes.Status200OK, new JsonObject { ["status"] = next is null ? "done" : "next", ["next"] = next?.Path });
        }
    }

    private static async Task<JsonDocument?> ReadAsync(HttpContext http)
    {
        try
        {
            return await JsonDocument.ParseAsync(http.Request.Body, new JsonDocumentOptions { MaxDepth = 8 }, http.RequestAborted);
        }
        catch (Exception e) when (e is JsonException or BadHttpRequestException)
        {
            return null;
        }
    }

    private static JsonObject Fault(string name) => new() { ["error"] = name };

    private static Task RefuseAsync(HttpContext http, int status, string fault) => JsonAsync(http, status, Fault(fault));

    private static async Task JsonAsync(HttpContext http, int status, JsonObject body)
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = "application/json";
        await http.Response.WriteAsync(body.ToJsonString());
    }

    private sealed class Stage(Ceremony ceremony, string path, Uri url)
    {
        public Ceremony Ceremony { get; } = ceremony;
        public string Path { get; } = path;
        public Uri Url { get; } = url;

        /// <summary>The stage whose window leads here: its path still answers, with AlreadyDone.</summary>
        public Stage? Before { get; private set; }

        public bool Follows => Before is not null;
        public TaskCompletionSource Opened { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
        public TaskCompletionSource<Stage?> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Follow(Stage before) => Before = before;
    }
}
