using System.Text.Json.Nodes;
using Xunit;

namespace AgentKeys.Services.Tests.Starting;

/// <summary>Every service as a program: what it says of its settings before it serves anything.</summary>
public sealed class SettingsTests
{
    public static TheoryData<string> Services => [.. ServiceFolder.Services];

    [Theory, MemberData(nameof(Services))]
    public async Task Good_settings_are_in_order_and_judging_them_makes_nothing(string service)
    {
        using var folder = new ServiceFolder();
        var before = Directory.GetFileSystemEntries(folder.Path, "*", SearchOption.AllDirectories).Order().ToList();
        var said = await folder.RunAsync(service, null, "--check", "--config", folder.Config);
        Assert.Equal((0, "", "agentkeys: the settings are in order\n"), (said.ExitCode, said.Output, said.Error));
        Assert.Equal(before.Append(Path.Combine(folder.Path, "elsewhere")).Order(), Directory.GetFileSystemEntries(folder.Path, "*", SearchOption.AllDirectories).Order());
    }

    [Theory, MemberData(nameof(Services))]
    public async Task The_file_may_be_named_by_a_variable_and_the_argument_wins(string service)
    {
        using var folder = new ServiceFolder();
        var variable = new Dictionary<string, string> { ["AGENTKEYS_CONFIG"] = folder.Config };
        Assert.Equal(0, (await folder.RunAsync(service, variable, "--check")).ExitCode);
        variable["AGENTKEYS_CONFIG"] = folder.Config + ".missing";
        Assert.Equal($"agentkeys: error: there is no configuration file at {folder.Config}.missing\n", (await folder.RunAsync(service, variable, "--check")).Error);
        Assert.Equal(0, (await folder.RunAsync(service, variable, "--check", "--config", folder.Config)).ExitCode);
    }

    /// <summary>Names that nobody knows, wrong types and wrong values, of the file and of the environment: one line each, none of them with a value.</summary>
    [Theory, MemberData(nameof(Services))]
    public async Task All_errors_are_told_at_once_and_no_value_is(string service)
    {
        using var folder = new ServiceFolder();
        var (section, name) = (folder.SectionOf(service), ServiceFolder.NameOf(service));
        section["StateDirr"] = "sk-canary-1";
        section["MetricsListen"] = "sk-canary-2";
        section.Remove("StateDir");
        folder.Settings["Chain"]!["TimeoutMilliseconds"] = "sk-canary-3";
        folder.Settings["Chain"]!["Profile"] = "sk-canary-4";
        folder.Settings["Clints"] = new JsonObject { ["RequestsPerMinute"] = 1 };
        folder.Settings["Clients"] = new JsonObject { ["TrustedProxies"] = new JsonArray("10.0.0.0/8", "10.0.0.0/33"), ["Xyzzyxyzzy"] = "sk-canary-5" };
        folder.Save(new JsonObject { ["Loging"] = new JsonObject { ["Format"] = "json" } });
        var environment = new Dictionary<string, string>
        {
            ["AgentKeys__Shutdown__DrainSeconds"] = "sk-canary-6",
            ["Logging__Format"] = "sk-canary-7",
            ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "sk-canary-8",
            ["UNRELATED__NAME"] = "fine",
        };
        var said = await folder.RunAsync(service, environment, "--check", "--config", folder.Config);

        Assert.Equal((78, ""), (said.ExitCode, said.Output));
        Assert.DoesNotContain("canary", said.Error, StringComparison.Ordinal);
        string[] starts =
        [
            $"{name}:StateDirr (environment: {name.Replace(":", "__", StringComparison.Ordinal)}__StateDirr): there is no such setting; did you mean {name}:StateDir?",
            $"{name}:MetricsListen (environment: ", $"{name}:StateDir (environment: ",
            "AgentKeys:Chain:TimeoutMilliseconds (environment: AgentKeys__Chain__TimeoutMilliseconds): a whole number",
            "AgentKeys:Chain:Profile: no chain has that name; one of anvil",
            "AgentKeys:Clients:TrustedProxies:1 (environment: ",
            "AgentKeys:Clients:Xyzzyxyzzy (environment: AgentKeys__Clients__Xyzzyxyzzy): there is no such setting; here may stand ForwardedHeader, RequestsPerMinute, TrustedProxies",
            "AgentKeys:Clints:RequestsPerMinute (environment: AgentKeys__Clints__RequestsPerMinute): there is no such setting; did you mean AgentKeys:Clients?",
            "AgentKeys:Shutdown:DrainSeconds (environment: AgentKeys__Shutdown__DrainSeconds): a whole number",
            "Logging:Format (environment: Logging__Format): json or text", "Loging:Format (environment: Loging__Format): there is no such setting; did you mean Logging?",
            "OTEL_EXPORTER_OTLP_PROTOCOL: grpc or http/protobuf",
        ];
        var lines = said.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        foreach (var start in starts)
            Assert.True(lines.Count(l => l.StartsWith("agentkeys: error: " + start, StringComparison.Ordinal)) == 1, $"{start}\n--- in\n{said.Error}");
        Assert.Equal(starts.Length, lines.Length);
    }

    /// <summary>The same errors without <c>--check</c>: nothing is served with wrong settings.</summary>
    [Theory, MemberData(nameof(Services))]
    public async Task Nothing_starts_with_an_unknown_setting(string service)
    {
        using var folder = new ServiceFolder();
        folder.SectionOf(service)["StateDirs"] = "x";
        folder.Save();
        var said = await folder.RunAsync(service, null, "--config", folder.Config);
        Assert.Equal(78, said.ExitCode);
        Assert.EndsWith($"; did you mean {ServiceFolder.NameOf(service)}:StateDir?\n", said.Error, StringComparison.Ordinal);
        Assert.Single(said.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.False(Directory.Exists(Path.Combine(folder.Path, "state")));
    }

    [Theory, MemberData(nameof(Services))]
    public async Task Help_lists_the_settings_of_this_service_and_of_all(string service)
    {
        using var folder = new ServiceFolder();
        var said = await folder.RunAsync(service, null, "--help");
        Assert.Equal((0, ""), (said.ExitCode, said.Error));
        var names = said.Output.Split('\n').Where(l => l.StartsWith("  AgentKeys:", StringComparison.Ordinal) || l.StartsWith("  Logging:", StringComparison.Ordinal)).Select(l => l.Trim().Split(' ')[0]).ToList();
        Assert.Equal(names.Order(StringComparer.OrdinalIgnoreCase), names);
        foreach (var section in (string[])["Chain", "Clients", "Shutdown", "Trust"])
            Assert.Contains(names, n => n.StartsWith($"AgentKeys:{section}:", StringComparison.Ordinal));
        var own = ServiceFolder.NameOf(service) + ":";
        foreach (var (key, _) in folder.SectionOf(service).Where(s => s.Value is JsonValue))
            Assert.Contains(own + key, names);
        Assert.All(names, n => Assert.True(n.StartsWith(own, StringComparison.Ordinal) || ServiceFolder.Services.All(s => !n.StartsWith(ServiceFolder.NameOf(s) + ":", StringComparison.Ordinal)), n));
        Assert.Contains("  AgentKeys:Shutdown:FinishSeconds (number, default 15)\n", said.Output, StringComparison.Ordinal);
    }
}
