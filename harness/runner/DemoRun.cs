using System.Globalization;
using AgentKeys.Testing.Processes;

namespace AgentKeys.Demo;

/// <summary>One run: header, steps, summary, files. Exit code 0 only when every chosen step was recorded as ok; COMPLETE only when that is all of them.</summary>
internal static class DemoRun
{
    public static async Task<int> ExecuteAsync(DemoOptions options, CancellationToken ct)
    {
        if (options.Stage != 1)
        {
            Console.Error.WriteLine($"demo: error: there is no stage {options.Stage}");
            Console.Error.WriteLine("demo: hint: --stage 1 is the spine; later stages come with their parts");
            return 2;
        }

        var transcript = new Transcript();
        await using var context = new DemoContext(Programs.OfThisBuild(), options);
        if (!options.KeepsState)
            StateFolder.Clear(context);
        Directory.CreateDirectory(context.State);
        var runner = new StepRunner(Stage1.Steps, context, transcript);
        try
        {
            transcript.Line("AgentKeys demo, stage 1: an agent gets the credential it was granted");
            transcript.Line();
            await runner.RunAsync(ct);
        }
        catch (UnexpectedOutcomeException e)
        {
            Console.Error.WriteLine("demo: error: " + e.Message);
            return 2;
        }

        var verdict = Verdict(runner);
        PrintAttacks(context, transcript);
        transcript.Line();
        transcript.Line(string.Create(CultureInfo.InvariantCulture,
            $"{verdict}: {Count(runner, StepOutcome.Ok)} ok, {Count(runner, StepOutcome.Failed)} failed, {Count(runner, StepOutcome.Skipped)} skipped"));
        Report.Write(context, runner.Outcomes, verdict);
        var readmeOk = options.Shown.All(page => IsShownIn(page, transcript)); // All stops at the first that differs: one is enough to fail
        var wanted = runner.Outcomes.Count > 0 && runner.Outcomes.All(o => o.Outcome == StepOutcome.Ok || (options.AllowSkip && o.Outcome == StepOutcome.Skipped));
        return wanted && readmeOk ? 0 : 1;
    }

    private static string Verdict(StepRunner runner)
    {
        if (runner.Outcomes.Count == 0)
            return "NO STEPS EXERCISED";
        if (runner.Outcomes.Any(o => o.Outcome == StepOutcome.Failed))
            return "FAILED";
        return runner.Outcomes.Count == Stage1.Steps.Count && runner.Outcomes.All(o => o.Outcome == StepOutcome.Ok) ? "COMPLETE" : "PARTIAL";
    }

    private static int Count(StepRunner runner, string outcome) => runner.Outcomes.Count(o => o.Outcome == outcome);

    private static void PrintAttacks(DemoContext context, Transcript transcript)
    {
        if (context.Scene is not { } scene || scene.Log.Attacks.Count == 0)
            return;
        transcript.Line();
        transcript.Line(string.Create(CultureInfo.InvariantCulture, $"What was tried, {scene.Log.Attacks.Count} moves, and how many of them the broker, the workers of credentials and memory, and the signer refused:"));
        foreach (var line in scene.Log.Table())
            transcript.Line(line);
    }

    private static bool IsShownIn(FileInfo page, Transcript transcript)
    {
        var difference = transcript.DifferenceFrom(File.ReadAllText(page.FullName));
        if (difference is null)
            return true;
        Console.Error.WriteLine($"demo: error: {page.Name} does not show what this run printed: {difference}");
        Console.Error.WriteLine("demo: hint: put this run's output into the page's block after <!-- demo -->; a line of … alone stands for lines left out");
        return false;
    }
}
