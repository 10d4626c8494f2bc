using System.Diagnostics;
using System.Text;
using AgentKeys.Testing.Reference;

namespace AgentKeys.EndToEnd.Tests.ReferenceModel;

/// <summary>Drops steps of a run while model and contracts still differ.</summary>
internal sealed class Minimiser(ModelRun run, ModelChain chain, string snapshot)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private string _snapshot = snapshot;
    private Difference? _last;

    /// <summary>The steps that are left, one a line, and what differs after them.</summary>
    public async Task<string> MinimiseAsync(Difference found)
    {
        var steps = run.Steps.Take(found.At + 1).ToList();
        var culprit = steps[^1].Call;
        await TryAsync(found.Kind, steps, s => s.Broken.Count == 0 || s == steps[^1], kept => steps = kept);
        await TryAsync(found.Kind, steps, s => Subjects(s.Call).Intersect(Subjects(culprit)).Any(), kept => steps = kept);
        for (var size = Math.Max(1, steps.Count / 2); size >= 1; size /= 2)
        {
            for (var start = Math.Max(0, steps.Count - size); start >= 0 && _watch.Elapsed < Patience; start -= size)
            {
                var (low, high) = (start, start + size);
                await TryAsync(found.Kind, steps, s => steps.IndexOf(s) < low || steps.IndexOf(s) >= high, kept => steps = kept);
            }
        }

        var text = new StringBuilder();
        foreach (var step in steps)
            text.Append(System.Globalization.CultureInfo.InvariantCulture, $"  {step.Time} {Describe(step.Call)}{(step.Broken.Count == 0 ? "" : "   refused: " + string.Join(", ", step.Broken))}\n");
        return $"{steps.Count} of {run.Steps.Count} calls are enough:\n{text}{(_last ?? found).What}";
    }

    private async Task TryAsync(string kind, List<Step> steps, Func<Step, bool> keep, Action<List<Step>> take)
    {
        var kept = steps.Where(keep).ToList();
        if (kept.Count == 0 || kept.Count == steps.Count)
            return;
        await chain.RevertAsync(_snapshot);
        _snapshot = await chain.SnapshotAsync();
        if (await run.ReplayAsync(kept) is not { } difference || difference.Kind != kind)
            return;
        _last = difference;
        take([.. kept.Take(difference.At + 1)]);
    }

    /// <summary>Operator, device, actor and wallet that a call is about: what it shares none of cannot matter to it.</summary>
    private static IEnumerable<string> Subjects(Call call) => call.Approvals.Select(a => a.Assertion.Statement.Operator).Concat(call switch
    {
        RegisterFirstMaster c => [Word.Omni(c.Sender)],
        RegisterAgentRooted c => [Word.Omni(c.Sender)],
        UpgradeToHumanAnchored c => [c.Proof?.Signed.Operator ?? ""],
        ExecuteRecovery c => [c.Proposer],
        ProposeRecovery c => c.Approvals.Select(a => a.Device),
        EpochCall => ["epochs"],
        RevokeAgentDevice c => [c.Device],
        RegisterAgentDevice c => [c.Device],
        _ => Enumerable.Empty<string>(),
    });

    private static string Describe(Call call)
    {
        var approvals = string.Join("; ", call.Approvals.Select(a =>
            $"{a.Device[..8]} signs {a.Assertion.Statement.Operation} nonce {a.Assertion.Statement.Nonce.Voids}:{a.Assertion.Statement.Nonce.Counter} until {a.Deadline}{(a.Assertion.Flaw == AssertionFlaw.None ? "" : " " + a.Assertion.Flaw)}"));
        return Shorten(call.ToString()) + (approvals.Length == 0 ? "" : $" [{approvals}]");
    }

    /// <summary>Eight digits tell ids apart well enough to read.</summary>
    private static string Shorten(string text) => System.Text.RegularExpressions.Regex.Replace(text, "([0-9a-f]{8})[0-9a-f]{32,}", "$1");
}
