using AgentKeys.Chain;
using AgentKeys.Cli;
using AgentKeys.Protocol;
using Xunit;

namespace AgentKeys.Tests.Cli;

public class ScopePlanTests
{
    private static readonly GrantTerms s_terms = new(ReadOnly: true);
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
    public void A_named_grant_changes_in_its_place_and_keeps_what_is_not_said()
    {
        var plan = ScopePlan.Make(Scope(s_github, s_openai), [Service("github_token")], s_terms, []);
        Assert.Equal([s_github with { ReadOnly = true }, s_openai], plan.After);
        Assert.Equal(
            ["~ github_token: credentials, read only, no end, 10 calls per 1h (was credentials, read and write, no end, 10 calls per 1h)"], plan.Difference());
    }

    /// <summary>Longer is never wider: renewing a read-only, limited grant leaves it read-only and limited.</summary>
    [Fact]
    public void Only_what_is_said_changes()
    {
        var standing = new ScopeGrant(Service("a").Hash, 2, ReadOnly: true, ExpiresAt: 5, MaxCalls: 3, PeriodSeconds: 60);
        Assert.Equal(standing with { ExpiresAt = 9 }, After(new GrantTerms(ExpiresAt: 9)));
        Assert.Equal(standing with { ExpiresAt = 0 }, After(new GrantTerms(ExpiresAt: 0)));
        Assert.Equal(standing with { ReadOnly = false }, After(new GrantTerms(ReadOnly: false)));
        Assert.Equal(standing with { DataClasses = 1 }, After(new GrantTerms(DataClasses: 1)));
        Assert.Equal(standing with { MaxCalls = 7, PeriodSeconds = 8 }, After(new GrantTerms(Limit: (7, 8))));
        Assert.Equal(standing with { MaxCalls = 0, PeriodSeconds = 0 }, After(new GrantTerms(Limit: (0, 0))));
        Assert.Equal(standing, After(new GrantTerms()));

        ScopeGrant After(GrantTerms terms) => Assert.Single(ScopePlan.Make(Scope(standing), [Service("a")], terms, []).After);
    }

    [Fact]
    public void A_new_grant_is_for_credentials_reading_and_writing_without_end_and_limit() =>
        Assert.Equal(new ScopeGrant(Service("a").Hash, 1, false, 0, 0, 0), Assert.Single(ScopePlan.Make(Scope(), [Service("a")], new GrantTerms(), []).After));

    [Fact]
    public void What_is_taken_away_is_shown_and_the_rest_stays()
    {
        var plan = ScopePlan.Without(Scope(s_github, s_openai), [Service("github_token")], ["openai_api_key"]);
        Assert.Equal([s_openai], plan.After);
        Assert.Equal(["- github_token: credentials, read and write, no end, 10 calls per 1h"], plan.Difference());
        Assert.True(ScopePlan.Without(Scope(s_openai), [Service("github_token")], []).ChangesNothing);
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
