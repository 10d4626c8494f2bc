using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using AgentKeys.Chain;
using AgentKeys.Cli;
using AgentKeys.Client;
using AgentKeys.Ethereum;
using AgentKeys.Testing.Audit;
using AgentKeys.Testing.Chain;
using AgentKeys.Tests.Chain;
using Xunit;

namespace AgentKeys.Tests.Cli;

/// <summary><c>doctor</c> against a real node and things that listen where services should: everything is well, then one thing is bent.</summary>
public sealed class DoctorNetworkTests(DeployedChain chain) : IClassFixture<DeployedChain>, IAsyncLifetime
{
    private static readonly string[] s_tools = ["dotnet", "sdk", "node", "contract-tools", "anvil"];

    private readonly FakeTerminal _terminal = new();
    private NodeRelay _node = null!;
    private FakeService _broker = null!, _credentials = null!, _memory = null!;

    public async Task InitializeAsync()
    {
        if (Anvil.Missing is not null)
            return;
        var contracts = chain.Deployment.Chain.ToString();
        _node = await NodeRelay.StartAsync(chain.Url);
        (_broker, _credentials, _memory) = (await FakeService.StartAsync("broker", contracts), await FakeService.StartAsync("worker:credentials", contracts), await FakeService.StartAsync("worker:memory", contracts));
        var home = new AgentKeysHome(_terminal.Home);
        home.LoadOrMake(home.DeviceKeyPath, KeyPurpose.Device).Key.Dispose();
        using var wallet = await chain.NewWalletAsync();
        PrivateFiles.Write(home.WalletKeyPath, KeyFile.Encode(wallet, KeyPurpose.Wallet));
        home.Init = new InitJournal("operator", "0x" + new string('1', 64));
        Describe(chain.Deployment);
    }

    public async Task DisposeAsync()
    {
        if (_node is not null)
        {
            foreach (IAsyncDisposable thing in (IAsyncDisposable[])[_broker, _credentials, _memory, _node])
                await thing.DisposeAsync();
        }
        _terminal.Dispose();
    }

    [AnvilFact]
    public async Task Where_nothing_is_wrong_it_says_so()
    {
        var checks = await LookAsync(ExitCode.Ok);
        Assert.All(checks, c => Assert.True(c.Level == "ok", c.ToString()));
        Assert.Equal(["broker", "chain", "chain-head", "clock", "contracts", "credentials", "device-key", "gas", "home", "home-files", "memory", "network", "rights", "wallet-key"], checks.Select(c => c.Check).Order());
    }

    [AnvilFact]
    public async Task A_service_that_is_not_ready_is_told_with_its_reason_and_what_to_do()
    {
        _credentials.Failed = ("audit", "damaged");
        await OnlyAsync("credentials", "not ready: audit (damaged)", "agentkeys audit reopen credentials --reason TEXT");
    }

    [AnvilFact]
    public async Task A_broker_that_is_not_ready_still_tells_the_time()
    {
        _broker.Failed = ("keys", "missing");
        await OnlyAsync("broker", "keys (missing)", "SessionKeyFile");
    }

    [AnvilFact]
    public async Task A_service_that_is_gone()
    {
        await _memory.DisposeAsync();
        await OnlyAsync("memory", "no answer at", "agentkeys dev");
    }

