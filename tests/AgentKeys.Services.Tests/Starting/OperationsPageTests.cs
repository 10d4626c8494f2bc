using System.Text.RegularExpressions;
using AgentKeys.Services.Tests.Routes;
using AgentKeys.Services.Tests.Support;
using AgentKeys.Services.Tests.Worker;
using Xunit;

namespace AgentKeys.Services.Tests.Starting;

/// <summary>What <c>docs/operations.md</c> and the example units say is so.</summary>
public sealed partial class OperationsPageTests
{
    private static readonly string s_page = File.ReadAllText(Path.Combine(GuardTests.Root, "docs", "operations.md"));

    public static TheoryData<string> Services => [.. ServiceFolder.Services];

    /// <summary>The example's keys and addresses are not there; every name and every type in it is right, for every service.</summary>
    [Theory, MemberData(nameof(Services))]
    public async Task The_example_configuration_has_only_what_there_is(string service)
    {
        using var folder = new ServiceFolder();
        await File.WriteAllTextAsync(folder.Config, Example().Match(s_page).Groups[1].Value);
        var said = await folder.RunAsync(service, null, "--check", "--config", folder.Config);
        var lines = said.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        string[] missing = ["AgentKeys:Chain:Deployment: ", "AgentKeys:Trust:CapKeys:0: ", "AgentKeys:Trust:StorageKeys:0: ", "AgentKeys:Broker:SessionKeyFile: ", "AgentKeys:Broker:OidcKeyFile: "];
        Assert.All(lines, l => Assert.Contains(missing, m => l.StartsWith("agentkeys: error: " + m, StringComparison.Ordinal)));
        Assert.True(lines.Length >= 3, said.Error);
    }

    [Fact]
    public async Task The_metrics_of_the_page_are_those_of_the_services()
    {
        await using var all = await AllServices.StartAsync();
        await using var stack = await VaultStack.StartAsync();
        await stack.StoreAsync([1]);
        await stack.FetchAsync();
        var o = all.Broker.NewOperator();
        var session = await all.Broker.SessionAsync(o.Agent, o.Agent);
        await all.Broker.CallAsync("/v1/cap/cred-fetch", o.CapBody(), session, o.Agent);
        await all.Broker.CallAsync("/v1/cap/cred-fetch", o.CapBody(o.Master), session, o.Agent);
        using var signer = stack.SignerHttp();
        var metrics = new Uri("/metrics", UriKind.Relative);
        string[] pages = [await all.Broker.Http.GetStringAsync(metrics), await stack.GetTextAsync("/metrics"), await signer.GetStringAsync(metrics)];
        var shown = pages.SelectMany(p => Exposition.Parse(p).Types.Keys).Distinct();
        string[] silent = ["agentkeys_chain_disagreements_total", "agentkeys_metrics_dropped_total"]; // nothing of the kind happened
        var told = s_page.Split('\n').Where(l => l.StartsWith("| `agentkeys_", StringComparison.Ordinal)).SelectMany(l => Metric().Matches(l.Split('|')[1]).Select(m => m.Value));
        Assert.Equal(shown.Concat(silent).Order(StringComparer.Ordinal), told.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_service_has_a_unit_that_starts_its_program_as_its_own_user()
    {
        var folder = Path.Combine(GuardTests.Root, "docs", "systemd");
        Assert.Equal(ServiceFolder.Services.Select(s => $"agentkeys-{s}.service").Order(StringComparer.Ordinal), Directory.EnumerateFiles(folder).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        foreach (var service in ServiceFolder.Services)
        {
            var unit = File.ReadAllLines(Path.Combine(folder, $"agentkeys-{service}.service"));
            var program = service switch { "broker" => "AgentKeys.Broker", "signer" => "AgentKeys.Signer", _ => $"AgentKeys.Worker --role {service}" };
            string[] lines = ["Type=notify", $"ExecStart=/usr/lib/agentkeys/{program} --config /etc/agentkeys/agentkeys.json", $"User=agentkeys-{service}", "RestartPreventExitStatus=78", "WatchdogSec=30"];
            Assert.All(lines, line => Assert.Contains(line, unit));
            Assert.Equal(service != "broker", unit.Contains("SupplementaryGroups=agentkeys-keys"));
        }
    }

    [GeneratedRegex("<!-- config -->\n```json\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Example();

    [GeneratedRegex("agentkeys_[a-z_]+")]
    private static partial Regex Metric();
}
