using System.Net.Sockets;
using System.Text.Json.Serialization;
using AgentKeys.Hosting;
using AgentKeys.Protocol;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace AgentKeys.Tests.Hosting;

public sealed record EchoBody(string? Name, EchoInner? Inner);

public sealed record EchoInner(int Count);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(EchoBody))]
internal sealed partial class EchoJson : JsonSerializerContext;

/// <summary>A real Kestrel with the service defaults, on a free port or a Unix socket.</summary>
public sealed class TestService : IAsyncDisposable
{
    private readonly WebApplication _app;

    private TestService(WebApplication app, HttpClient client) => (_app, Client) = (app, client);

    public HttpClient Client { get; }

    public static async Task<TestService> StartAsync(string? unixSocket = null, params IReadinessCheck[] checks)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.AddServiceDefaults("worker:test");
        builder.Logging.ClearProviders();
        builder.Services.ConfigureHttpJsonOptions(options => options.SerializerOptions.TypeInfoResolverChain.Insert(0, EchoJson.Default));
        foreach (var check in checks)
            builder.Services.AddSingleton(check);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            if (unixSocket is null)
                kestrel.Listen(System.Net.IPAddress.Loopback, 0);
            else
                kestrel.ListenUnixSocket(unixSocket);
        });
        var app = builder.Build();
        app.MapServiceDefaults();
        app.MapPost("/echo", (EchoBody body) => Results.Json(body, EchoJson.Default.EchoBody));
        app.MapGet("/throw", (Func<IResult>)(() => throw new InvalidOperationException("SECRET in an exception")));
        app.MapGet("/refuse/{code}", (string code) => RefusalResults.Problem(RefusalOf(code)));
        app.MapGet("/full", () => RefusalResults.Problem(new Refusal(RefusalCode.QuotaExceeded, "No room.")));
        app.MapGet("/min-block", (HttpRequest request) => BlockHeaders.ParseMinBlock(request).IsOk(out var block, out var refusal) ? Results.Text($"{block}") : RefusalResults.Problem(refusal));
        app.MapGet("/uid", (HttpContext context) => Results.Text(PeerCredentials.TryGetUid(context, out var uid) ? $"{uid}" : "nobody"));
        await app.StartAsync();
        return new TestService(app, ClientOf(app, unixSocket));
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.DisposeAsync();
    }

    private static Refusal RefusalOf(string code)
    {
        Assert.True(RefusalCodes.TryParse(code, out var parsed));
        return new Refusal(parsed, "Because of a test.")
        {
            Block = 12,
            RequiredTier = TrustTier.HumanAnchored,
            Remediation = "Do something.",
            RetryAfterSeconds = parsed == RefusalCode.QuotaExceeded ? 17 : null,
        };
    }

    private static HttpClient ClientOf(WebApplication app, string? unixSocket)
    {
        if (unixSocket is null)
            return new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
        return new HttpClient(new SocketsHttpHandler
        {
            ConnectCallback = async (_, cancellationToken) =>
            {
                var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(unixSocket), cancellationToken);
                return new NetworkStream(socket, ownsSocket: true);
            },
        })
        {
            BaseAddress = new Uri("http://service"),
        };
    }
}