    [AnvilFact]
    public async Task Another_program_on_a_services_port_that_says_nothing()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        var port = ((IPEndPoint)silent.LocalEndpoint).Port;
        Describe(chain.Deployment, memory: new Uri($"http://127.0.0.1:{port}"));
        await OnlyAsync("memory", "no answer at", $"another program holds port {port}");
    }

    [AnvilFact]
    public async Task Another_program_that_answers()
    {
        _memory.IsStranger = true;
        await OnlyAsync("memory", "another program answers", "correct the network description");
    }

    [AnvilFact]
    public async Task Another_service_than_the_description_says()
    {
        Describe(chain.Deployment, memory: _credentials.Url);
        await OnlyAsync("memory", "is worker:credentials, not worker:memory", "correct the network description");
    }

    [AnvilFact]
    public async Task A_service_that_decides_by_other_contracts()
    {
        _broker.Chain = "eip155:31337:0x1111111111111111111111111111111111111111";
        await OnlyAsync("broker", "decides by the contracts of eip155:31337:0x1111", "correct the network description");
    }

    [AnvilFact]
    public async Task A_clock_that_is_ahead()
    {
        _terminal.Time = new ManualTime(DateTimeOffset.UtcNow.AddSeconds(40));
        await OnlyAsync("clock", "ahead of the broker: its proofs are refused", "timedatectl");
    }

    [AnvilFact]
    public async Task A_node_that_is_down()
    {
        _node.Mood = NodeMood.Down;
        await OnlyAsync("chain", "no answer from the node", "rpc_urls", gone: ["chain-head", "contracts", "gas"]);
    }

    [AnvilFact]
    public async Task A_node_of_another_chain()
    {
        _node.Mood = NodeMood.OtherChain;
        await OnlyAsync("chain", "is of chain 1, the network is on 31337 (anvil)", "rpc_urls", gone: ["chain-head", "contracts", "gas"]);
    }

    [AnvilFact]
    public async Task Contracts_that_are_others()
    {
        Describe(chain.Deployment with { Scope = chain.Deployment.Epoch, Epoch = chain.Deployment.Scope });
        await OnlyAsync("contracts", "another version", "agentkeys dev --reset");
    }

    [AnvilFact]
    public async Task A_wallet_without_gas_is_a_warning()
    {
        using var poor = Secp256k1Key.Generate();
        PrivateFiles.Write(new AgentKeysHome(_terminal.Home).WalletKeyPath, KeyFile.Encode(poor, KeyPurpose.Wallet));
        await OnlyAsync("gas", poor.Address.ToString(), "send it a little", level: "warn");
    }

    [AnvilFact]
    public async Task A_damaged_network_description()
    {
        await File.WriteAllTextAsync(new AgentKeysHome(_terminal.Home).NetworkPath, "{}");
        await OnlyAsync("network", "Not a network description", "agentkeys dev", gone: ["broker", "credentials", "memory", "clock", "chain", "chain-head", "contracts", "gas"]);
    }

    [AnvilFact]
    public async Task A_provider_s_key_in_an_RPC_URL_is_not_shown()
    {
        Describe(chain.Deployment, node: new Uri(_node.Url, "/v2/key-of-the-provider"));
        await LookAsync(ExitCode.Ok);
        Assert.DoesNotContain("key-of-the-provider", _terminal.Output + _terminal.Error, StringComparison.Ordinal);
    }

    [AnvilFact]
    public async Task People_get_a_table_and_what_to_do_under_it()
    {
        await _memory.DisposeAsync();
        Assert.Equal(ExitCode.Failure, await _terminal.RunAsync("doctor"));
        var lines = _terminal.Output.Split('\n');
        var at = Array.FindIndex(lines, l => l.Contains("fail", StringComparison.Ordinal));
        Assert.Matches(@"^\s*fail\s+memory\s+no answer at http://127\.0\.0\.1:\d+$", lines[at]);
        Assert.StartsWith("-> start it", lines[at + 1].Trim(), StringComparison.Ordinal);
        Assert.Contains("1 failed", _terminal.Error, StringComparison.Ordinal);
    }

    /// <summary>That check and no other is not ok.</summary>
    private async Task OnlyAsync(string check, string detail, string toDo, string level = "fail", string[]? gone = null)
    {
        var checks = await LookAsync(level == "fail" ? ExitCode.Failure : ExitCode.Ok);
        var wrong = Assert.Single(checks, c => c.Level != "ok");
        Assert.Equal((check, level), (wrong.Check, wrong.Level));
        Assert.Contains(detail, wrong.Detail, StringComparison.Ordinal);
        Assert.Contains(toDo, wrong.ToDo, StringComparison.Ordinal);
        Assert.DoesNotContain(checks, c => (gone ?? []).Contains(c.Check));
    }

    /// <summary>What this clone's tools are is not these tests' matter, nor which ports are free here.</summary>
    private async Task<IReadOnlyList<(string Check, string Level, string Detail, string ToDo)>> LookAsync(int exit)
    {
        var answer = await _terminal.JsonAsync(exit, "doctor");
        Assert.Equal(exit == ExitCode.Ok, answer.GetProperty("ok").GetBoolean());
        return [.. answer.GetProperty("checks").EnumerateArray()
            .Select(c => (Check: c.GetProperty("check").GetString()!, c.GetProperty("level").GetString()!, c.GetProperty("detail").GetString()!, c.GetProperty("to_do").GetString() ?? ""))
            .Where(c => !s_tools.Contains(c.Check) && c.Check != "ports")];
    }

    private void Describe(Deployment deployment, Uri? memory = null, Uri? node = null)
    {
        using var json = JsonDocument.Parse(DeploymentJson.Write(deployment));
        var network = new NetworkDescription(
            _broker.Url, new Dictionary<string, Uri> { ["credentials"] = _credentials.Url, ["memory"] = memory ?? _memory.Url }, "anvil", [node ?? _node.Url], json.RootElement);
        File.WriteAllBytes(new AgentKeysHome(_terminal.Home).NetworkPath, network.ToJson());
    }
}
