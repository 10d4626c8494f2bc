using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using AgentKeys.Audit;
using AgentKeys.Broker;
using AgentKeys.Broker.Keys;
using AgentKeys.Chain;
using AgentKeys.Protocol;
using AgentKeys.Testing.Audit;
using AgentKeys.Testing.Chain;
using AgentKeys.Testing.Storage;
using AgentKeys.Testing.Tokens;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace AgentKeys.Services.Tests.Support;

/// <summary>
/// The whole broker in memory: real keys on disk, real audit log on disk, real pipeline. Only the registry is a fake, and the clock
/// stands still until told otherwise. One for each test class; every test brings its own operator.
/// </summary>
public sealed class BrokerRig : IAsyncLifetime
{
    public const string PublicUrl = "http://broker.test";

    private readonly TemporaryFolder _folder = new();
    private WebApplication? _app;
    private TestTokens? _tokens;

    public BrokerRig() => Registry = new FakeRegistry(Clock);

    public ManualTime Clock { get; } = new();
    public FakeRegistry Registry { get; }
    public string Folder => _folder.Path;
    public int LoginsPerMinute { get; init; } = 100_000;

    /// <summary>Behind a real server on a free port, not the one in memory.</summary>
    public bool OnAPort { get; init; }

    /// <summary>Sees every line that is logged, at every level.</summary>
    public ILoggerProvider? Watch { get; init; }

    /// <summary>A profile of the release, or a file in <see cref="Folder"/>.</summary>
    public string Profile { get; init; } = "anvil";

    public int ChainTimeoutMilliseconds { get; init; } = 10_000;

    /// <summary>The broker's own keys, for whoever bends what it signs.</summary>
    public TestTokens Tokens => _tokens ??= TestTokens.OfKeyFiles(PublicUrl, _folder["k1.json"], _folder["k2.json"]);

    public Dictionary<string, string?> Settings { get; } = [];
    public IServiceProvider Services => _app!.Services;
    public HttpClient Http { get; private set; } = null!;
    public TrustedKeys CapKeys { get; private set; } = null!;
    public TrustedKeys StorageKeys { get; private set; } = null!;
    public DateTimeOffset Now => Clock.GetUtcNow();

    /// <summary>How many records the audit log has: what was minted is in it, before it left.</summary>
    public ulong Records => Services.GetRequiredService<IAuditSink>().Status.Records;

    public async Task InitializeAsync()
    {
        Assert.True(SigningKeyFile.TryCreate(_folder["k1.json"], KeyPurpose.Session, out var k1));
        Assert.True(SigningKeyFile.TryCreate(_folder["k2.json"], KeyPurpose.Oidc, out var k2));
        await File.WriteAllTextAsync(_folder["deployment.json"], DeploymentJson.Write(Registry.Deployment));
        (CapKeys, StorageKeys) = (new TrustedKeys([k1]), new TrustedKeys([k2]));
        Set("Chain:Profile", Profile);
        Set("Chain:Deployment", "deployment.json");
        Set("Chain:TimeoutMilliseconds", ChainTimeoutMilliseconds.ToString(System.Globalization.CultureInfo.InvariantCulture));
        Set("Trust:Issuer", PublicUrl);
        SetKey("Trust:CapKeys:0", k1);
        SetKey("Trust:StorageKeys:0", k2);
        Set("Broker:Listen", "http://127.0.0.1:0");
        Set("Broker:PublicUrl", PublicUrl);
        Set("Broker:SessionKeyFile", "k1.json");
        Set("Broker:OidcKeyFile", "k2.json");
        Set("Broker:StateDir", "state");
        Set("Broker:LoginsPerMinute", LoginsPerMinute.ToString(System.Globalization.CultureInfo.InvariantCulture));
        Set("Broker:Audiences:credentials", "agentkeys:store:dev:credentials");
        Set("Broker:Audiences:memory", "agentkeys:store:dev:memory");
        await StartAsync();
    }

    /// <summary>The same broker again: same keys, same log, empty memory.</summary>
    public async Task RestartAsync()
    {
        await _app!.DisposeAsync();
        await StartAsync();
    }

