using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;
using AgentKeys.Audit;
using AgentKeys.Chain;
using AgentKeys.Hosting;
using AgentKeys.Protocol;
using AgentKeys.Services.Tests.Support;
using AgentKeys.Signer;
using AgentKeys.Storage;
using AgentKeys.Testing.Audit;
using AgentKeys.Testing.Chain;
using AgentKeys.Testing.Storage;
using AgentKeys.Testing.Tokens;
using AgentKeys.Worker;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace AgentKeys.Services.Tests.Worker;

/// <summary>
/// A signer on a real Unix socket and a worker (credentials, unless the test asks for memory) on a real port, with real logs, ring and store in a folder of their own.
/// Only the chain is the test's. One operator with a master device, two agents with one device each; the first agent may use
/// <c>openai_api_key</c>.
/// </summary>
internal sealed class VaultStack : IAsyncLifetime, IAsyncDisposable
{
    public const string PublicUrl = "http://vault.test:9094";
    public const string Service = "openai_api_key";
    public const string Typed = "OPENAI_API_KEY";
    private const string StoreId = "dev";
    /// <summary>A chain whose head may be too old.</summary>
    public const string Profile = """{"name":"test","chainId":31337,"rpcUrls":["http://127.0.0.1:1"],"blocks":"continuous","confirmations":0,"maxHeadAgeSeconds":60,"gasModel":"eip1559"}""";

    private WebApplication? _signer;
    private WebApplication? _worker;
    private HttpClient? _http;

    public TemporaryFolder Folder { get; } = new();
    public TestTokens Tokens { get; } = new();
    public ManualTime Time { get; } = new();
    public CapturedLogs Logs { get; } = new();
    public TestDevice Wallet { get; } = new();
    public TestDevice Master { get; } = new();
    public TestDevice Agent { get; } = new();
    public TestDevice OtherAgent { get; } = new();

    /// <summary>The worker's node.</summary>
    public FakeRegistry Chain { get; }

    /// <summary>The signer's own node; the worker's unless the test asks for two.</summary>
    public FakeRegistry SignerChain { get; private set; }

    public bool TwoNodes { get; init; }

    /// <summary>User whose processes the signer serves; this process's unless the test says otherwise.</summary>
    public long PeerUid { get; init; } = CurrentUid;

    /// <summary>Group that may connect to the signer; null leaves the setting out.</summary>
    public long? SocketGroup { get; init; }

    /// <summary>What the worker serves.</summary>
    public DataClass Class { get; init; } = DataClass.Credentials;

    /// <summary>The other class that a worker serves.</summary>
    public DataClass OtherClass => Class == DataClass.Memory ? DataClass.Credentials : DataClass.Memory;

    /// <summary>What the signer serves to this user; the worker's class unless the test says otherwise.</summary>
    public string? PeerClass { get; init; }

    /// <summary>More settings of the worker, as JSON members.</summary>
    public string WorkerSettings { get; init; } = "";

    /// <summary>More settings of every service, as JSON members.</summary>
    public string CommonSettings { get; init; } = "";

    /// <summary>More settings of the signer, as JSON members.</summary>
    public string SignerSettings { get; init; } = "";

    /// <summary>The granted object: <c>openai_api_key</c>, in memory the key <c>today</c> in that namespace.</summary>
    public ObjectName Name => NameIn(Service);

    /// <summary>As a person types it.</summary>
    public string TypedName => Class.HasKeys() ? $"{Typed}/Today" : Typed;

    public int SignerTimeoutMilliseconds { get; init; } = 5000;

    /// <summary>Changes what the signer is made of, from its next start.</summary>
    public Action<IServiceCollection>? BendSigner { get; init; }

    public static uint CurrentUid => geteuid();

    public VaultStack() => Chain = SignerChain = new FakeRegistry(Time);

    public string RingDir => Folder["ring"];
    public string SocketPath => Path.Combine(Folder["run"], "signer.sock");
    public string StoreRoot => Folder["store"];
    public Omni Operator => Wallet.Omni;
    public FaultyObjectStore Store { get; private set; } = null!;

    /// <summary>The worker's log, which can fail to take outcomes.</summary>
    public FaultyAudit Audit { get; private set; } = null!;

    /// <summary>Where the worker listens: for clients, then for watchers.</summary>
    public IReadOnlyList<string> WorkerUrls => [.. _worker!.Urls];

