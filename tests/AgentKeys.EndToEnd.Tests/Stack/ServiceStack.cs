using System.Globalization;
using System.Net.Sockets;
using System.Text.Json;
using AgentKeys.Testing.Audit;
using AgentKeys.Testing.Processes;

namespace AgentKeys.EndToEnd.Tests.Stack;

/// <summary>
/// The processes of a stack under a test's own hand: <c>agentkeys dev</c> makes it, and people prepare what they need; then it stops, and
/// node, signer, broker and worker are started from the same configuration, each alone, so each can fail alone.
/// </summary>
internal sealed class ServiceStack : IAsyncDisposable
{
    private readonly StackFolder _folder;
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(5) };
    private readonly HttpClient _signerHttp;

    private ServiceStack(StackFolder folder)
    {
        _folder = folder;
        using var config = JsonDocument.Parse(File.ReadAllBytes(Config));
        var settings = config.RootElement.GetProperty("AgentKeys");
        BrokerUrl = UrlIn(settings.GetProperty(nameof(Broker)).GetProperty("PublicUrl"));
        WorkerUrl = UrlIn(settings.GetProperty("Workers").GetProperty("credentials").GetProperty("PublicUrl"));
        ChainUrl = UrlIn(settings.GetProperty("Chain").GetProperty("RpcUrls")[0]);
        _signerHttp = OverSocket(In("run", "signer.sock"));
        Anvil = Process(
            "anvil",
            [Testing.Chain.Anvil.Program, "--host", "127.0.0.1", "--port", ChainUrl.Port.ToString(CultureInfo.InvariantCulture), "--chain-id", "31337", "--hardfork", "london", "--state", In("chain.json"), "--state-interval", "1"],
            async ct => (await _http.PostAsync(ChainUrl, new StringContent("""{"jsonrpc":"2.0","id":1,"method":"eth_chainId","params":[]}""", null, "application/json"), ct)).IsSuccessStatusCode);
        Signer = Service("signer", folder.Programs.Signer, _signerHttp, []);
        Broker = Service("broker", folder.Programs.Broker, new HttpClient { BaseAddress = BrokerUrl, Timeout = TimeSpan.FromSeconds(5) }, []);
        Worker = Service("credentials", folder.Programs.Worker, new HttpClient { BaseAddress = WorkerUrl, Timeout = TimeSpan.FromSeconds(5) }, ["--role", "credentials"]);
    }

    public Uri BrokerUrl { get; }
    public Uri WorkerUrl { get; }
    public Uri ChainUrl { get; }
    public ServiceProcess Anvil { get; }
    public ServiceProcess Signer { get; }
    public ServiceProcess Broker { get; }
    public ServiceProcess Worker { get; }

    /// <summary>Those with a log and a code; in the order of their start.</summary>
    public IReadOnlyList<ServiceProcess> Services => [Signer, Broker, Worker];

    public string Config => In("agentkeys.json");

    public string In(params string[] parts) => Path.Combine([_folder.DevState, .. parts]);

    /// <summary>State folder of a service's audit log.</summary>
    public string StateOf(ServiceProcess service) => service == Signer ? In("state", "signer", "credentials") : In("state", service.Name);

    /// <summary>Name under which a service writes there.</summary>
    public string VerifierOf(ServiceProcess service) => service == Broker ? "broker" : service == Signer ? "signer:credentials" : "worker:credentials";

    /// <summary>What a client hears when that service has no log: the signer's trouble is the worker's to know.</summary>
    public string CodeWithoutLog(ServiceProcess service) => service == Signer ? "signer_unavailable" : "audit_unavailable";

    /// <summary>The service itself counts <c>audit_unavailable</c>, whatever the client heard.</summary>
    public async Task<bool> CountsAuditUnavailableAsync(ServiceProcess service, CancellationToken ct) =>
        (await GetAsync(service, "/metrics", ct)).Body.Contains("code=\"audit_unavailable\"", StringComparison.Ordinal);

    public Task<IReadOnlyList<AuditEntry>> ReadLogAsync(ServiceProcess service) => AuditLogFile.ReadAsync(StateOf(service), VerifierOf(service));

    /// <param name="prepare">what people do while <c>agentkeys dev</c> still runs.</param>
    /// <param name="environment">added to that of the services.</param>
    public static async Task<ServiceStack> StartAsync(StackFolder folder, Func<Task> prepare, CancellationToken ct, IReadOnlyDictionary<string, string>? environment = null)
    {
        await using (await folder.StartAsync(ct))
            await prepare();
        var stack = new ServiceStack(folder);
        try
        {
            await stack.Anvil.StartAsync(ct);
            foreach (var service in stack.Services)
            {
                service.Environment = environment ?? service.Environment;
                await service.StartAsync(ct);
            }
            return stack;
        }
        catch
        {
            await stack.DisposeAsync();
            throw;
        }
    }

    /// <summary>GET of a service, whatever it answers.</summary>
    public async Task<(int Status, string Body)> GetAsync(ServiceProcess service, string route, CancellationToken ct)
    {
        using var answer = service == Signer
            ? await _signerHttp.GetAsync(new Uri(route, UriKind.Relative), ct)
            : await _http.GetAsync(new Uri(service == Broker ? BrokerUrl : WorkerUrl, route), ct);
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync(ct));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in (ServiceProcess[])[Worker, Broker, Signer, Anvil])
            await process.DisposeAsync();
        _http.Dispose();
        _signerHttp.Dispose();
    }

    private ServiceProcess Service(string name, string program, HttpClient http, string[] arguments) =>
        Process(name, ["dotnet", program, "--config", Config, .. arguments], async ct => (await http.GetAsync(new Uri("/healthz", UriKind.Relative), ct)).IsSuccessStatusCode);

    private ServiceProcess Process(string name, string[] command, Func<CancellationToken, Task<bool>> isUp) => new(name, command, _folder.DevState, In("logs", name + ".log"), isUp);

    private static HttpClient OverSocket(string path)
    {
        var handler = new SocketsHttpHandler
        {
            ConnectCallback = async (_, ct) =>
            {
                var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), ct);
                return new NetworkStream(socket, ownsSocket: true);
            },
        };
        return new HttpClient(handler) { BaseAddress = new Uri("http://localhost"), Timeout = TimeSpan.FromSeconds(5) };
    }

    private static Uri UrlIn(JsonElement text) => new(text.GetString()!);
}
