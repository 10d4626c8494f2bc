using System.Net.Sockets;
using System.Runtime.InteropServices;
using AgentKeys.Audit;
using AgentKeys.Protocol;
using AgentKeys.Signer;
using AgentKeys.Storage;
using AgentKeys.Testing.Audit;
using AgentKeys.Testing.Storage;
using AgentKeys.Testing.Tokens;
using AgentKeys.Verification;
using AgentKeys.Worker;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace AgentKeys.Services.Tests.Worker;

/// <summary>
/// A signer on a real Unix socket and a credentials worker on a real port, with real logs, ring and store in a folder of their own.
/// Only the chain is the test's. One operator with a master device, two agents with one device each; the first agent may use
/// <c>openai_api_key</c>.
/// </summary>
internal sealed class VaultStack : IAsyncLifetime, IAsyncDisposable
{
    public const string PublicUrl = "http://vault.test:9094";
    public const string Service = "openai_api_key";
    public const string Typed = "OPENAI_API_KEY";
    private const string StoreId = "dev";

    private WebApplication? _signer;
    private WebApplication? _worker;
    private HttpClient? _http;

    public TemporaryFolder Folder { get; } = new();
    public TestTokens Tokens { get; } = new();
    public ManualTime Time { get; } = new();
    public CapturedLogs Logs { get; } = new();
    public TestDevice Master { get; } = new();
    public TestDevice Agent { get; } = new();
    public TestDevice OtherAgent { get; } = new();
    public ChainState Chain { get; private set; } = new();

    /// <summary>The signer's own node; the worker's unless the test gives it another.</summary>
    public ChainState SignerChain { get; set; } = new();

    /// <summary>User whose processes the signer serves; this process's unless the test says otherwise.</summary>
    public long PeerUid { get; init; } = CurrentUid;

    public int SignerTimeoutMilliseconds { get; init; } = 5000;

    public static uint CurrentUid => geteuid();

    public string RingDir => Folder["ring"];
    public string SocketPath => Path.Combine(Folder["run"], "signer.sock");
    public string StoreRoot => Folder["store"];
    public Omni Operator => Master.Omni;
    public FaultyObjectStore Store { get; private set; } = null!;
    public ulong WorkerRecords => _worker!.Services.GetRequiredService<IAuditSink>().Status.Records;
    public ulong SignerRecords => _signer!.Services.GetRequiredService<SignerAudit>().Of(DataClass.Credentials).Status.Records;
    public IAuditSink WorkerAudit => _worker!.Services.GetRequiredService<IAuditSink>();

    /// <summary>Where the first agent's object lies.</summary>
    public string ObjectPath => PathOf(Agent.Omni, Service);

    public static async Task<VaultStack> StartAsync(Func<VaultStack>? create = null)
    {
        var stack = create?.Invoke() ?? new VaultStack();
        await stack.InitializeAsync();
        return stack;
    }