    public WebApplication Build()
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = _folder.Path });
        builder.Configuration.Sources.Clear();
        builder.Configuration.AddInMemoryCollection(Settings);
        if (!OnAPort)
            builder.WebHost.UseTestServer();
        builder.Services.AddSingleton<TimeProvider>(Clock);
        builder.Services.AddSingleton<IRegistryReader>(Registry);
        builder.AddBroker();
        if (Watch is not null)
        {
            builder.Logging.ClearProviders().AddProvider(Watch);
            builder.Services.Configure<LoggerFilterOptions>(options =>
            {
                options.MinLevel = LogLevel.Trace;
                options.Rules.Clear();
            });
        }
        var app = builder.Build();
        app.MapBroker();
        return app;
    }

    public void Set(string name, string? value) => Settings["AgentKeys:" + name] = value;

    public void SetKey(string name, Jwk key)
    {
        Set(name + ":Kty", "EC");
        Set(name + ":Crv", key.Curve);
        Set(name + ":X", Base64UrlStrict.Encode(key.X.ToArray()));
        Set(name + ":Y", Base64UrlStrict.Encode(key.Y.ToArray()));
    }

    /// <summary>An operator of this test's own, known to the registry.</summary>
    public TestOperator NewOperator() => new(Registry);

    public async Task DisposeAsync()
    {
        Http.Dispose();
        await _app!.DisposeAsync();
        _tokens?.Dispose();
        _folder.Dispose();
    }

    private async Task StartAsync()
    {
        _app = Build();
        await _app.StartAsync();
        Http = OnAPort ? new HttpClient { BaseAddress = new Uri(_app.Urls.Single()) } : _app.GetTestClient();
    }

    /// <summary>Sends exactly this body with exactly these headers.</summary>
    public async Task<Reply> SendAsync(string path, string body, string? token = null, string? proof = null, ulong? minBlock = null, string? mediaType = "application/json")
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body)) };
        request.Content.Headers.ContentType = mediaType is null ? null : MediaTypeHeaderValue.Parse(mediaType);
        if (token is not null)
            request.Headers.TryAddWithoutValidation("Authorization", "DPoP " + token);
        if (proof is not null)
            request.Headers.TryAddWithoutValidation("DPoP", proof);
        if (minBlock is { } block)
            request.Headers.Add("AgentKeys-Min-Block", block.ToString(System.Globalization.CultureInfo.InvariantCulture));
        using var response = await Http.SendAsync(request);
        var reply = await Reply.ReadAsync(response);
        Contracts.Hold(Services, path, reply.Status, reply.Text);
        return reply;
    }

    /// <summary>Sends with a fresh proof by this device.</summary>
    public Task<Reply> CallAsync(string path, JsonObject body, string? token, TestDevice device, ulong? minBlock = null)
    {
        var text = body.ToJsonString();
        return SendAsync(path, text, token, device.Prove("POST", PublicUrl + path, token, Encoding.UTF8.GetBytes(text), Now), minBlock);
    }

    public async Task<(string Id, string Message)> StartLoginAsync(TestDevice signer, TestDevice device)
    {
        var reply = await SendAsync("/v1/auth/wallet/start", new JsonObject { ["address"] = signer.Address.ToString(), ["device_key_hash"] = device.Hash.ToString() }.ToJsonString());
        Assert.Equal(200, reply.Status);
        return (reply["request_id"], reply["message"]);
    }

    public async Task<Reply> VerifyLoginAsync(string id, byte[] signature, TestDevice device) => await CallAsync(
        "/v1/auth/wallet/verify", new JsonObject { ["request_id"] = id, ["signature"] = "0x" + Convert.ToHexStringLower(signature) }, null, device);

    /// <summary>Logs in with the signer's key; the device holds the session.</summary>
    public async Task<Reply> LoginAsync(TestDevice signer, TestDevice device)
    {
        var (id, message) = await StartLoginAsync(signer, device);
        return await VerifyLoginAsync(id, signer.SignPersonal(message), device);
    }

    public async Task<string> SessionAsync(TestDevice signer, TestDevice device)
    {
        var reply = await LoginAsync(signer, device);
        Assert.Equal(200, reply.Status);
        return reply["session"];
    }

    /// <summary>Refused with this code, and no token left the broker: the log has nothing new.</summary>
    public async Task RefusedAsync(RefusalCode code, Func<Task<Reply>> call)
    {
        var before = Records;
        var reply = await call();
        Assert.True(code.Name() == reply.Code, $"expected {code.Name()}, got {reply.Status} {reply.Text}");
        Assert.Equal(code.Status(), reply.Status);
        Assert.Equal(before, Records);
    }
}

/// <summary>One operator: wallet, master, agent with a granted credential. Keys live as long as the test process.</summary>
public sealed class TestOperator
{
    public TestOperator(FakeRegistry registry) => registry.AddOperator(Wallet, Master).AddAgent(Wallet, Agent).Grant(Agent.Omni, "openai");

    public TestDevice Wallet { get; } = new();
    public TestDevice Master { get; } = new();
    public TestDevice Agent { get; } = new();
    public Omni Omni => Wallet.Omni;

    public JsonObject CapBody(TestDevice? device = null, Omni? actor = null) => new()
    {
        ["operator_omni"] = Omni.ToString(),
        ["actor_omni"] = (actor ?? Agent.Omni).ToString(),
        ["service"] = "openai",
        ["device_key_hash"] = (device ?? Agent).Hash.ToString(),
    };

    public JsonObject StorageBody(Omni? actor = null, string dataClass = "credentials") =>
        new() { ["actor_omni"] = (actor ?? Agent.Omni).ToString(), ["data_class"] = dataClass };
}

/// <summary>An answer, whole.</summary>
public sealed record Reply(int Status, string Text, string? MediaType, IReadOnlyDictionary<string, string> Headers)
{
    public JsonObject Json => JsonNode.Parse(Text)!.AsObject();
    public string this[string name] => Json[name]!.ToString();
    public string? Code => MediaType == "application/problem+json" ? Json["code"]!.GetValue<string>() : null;
    public string? Field => Json["field"]?.GetValue<string>();

    public static async Task<Reply> ReadAsync(HttpResponseMessage response) => new(
        (int)response.StatusCode,
        await response.Content.ReadAsStringAsync(),
        response.Content.Headers.ContentType?.MediaType,
        response.Headers.ToDictionary(h => h.Key, h => string.Join(',', h.Value), StringComparer.OrdinalIgnoreCase));
}
