using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using AgentKeys.Protocol;
using AgentKeys.Testing.Chain;
using AgentKeys.Testing.Processes;
using AgentKeys.Testing.Wire;

namespace AgentKeys.Demo.Attacks;

/// <summary>
/// The demo's own stack, each process by itself, so that each can be killed alone: same configuration, keys, chain, logs and objects. Between each
/// service and the node stands a relay that passes everything on until it is told to lie.
/// </summary>
internal sealed class AttackStack : IAsyncDisposable
{
    private readonly DemoContext _context;
    private readonly ServiceProcess _anvil;
    private readonly List<NodeRelay> _relays = [];

    private AttackStack(DemoContext context)
    {
        _context = context;
        using var config = JsonDocument.Parse(File.ReadAllBytes(Config));
        var settings = config.RootElement.GetProperty("AgentKeys");
        BrokerUrl = new Uri(settings.GetProperty(nameof(Broker)).GetProperty("PublicUrl").GetString()!);
        WorkerUrls = Scene.Classes.ToDictionary(c => c, c => new Uri(settings.GetProperty(nameof(Workers)).GetProperty(c.Name()).GetProperty("PublicUrl").GetString()!));
        ChainUrl = new Uri(settings.GetProperty("Chain").GetProperty("RpcUrls")[0].GetString()!);
        SignerHttp = UnixSocketHttp.To(In("run", "signer.sock"));
        _anvil = new ServiceProcess(
            "anvil",
            [Anvil.Program, "--host", "127.0.0.1", "--port", ChainUrl.Port.ToString(CultureInfo.InvariantCulture), "--chain-id", "31337", "--hardfork", "london", "--state", In("chain.json"), "--state-interval", "1"],
            context.DevState, In("logs", "anvil.log"), AnswersAsync);
    }

    public Uri BrokerUrl { get; }
    public IReadOnlyDictionary<DataClass, Uri> WorkerUrls { get; }
    public Uri ChainUrl { get; }
    public HttpClient Http { get; } = new() { Timeout = TimeSpan.FromSeconds(30) };
    public HttpClient SignerHttp { get; }
    public ServiceProcess Signer { get; private set; } = null!;
    public ServiceProcess Broker { get; private set; } = null!;
    public IReadOnlyList<ServiceProcess> Workers { get; private set; } = [];

    /// <summary>What each of them sees of the chain.</summary>
    public NodeRelay SignersNode => _relays[0];

    public NodeRelay BrokersNode => _relays[1];

    public NodeRelay WorkersNode(DataClass dataClass) => _relays[2 + Scene.Classes.Index().First(c => c.Item == dataClass).Index];

    public IReadOnlyList<ServiceProcess> Services => [Signer, Broker, .. Workers];

    private string Config => In("agentkeys.json");

    public string In(params string[] parts) => Path.Combine([_context.DevState, .. parts]);

    public static async Task<AttackStack> StartAsync(DemoContext context, CancellationToken ct)
    {
        var stack = new AttackStack(context);
        try
        {
            await stack._anvil.StartAsync(ct);
            for (var i = 0; i < 2 + Scene.Classes.Count; i++)
                stack._relays.Add(await NodeRelay.StartAsync(stack.ChainUrl));
            stack.Signer = stack.Service("signer", context.Programs.Signer, stack.SignersNode, [], stack.SignerHttp, new Uri("http://signer/healthz"));
            stack.Broker = stack.Service("broker", context.Programs.Broker, stack.BrokersNode, [], stack.Http, new Uri(stack.BrokerUrl, "/healthz"));
            stack.Workers =
            [
                .. Scene.Classes.Select(c => stack.Service(
                    c.Name(), context.Programs.Worker, stack.WorkersNode(c), ["--role", c.Name()], stack.Http, new Uri(stack.WorkerUrls[c], "/healthz"))),
            ];
            foreach (var service in stack.Services)
                await service.StartAsync(ct);
            return stack;
        }
        catch
        {
            await stack.DisposeAsync();
            throw;
        }
    }

    /// <summary>A second signer with the same ring, whose configuration serves another user's worker and not ours.</summary>
    public async Task<(ServiceProcess Process, HttpClient Http)> StartSignerOfAnotherUserAsync(CancellationToken ct)
    {
        var settings = JsonNode.Parse(await File.ReadAllBytesAsync(Config, ct))!;
        var signer = settings["AgentKeys"]![nameof(Signer)]!;
        (signer["Socket"], signer["StateDir"]) = ("run-other/signer.sock", "state/signer-other");
        var peer = signer["Peers"]![0]!;
        peer["Uid"] = peer["Uid"]!.GetValue<long>() + 1;
        var config = In("agentkeys-other-uid.json");
        await File.WriteAllTextAsync(config, settings.ToJsonString(), ct);
        File.SetUnixFileMode(config, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        var http = UnixSocketHttp.To(In("run-other", "signer.sock"));
        var process = new ServiceProcess(
            "signer-other", ["dotnet", _context.Programs.Signer, "--config", config], _context.DevState, In("logs", "signer-other.log"),
            async token => (await http.GetAsync(new Uri("http://signer/healthz"), token)).IsSuccessStatusCode);
        await process.StartAsync(ct);
        return (process, http);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in (ServiceProcess?[])[.. Workers, Broker, Signer, _anvil])
        {
            if (process is not null)
                await process.DisposeAsync();
        }
        foreach (var relay in _relays)
            await relay.DisposeAsync();
        Http.Dispose();
        SignerHttp.Dispose();
    }

    private ServiceProcess Service(string name, string program, NodeRelay node, string[] arguments, HttpClient http, Uri health) =>
        new(name, ["dotnet", program, "--config", Config, .. arguments], _context.DevState, In("logs", name + ".log"),
            async ct => (await http.GetAsync(health, ct)).IsSuccessStatusCode)
        {
            Environment = new Dictionary<string, string>
            {
                ["AgentKeys__Chain__RpcUrls__0"] = node.Url.GetLeftPart(UriPartial.Authority),
                [$"AgentKeys__Workers__{name}__SignerTimeoutMilliseconds"] = "20000", // a busy machine takes its time; no move here is about this deadline
            },
        };

    private async Task<bool> AnswersAsync(CancellationToken ct)
    {
        using var question = new StringContent("""{"jsonrpc":"2.0","id":1,"method":"eth_chainId","params":[]}""", null, "application/json");
        return (await Http.PostAsync(ChainUrl, question, ct)).IsSuccessStatusCode;
    }
}
