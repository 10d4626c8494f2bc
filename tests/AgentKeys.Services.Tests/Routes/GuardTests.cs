using AgentKeys.Hosting;
using AgentKeys.Worker;
using Xunit;

namespace AgentKeys.Services.Tests.Routes;

/// <summary>Every route of every service says who may come and with how much, and SPEC.md section 8.1 is the list of them.</summary>
public sealed class GuardTests
{
    [Fact]
    public async Task Every_route_has_a_guard_and_the_specification_lists_exactly_them()
    {
        await using var all = await AllServices.StartAsync();
        var routes = all.Routes.ToList();
        Assert.DoesNotContain(routes, r => r.Guard is null);
        Assert.Equal(Listed(), routes.Select(r => r.ToString()));
    }

    /// <summary>A role without its row, or a service that nobody started here, would be out of every test of this folder.</summary>
    [Fact]
    public async Task Every_service_is_among_them()
    {
        await using var all = await AllServices.StartAsync();
        string[] services = [AllServices.BrokerName, AllServices.SignerName, .. WorkerRole.All.Select(r => r.Verifier)];
        Assert.Equal(services.Order(StringComparer.Ordinal), all.Routes.Select(r => r.Service).Distinct());
    }

    [Fact]
    public async Task Whoever_writes_a_route_says_what_it_takes()
    {
        await using var all = await AllServices.StartAsync();
        foreach (var route in all.Routes)
        {
            var reads = route.Method is "POST" or "PUT" or "PATCH";
            Assert.True(reads == route.Guard is { MaxBodyBytes: > 0 }, $"{route}: a limit for the body, exactly where one is read");
            Assert.True(reads == route.Guard is { Tier: not null }, $"{route}: a tier, exactly where somebody asks for something");
            Assert.True(route.Guard is not { Auth: RouteAuth.Anybody, MaxBodyBytes: > 0, Rate: RouteRate.None }, $"{route}: who need not say who they are are counted");
        }
    }

    private static IEnumerable<string> Listed()
    {
        var spec = File.ReadAllText(Path.Combine(Root, "src/AgentKeys.Protocol/SPEC.md"));
        var section = spec[spec.IndexOf("### 8.1 Guards", StringComparison.Ordinal)..];
        return section[..section.IndexOf("## 9.", StringComparison.Ordinal)].Split('\n').Where(l => l.Contains("| `", StringComparison.Ordinal)).Order(StringComparer.Ordinal);
    }

    internal static string Root => RootOf(AppContext.BaseDirectory);

    private static string RootOf(string folder) => File.Exists(Path.Combine(folder, "Chain.sln")) ? folder : RootOf(Directory.GetParent(folder.TrimEnd('/'))!.FullName);
}
