using System.Globalization;
using AgentKeys.Chain;
using AgentKeys.Protocol;

namespace AgentKeys.Cli;

/// <summary>What is said of grants; null: what stands stays, and a new grant has the default.</summary>
/// <param name="DataClasses">mask; default: credentials.</param>
/// <param name="ReadOnly">default: false.</param>
/// <param name="ExpiresAt">Unix seconds; 0, the default: no end.</param>
/// <param name="Limit">uses per so many seconds; zeros, the default: no limit.</param>
internal sealed record GrantTerms(byte? DataClasses = null, bool? ReadOnly = null, ulong? ExpiresAt = null, (uint Calls, uint Period)? Limit = null)
{
    /// <param name="standing">null: the service is not granted yet.</param>
    public ScopeGrant Apply(ServiceName service, ScopeGrant? standing)
    {
        var grant = standing ?? new ScopeGrant(service.Hash, DataClass.Credentials.MaskBit(), false, 0, 0, 0);
        var (calls, period) = Limit ?? (grant.MaxCalls, grant.PeriodSeconds);
        return grant with
        {
            DataClasses = DataClasses ?? grant.DataClasses,
            ReadOnly = ReadOnly ?? grant.ReadOnly,
            ExpiresAt = ExpiresAt ?? grant.ExpiresAt,
            MaxCalls = calls,
            PeriodSeconds = period,
        };
    }
}

/// <summary>
/// The whole scope as it will be: what stands, with the named services changed. The contract replaces a scope as a whole, so what is
/// not named must be carried along, and is what the page shows last.
/// </summary>
internal sealed class ScopePlan
{
    private const int MaxGrants = 64;

    private readonly Dictionary<Bytes32, string> _names;

    private ScopePlan(IReadOnlyList<ScopeGrant> before, IReadOnlyList<ScopeGrant> after, Dictionary<Bytes32, string> names) =>
        (Before, After, _names) = (before, after, names);

    public IReadOnlyList<ScopeGrant> Before { get; }
    public IReadOnlyList<ScopeGrant> After { get; }
    public bool ChangesNothing => Before.SequenceEqual(After);

    /// <param name="known">names for hashes that stand already.</param>
    public static ScopePlan Make(ScopeRecord scope, IReadOnlyList<ServiceName> services, GrantTerms terms, IEnumerable<string> known)
    {
        var named = services.DistinctBy(s => s.Hash).ToDictionary(s => s.Hash);
        List<ScopeGrant> after = [.. scope.Grants.Select(g => named.Remove(g.ServiceHash, out var service) ? terms.Apply(service, g) : g)];
        after.AddRange(services.Select(s => s.Hash).Distinct().Where(named.ContainsKey).Select(h => terms.Apply(named[h], null)));
        return after.Count <= MaxGrants
            ? new ScopePlan(scope.Grants, after, Names(known.Concat(services.Select(s => s.Value))))
            : throw CliException.Failure($"An agent has at most {MaxGrants} grants; this would be {after.Count}.", "take some away: agentkeys scope revoke NAME SERVICE");
    }

    /// <summary>What stands without the named services.</summary>
    public static ScopePlan Without(ScopeRecord scope, IReadOnlyList<ServiceName> services, IEnumerable<string> known)
    {
        var taken = services.Select(s => s.Hash).ToHashSet();
        return new ScopePlan(scope.Grants, [.. scope.Grants.Where(g => !taken.Contains(g.ServiceHash))], Names(known.Concat(services.Select(s => s.Value))));
    }

    public static Dictionary<Bytes32, string> Names(IEnumerable<string> known) =>
        known.Where(n => ServiceName.TryParse(n, out _)).Select(ServiceName.Parse).DistinctBy(s => s.Hash).ToDictionary(s => s.Hash, s => s.Value);

    /// <summary>What is added, changed and taken away, a line each.</summary>
    public IReadOnlyList<string> Difference()
    {
        var (before, after) = (Before.ToDictionary(g => g.ServiceHash), After.Select(g => g.ServiceHash).ToHashSet());
        var given = After.Where(g => !before.TryGetValue(g.ServiceHash, out var old) || old != g).Select(g => before.TryGetValue(g.ServiceHash, out var old)
            ? $"~ {Name(g)}: {Describe(g)} (was {Describe(old)})"
            : $"+ {Name(g)}: {Describe(g)}");
        return [.. given, .. Before.Where(g => !after.Contains(g.ServiceHash)).Select(g => $"- {Name(g)}: {Describe(g)}")];
    }

    /// <summary>Every grant of the new scope, a line each: what the passkey signs.</summary>
    public IReadOnlyList<string> Lines() => [.. After.Select(g => $"{Name(g)}: {Describe(g)}")];

    public string Name(ScopeGrant grant) => Name(grant, _names);

    public static string Name(ScopeGrant grant, Dictionary<Bytes32, string> names) => names.GetValueOrDefault(grant.ServiceHash, grant.ServiceHash.ToString());

    /// <summary><c>credentials, read only, until 2026-01-01 00:00:00 UTC, 10 calls per 1h</c>.</summary>
    public static string Describe(ScopeGrant grant) => string.Join(", ", Parts(grant));

    public static IEnumerable<string> ClassNames(byte mask) => DataClasses.All.Where(c => (mask & c.MaskBit()) != 0).Select(c => c.Name());

    private static IEnumerable<string> Parts(ScopeGrant grant)
    {
        foreach (var name in ClassNames(grant.DataClasses))
            yield return name;
        yield return grant.ReadOnly ? "read only" : "read and write";
        yield return grant.ExpiresAt == 0 ? "no end" : $"until {Moments.Utc(grant.ExpiresAt)}";
        if (grant.MaxCalls > 0)
            yield return string.Create(CultureInfo.InvariantCulture, $"{grant.MaxCalls} calls per {Duration.Format(TimeSpan.FromSeconds(grant.PeriodSeconds))}");
    }
}
