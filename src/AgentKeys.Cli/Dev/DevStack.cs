using System.Globalization;
using System.Text.Json.Nodes;
using AgentKeys.Chain;
using AgentKeys.Ethereum.Rpc;

namespace AgentKeys.Cli;

/// <summary>
/// Starts a stack in order (chain, contracts, keys, configuration, signer, broker, workers), watches it, and stops what it started
/// in the reverse order. Every child is written down before the next one starts.
/// </summary>
internal sealed class DevStack(DevFolder folder, CliOutput output, CliEdges edges) : IAsyncDisposable
{
    private const int MaxTries = 5;
    private static readonly TimeSpan s_grace = TimeSpan.FromMilliseconds(300);

    private readonly List<ChildProcess> _children = [];
    private readonly DevProcesses _running = new([]);
    private readonly ServicePrograms _programs = new(edges.WorkingDirectory);
    private DevPorts _ports = null!;
    private Deployment _deployment = null!;
    private P256Path _p256;
    private bool _lost;

    public bool IsReady { get; private set; }

    /// <summary>What is up, and where, for a person.</summary>
    public IEnumerable<(string Name, string Where)> Parts() =>
    [
        (string.Create(CultureInfo.InvariantCulture, $"chain {_deployment.ChainId}"), DevConfig.Text(_ports.ChainUrl)),
        ("broker", DevConfig.Text(_ports.BrokerUrl)),
        ("credentials", DevConfig.Text(_ports.CredentialsUrl)),
        ("memory", DevConfig.Text(_ports.MemoryUrl)),
        ("logs", folder.In("logs")),
    ];

