using System.Globalization;
using AgentKeys.Chain;
using AgentKeys.Protocol;

namespace AgentKeys.Cli;

/// <param name="DataClasses">mask.</param>
/// <param name="ExpiresAt">Unix seconds; 0: no end.</param>
internal sealed record GrantTerms(byte DataClasses, bool ReadOnly, ulong ExpiresAt, uint MaxCalls, uint PeriodSeconds);

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
        var names = Names(known.Concat(services.Select(s => s.Value)));
        var changed = services.DistinctBy(s => s.Hash).ToDictionary(s => s.Hash, s => Grant(s, terms));
        List<ScopeGrant> after = [.. scope.Grants.Select(g => changed.Remove(g.ServiceHash, out var named) ? named : g)];
        after.AddRange(services.Select(s => s.Hash).Distinct().Where(changed.ContainsKey).Select(h => changed[h]));
        return after.Count <= MaxGrants
            ? new ScopePlan(scope.Grants, after, names)
            : throw CliException.Failure($"An agent has at most {MaxGrants} grants; this would be {after.Count}.");
    }

    public static Dictionary<Bytes32, string> Names(IEnumerable<string> known) =>
        known.Where(n => ServiceName.TryParse(n, out _)).Select(ServiceName.Parse).DistinctBy(s => s.Hash).ToDictionary(s => s.Hash, s => s.Value);

    /// <summary>What is added and changed, a line each; grants are never lost here.</summary>
    public IReadOnlyList<string> Difference()
    {
        var before = Before.ToDictionary(g => g.ServiceHash);
        return [.. After.Where(g => !before.TryGetValue(g.ServiceHash, out var old) || old != g).Select(g => before.TryGetValue(g.ServiceHash, out var old)
            ? $"~ {Name(g)}: {Describe(g)} (was {Describe(old)})"
            : $"+ {Name(g)}: {Describe(g)}")];
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

    private static ScopeGrant Grant(ServiceName service, GrantTerms terms) =>
        new(service.Hash, terms.DataClasses, terms.ReadOnly, terms.ExpiresAt, terms.MaxCalls, terms.PeriodSeconds);
}
