using AgentKeys.Testing.Processes;

namespace AgentKeys.Demo;

/// <summary>One step of the story. Returns what a reader should see; throws <see cref="UnexpectedOutcomeException"/> when the canonical outcome did not come.</summary>
/// <param name="Name">short, stable: used by --only-step and in the JSON.</param>
/// <param name="Story">the step as a sentence of the story.</param>
/// <param name="SetUp">needed by every later step, so it also runs when only a later step was asked for.</param>
internal sealed record Step(string Name, string Story, Func<DemoContext, CancellationToken, Task<string>> Run, bool SetUp = false);

/// <summary>What was recorded of a step. Nothing is ever assumed.</summary>
internal sealed record StepOutcome(int Number, string Step, string Outcome, string Detail, double Seconds)
{
    public const string Ok = "ok";
    public const string Failed = "failed";
    public const string Skipped = "skipped";
}

/// <summary>The step cannot be tried here; the message says which one command would change that.</summary>
internal sealed class StepSkippedException(string message) : Exception(message);
