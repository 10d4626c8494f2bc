using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using AgentKeys.Chain;
using AgentKeys.Client;
using AgentKeys.Ethereum;
using AgentKeys.Protocol;
using AgentKeys.Testing.Processes;
using AgentKeys.Testing.Wire;

namespace AgentKeys.Benchmarks;

/// <summary>A development stack of its own with one operator, one agent, and one credential that the agent may fetch.</summary>
internal sealed class BenchStack : IAsyncDisposable
{
    public const string Credential = "BENCH_KEY";
    private const string Bot = "bench-bot";

    private readonly DevStack _stack;
    private readonly string _state;

    private BenchStack(DevStack stack, string state)
    {
        (_stack, _state) = (stack, state);
        Network = NetworkDescription.Load(stack.Ready.GetProperty("network").GetString()!);
        Deployment = DeploymentJson.Parse(Network.Deployment.GetRawText());
        Chain = Open(new BuiltInChainClient());
    }

    public NetworkDescription Network { get; }
    public Deployment Deployment { get; }
    public ChainEndpoint Chain { get; }

    /// <summary>This stack's node through one of the clients that are compiled in.</summary>
    public ChainEndpoint Open(IChainClient client) => ChainEndpoint.Open(client, Network.RpcUrls[0], Deployment, TimeSpan.FromSeconds(10), TimeProvider.System);

    public string SignerSocket => Path.Combine(DevState, "run", "signer.sock");

    /// <summary>Of sealed objects.</summary>
    public string StoreFolder => Path.Combine(DevState, "state", "store");

    private string DevState => _stack.Ready.GetProperty("state").GetString()!;

    public static async Task<BenchStack> StartAsync(Programs programs, CancellationToken ct)
    {
        var state = Path.Combine(programs.Root, ".agentkeys", "bench");
        if (Directory.Exists(state))
            Directory.Delete(state, recursive: true);
        var dev = Path.Combine(state, "dev");
        var browser = SoftwarePasskeyBrowser.Install(programs, state);
        ChoosePorts(dev);
        // One client is all the load; the limit of one is not what is measured.
        Environment.SetEnvironmentVariable("AgentKeys__Clients__RequestsPerMinute", "10000000");
        var stack = await DevStack.StartAsync(programs, dev, ct);
        try
        {
            await SetUpAsync(new AgentKeysCli(programs, Path.Combine(state, "operator"), dev, browser), new AgentKeysCli(programs, Path.Combine(state, "agent"), dev, null), state, ct);
            return new BenchStack(stack, state);
        }
        catch
        {
            await stack.DisposeAsync();
            throw;
        }
    }

    /// <param name="service">as <c>agentkeys dev</c> names it.</param>
    public int ProcessOf(string service) =>
        _stack.Ready.GetProperty("services").EnumerateArray().Single(s => s.GetProperty("name").GetString() == service).GetProperty("pid").GetInt32();

    /// <summary>The agent's device key; the caller disposes it.</summary>
    public Secp256k1Key LoadDevice() => KeyFile.Load(Path.Combine(_state, "agent", "device.json"));

    /// <summary>The agent, who builds requests by hand.</summary>
    public Task<RawParty> LoginAsync(HttpClient http, CancellationToken ct) =>
        RawParty.LoginAsync(http, Network.Broker, Network.Worker(DataClass.Credentials), Path.Combine(_state, "agent", "device.json"), ct);

    /// <summary>What a decision about the agent's fetch asks the chain.</summary>
    public static FactsQuery Query(RawParty agent) => new()
    {
        Operator = Omni.TryParse(agent.Operator, out var operatorOmni) ? operatorOmni : default,
        Actor = Omni.TryParse(agent.Actor, out var actor) ? actor : default,
        Device = agent.Device.Hash,
        DataClass = DataClass.Credentials,
        Service = ServiceName.Parse(Credential.ToLowerInvariant()),
    };

    public ValueTask DisposeAsync() => _stack.DisposeAsync();

    /// <summary>Ports of its own, kept where the stack keeps them: the usual ones may be another stack's, now or in a moment.</summary>
    private static void ChoosePorts(string dev)
    {
        Directory.CreateDirectory(dev, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        File.WriteAllText(Path.Combine(dev, ".gitignore"), "*\n"); // the stack takes an empty folder, or one of its own
        var listeners = Enumerable.Range(0, 4).Select(_ => new TcpListener(IPAddress.Loopback, 0)).ToList();
        listeners.ForEach(l => l.Start());
        var ports = listeners.ConvertAll(l => ((IPEndPoint)l.LocalEndpoint).Port);
        listeners.ForEach(l => l.Dispose());
        File.WriteAllText(
            Path.Combine(dev, "ports.json"), JsonSerializer.Serialize(new Dictionary<string, int> { ["chain"] = ports[0], ["broker"] = ports[1], ["credentials"] = ports[2], ["memory"] = ports[3] }));
    }

    private static async Task SetUpAsync(AgentKeysCli owner, AgentKeysCli agent, string state, CancellationToken ct)
    {
        await PatientlyAsync(() => owner.JsonAsync(ct, "init"));
        var operatorOmni = (await owner.JsonAsync(ct, "status")).GetProperty("operator_omni").GetString()!;
        var request = Path.Combine(state, "registration-request.json");
        await File.WriteAllTextAsync(request, await agent.OkAsync(ct, "init", "--agent", "--operator", operatorOmni), ct);
        await PatientlyAsync(() => owner.JsonAsync(ct, "agent", "create", Bot, "--request", request));
        await owner.OkWithInputAsync(ct, "a credential of about the usual length: 0123456789abcdef", "cred", "store", Credential, "--agent", Bot);
        await PatientlyAsync(() => owner.JsonAsync(ct, "scope", "set", Bot, Credential, "--read-only"));
    }

    /// <summary>On a busy machine the node may be late for a command, which then can be given again. Nothing here is measured.</summary>
    private static async Task PatientlyAsync(Func<Task> command)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await command();
                return;
            }
            catch (UnexpectedOutcomeException) when (attempt < 4)
            {
                await Task.Delay(TimeSpan.FromSeconds(attempt));
            }
        }
    }
}
