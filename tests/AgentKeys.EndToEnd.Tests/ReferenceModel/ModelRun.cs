using AgentKeys.Testing.Reference;

namespace AgentKeys.EndToEnd.Tests.ReferenceModel;

/// <summary>One call of a run and which of its approvals had the right nonce when it was sent.</summary>
/// <param name="Time">Of its block; calls with the same time share one.</param>
internal sealed record Step(ulong Time, Call Call, IReadOnlySet<Refusal> Broken, bool JudgedWhole, IReadOnlyList<bool> Fresh);

/// <summary>Where model and contracts part.</summary>
/// <param name="At">Index of the last step that was needed.</param>
internal sealed record Difference(int At, string What)
{
    /// <summary>What differs, whoever it is about: a view's name without its arguments, or both answers.</summary>
    public string Kind => What.Split('[')[0];
}

/// <summary>What a run has seen: that both refused and accepted enough of everything.</summary>
internal sealed class Tally
{
    public SortedDictionary<string, (int Accepted, int Refused)> Calls { get; } = new(StringComparer.Ordinal);

    public SortedDictionary<string, int> Errors { get; } = new(StringComparer.Ordinal);

    public int Views { get; set; }

    public void Count(Step step, ChainOutcome outcome)
    {
        var name = step.Call.GetType().Name;
        var (accepted, refused) = Calls.GetValueOrDefault(name);
        Calls[name] = outcome.Error is null ? (accepted + 1, refused) : (accepted, refused + 1);
        if (outcome.Error is { } error)
            Errors[error] = Errors.GetValueOrDefault(error) + 1;
    }
}

/// <summary>Random calls, the same to model and contracts, with the same answers and the same state expected.</summary>
internal sealed class ModelRun(ulong seed, ModelChain chain) : IDisposable
{
    private const int BlocksBetweenViews = 40;

    private readonly Keyring _keys = new(seed);

    public Tally Tally { get; } = new();

    public List<Step> Steps { get; } = [];

    private CallEncoder Encoder => new(_keys, chain.Addresses);

    public async Task<Difference?> GoAsync(int operations)
    {
        var dice = new Dice(seed);
        var model = NewModel();
        var generator = new CallGenerator(dice, _keys, model);
        for (var blocks = 1; Steps.Count < operations; blocks++)
        {
            model.Now = generator.NextTime();
            var first = Steps.Count;
            for (var calls = dice.Between(1, 25); calls > 0 && Steps.Count < operations; calls--)
                Steps.Add(Apply(model, generator.Next()));
            var views = blocks % BlocksBetweenViews == 0 || Steps.Count == operations;
            if (await CompareAsync(model, Steps, first, Steps.Count, views, Tally) is { } difference)
                return difference;
        }

        return null;
    }

    /// <summary>The same steps from the start, those approvals signed anew whose nonce was the right one.</summary>
    public async Task<Difference?> ReplayAsync(IReadOnlyList<Step> steps)
    {
        var model = NewModel();
        var replayed = new List<Step>();
        foreach (var step in steps)
        {
            model.Now = step.Time;
            replayed.Add(Apply(model, Rebase(model, step)));
        }

        // The contracts afterwards: a block takes what has the same time.
        for (var first = 0; first < replayed.Count;)
        {
            var end = first;
            while (end < replayed.Count && replayed[end].Time == replayed[first].Time)
                end++;
            if (await CompareAsync(model, replayed, first, end, views: end == replayed.Count, new Tally()) is { } difference)
                return difference;
            first = end;
        }

        return null;
    }

    public void Dispose() => _keys.Dispose();

    private ReferenceRegistry NewModel() => new(chain.Delay, chain.Governance) { Now = ModelChain.Start };

    private static Step Apply(ReferenceRegistry model, Call call)
    {
        var fresh = call.Approvals.Select(a => a.Assertion.Statement.Nonce == model.StatementFor(call, a.Device, a.Deadline).Nonce).ToList();
        var broken = model.Apply(call);
        return new Step(model.Now, call, broken, model.JudgedWhole, fresh);
    }

    private static Call Rebase(ReferenceRegistry model, Step step) => step.Call with
    {
        Approvals =
        [
            .. step.Call.Approvals.Select((a, i) => !step.Fresh[i] || model.OperatorOf(step.Call) is null
                ? a
                : a with { Assertion = a.Assertion with { Statement = a.Assertion.Statement with { Nonce = model.StatementFor(step.Call, a.Device, a.Deadline).Nonce } } }),
        ],
    };

    private async Task<Difference?> CompareAsync(ReferenceRegistry model, List<Step> steps, int first, int end, bool views, Tally tally)
    {
        var outcomes = await chain.MineAsync(steps[first].Time, [.. steps.Skip(first).Take(end - first).Select(s => s.Call)], Encoder);
        for (var i = first; i < end; i++)
        {
            var (step, outcome) = (steps[i], outcomes[i - first]);
            tally.Count(step, outcome);
            if (outcome.Error is null ? step.Broken.Count == 0 : ErrorNames.Speaks(outcome.Error, step.Broken, step.JudgedWhole))
                continue;
            var rules = step.Broken.Count == 0 ? "accepts" : "refuses: " + string.Join(", ", step.Broken);
            return new Difference(i, $"the model {rules}; the contracts {(outcome.Error is null ? "accept" : "refuse: " + outcome.Error)}");
        }

        if (!views)
            return null;
        tally.Views++;
        return await new StateComparison(model, chain).FindDifferenceAsync() is { } state ? new Difference(end - 1, "the state differs: " + state) : null;
    }
}
