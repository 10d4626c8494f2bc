using AgentKeys.Chain;
using AgentKeys.Cli;
using AgentKeys.Client;
using Xunit;

namespace AgentKeys.Tests.Cli;

/// <summary>What <c>doctor</c> says of one thing that is bent: the machine and the home. The network is <see cref="DoctorNetworkTests"/>'.</summary>
public sealed class DoctorTests : IDisposable
{
    private static readonly DateTimeOffset s_now = DateTimeOffset.FromUnixTimeSeconds(1_800_000_000);

    private readonly FakeTerminal _terminal = new();

    public void Dispose() => _terminal.Dispose();

    [Theory]
    [InlineData(0, "Ok")]
    [InlineData(7, "Ok")]
    [InlineData(8, "Fail")]
    [InlineData(-5, "Ok")]
    [InlineData(-6, "Warn")]
    [InlineData(-60, "Warn")]
    [InlineData(-61, "Fail")]
    public void A_clock_is_judged_by_what_proofs_bear(int ahead, string level) =>
        Assert.Equal(level, ClockChecks.Broker(s_now.AddSeconds(-ahead), s_now).Level.ToString());

    [Fact]
    public void A_broker_without_a_clock_is_a_warning() => Assert.Equal(FindingLevel.Warn, ClockChecks.Broker(null, s_now).Level);

    [Theory]
    [InlineData(null, "Warn")]
    [InlineData("v18.20.1\n", "Warn")]
    [InlineData("v20.0.0\n", "Ok")]
    [InlineData("v100.1.0\n", "Ok")]
    [InlineData("nonsense", "Warn")]
    public void Node_is_needed_for_development_only(string? printed, string level) => Assert.Equal(level, ToolChecks.Node(printed).Level.ToString());

    [Theory]
    [InlineData(null, "Warn")]
    [InlineData("10.0.100\n", "Ok")]
    [InlineData("10.0.401\n", "Ok")]
    [InlineData("10.0.200-preview.1\n", "Ok")]
    [InlineData("10.0.99\n", "Warn")]
    [InlineData("9.0.500\n", "Warn")]
    [InlineData("11.0.100\n", "Warn")]
    [InlineData("nonsense", "Warn")]
    public void An_SDK_is_judged_as_global_json_rolls_forward(string? printed, string level) =>
        Assert.Equal(level, ToolChecks.Sdk(printed, new Version(10, 0, 100)).Level.ToString());

