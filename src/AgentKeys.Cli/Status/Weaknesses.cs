using AgentKeys.Protocol;

namespace AgentKeys.Cli;

/// <param name="Code">scripts rely on it.</param>
/// <param name="ToDo">what helps; null where this version has no command for it.</param>
internal sealed record Weakness(string Code, string Message, string? ToDo = null);

/// <summary>What a lost or stolen device, or time, would mean for an operator as it stands, in words.</summary>
internal static class Weaknesses
{
    private static readonly TimeSpan s_soon = TimeSpan.FromDays(3);

    /// <param name="now">our clock.</param>
    /// <param name="recoveryDelay">seconds that a proposal waits.</param>
    public static IEnumerable<Weakness> Of(OperatorReport report, DateTimeOffset now, ulong recoveryDelay) =>
        [.. OfMasters(report, recoveryDelay), .. report.Proposals.Select(p => Proposed(p.Proposal.Target, p.Proposal.ExecutableFrom)), .. report.Agents.SelectMany(a => OfGrants(a, now))];

    /// <summary>Of one agent's grants, for its operator.</summary>
    private static IEnumerable<Weakness> OfGrants(ReportedAgent agent, DateTimeOffset now)
    {
        var (endless, ending, over) = Ends(agent, now);
        if (endless.Count > 0)
            yield return new("grant_without_end", $"{agent.Shown} keeps {Words(agent, endless)} until somebody takes it away", Renew(agent, endless, "30d"));
        if (ending.Count > 0)
            yield return new("grant_ends_soon", $"{agent.Shown}'s {Words(agent, ending)} ends within {Duration.Format(s_soon)}", Renew(agent, ending, "7d"));
        if (over.Count > 0)
            yield return new("grant_ended", $"{agent.Shown}'s {Words(agent, over)} is over: it is refused with scope_expired", Renew(agent, over, "7d"));
    }

    /// <summary>For the agent itself, which knows no names and renews nothing: what it will soon miss.</summary>
    public static IEnumerable<Weakness> OfOwnGrants(ReportedAgent agent, DateTimeOffset now)
    {
        var (_, ending, over) = Ends(agent, now);
        if (ending.Count > 0)
            yield return new("grant_ends_soon", $"{Count(ending)} of this agent within {Duration.Format(s_soon)}", Ask);
        if (over.Count > 0)
            yield return new("grant_ended", $"{Count(over)} of this agent before now: what it was for is refused with scope_expired", Ask);

        static string Count(List<ScopeGrant> grants) => grants.Count == 1 ? "one grant ends" : $"{grants.Count} grants end";
    }

    private const string Ask = "the operator renews it: agentkeys scope set AGENT SERVICE --for 7d";

    private static (List<ScopeGrant> Endless, List<ScopeGrant> Ending, List<ScopeGrant> Over) Ends(ReportedAgent agent, DateTimeOffset now)
    {
        var (from, until) = ((ulong)now.ToUnixTimeSeconds(), (ulong)now.Add(s_soon).ToUnixTimeSeconds());
        var grants = agent.Scope?.Grants ?? [];
        return ([.. grants.Where(g => g.ExpiresAt == 0)], [.. grants.Where(g => g.ExpiresAt > from && g.ExpiresAt <= until)], [.. grants.Where(g => g.ExpiresAt != 0 && g.ExpiresAt <= from)]);
    }

    /// <summary>A command that can be typed here: null where this home does not know the names.</summary>
    private static string? Renew(ReportedAgent agent, List<ScopeGrant> grants, string time) =>
        agent.Name is not null && grants.All(g => agent.Services.ContainsKey(g.ServiceHash))
            ? $"agentkeys scope set {agent.Name} {string.Join(' ', grants.Select(g => ScopePlan.Name(g, agent.Services)))} --for {time}"
            : "where the agent was made: agentkeys scope set AGENT SERVICE --for " + time;

    private static string Words(ReportedAgent agent, List<ScopeGrant> grants) => string.Join(", ", grants.Select(g => ScopePlan.Name(g, agent.Services)));

    private static IEnumerable<Weakness> OfMasters(OperatorReport report, ulong recoveryDelay)
    {
        var delay = Duration.Format(TimeSpan.FromSeconds(recoveryDelay));
        var (record, masters, recovering) = (report.Record, report.Record.ActiveMasters, report.Record.ActiveRecoveryMasters);
        var giving = report.ActiveMasters.Count(d => d.Record.Roles.HasFlag(DeviceRoles.ScopeMgmt));
        if (record.Tier != TrustTier.HumanAnchored)
            yield break; // an agent_rooted operator has no master, and nothing that one could give
        if (masters == 0)
            yield return new("no_master", "no master device: nobody can give or recover anything");
        if (masters == 1)
            yield return new("one_master", "one master device: that device is everything; lost, nothing can be given any more; stolen, it may give everything", "add a second master, and a third as the tie-breaker");
        if (recovering > 1 && record.RecoveryThreshold == 1)
            yield return new("recovery_threshold_one", $"recovery threshold 1 with {recovering} devices: each of them alone is everything", "raise the recovery threshold to 2");
        if (recovering == 2 && record.RecoveryThreshold == 2)
            yield return new("two_recovery_masters", $"two devices that may recover: a lost one costs {delay}, a stolen one can stall for ever", "add a third, which decides");
        if (recovering >= 3 && record.RecoveryThreshold == recovering)
            yield return new("recovery_needs_all", $"recovery needs all {recovering} devices: one that is stolen can stall for ever", "lower the recovery threshold by one");
        if (masters > 1 && record.GrantThreshold == 1)
            yield return new("grant_threshold_one", $"grant threshold 1 with {masters} masters: one that is stolen may give until it is stopped", "raise the grant threshold to 2");
        if (masters > 0 && record.GrantThreshold > giving)
            yield return new("grant_threshold_unreachable", $"giving takes {record.GrantThreshold} approvals, and {giving} {(giving == 1 ? "master" : "masters")} may give: nothing can be given", "lower the grant threshold, or give another master the role");
    }

    private static Weakness Proposed(DeviceKeyHash target, ulong from) =>
        new("recovery_proposed", $"somebody proposed to revoke the master {target}: it may happen from {Moments.Utc(from)} on", "if it was not you, cancel it before then with another master");
}
