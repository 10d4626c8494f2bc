using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using AgentKeys.Protocol;

namespace AgentKeys.Verification;

/// <summary>
/// How the chain's endpoints answer. An endpoint is named by its place in the settings, from 1: its URL may hold a provider's key.
/// </summary>
internal sealed class ChainMetrics
{
    /// <summary>The service's meter; <c>AgentKeys.Hosting</c> reads it out.</summary>
    private const string MeterName = "AgentKeys";

    private readonly ConcurrentDictionary<int, HeadFacts> _heads = new();
    private readonly Histogram<double> _reads;
    private readonly Counter<long> _answers;
    private readonly Counter<long> _disagreements;
    private readonly TimeProvider _clock;

    public ChainMetrics(IMeterFactory meters, TimeProvider clock)
    {
        _clock = clock;
        var meter = meters.Create(MeterName);
        var advice = new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] };
        _reads = meter.CreateHistogram("agentkeys_chain_read_seconds", null, "What reading the facts of one decision took, all RPC endpoints together.", null, advice);
        _answers = meter.CreateCounter<long>("agentkeys_chain_answers_total", description: "Questions to an RPC endpoint, by whether it gave a usable answer in time: ok, no_answer.");
        _disagreements = meter.CreateCounter<long>(
            "agentkeys_chain_disagreements_total", description: "Decisions on which RPC endpoints did not agree: facts (they differ) or verdict (one allows what another refuses).");
        meter.CreateObservableGauge("agentkeys_chain_head_age_seconds", () => Each(head => FactsJudge.HeadAge(head, clock.GetUtcNow()).TotalSeconds), description: "Age of the newest block that the endpoint has shown, by this machine's clock.");
        meter.CreateObservableGauge("agentkeys_chain_head_block", () => Each(head => head.Number), description: "Number of the newest block that the endpoint has shown.");
        meter.CreateObservableGauge("agentkeys_chain_head_spread_blocks", Spread, description: "Blocks between the highest and the lowest head of the endpoints.");
    }

    /// <summary>When a question is asked.</summary>
    public long Start() => _clock.GetTimestamp();

    /// <param name="started">of <see cref="Start"/>.</param>
    /// <param name="heads">of the endpoints in their order; null where there was no usable answer.</param>
    public void Answered(long started, IReadOnlyList<HeadFacts?> heads)
    {
        _reads.Record(_clock.GetElapsedTime(started).TotalSeconds);
        for (var i = 0; i < heads.Count; i++)
        {
            _answers.Add(1, Label(i), new("outcome", heads[i] is null ? "no_answer" : "ok"));
            if (heads[i] is { } head)
                _heads[i] = head;
        }
    }

    /// <summary>Only endpoints that answered freshly have an opinion; silence and lagging are not one.</summary>
    public void Compare(IReadOnlyList<Result<CapFacts>> verdicts)
    {
        var refused = verdicts.Any(v => v.Refusal is { } refusal && FactsJudge.IsOfTheRule(refusal));
        var allowed = verdicts.Where(v => v.Refusal is null).Select(v => v.Value).ToList();
        if (refused && allowed.Count > 0)
            _disagreements.Add(1, new KeyValuePair<string, object?>("kind", "verdict"));
        else if (!FactsJudge.Agree(allowed))
            _disagreements.Add(1, new KeyValuePair<string, object?>("kind", "facts"));
    }

    private IEnumerable<Measurement<double>> Each(Func<HeadFacts, double> of) => _heads.OrderBy(h => h.Key).Select(h => new Measurement<double>(of(h.Value), Label(h.Key)));

    private IEnumerable<Measurement<double>> Spread()
    {
        var numbers = _heads.Values.Select(h => h.Number).ToList();
        return numbers.Count == 0 ? [] : [new Measurement<double>(numbers.Max() - numbers.Min())];
    }

    private static KeyValuePair<string, object?> Label(int endpoint) => new("endpoint", endpoint + 1);
}
