using System.Diagnostics.CodeAnalysis;
using AgentKeys.Protocol;

namespace AgentKeys.Broker.Caps;

/// <summary>Body of explain: a cap route's, and which route.</summary>
internal sealed record ExplainBody
{
    public string? Op { get; init; }
    public string? DataClass { get; init; }
    public string? OperatorOmni { get; init; }
    public string? ActorOmni { get; init; }

    [DisallowNull]
    public string? Service { get; init; }

    [DisallowNull]
    public string? Key { get; init; }

    public string? DeviceKeyHash { get; init; }

    /// <returns>or <c>invalid_input</c> with the first member that is missing or wrong.</returns>
    public Result<Wish> Read()
    {
        if (!DataClasses.TryParse(DataClass, out var dataClass) || CapRoutes.All.All(r => r.DataClass != dataClass))
            return Refusal.InvalidInput("data_class", "credentials or memory.");
        return CapOps.TryParse(Op, out var op) && CapRoutes.All.Contains((dataClass, op))
            ? new WishBody(OperatorOmni, ActorOmni, Service, Key, DeviceKeyHash).Read(op, dataClass)
            : Refusal.InvalidInput("op", "store, fetch, list, delete or teardown.");
    }
}

/// <param name="Allowed">by the rule, now.</param>
internal sealed record ExplainAnswer(bool Allowed)
{
    /// <summary>Absent when allowed.</summary>
    public ExplainedRefusal? Refusal { get; init; }

    /// <summary>Absent where the chain has none of this service to the actor.</summary>
    public ExplainedGrant? Grant { get; init; }

    /// <summary>Whose facts decided; absent where none were needed.</summary>
    public ulong? Block { get; init; }
}

/// <param name="Row">of SPEC.md section 7; 0 for what the session shows.</param>
internal sealed record ExplainedRefusal(string Code, int Row, string Detail)
{
    public string? RequiredTier { get; init; }
    public string? Remediation { get; init; }
}

/// <summary>As on chain: 0 = no limit. What is used of it only the workers know.</summary>
internal sealed record ExplainedGrant(IReadOnlyList<string> DataClasses, bool ReadOnly, ulong ExpiresAt, uint MaxCalls, uint PeriodSeconds, ulong Generation);