    public IReadOnlyList<string> SignerUrls => [.. _signer!.Urls];
    public IServiceProvider WorkerServices => _worker!.Services;
    public IServiceProvider SignerServices => _signer!.Services;
    public ulong WorkerRecords => _worker!.Services.GetRequiredService<IAuditSink>().SettledRecords();
    public int Waiting => _worker!.Services.GetRequiredService<ObjectLocks>().Waiting;
    public int FreePlaces => _worker!.Services.GetRequiredService<LargeRequests>().Free;
    public ulong SignerRecords => _signer!.Services.GetRequiredService<SignerAudit>().Of(Class).SettledRecords();

    /// <summary>Where the first agent's object lies.</summary>
    public string ObjectPath => PathOf(Agent.Omni, Name.ToString());

    public static async Task<VaultStack> StartAsync(Func<VaultStack>? create = null)
    {
        var stack = create?.Invoke() ?? new VaultStack();
        await stack.InitializeAsync();
        return stack;
    }

    public async Task InitializeAsync()
    {
        AddEpoch(1);
        Register(Chain);
        if (TwoNodes)
            Register(SignerChain = new FakeRegistry(Time));
        await File.WriteAllTextAsync(Folder["agentkeys.json"], Configuration());
        await File.WriteAllTextAsync(Folder["deployment.json"], DeploymentJson.Write(Chain.Deployment));
        await File.WriteAllTextAsync(Folder["profile.json"], Profile);
        await StartSignerAsync();
        await StartWorkerAsync();
    }

    /// <summary>What a worker does with sealed objects.</summary>
    public static IReadOnlyList<CapOp> Ops { get; } = [CapOp.Store, CapOp.Fetch, CapOp.List, CapOp.Delete, CapOp.Teardown];

    /// <summary>Every test of one class for both.</summary>
    public static Xunit.TheoryData<DataClass> Classes => [DataClass.Credentials, DataClass.Memory];

    public static Task<VaultStack> StartAsync(DataClass dataClass) => StartAsync(() => new VaultStack { Class = dataClass });

    /// <summary>Changes what both nodes say, on top of what was changed before.</summary>
    public void BendFacts(Func<CapFacts, CapFacts> bend)
    {
        var before = Chain.Bend ?? (f => f);
        Chain.Bend = SignerChain.Bend = f => bend(before(f));
    }

    /// <summary>Takes back what <see cref="Bend"/>s did.</summary>
    public void ResetChain()
    {
        foreach (var node in (FakeRegistry[])[Chain, SignerChain])
            (node.Bend, node.Fault, node.HeadAge, node.Epoch, node.Hangs) = (null, null, TimeSpan.Zero, 1, false);
    }

    private void Register(FakeRegistry chain) =>
        chain.AddOperator(Wallet, Master).AddAgent(Wallet, Agent).AddAgent(Wallet, OtherAgent).Grant(Agent.Omni, Service, g => g with { Classes = Class.MaskBit() });

    public void AddEpoch(ulong epoch)
    {
        using var key = RingKey.Generate(epoch);
        RingFile.Create(RingDir, key);
    }

    public string PathOf(Omni actor, string name) => Path.Combine(StoreRoot, "bots", actor.ToBareHex(), Class.Name(), name + ".enc");

    public ObjectName NameIn(string service) => new(ServiceName.Parse(service), Class.HasKeys() ? ServiceName.Parse("today") : null);

    public VaultCall StoreCall(byte[] value, ulong? ifVersion = null, string? typed = null) => Call(CapOp.Store, VaultCall.StoreBody(typed ?? TypedName, value, ifVersion));

    public VaultCall FetchCall() => Call(CapOp.Fetch, "{}"u8.ToArray());

    public VaultCall DeleteCall(ulong? ifVersion = null) => Call(CapOp.Delete, Encoding.UTF8.GetBytes(ifVersion is { } version ? $"{{\"if_version\":{version}}}" : "{}"));

    public VaultCall ListCall(string body = "{}") => Call(CapOp.List, Encoding.UTF8.GetBytes(body));

    /// <summary>By the master, for the agent: nobody else may.</summary>
    public VaultCall TeardownCall() => Call(CapOp.Teardown, "{}"u8.ToArray()).By(Master);

