namespace AgentKeys.Benchmarks;

/// <summary>How a figure stands to its goal.</summary>
internal static class Verdict
{
    public const string Met = "met";
    public const string Missed = "missed";

    /// <summary>There is no goal: the figure is there to be looked at.</summary>
    public const string Shown = "shown";

    /// <summary>Not measured; the finding says why.</summary>
    public const string Skipped = "skipped";

    public static string Of(bool met) => met ? Met : Missed;
}

/// <summary>One figure of a bench.</summary>
/// <param name="What">what was measured.</param>
internal sealed record Finding(string Bench, string What)
{
    /// <summary>Null: skipped.</summary>
    public double? Figure { get; init; }

    public string Unit { get; init; } = "";

    /// <summary>What it is compared with, and that one's figure, in the same unit.</summary>
    public string? Beside { get; init; }

    public double? BesideFigure { get; init; }

    /// <summary>Figure by the other's; of rates the higher is better, of durations the lower.</summary>
    public double? Ratio { get; init; }

    public string? Goal { get; init; }

    public string Verdict { get; init; } = Benchmarks.Verdict.Shown;

    /// <summary>Anything a reader should know.</summary>
    public string? Note { get; init; }

    public static Finding Skip(string bench, string what, string why) => new(bench, what) { Verdict = Benchmarks.Verdict.Skipped, Note = why };
}
