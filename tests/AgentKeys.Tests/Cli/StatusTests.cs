using System.Text.Json;
using AgentKeys.Chain;
using AgentKeys.Cli;
using AgentKeys.Client;
using AgentKeys.Ethereum;
using AgentKeys.Protocol;
using AgentKeys.Testing.Chain;
using AgentKeys.Tests.Chain;
using Xunit;

namespace AgentKeys.Tests.Cli;

/// <summary><c>status</c> of real operators on a real chain, seen from the operator's machine and from an agent's.</summary>
public sealed class StatusTests(DeployedChain chain) : IClassFixture<DeployedChain>, IDisposable
{
    private static readonly ServiceName s_openai = ServiceName.Parse("openai_api_key"), s_notes = ServiceName.Parse("notes"), s_stripe = ServiceName.Parse("stripe_key");

    private readonly FakeTerminal _terminal = new();

    public void Dispose() => _terminal.Dispose();

    [AnvilFact]
    public async Task An_operator_sees_its_devices_agents_grants_network_and_what_is_weak()
    {
        var op = await chain.NewOperatorAsync();
        var (bot, old) = (await op.AddAgentAsync(), await op.AddAgentAsync());
        var ends = (ulong)_terminal.Time.GetUtcNow().AddDays(1).ToUnixTimeSeconds();
        await op.SetScopeAsync(bot, Grant(s_openai, readOnly: true), Grant(s_notes, expires: ends, classes: 2), Grant(s_stripe, expires: 1_700_000_000));
        await chain.Writer.RevokeAgentDeviceAsync(op.Wallet, old.Device, [], default);
        MakeHome(op.DeviceKey, op, InitCommand.OperatorKind, ("research-bot", bot));

        var status = await _terminal.JsonAsync(ExitCode.Ok, "status");

        Assert.Equal((op.Omni.ToString(), "master", "human_anchored"), (Text(status, "operator_omni"), Text(status, "device"), Text(status, "trust_tier")));
        Assert.Equal((1, 1, 1, 1), (Number(status, "recovery_threshold"), Number(status, "grant_threshold"), Number(status, "active_masters"), Number(status, "epoch")));
        Assert.Equal(("anvil", CliChainClient.Choose().Name, chain.Deployment.Chain.ToString()), (Text(status, "profile"), Text(status, "chain_client"), Text(status, "chain")));
        Assert.Equal(
            [(op.Device.ToString(), "master", true, true), (bot.Device.ToString(), "agent", true, false), (old.Device.ToString(), "revoked", false, false)],
            status.GetProperty("devices").EnumerateArray().Select(d => (Text(d, "device_key_hash"), Text(d, "state"), d.GetProperty("active").GetBoolean(), d.GetProperty("this_machine").GetBoolean())));
        Assert.Equal(["cap_mint", "recovery", "scope_mgmt"], status.GetProperty("devices")[0].GetProperty("roles").EnumerateArray().Select(r => r.GetString()));

        var agents = status.GetProperty("agents").EnumerateArray().ToList();
        Assert.Equal([("research-bot", true), (null, false)], agents.Select(a => (Text(a, "name"), a.GetProperty("active").GetBoolean())));
        Assert.Equal(
            [("openai_api_key", "credentials", true, 0UL), ("notes", "memory", false, ends), (s_stripe.Hash.ToString(), "credentials", false, 1_700_000_000UL)],
            agents[0].GetProperty("grants").EnumerateArray().Select(g => (Text(g, "service"), g.GetProperty("classes")[0].GetString(), g.GetProperty("read_only").GetBoolean(), g.GetProperty("expires_at").GetUInt64())));
        Assert.Empty(agents[1].GetProperty("grants").EnumerateArray());
        Assert.Equal(["broker", "credentials"], status.GetProperty("services").EnumerateArray().Where(s => Text(s, "state") == "unreachable").Select(s => Text(s, "name")));
        Assert.Equal(["one_master", "grant_without_end", "grant_ends_soon", "grant_ended"], status.GetProperty("weak").EnumerateArray().Select(w => Text(w, "code")));
        Assert.Equal("agentkeys scope set research-bot openai_api_key --for 30d", Text(status.GetProperty("weak")[1], "to_do"));
        Assert.Equal("where the agent was made: agentkeys scope set AGENT SERVICE --for 7d", Text(status.GetProperty("weak")[3], "to_do")); // its name is not known here
    }

    [AnvilFact]
    public async Task People_get_tables_and_the_weak_points_in_words()
    {
        var op = await chain.NewOperatorAsync();
        var bot = await op.AddAgentAsync();
        await op.SetScopeAsync(bot, Grant(s_openai, readOnly: true));
        MakeHome(op.DeviceKey, op, InitCommand.OperatorKind, ("research-bot", bot));

        Assert.Equal(ExitCode.Ok, await _terminal.RunAsync("status"));

        Assert.Matches($@"operator\s+{op.Omni}", _terminal.Output);
        Assert.Matches(@"thresholds\s+recovery 1 of 1, grants 1 of 1; a recovery waits 10s", _terminal.Output);
        Assert.Matches(@"research-bot\s+openai_api_key\s+credentials, read only, no end", _terminal.Output);
        Assert.Matches(@"\(this machine\)\s+master\s+cap_mint, recovery, scope_mgmt", _terminal.Output);
        Assert.Matches(@"broker\s+unreachable", _terminal.Output);
        Assert.Contains("agentkeys: warning: one master device: that device is everything", _terminal.Error, StringComparison.Ordinal);
        Assert.Contains("agentkeys: hint: agentkeys doctor", _terminal.Error, StringComparison.Ordinal);
    }

