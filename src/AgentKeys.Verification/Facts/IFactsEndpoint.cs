using AgentKeys.Protocol;

namespace AgentKeys.Verification;

/// <summary>One RPC endpoint, read without judging. Throws when there is no usable answer.</summary>
internal interface IFactsEndpoint
{
    /// <summary>Scheme, host and port only.</summary>
    string Name { get; }

    /// <summary>Our own words for why the start-up check has not passed yet; null: it has. Until then every read makes it first.</summary>
    string? MissingCheck { get; }

    /// <summary>Chain id, code and wiring of the contracts. Does nothing once it passed.</summary>
    Task CheckAsync(CancellationToken cancellationToken);

    /// <summary>The latest state, and where the profile asks for confirmations the state so far below it. Read after the call; under load
    /// together with what others ask.</summary>
    Task<EndpointAnswer> ReadAsync(FactsQuery query, CancellationToken cancellationToken);

    /// <summary>The same for several queries, in their order, by one question.</summary>
    Task<IReadOnlyList<EndpointAnswer>> ReadAsync(IReadOnlyList<FactsQuery> queries, CancellationToken cancellationToken);

    /// <summary><c>precompile</c> or <c>solidity</c>.</summary>
    Task<string> ReadP256PathAsync(CancellationToken cancellationToken);
}

/// <param name="Confirmed">null when no confirmations were asked for.</param>
internal sealed record EndpointAnswer(CapFacts Latest, CapFacts? Confirmed);

/// <param name="MaxHeadAge">null for chains that make blocks on demand: their clock stands still between transactions.</param>
/// <param name="Confirmations">blocks below the head at which a grant must already have stood; 0: none.</param>
/// <param name="Deadline">one for all endpoints together.</param>
internal sealed record FreshnessPolicy(TimeSpan? MaxHeadAge, ulong Confirmations, TimeSpan Deadline);