    /// <summary>Where another program takes a port that this start itself chose, on other ports; kept ones are in tokens already.</summary>
    public async Task StartAsync(CancellationToken cancel)
    {
        var kept = File.Exists(folder.Ports);
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await StartOnceAsync(cancel);
                return;
            }
            catch (PortTakenException taken) when (!kept && attempt < MaxTries)
            {
                output.Say($"another program took port {taken.Port} meanwhile: starting again on others");
                await EndChildrenAsync();
                File.Delete(folder.Ports);
            }
            catch (PortTakenException taken)
            {
                throw taken.Told();
            }
        }
    }

    private async Task StartOnceAsync(CancellationToken cancel)
    {
        output.Step = "starting the chain";
        _ports = DevPorts.LoadOrChoose(folder);
        _ports.ExpectFree();
        var publicKeys = DevKeys.EnsureBrokerAsync(folder, _programs, cancel);
        var ring = DevKeys.EnsureRingAsync(folder, _programs, cancel);
        await Task.WhenAll(StartChainAsync(cancel), publicKeys, ring); // all of them, also when one fails: nothing goes on behind our back
        DevConfig.Write(folder, _ports, await publicKeys);

        // All at once, since each takes a second of its own; waited for in the order in which they need each other.
        (ChildProcess Child, Uri Url, string? Socket)[] services =
        [
            (StartService("signer", "AgentKeys.Signer", []), new Uri("http://localhost"), folder.Socket),
            (StartService("broker", "AgentKeys.Broker", []), _ports.BrokerUrl, null),
            (StartService("credentials", "AgentKeys.Worker", ["--role", "credentials"]), _ports.CredentialsUrl, null),
            (StartService("memory", "AgentKeys.Worker", ["--role", "memory"]), _ports.MemoryUrl, null),
        ];
        foreach (var (child, url, socket) in services)
        {
            output.Step = $"waiting for {child.Name}";
            await ReadyAsync(child, url, socket, cancel);
        }
        output.Step = null;
        if (_children.FirstOrDefault(c => c.HasExited) is { } gone)
            throw Readiness.Died(gone);
        IsReady = true;
    }

    /// <summary>Returns only by an exception: cancelled, or a child ended by itself.</summary>
    public async Task WatchAsync(CancellationToken cancel)
    {
        await Task.WhenAny(_children.Select(c => c.ExitedAsync())).WaitAsync(cancel);
        await Task.Delay(s_grace, edges.Time, cancel); // an interrupt that reached the child first is ours too
        throw Readiness.Died(_children.First(c => c.HasExited));
    }

    /// <summary>What is up, for <c>--json</c>.</summary>
    public JsonObject Describe() => new()
    {
        ["event"] = "ready",
        ["state"] = folder.Root,
        ["network"] = folder.Network,
        ["config"] = folder.Config,
        ["chain_id"] = _deployment.ChainId,
        ["chain"] = _deployment.Chain.ToString(),
        ["chain_client"] = CliChainClient.Choose().Name,
        ["p256"] = ChainCommands.P256Name(_p256),
        ["rpc_url"] = DevConfig.Text(_ports.ChainUrl),
        ["broker"] = DevConfig.Text(_ports.BrokerUrl),
        ["workers"] = new JsonObject { ["credentials"] = DevConfig.Text(_ports.CredentialsUrl), ["memory"] = DevConfig.Text(_ports.MemoryUrl) },
        ["services"] = new JsonArray([.. _children.Select(c => new JsonObject { ["name"] = c.Name, ["pid"] = c.Identity.Pid, ["log"] = folder.Log(c.Name) })]),
    };

    /// <summary>Stops the children, last started first, whatever happens to the others.</summary>
    public ValueTask DisposeAsync() => EndChildrenAsync();

    private async ValueTask EndChildrenAsync()
    {
        foreach (var child in Enumerable.Reverse(_children))
        {
            await DevProcesses.EndAsync(child.Identity, edges.Time, CancellationToken.None);
            _running.Running.Remove(child.Identity);
            _running.Save(folder);
            child.Dispose();
        }
        _children.Clear();
    }

    private async Task StartChainAsync(CancellationToken cancel)
    {
        var isNew = !File.Exists(folder.ChainState);
        if (isNew && File.Exists(folder.Deployment))
            throw CliException.Failure("The chain's state is gone, but contracts and data speak of it.", "start anew with `agentkeys dev --reset`");
        if (isNew)
            File.Delete(folder.Deployment + ".journal"); // of a chain that nobody kept
        var profile = ChainProfiles.Find(DevConfig.Profile)!;
        string[] command =
        [
            _programs.Anvil(), "--host", "127.0.0.1", "--port", _ports.Chain.ToString(CultureInfo.InvariantCulture), "--chain-id", profile.ChainId.ToString(CultureInfo.InvariantCulture),
            "--hardfork", "london", "--state", folder.ChainState, "--state-interval", "1",
        ];
        var anvil = Start("anvil", command);
        using var rpc = CliChainClient.Choose().Connect(_ports.ChainUrl);
        var node = new EthereumClient(rpc);
        await Readiness.WaitAsync(anvil, _ports.Chain, async token => await node.GetChainIdAsync(token) == profile.ChainId, edges.Time, cancel);
        output.Say($"chain {profile.ChainId} is up{(isNew ? "" : ", with its earlier state")}");
        await DeployAsync(node, profile, cancel);
    }

    private async Task DeployAsync(EthereumClient node, ChainProfile profile, CancellationToken cancel)
    {
        var found = File.Exists(folder.Deployment);
        using var payer = Faucet.DevKey();
        try
        {
            output.Step = found ? "checking the contracts" : "deploying the contracts";
            _deployment = await ChainCommands.DeployAsync(null, node, payer, profile, payer.Address, folder.Deployment, cancel);
        }
        catch (ChainUnavailableException e) when (e.Fault is ChainFault.NoCode or ChainFault.WrongVersion)
        {
            throw CliException.Failure($"{e.Message} The chain lost its last second, or the stack is of another release.", "start anew with `agentkeys dev --reset`", e);
        }
        _p256 = await CliChainClient.Choose().Reader(node, _deployment).GetP256PathAsync(cancel);
        output.Say(found ? "the contracts are there, and are this release's" : "the contracts are deployed and verified");
    }

    private ChildProcess StartService(string name, string program, string[] arguments) => Start(name, [.. _programs.Service(program), "--config", folder.Config, .. arguments]);

    private async Task ReadyAsync(ChildProcess child, Uri url, string? socket, CancellationToken cancel)
    {
        var name = child.Name;
        IReadOnlyList<FailedCheck> wrong = [];
        await Readiness.WaitAsync(child, socket is null ? url.Port : null, async token => await ServiceProbe.AskAsync(name, url, socket, token) is { State: ServiceState.Ready or ServiceState.NotReady } said && (wrong = said.Failed).All(IsForAPerson), edges.Time, cancel);
        if (wrong.Any(w => w.Name == "audit"))
        {
            _lost = true;
            output.Warn($"{name} is up and refuses everything with audit_unavailable: its audit log was lost or damaged. Look why, then: agentkeys audit reopen {name} --reason TEXT");
        }
        else
        {
            output.Say($"{name} is {(wrong.Count == 0 ? "ready" : "up")}");
        }
    }

    /// <summary>Waiting does not bring a lost audit log back, nor the readiness of those who need the one that lost it.</summary>
    private bool IsForAPerson(FailedCheck check) => check.Name == "audit" || (check.Name == "signer" && _lost);

    private ChildProcess Start(string name, IReadOnlyList<string> command)
    {
        var child = ChildProcess.Start(name, command, folder.Log(name), folder.Root);
        _children.Add(child);
        _running.Running.Add(child.Identity);
        _running.Save(folder);
        return child;
    }
}