    /// <summary>A request that is allowed, by whoever may.</summary>
    public VaultCall CallOf(CapOp op) => op switch
    {
        CapOp.Store => StoreCall([2]),
        CapOp.Fetch => FetchCall(),
        CapOp.List => ListCall(),
        CapOp.Delete => DeleteCall(),
        _ => TeardownCall(),
    };

    /// <summary>Stores one object of the agent, as its operator does: no grant needed.</summary>
    public async Task<WireAnswer> StoreForAgentAsync(ObjectName name, byte[] value)
    {
        var store = StoreCall(value, typed: name.ToString()).By(Master);
        store.Cap = store.Cap with { Service = name.Service, Key = name.Key };
        return await SendAsync(store);
    }

    public async Task<WireAnswer> DeleteAsync(ulong? ifVersion = null) => await SendAsync(DeleteCall(ifVersion));

    public async Task<WireAnswer> ListAsync(string body = "{}") => await SendAsync(ListCall(body));

    public async Task<WireAnswer> StoreAsync(byte[] value, ulong? ifVersion = null) => await SendAsync(StoreCall(value, ifVersion));

    public async Task<WireAnswer> FetchAsync() => await SendAsync(FetchCall());

    public Task<WireAnswer> SendAsync(VaultCall call) => SendAsync(call.Build());

    public async Task<WireAnswer> SendAsync(WireRequest request)
    {
        using var message = request.ToMessage();
        using var response = await _http!.SendAsync(message);
        var answer = await WireAnswer.ReadAsync(response);
        Contracts.Hold(WorkerServices, request.Path, answer.Status, answer.Text);
        return answer;
    }

    public Task<string> GetTextAsync(string path) => _http!.GetStringAsync(new Uri(path, UriKind.Relative));

    public HttpClient WorkerHttp() => new() { BaseAddress = new Uri(_worker!.Urls.First()) };

    public async Task<WireAnswer> GetAsync(string path)
    {
        using var response = await _http!.GetAsync(new Uri(path, UriKind.Relative));
        return await WireAnswer.ReadAsync(response);
    }

    /// <summary>Straight to the signer, as a worker would, or as a bad one would.</summary>
    public async Task<WireAnswer> SendToSignerAsync(string path, WireRequest client, byte[] body, string contentType = "application/json")
    {
        using var http = SignerHttp();
        using var message = (client with { Path = path, Body = body, ContentType = contentType }).ToMessage();
        using var response = await http.SendAsync(message);
        var answer = await WireAnswer.ReadAsync(response);
        Contracts.Hold(SignerServices, path, answer.Status, answer.Text);
        return answer;
    }

