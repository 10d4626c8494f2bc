using AgentKeys.Protocol;

namespace AgentKeys.Verification;

/// <summary>
/// Fresh facts, judged. The rule of freshness (SPEC.md section 6) lives only behind this interface. Nothing is cached: every call
/// reads the chain, so a revocation that the node has seen counts at once.
/// </summary>
public interface IFactsSource
{
    ChainRef Chain { get; }

    /// <summary>
    /// Reads the facts now and applies <paramref name="rule"/> to them, once per endpoint, and once more to the confirmed state
    /// where the profile asks for confirmations. All endpoints must answer and allow; the refusal of the highest head is shown.
    /// </summary>
    /// <param name="rule">pure; null allows. Called several times, with different facts.</param>
    /// <param name="minBlock">0 for none; a head below it is <c>chain_behind</c>.</param>
    /// <returns>
    /// The facts of the lowest head among the endpoints (every one of them has seen that block), or the rule's refusal, or
    /// <c>chain_unavailable</c>, <c>chain_stale</c>, <c>chain_behind</c>. Answered within the configured deadline; a hostile or
    /// missing answer never throws.
    /// </returns>
    /// <exception cref="OperationCanceledException">the caller cancelled.</exception>
    Task<Result<CapFacts>> JudgeAsync(FactsQuery query, Func<CapFacts, Refusal?> rule, ulong minBlock, CancellationToken cancellationToken);

    /// <summary>The same for several queries, each with its rule, by one question to each endpoint: all are judged on the same blocks.</summary>
    /// <param name="questions">1 to 64.</param>
    /// <returns>one a question, in their order.</returns>
    Task<IReadOnlyList<Result<CapFacts>>> JudgeEachAsync(IReadOnlyList<(FactsQuery Query, Func<CapFacts, Refusal?> Rule)> questions, ulong minBlock, CancellationToken cancellationToken);

    /// <summary>What readiness shows. Answered within the configured deadline; never throws but for cancellation.</summary>
    Task<ChainReadiness> ProbeAsync(CancellationToken cancellationToken);
}

/// <summary>Whether decisions can be made now, and on what.</summary>
/// <param name="Ok">a decision made now would not fail for freshness.</param>
/// <param name="Reason">wire name of the refusal that a decision would get; null when ok.</param>
/// <param name="MissingCheck">our words for why the start-up check of an endpoint has not passed; null when all have.</param>
/// <param name="HeadNumber">lowest head among the endpoints.</param>
/// <param name="HeadAgeSeconds">age of that head by our clock, never negative.</param>
/// <param name="Client">which implementation of the chain ports is in force.</param>
/// <param name="P256Path">how the deployed verifier checks P-256: <c>precompile</c>, <c>solidity</c>; null when not known.</param>
/// <param name="DefenceLevel">how many endpoints must agree before anything is allowed.</param>
public sealed record ChainReadiness(
    bool Ok, string? Reason, string? MissingCheck, ulong? HeadNumber, long? HeadAgeSeconds, string Client, string? P256Path, int DefenceLevel, IReadOnlyList<EndpointReadiness> Endpoints);

/// <param name="Endpoint">scheme, host and port; a path may hold a provider's key and is never shown.</param>
public sealed record EndpointReadiness(string Endpoint, bool Ok, string? Reason, ulong? HeadNumber, long? HeadAgeSeconds);
