using System.Collections.Concurrent;
using AgentKeys.Protocol;
using AgentKeys.Verification;

namespace AgentKeys.Broker.Caps;

/// <summary>Would a cap be minted, and if not, which check refuses? The rule that mints, on facts as fresh, without a cap at the end.</summary>
internal sealed class CapExplain(IFactsSource facts, MintRecord record, TimeProvider clock)
{
    /// <returns>or the refusals of freshness (nobody can tell), <c>proof_replayed</c>, <c>audit_unavailable</c>.</returns>
    public async Task<Result<ExplainAnswer>> ExplainAsync(PresentedSession presented, Wish wish, ulong minBlock, CancellationToken cancellationToken)
    {
        if (!(await AskAsync(presented, wish, minBlock, cancellationToken)).IsOk(out var answer, out var refusal))
            return refusal;
        // Nothing leaves the broker but an answer; the record is what makes a proof work once.
        var mint = new Mint(AuditOpKind.RuleExplained, presented.Session.Claims.Operator, presented.Session.Claims.Actor, presented.Proof, answer.Block, Object: null);
        return await record.MintAsync(mint, () => answer, cancellationToken);
    }

    private async Task<Result<ExplainAnswer>> AskAsync(PresentedSession presented, Wish wish, ulong minBlock, CancellationToken cancellationToken)
    {
        if (SessionCheck.Check(presented, wish) is { } unfit)
            return new ExplainAnswer(false) { Refusal = Explain(unfit) };

        var request = wish.ToRequest(presented.Session.Claims.SessionWallet);
        var seen = new ConcurrentQueue<(ulong Block, CapFacts Facts)>();
        var judged = await facts.JudgeAsync(request.ToQuery(), found => Judge(request, found, seen), minBlock, cancellationToken);
        if (judged.IsOk(out var allowed, out var refusal))
            return new ExplainAnswer(true) { Grant = GrantOf(wish, allowed), Block = allowed.Head.Number };
        if (refusal.Row is null)
            return refusal;
        var grant = seen.Where(s => s.Block == refusal.Block).Select(s => GrantOf(wish, s.Facts)).FirstOrDefault();
        return new ExplainAnswer(false) { Refusal = Explain(refusal), Grant = grant, Block = refusal.Block };
    }

    private Refusal? Judge(CapRequest request, CapFacts found, ConcurrentQueue<(ulong, CapFacts)> seen)
    {
        seen.Enqueue((found.Head.Number, found));
        return CapRules.Check(request, found, clock.GetUtcNow());
    }

    private static ExplainedRefusal Explain(Refusal refusal) => new(refusal.Code.Name(), refusal.Row ?? 0, refusal.Detail)
    {
        RequiredTier = refusal.RequiredTier?.Name(),
        Remediation = refusal.Remediation,
    };

    /// <summary>Of an actor of the asker's own operator: another operator's grants are not explained.</summary>
    private static ExplainedGrant? GrantOf(Wish wish, CapFacts found) =>
        wish.Service is not null && found.ActorOperator == wish.Operator && found.Grant is { Exists: true } grant
            ? new ExplainedGrant(
                [.. DataClasses.All.Where(c => (grant.Classes & c.MaskBit()) != 0).Select(c => c.Name())],
                grant.ReadOnly, grant.ExpiresAt, grant.MaxCalls, grant.PeriodSeconds, grant.Generation)
            : null;
}