    public HttpClient SignerHttp() => new(new SocketsHttpHandler
    {
        ConnectCallback = async (_, cancel) =>
        {
            var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(SocketPath), cancel);
            return new NetworkStream(socket, ownsSocket: true);
        },
    })
    {
        BaseAddress = new Uri("http://signer"),
    };

    public async Task StartSignerAsync()
    {
        var builder = Builder(SignerChain).AddSigner();
        BendSigner?.Invoke(builder.Services);
        _signer = Watched(builder);
        _signer.MapSigner();
        await _signer.StartAsync();
    }

    public async Task StopSignerAsync()
    {
        if (_signer is not null)
            await _signer.DisposeAsync();
        _signer = null;
        if (File.Exists(SocketPath))
            File.Delete(SocketPath);
    }

    public async Task StartWorkerAsync()
    {
        var builder = Builder(Chain).AddWorker(WorkerRole.Find(Class.Name())!);
        builder.Services.AddSingleton<IObjectStore>(provider => Store = new FaultyObjectStore(
            new LocalObjectStore(StoreRoot, provider.GetRequiredService<IStorageTokenVerifier>(), Time)));
        var log = builder.Services.Last(d => d.ServiceType == typeof(IAuditSink));
        builder.Services.AddSingleton<IAuditSink>(provider => Audit = new FaultyAudit((IAuditSink)log.ImplementationFactory!(provider)));
        _worker = Watched(builder);
        _worker.MapWorker();
        await _worker.StartAsync();
        _http = new HttpClient { BaseAddress = new Uri(_worker.Urls.First()), Timeout = TimeSpan.FromSeconds(30) };
    }

    public async Task StopWorkerAsync()
    {
        _http?.Dispose();
        if (_worker is not null)
            await _worker.DisposeAsync();
        _worker = null;
    }

    public async Task RestartAsync()
    {
        await StopWorkerAsync();
        await StopSignerAsync();
        await StartSignerAsync();
        await StartWorkerAsync();
    }

    /// <summary>Every stored file and its bytes: what "nothing changed" is compared by.</summary>
    public string StoreDigest() => !Directory.Exists(StoreRoot)
        ? ""
        : string.Join('\n', Directory.EnumerateFiles(StoreRoot, "*.enc", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
            .Select(f => $"{f} {Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(f)))}"));

    /// <summary>The agent's object as it was, and nothing else.</summary>
    public void PutBack(byte[] stored)
    {
        Directory.Delete(Path.Combine(StoreRoot, "bots"), recursive: true);
        Directory.CreateDirectory(Path.GetDirectoryName(ObjectPath)!);
        File.WriteAllBytes(ObjectPath, stored);
    }

    Task IAsyncLifetime.DisposeAsync() => DisposeAsync().AsTask();

    public async ValueTask DisposeAsync()
    {
        await StopWorkerAsync();
        await StopSignerAsync();
        Folder.Dispose();
    }

    private VaultCall Call(CapOp op, byte[] body) => new()
    {
        Device = Agent,
        Tokens = Tokens,
        Now = Time.GetUtcNow(),
        Route = op,
        Class = Class,
        PublicUrl = PublicUrl,
        Body = body,
        Cap = Tokens.CapClaims(Agent, Chain.Chain, Time.GetUtcNow()) with
        {
            Op = op,
            DataClass = Class,
            Operator = Operator,
            Actor = Agent.Omni,
            Service = op.NamesService() ? Name.Service : null,
            Key = op.NamesService() ? Name.Key : null,
            Epoch = Chain.Epoch,
            Block = Chain.Head,
        },
        Storage = Tokens.StorageClaims(Agent.Omni, Class, StorageClaims.LocalAudience(StoreId, Class), Time.GetUtcNow()),
    };

    /// <summary>As a service starts, from the same file; then the test's clock, registry and eyes.</summary>
    private WebApplicationBuilder Builder(FakeRegistry chain)
    {
        if (!ServiceStart.TryCreateBuilder(Folder["agentkeys.json"], out var builder, out var problem))
            throw new InvalidOperationException(problem);
        builder.Services.AddSingleton<TimeProvider>(Time);
        builder.Services.AddSingleton<IRegistryReader>(chain);
        return builder;
    }

    /// <summary>Everything that is logged, whatever the service filters, goes to the test and nowhere else.</summary>
    private WebApplication Watched(WebApplicationBuilder builder)
    {
        builder.Logging.ClearProviders().AddProvider(Logs);
        builder.Services.Configure<LoggerFilterOptions>(options =>
        {
            options.MinLevel = LogLevel.Trace;
            options.Rules.Clear();
        });
        return builder.Build();
    }

    private string Configuration() => $$"""
        {
          "AgentKeys": {
            {{CommonSettings}}"Chain": { "Profile": "profile.json", "RpcUrls": ["http://127.0.0.1:1"], "Deployment": "deployment.json" },
            "Trust": { "Issuer": "{{Tokens.Issuer}}", "CapKeys": [{{Tokens.K1.ToJson()}}], "StorageKeys": [{{Tokens.K2.ToJson()}}] },
            "Signer": {
              {{SignerSettings}}"Socket": "run/signer.sock", {{(SocketGroup is { } group ? $"\"SocketGroup\": {group}, " : "")}}"RingDir": "ring", "StateDir": "state/signer",
              "Peers": [{ "Uid": {{PeerUid}}, "Classes": { "{{PeerClass ?? Class.Name()}}": "{{PublicUrl}}" } }]
            },
            "Workers": {
              "{{Class.Name()}}": {
                "Listen": "http://127.0.0.1:0", "PublicUrl": "{{PublicUrl}}", "StateDir": "state/{{Class.Name()}}",
                "SignerSocket": "run/signer.sock", {{WorkerSettings}}"SignerTimeoutMilliseconds": {{SignerTimeoutMilliseconds}},
                "Store": { "Kind": "local", "Id": "{{StoreId}}", "Root": "store" }
              }
            }
          }
        }
        """;

    [DllImport("libc")]
    private static extern uint geteuid();
}
