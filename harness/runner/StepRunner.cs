using System.Diagnostics;
using AgentKeys.Testing.Processes;

namespace AgentKeys.Demo;

/// <summary>Runs the chosen steps in order, prints the story, records outcomes. After a failure nothing else runs.</summary>
internal sealed class StepRunner(IReadOnlyList<Step> steps, DemoContext context, Transcript transcript)
{
    private readonly List<StepOutcome> _outcomes = [];

    public IReadOnlyList<StepOutcome> Outcomes => _outcomes;

    public async Task RunAsync(CancellationToken ct)
    {
        var (first, last) = Range();
        for (var i = 0; i < steps.Count; i++)
        {
            var chosen = i >= first && i <= last;
            if (!chosen && !(steps[i].SetUp && i < first))
                continue;
            var outcome = await RunOneAsync(i + 1, steps[i], ct);
            if (chosen)
                _outcomes.Add(outcome);
            if (outcome.Outcome == StepOutcome.Failed || ct.IsCancellationRequested)
                return;
            PrintHeader();
        }
    }

    private void PrintHeader()
    {
        foreach (var line in context.Header)
            transcript.Line("    == " + line);
        context.Header = [];
    }

    private async Task<StepOutcome> RunOneAsync(int number, Step step, CancellationToken ct)
    {
        transcript.Begin(number, steps.Count, step.Story);
        var clock = Stopwatch.StartNew();
        StepOutcome outcome;
        try
        {
            outcome = new(number, step.Name, StepOutcome.Ok, await step.Run(context, ct), clock.Elapsed.TotalSeconds);
        }
        catch (StepSkippedException e)
        {
            outcome = new(number, step.Name, StepOutcome.Skipped, e.Message, clock.Elapsed.TotalSeconds);
        }
        // Whatever went wrong, the step has failed and the run says so.
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            var why = ct.IsCancellationRequested ? "interrupted" : e is UnexpectedOutcomeException ? e.Message : $"{e.GetType().Name}: {e.Message}";
            outcome = new(number, step.Name, StepOutcome.Failed, why, clock.Elapsed.TotalSeconds);
        }
        transcript.End(outcome);
        return outcome;
    }

    private (int First, int Last) Range()
    {
        var options = context.Options;
        if (options.OnlyStep is { } only)
            return (Find(only), Find(only));
        return (options.FromStep is { } from ? Find(from) : 0, options.ToStep is { } to ? Find(to) : steps.Count - 1);
    }

    private int Find(string step)
    {
        var index = int.TryParse(step, out var number) ? number - 1 : steps.ToList().FindIndex(s => s.Name == step);
        return index >= 0 && index < steps.Count
            ? index
            : throw new UnexpectedOutcomeException($"There is no step {step}. Steps: {string.Join(", ", steps.Select((s, i) => $"{i + 1} {s.Name}"))}.");
    }
}
