using System.Collections.Concurrent;
using AgentKeys.Chain;
using AgentKeys.Protocol;
using Microsoft.Extensions.Logging;

namespace AgentKeys.Verification;

/// <inheritdoc cref="IFactsSource"/>
internal sealed class FactsSource(
    ChainRef chain, IReadOnlyList<IFactsEndpoint> endpoints, FreshnessPolicy policy, string client, TimeProvider clock, ChainMetrics metrics, ILogger<FactsSource> logger) : IFactsSource
{
    public ChainRef Chain => chain;

    public async Task<Result<CapFacts>> JudgeAsync(FactsQuery query, Func<CapFacts, Refusal?> rule, ulong minBlock, CancellationToken cancellationToken)
    {
        return Together(await ReadAllAsync(query, cancellationToken), rule, minBlock, clock.GetUtcNow());
    }

    public async Task<IReadOnlyList<Result<CapFacts>>> JudgeEachAsync(
        IReadOnlyList<(FactsQuery Query, Func<CapFacts, Refusal?> Rule)> questions, ulong minBlock, CancellationToken cancellationToken)
    {
        FactsQuery[] queries = [.. questions.Select(q => q.Query)];
        var started = metrics.Start();
        var answers = await AskAllAsync((endpoint, token) => endpoint.ReadAsync(queries, token), cancellationToken);
        metrics.Answered(started, [.. answers.Select(a => a?[0].Latest.Head)]);
        var now = clock.GetUtcNow();
        return [.. questions.Select((q, i) => Together([.. answers.Select(a => a?[i])], q.Rule, minBlock, now))];
    }

    public async Task<ChainReadiness> ProbeAsync(CancellationToken cancellationToken)
    {
        var reading = ReadAllAsync(new FactsQuery(), cancellationToken);
        var paths = await AskAllAsync((endpoint, token) => endpoint.ReadP256PathAsync(token), cancellationToken);
        var answers = await reading;

        var now = clock.GetUtcNow();
        var verdicts = Judge(answers, _ => null, minBlock: 0, now);
        var shown = endpoints.Select((endpoint, i) => Describe(endpoint, answers[i], verdicts[i].Refusal, now)).ToList();
        var together = FactsJudge.Together(verdicts).Refusal;
        var lowest = shown.Where(e => e.HeadNumber is not null).MinBy(e => e.HeadNumber);
        return new ChainReadiness(
            together is null, together?.Code.Name(), endpoints.Select(e => e.MissingCheck).FirstOrDefault(m => m is not null), lowest?.HeadNumber, lowest?.HeadAgeSeconds, client, paths.FirstOrDefault(p => p is not null), endpoints.Count, shown);
    }

    /// <summary>The start-up check of every endpoint, once more than the reads make it, so that a wrong chain shows before anything is served.</summary>
    /// <returns>what is wrong for good, each with its endpoint; an endpoint that cannot be asked is checked by its first read.</returns>
    public async Task<IReadOnlyList<string>> CheckAsync(CancellationToken cancellationToken)
    {
        var wrong = new ConcurrentQueue<string>();
        await AskAllAsync(
            async (endpoint, token) =>
            {
                try
                {
                    await endpoint.CheckAsync(token);
                    Log.EndpointChecked(logger, endpoint.Name, chain, client);
                }
                catch (ChainUnavailableException e) when (e.IsMisconfigured)
                {
                    wrong.Enqueue($"{endpoint.Name}: {e.Message}");
                }
                return endpoint;
            },
            cancellationToken);
        return [.. wrong];
    }

    private List<Result<CapFacts>> Judge(EndpointAnswer?[] answers, Func<CapFacts, Refusal?> rule, ulong minBlock, DateTimeOffset now) =>
        [.. answers.Select(a => a is null ? FactsJudge.Unavailable : FactsJudge.Endpoint(a, chain, policy, minBlock, rule, now))];

    private Result<CapFacts> Together(EndpointAnswer?[] answers, Func<CapFacts, Refusal?> rule, ulong minBlock, DateTimeOffset now)
    {
        var verdicts = Judge(answers, rule, minBlock, now);
        metrics.Compare(verdicts);
        return FactsJudge.Together(verdicts);
    }

    private static EndpointReadiness Describe(IFactsEndpoint endpoint, EndpointAnswer? answer, Refusal? refusal, DateTimeOffset now) => new(
        endpoint.Name, refusal is null, refusal?.Code.Name(), answer?.Latest.Head.Number,
        answer is null ? null : (long)FactsJudge.HeadAge(answer.Latest.Head, now).TotalSeconds);

    private async Task<EndpointAnswer?[]> ReadAllAsync(FactsQuery query, CancellationToken cancellationToken)
    {
        var started = metrics.Start();
        var answers = await AskAllAsync((endpoint, token) => endpoint.ReadAsync(query, token), cancellationToken);
        metrics.Answered(started, [.. answers.Select(a => a?.Latest.Head)]);
        return answers;
    }

    /// <summary>All endpoints at once, under one deadline. Null where there was no usable answer in time.</summary>
    private async Task<T?[]> AskAllAsync<T>(Func<IFactsEndpoint, CancellationToken, Task<T>> ask, CancellationToken cancellationToken)
        where T : class
    {
        using var deadline = new CancellationTokenSource(policy.Deadline, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        var answers = await Task.WhenAll(endpoints.Select(endpoint => AskAsync(endpoint, ask, either.Token)));
        cancellationToken.ThrowIfCancellationRequested();
        return answers;
    }

    private async Task<T?> AskAsync<T>(IFactsEndpoint endpoint, Func<IFactsEndpoint, CancellationToken, Task<T>> ask, CancellationToken cancellationToken)
        where T : class
    {
        try
        {
            // WaitAsync: a client that is deaf to cancellation does not hold the request beyond the deadline.
            return await ask(endpoint, cancellationToken).WaitAsync(cancellationToken);
        }
        // Everything: whatever a node can make a client throw is "no usable answer", and no answer never allows.
        catch (Exception e)
        {
            Log.EndpointFailed(logger, endpoint.Name, Reason(e));
            return null;
        }
    }

    /// <summary>Names of ours only: nothing that a node said reaches the log.</summary>
    private static string Reason(Exception e) => e switch
    {
        OperationCanceledException => "no answer in time",
        ChainUnavailableException chainFault => chainFault.Fault.ToString(),
        _ => e.GetType().Name,
    };
}
