namespace AgentKeys.Client;

/// <param name="Name">of the object, lower case; the typed form is sealed.</param>
/// <param name="SealedBytes">as it is stored.</param>
public sealed record ListedObject(string Name, long SealedBytes);

/// <summary>What a teardown did.</summary>
/// <param name="Failed">the first hundred that could not be deleted.</param>
/// <param name="More">it stopped with objects left that it did not try.</param>
public sealed record Teardown(int Deleted, IReadOnlyList<TeardownFailure> Failed, bool More);

/// <param name="Code">wire name of the refusal.</param>
public sealed record TeardownFailure(string Name, string Code);

/// <summary>What the broker says to: would this be allowed now?</summary>
/// <param name="Allowed">by the rule, on what the chain said at <see cref="Block"/>.</param>
public sealed record Explanation(bool Allowed)
{
    /// <summary>Null when allowed.</summary>
    public ExplainedRefusal? Refusal { get; init; }

    /// <summary>Null where the chain has no grant of this service to the actor.</summary>
    public ExplainedGrant? Grant { get; init; }

    /// <summary>Null where the session itself decided.</summary>
    public ulong? Block { get; init; }
}

/// <param name="Code">wire name.</param>
/// <param name="Row">of the rule's table in SPEC.md section 7; 0: what the session shows.</param>
public sealed record ExplainedRefusal(string Code, int Row, string Detail)
{
    public string? RequiredTier { get; init; }
    public string? Remediation { get; init; }
}

/// <param name="ExpiresAt">Unix seconds; 0: never.</param>
/// <param name="MaxCalls">per period; 0: no limit.</param>
public sealed record ExplainedGrant(IReadOnlyList<string> DataClasses, bool ReadOnly, ulong ExpiresAt, uint MaxCalls, uint PeriodSeconds, ulong Generation);