    [Fact]
    public async Task Without_node_and_SDK_on_PATH_both_are_warnings_that_say_who_needs_them()
    {
        Directory.CreateDirectory(_terminal.Folder["bin"]);
        _terminal.Environment["PATH"] = _terminal.Folder["bin"];
        var findings = await ToolChecks.LookAsync(_terminal.Edges(), CancellationToken.None);
        Assert.Contains("only the contracts' builds and `agentkeys dev` need it", Assert.Single(findings, f => f is { Check: "node", Level: FindingLevel.Warn }).ToDo, StringComparison.Ordinal);
        Assert.Contains("only builds need it", Assert.Single(findings, f => f is { Check: "sdk", Level: FindingLevel.Warn }).ToDo, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_node_on_PATH_is_asked()
    {
        Directory.CreateDirectory(_terminal.Folder["bin"]);
        var node = Path.Combine(_terminal.Folder["bin"], "node");
        await File.WriteAllTextAsync(node, "#!/bin/sh\necho v18.1.0\n");
        File.SetUnixFileMode(node, PrivateFiles.FolderMode);
        _terminal.Environment["PATH"] = _terminal.Folder["bin"];
        Assert.Equal("Node.js v18.1.0 is too old", Assert.Single(await ToolChecks.LookAsync(_terminal.Edges(), CancellationToken.None), f => f.Check == "node").Detail);
    }

    [Fact]
    public void Contract_tools_are_those_of_the_lock_file()
    {
        var (wanted, installed) = (_terminal.Folder["wanted"], _terminal.Folder["installed"]);
        Assert.Equal(FindingLevel.Fail, ToolChecks.ContractTools(wanted, installed).Level);
        File.WriteAllText(wanted, "1");
        Assert.Equal((FindingLevel.Warn, "./scripts/setup"), (ToolChecks.ContractTools(wanted, installed).Level, ToolChecks.ContractTools(wanted, installed).ToDo));
        File.WriteAllText(installed, "2");
        Assert.Equal(FindingLevel.Warn, ToolChecks.ContractTools(wanted, installed).Level);
        File.WriteAllText(installed, "1");
        Assert.Equal(FindingLevel.Ok, ToolChecks.ContractTools(wanted, installed).Level);
    }

    [Fact]
    public void A_head_too_old_for_its_profile_fails()
    {
        var profile = ChainProfiles.All.First(p => p.MaxHeadAgeSeconds is not null);
        var limit = profile.MaxHeadAgeSeconds!.Value;
        Assert.Equal(FindingLevel.Ok, ClockChecks.Head(Head(-limit), profile, s_now).Level);
        Assert.Equal(FindingLevel.Fail, ClockChecks.Head(Head(-limit - 1), profile, s_now).Level);
        Assert.Equal(FindingLevel.Ok, ClockChecks.Head(Head(60), profile, s_now).Level);
        Assert.Equal(FindingLevel.Fail, ClockChecks.Head(Head(61), profile, s_now).Level);

        var dev = ChainProfiles.Find("anvil")!;
        Assert.Equal(FindingLevel.Ok, ClockChecks.Head(Head(-1_000_000), dev, s_now).Level);
        Assert.Equal(FindingLevel.Warn, ClockChecks.Head(Head(61), dev, s_now).Level);
    }

    [Theory]
    [InlineData(95UL, "Ok")]
    [InlineData(94UL, "Warn")]
    public void A_node_that_lags_behind_another_is_named(ulong head, string level)
    {
        var profile = ChainProfiles.Find("base")!;
        NodeReport[] nodes = [Node("http://a", 100, profile.ChainId), Node("http://b", head, profile.ChainId), Node("http://c", 1000, 1)];
        var said = ChainChecks.Nodes(nodes, profile, s_now).Where(f => f.Check == "chain").ToList();
        Assert.Equal(["Ok", level, "Fail"], said.Select(f => f.Level.ToString()));
        Assert.Contains("http://b", said[1].Detail, StringComparison.Ordinal);

        static NodeReport Node(string where, ulong number, ulong chain) => new(where, chain, Head(0) with { Number = number });
    }

    [Fact]
    public void A_home_open_to_others_fails_with_the_command_that_closes_it()
    {
        var home = MakeHome();
        Assert.All(HomeChecks.Look(home), f => Assert.Equal(FindingLevel.Ok, f.Level));

        File.SetUnixFileMode(home.DeviceKeyPath, PrivateFiles.FileMode | UnixFileMode.GroupRead);
        var found = HomeChecks.Look(home).Where(f => f.Level == FindingLevel.Fail).ToList();
        Assert.Equal(["rights", "device-key"], found.Select(f => f.Check));
        Assert.Equal($"chmod 600 {home.DeviceKeyPath}", found[0].ToDo);

        File.SetUnixFileMode(home.DeviceKeyPath, PrivateFiles.FileMode);
        File.SetUnixFileMode(home.Path, PrivateFiles.FolderMode | UnixFileMode.OtherExecute);
        Assert.Equal($"chmod 700 {home.Path}", Assert.Single(HomeChecks.Look(home), f => f.Level == FindingLevel.Fail).ToDo);
    }

    [Theory]
    [InlineData("device.json", "device-key")]
    [InlineData("init.json", "home-files")]
    [InlineData("agents.json", "home-files")]
    public void A_damaged_file_of_the_home_fails_under_its_check(string file, string check)
    {
        var home = MakeHome();
        PrivateFiles.Write(Path.Combine(home.Path, file), "{}"u8);
        var found = Assert.Single(HomeChecks.Look(home), f => f.Level == FindingLevel.Fail);
        Assert.Equal(check, found.Check);
        Assert.Contains(file, found.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void No_home_is_a_warning() => Assert.Equal(FindingLevel.Warn, Assert.Single(HomeChecks.Look(new AgentKeysHome(_terminal.Home))).Level);

    [Fact]
    public async Task Without_a_network_it_fails_and_says_what_to_do()
    {
        MakeHome();
        var answer = await _terminal.JsonAsync(ExitCode.Failure, "doctor");
        Assert.False(answer.GetProperty("ok").GetBoolean());
        var checks = answer.GetProperty("checks").EnumerateArray().ToDictionary(c => c.GetProperty("check").GetString()!, c => c);
        Assert.Equal(("ok", "ok", "fail"), (Level("dotnet"), Level("device-key"), Level("network")));
        Assert.Contains("agentkeys dev", checks["network"].GetProperty("to_do").GetString(), StringComparison.Ordinal);
        Assert.Empty(_terminal.Error);

        string? Level(string check) => checks[check].GetProperty("level").GetString();
    }

    [Fact]
    public void A_usual_port_that_is_taken_is_a_warning()
    {
        using var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        var port = ((System.Net.IPEndPoint)listener.LocalEndpoint).Port;
        Assert.Contains($"port {port}", Assert.Single(NetworkChecks.UsualPorts([port])).Detail, StringComparison.Ordinal);
        listener.Stop();
        Assert.Empty(NetworkChecks.UsualPorts([port]));
    }

    private static ChainHead Head(int seconds) => new(1, (ulong)(s_now.ToUnixTimeSeconds() + seconds), default);

    private AgentKeysHome MakeHome()
    {
        var home = new AgentKeysHome(_terminal.Home);
        home.LoadOrMake(home.DeviceKeyPath, KeyPurpose.Device).Key.Dispose();
        return home;
    }
}