    public async Task InitializeAsync()
    {
        Directory.CreateDirectory(Folder["run"], UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        AddEpoch(1);
        ResetChain();
        await StartSignerAsync();
        await StartWorkerAsync();
    }

    /// <summary>The state that allows everything this stack's valid calls ask for.</summary>
    public void ResetChain()
    {
        Chain = SignerChain = new ChainState { Block = Chain.Block };
        Chain.Devices[Master.Hash] = new DeviceFacts(1, false, false, DeviceTier.Master, (DeviceRoles)7, Operator, Operator);
        Chain.Devices[Agent.Hash] = new DeviceFacts(1, false, false, DeviceTier.Agent, DeviceRoles.CapMint, Operator, Agent.Omni);
        Chain.Devices[OtherAgent.Hash] = new DeviceFacts(1, false, false, DeviceTier.Agent, DeviceRoles.CapMint, Operator, OtherAgent.Omni);
        foreach (var actor in (Omni[])[Operator, Agent.Omni, OtherAgent.Omni])
            Chain.Operators[actor] = Operator;
        Chain.Grants[(Agent.Omni, Service)] = Grant();
    }

    public static GrantFacts Grant(uint maxCalls = 0, uint period = 0) => new(true, DataClass.Credentials.MaskBit(), false, 0, maxCalls, period, 1, false);

    public void AddEpoch(ulong epoch)
    {
        using var key = RingKey.Generate(epoch);
        RingFile.Create(RingDir, key);
    }

    public string PathOf(Omni actor, string name) => Path.Combine(StoreRoot, "bots", actor.ToBareHex(), "credentials", name + ".enc");

    public VaultCall StoreCall(byte[] value, ulong? ifVersion = null, string typed = Typed) => Call(CapOp.Store, VaultCall.StoreBody(typed, value, ifVersion));

    public VaultCall FetchCall() => Call(CapOp.Fetch, "{}"u8.ToArray());

    public async Task<WireAnswer> StoreAsync(byte[] value, ulong? ifVersion = null) => await SendAsync(StoreCall(value, ifVersion));

    public async Task<WireAnswer> FetchAsync() => await SendAsync(FetchCall());

    public Task<WireAnswer> SendAsync(VaultCall call) => SendAsync(call.Build());

    public async Task<WireAnswer> SendAsync(WireRequest request)
    {
        using var message = request.ToMessage();
        using var response = await _http!.SendAsync(message);
        return await WireAnswer.ReadAsync(response);
    }

    public Task<string> GetTextAsync(string path) => _http!.GetStringAsync(new Uri(path, UriKind.Relative));

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
        return await WireAnswer.ReadAsync(response);
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
        var options = new SignerOptions { Socket = SocketPath, RingDir = RingDir, StateDir = Folder["state-signer"] };
        var peer = new PeerOptions { Uid = PeerUid };
        peer.Classes["credentials"] = PublicUrl;
        options.Peers.Add(peer);
        var builder = Builder(() => SignerChain);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ListenUnixSocket(SocketPath));
        builder.Services.AddSigner(options);
        _signer = builder.Build();
        _signer.MapSigner();
        await _signer.StartAsync();
    }

    public async Task StopSignerAsync()
    {
        if (_signer is not null)
            await _signer.DisposeAsync();
        _signer = null;
        File.Delete(SocketPath);
    }

    public async Task StartWorkerAsync()
    {
        var options = new WorkerOptions
        {
            Listen = "http://127.0.0.1:0",
            PublicUrl = PublicUrl,
            StateDir = Folder["state-worker"],
            SignerSocket = SocketPath,
            SignerTimeoutMilliseconds = SignerTimeoutMilliseconds,
            Store = new StoreOptions { Kind = "local", Id = StoreId, Root = StoreRoot },
        };
        var builder = Builder(() => Chain);
        builder.WebHost.UseUrls(options.Listen);
        builder.Services.AddWorker(WorkerRole.Find("credentials")!, options);
        builder.Services.AddSingleton<IObjectStore>(provider => Store = new FaultyObjectStore(
            new LocalObjectStore(StoreRoot, provider.GetRequiredService<IStorageTokenVerifier>(), Time)));
        _worker = builder.Build();
        _worker.MapWorker();
        await _worker.StartAsync();
        _ = _worker.Services.GetRequiredService<IObjectStore>();
        _http = new HttpClient { BaseAddress = new Uri(_worker.Urls.Single()), Timeout = TimeSpan.FromSeconds(30) };
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
        PublicUrl = PublicUrl,
        Body = body,
        Cap = Tokens.CapClaims(Agent, ChainState.TestChain, Time.GetUtcNow()) with
        {
            Op = op,
            Operator = Operator,
            Actor = Agent.Omni,
            Service = ServiceName.Parse(Service),
            Epoch = Chain.Epoch,
            Block = Chain.Block,
        },
        Storage = Tokens.StorageClaims(Agent.Omni, DataClass.Credentials, StorageClaims.LocalAudience(StoreId, DataClass.Credentials), Time.GetUtcNow()),
    };

    private WebApplicationBuilder Builder(Func<ChainState> chain)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders().SetMinimumLevel(LogLevel.Trace).AddProvider(Logs);
        builder.Services.AddSingleton<TimeProvider>(Time);
        builder.Services.AddSingleton<IFactsSource>(new Node(chain));
        builder.Services.AddSingleton(new TrustedIssuer(Tokens.Issuer, Tokens.CapKeys, Tokens.StorageKeys));
        builder.Services.AddSingleton(new ProcessStart(Time.GetUtcNow()));
        builder.Services.AddSingleton<CapGate>();
        return builder;
    }

    [DllImport("libc")]
    private static extern uint geteuid();

    /// <summary>Whatever the test has set by the time of the call.</summary>
    private sealed class Node(Func<ChainState> state) : IFactsSource
    {
        public ChainRef Chain => ChainState.TestChain;

        public Task<Result<CapFacts>> JudgeAsync(FactsQuery query, Func<CapFacts, Refusal?> rule, ulong minBlock, CancellationToken cancellationToken) =>
            state().JudgeAsync(query, rule, minBlock, cancellationToken);

        public Task<ChainReadiness> ProbeAsync(CancellationToken cancellationToken) => state().ProbeAsync(cancellationToken);
    }
}
