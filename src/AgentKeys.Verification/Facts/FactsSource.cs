using AgentKeys.Protocol;
using Microsoft.Extensions.Logging;

namespace AgentKeys.Verification;

/// <inheritdoc cref="IFactsSource"/>
internal sealed class FactsSource(
    ChainRef chain, IReadOnlyList<IFactsEndpoint> endpoints, FreshnessPolicy policy, ChainClient client, TimeProvider clock, ILogger<FactsSource> logger) : IFactsSource
{
    public ChainRef Chain => chain;

    public async Task<Result<CapFacts>> JudgeAsync(FactsQuery query, Func<CapFacts, Refusal?> rule, ulong minBlock, CancellationToken cancellationToken)
    {
        var answers = await ReadAllAsync(query, policy.Confirmations, cancellationToken);
        var now = clock.GetUtcNow();
        return FactsJudge.Together([.. answers.Select(a => a is null ? FactsJudge.Unavailable : FactsJudge.Endpoint(a, chain, policy, minBlock, rule, now))]);
    }

    public async Task<ChainReadiness> ProbeAsync(CancellationToken cancellationToken)
    {
        var answers = await ReadAllAsync(new FactsQuery(), policy.Confirmations, cancellationToken);
        var now = clock.GetUtcNow();
        List<Result<CapFacts>> verdicts = [.. answers.Select(a => a is null ? FactsJudge.Unavailable : FactsJudge.Endpoint(a, chain, policy, 0, _ => null, now))];
        var shown = endpoints.Select((endpoint, i) => Describe(endpoint, answers[i], verdicts[i].Refusal, now)).ToList();
        var together = FactsJudge.Together(verdicts).Refusal;
        var lowest = shown.Where(e => e.HeadNumber is not null).MinBy(e => e.HeadNumber);
        return new ChainReadiness(
            together is null, together?.Code.Name(), lowest?.HeadNumber, lowest?.HeadAgeSeconds, client.Name, client.P256Path, endpoints.Count, shown);
    }

    private static EndpointReadiness Describe(IFactsEndpoint endpoint, EndpointAnswer? answer, Refusal? refusal, DateTimeOffset now) => new(
        endpoint.Name, refusal is null, refusal?.Code.Name(), answer?.Latest.Head.Number,
        answer is null ? null : (long)FactsJudge.HeadAge(answer.Latest.Head, now).TotalSeconds);

    /// <summary>All endpoints at once, under one deadline. Null where there was no usable answer in time.</summary>
    private async Task<EndpointAnswer?[]> ReadAllAsync(FactsQuery query, ulong confirmations, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(policy.Deadline, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        var answers = await Task.WhenAll(endpoints.Select(endpoint => ReadAsync(endpoint, query, confirmations, either.Token)));
        cancellationToken.ThrowIfCancellationRequested();
        return answers;
    }

    private async Task<EndpointAnswer?> ReadAsync(IFactsEndpoint endpoint, FactsQuery query, ulong confirmations, CancellationToken cancellationToken)
    {
        try
        {
            // WaitAsync: a client that is deaf to cancellation does not hold the request beyond the deadline.
            return await endpoint.ReadAsync(query, confirmations, cancellationToken).WaitAsync(cancellationToken);
        }
        // Everything: whatever a node can make a client throw is "no usable answer", and no answer never allows.
        catch (Exception e)
        {
            Log.EndpointFailed(logger, endpoint.Name, e is OperationCanceledException ? "no answer in time" : e.GetType().Name);
            return null;
        }
    }
}

/// <param name="Name">which implementation of the chain ports is in force.</param>
/// <param name="P256Path">see <see cref="ChainReadiness"/>.</param>
internal sealed record ChainClient(string Name, string? P256Path);