    [AnvilFact]
    public async Task An_agent_sees_itself_and_no_other()
    {
        var op = await chain.NewOperatorAsync();
        var (bot, other) = (await op.AddAgentAsync(), await op.AddAgentAsync());
        await op.SetScopeAsync(bot, Grant(s_openai), Grant(s_notes, expires: 1_700_000_000));
        await op.SetScopeAsync(other, Grant(s_stripe));
        MakeHome(bot.Key, op, InitCommand.AgentKind);

        var status = await _terminal.JsonAsync(ExitCode.Ok, "status");

        Assert.Equal(("agent", "agent", bot.Omni.ToString()), (Text(status, "kind"), Text(status, "device"), Text(status, "actor_omni")));
        Assert.Empty(status.GetProperty("devices").EnumerateArray());
        var own = Assert.Single(status.GetProperty("agents").EnumerateArray());
        Assert.Equal([s_openai.Hash.ToString(), s_notes.Hash.ToString()], own.GetProperty("grants").EnumerateArray().Select(g => Text(g, "service_hash")));
        Assert.DoesNotContain(other.Omni.ToString(), _terminal.Output, StringComparison.Ordinal);
        var weak = Assert.Single(status.GetProperty("weak").EnumerateArray()); // what it misses; the rest is its operator's matter
        Assert.Equal(("grant_ended", "the operator renews it: agentkeys scope set AGENT SERVICE --for 7d"), (Text(weak, "code"), Text(weak, "to_do")));
    }

    [AnvilFact]
    public async Task A_machine_that_the_chain_does_not_know_is_told_what_to_do()
    {
        var op = await chain.NewOperatorAsync();
        using var key = Secp256k1Key.Generate();
        MakeHome(key, op, InitCommand.AgentKind);

        Assert.Equal("not_registered", Text(await _terminal.JsonAsync(ExitCode.Ok, "status"), "device"));
        Assert.Equal(ExitCode.Ok, await _terminal.RunAsync("status"));
        Assert.Contains("hint", _terminal.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, 0, 1, 1, "no_master")]
    [InlineData(1, 1, 1, 1, "one_master")]
    [InlineData(2, 2, 1, 2, "recovery_threshold_one")]
    [InlineData(2, 2, 2, 2, "two_recovery_masters")]
    [InlineData(3, 3, 3, 2, "recovery_needs_all")]
    [InlineData(3, 3, 2, 1, "grant_threshold_one")]
    [InlineData(3, 3, 2, 4, "grant_threshold_unreachable")]
    [InlineData(3, 3, 2, 2, null)]
    public void What_is_weak_is_said(byte masters, byte recovering, byte recovery, byte grant, string? code)
    {
        var found = Weaknesses.Of(Report(masters, recovering, recovery, grant), DateTimeOffset.UnixEpoch, 48 * 3600).ToList();
        if (code is null)
            Assert.Empty(found);
        else
            Assert.Equal(code, Assert.Single(found).Code);
    }

    [Fact]
    public void An_open_recovery_proposal_is_the_news()
    {
        var proposal = new ProposalRecord(default, default, 0, 0, 10, 20, 30, Live: true);
        var found = Weaknesses.Of(Report(3, 3, 2, 2) with { Proposals = [(default, proposal)] }, DateTimeOffset.UnixEpoch, 10);
        Assert.Equal("recovery_proposed", Assert.Single(found).Code);
    }

    [Fact]
    public void An_operator_without_passkey_is_not_told_to_add_masters()
    {
        var report = Report(0, 0, 1, 1);
        Assert.Empty(Weaknesses.Of(report with { Record = report.Record with { Tier = TrustTier.AgentRooted } }, DateTimeOffset.UnixEpoch, 10));
    }

    private static OperatorReport Report(byte masters, byte recovering, byte recovery, byte grant)
    {
        var record = new OperatorRecord(default, TrustTier.HumanAnchored, recovery, grant, masters, recovering, default, 1, masters);
        var device = new DeviceRecord(default, default, DeviceTier.Master, DeviceRoles.CapMint | DeviceRoles.Recovery | DeviceRoles.ScopeMgmt, 1, 0, 0, 1, [], null);
        return new OperatorReport(default, record, [.. Enumerable.Repeat(new ReportedDevice(default, device), masters)], [], []);
    }

    private static ScopeGrant Grant(ServiceName service, bool readOnly = false, ulong expires = 0, byte classes = 1) => new(service.Hash, classes, readOnly, expires, 0, 0);

    private void MakeHome(Secp256k1Key device, TestOperator op, string kind, params (string Name, TestAgent Agent)[] agents)
    {
        var home = new AgentKeysHome(_terminal.Home);
        home.EnsureFolder();
        PrivateFiles.Write(home.DeviceKeyPath, KeyFile.Encode(device, KeyPurpose.Device));
        home.Init = new InitJournal(kind, op.Omni.ToString());
        home.Agents = new AgentBook(new(agents.ToDictionary(
            a => a.Name, a => new AgentRecord(a.Agent.Omni.ToString(), a.Agent.Device.ToString(), a.Agent.Address.ToString(), [s_openai.Value, s_notes.Value]))));
        using var json = JsonDocument.Parse(DeploymentJson.Write(chain.Deployment));
        var nobody = new Uri("http://127.0.0.1:1"); // a port that nothing listens on
        File.WriteAllBytes(home.NetworkPath, new NetworkDescription(nobody, new Dictionary<string, Uri> { ["credentials"] = nobody }, "anvil", [chain.Url], json.RootElement).ToJson());
    }

    private static string? Text(JsonElement element, string name) => element.GetProperty(name).GetString();

    private static int Number(JsonElement element, string name) => element.GetProperty(name).GetInt32();
}
