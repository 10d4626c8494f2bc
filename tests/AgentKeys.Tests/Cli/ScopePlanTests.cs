using AgentKeys.Chain;
using AgentKeys.Cli;
using AgentKeys.Protocol;
using Xunit;

namespace AgentKeys.Tests.Cli;

public class ScopePlanTests
{
    private static readonly GrantTerms s_terms = new(1, ReadOnly: true, ExpiresAt: 0, MaxCalls: 0, PeriodSeconds: 0);
    private static readonly ScopeGrant s_github = new(Service("github_token").Hash, 1, false, 0, 10, 3600);
    private static readonly ScopeGrant s_openai = new(Service("openai_api_key").Hash, 1, true, 0, 0, 0);

    [Fact]
    public void Grants_that_are_not_named_stay_as_they_are()
    {
        var plan = ScopePlan.Make(Scope(s_github), [Service("openai_api_key")], s_terms, ["github_token"]);
        Assert.Equal([s_github, s_openai], plan.After);
        Assert.Equal(["+ openai_api_key: credentials, read only, no end"], plan.Difference());
        Assert.Equal(["github_token: credentials, read and write, no end, 10 calls per 1h", "openai_api_key: credentials, read only, no end"], plan.Lines());
    }

    [Fact]
    public void A_named_grant_is_replaced_in_its_place()
    {
        var plan = ScopePlan.Make(Scope(s_github, s_openai), [Service("github_token")], s_terms, []);
        Assert.Equal([s_github with { ReadOnly = true, MaxCalls = 0, PeriodSeconds = 0 }, s_openai], plan.After);
        Assert.StartsWith("~ github_token: credentials, read only, no end (was ", Assert.Single(plan.Difference()), StringComparison.Ordinal);
    }

    [Fact]
    public void The_same_again_changes_nothing() =>
        Assert.True(ScopePlan.Make(Scope(s_openai), [Service("openai_api_key"), Service("openai_api_key")], s_terms, []).ChangesNothing);

    [Fact]
    public void An_unknown_service_is_shown_by_its_hash() =>
        Assert.Contains(ScopePlan.Make(Scope(s_github), [Service("a")], s_terms, []).Lines(), line => line.StartsWith(s_github.ServiceHash.ToString(), StringComparison.Ordinal));

    [Fact]
    public void More_than_64_are_refused()
    {
        var services = Enumerable.Range(0, 64).Select(i => Service($"s{i}")).ToList();
        Assert.Equal(64, ScopePlan.Make(Scope(), services, s_terms, []).After.Count);
        Assert.Throws<CliException>(() => ScopePlan.Make(Scope(s_github), services, s_terms, []));
    }

    private static ServiceName Service(string name) => ServiceName.Parse(name);

    private static ScopeRecord Scope(params ScopeGrant[] grants) => new(1, 1, [], default, grants);
}
