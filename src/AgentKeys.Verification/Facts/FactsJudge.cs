using AgentKeys.Protocol;

namespace AgentKeys.Verification;

/// <summary>The rule of freshness as a pure function: one endpoint's answer, then all of them together (SPEC.md section 6).</summary>
internal static class FactsJudge
{
    public static readonly Refusal Unavailable = new(RefusalCode.ChainUnavailable, "The chain gave no usable answer in time.");

    private static readonly Refusal s_disagree = new(RefusalCode.ChainUnavailable, "The chain's endpoints do not agree yet; try again.");

    /// <summary>
    /// 1. the configured chain and registry, 2. the head's age, 3. the asked-for block, 4. the rule at the latest block, 5. where the
    /// profile asks for confirmations, the rule again with the confirmed device, approvers, operator and grant: epoch, block and clock
    /// come from the latest block only. So a revocation counts at once, and a grant when it is confirmed.
    /// </summary>
    public static Result<CapFacts> Endpoint(
        EndpointAnswer answer, ChainRef chain, FreshnessPolicy policy, ulong minBlock, Func<CapFacts, Refusal?> rule, DateTimeOffset now)
    {
        var latest = answer.Latest;
        if (latest.Chain != chain || !IsConfirmedShape(answer, chain, policy))
            return Unavailable;
        if (policy.MaxHeadAge is { } limit && HeadAge(latest.Head, now) > limit)
            return new Refusal(RefusalCode.ChainStale, "The chain's newest block is too old to decide on.") { Block = latest.Head.Number };
        if (latest.Head.Number < minBlock)
            return new Refusal(RefusalCode.ChainBehind, "The node has not seen the block that this request asks for.") { Block = latest.Head.Number };
        if (rule(latest) is { } refused)
            return refused with { Block = latest.Head.Number };
        if (answer.Confirmed is { } confirmed && rule(confirmed with { Head = latest.Head, Epoch = latest.Epoch }) is { } unconfirmed)
            return unconfirmed with { Block = latest.Head.Number };
        return latest;
    }

    /// <summary>
    /// All must allow, and agree on every fact but the head: so one lying endpoint can withhold, never grant or widen. Among
    /// refusals by the rule the highest head's is shown, before those for want of a fresh answer.
    /// </summary>
    public static Result<CapFacts> Together(IReadOnlyList<Result<CapFacts>> verdicts)
    {
        var refusals = verdicts.Select(v => v.Refusal).OfType<Refusal>().ToList();
        if (refusals.Where(IsOfTheRule).MaxBy(r => r.Block) is { } denied)
            return denied;
        if (refusals.MinBy(Rank) is { } notFresh)
            return notFresh;
        List<CapFacts> facts = [.. verdicts.Select(v => v.Value)];
        return Agree(facts) ? facts.MinBy(f => f.Head.Number)! : s_disagree;
    }

    /// <summary>The same in everything but the head.</summary>
    public static bool Agree(IReadOnlyList<CapFacts> facts) => facts.All(f => f with { Head = facts[0].Head } == facts[0]);

    /// <summary>An endpoint's opinion; the others say that it has none which is fresh.</summary>
    public static bool IsOfTheRule(Refusal refusal) => Rank(refusal) == 0;

    /// <summary>By our clock; a head from the future has age zero.</summary>
    public static TimeSpan HeadAge(HeadFacts head, DateTimeOffset now)
    {
        var seconds = now.ToUnixTimeSeconds() - (decimal)head.Timestamp;
        return seconds <= 0 ? TimeSpan.Zero : TimeSpan.FromSeconds((long)seconds);
    }

    private static bool IsConfirmedShape(EndpointAnswer answer, ChainRef chain, FreshnessPolicy policy) =>
        policy.Confirmations == 0
            ? answer.Confirmed is null
            : answer.Confirmed is { } confirmed && confirmed.Chain == chain && confirmed.Head.Number <= answer.Latest.Head.Number;

    private static int Rank(Refusal refusal) => refusal.Code switch
    {
        RefusalCode.ChainUnavailable => 1,
        RefusalCode.ChainStale => 2,
        RefusalCode.ChainBehind => 3,
        _ => 0,
    };
}
