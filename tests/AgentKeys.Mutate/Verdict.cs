namespace AgentKeys.Mutate;

/// <summary>What became of a mutant. Only <see cref="IsKilled"/> is good.</summary>
internal sealed record Verdict(string Text, bool IsKilled, string Detail = "")
{
    public static readonly Verdict Survived = new("SURVIVED", false);
    public static readonly Verdict NoTest = new("NO TEST has that name", false);

    public static Verdict Killed(string test) => new($"killed by {test}", true);

    public static Verdict Stale(int count) => new($"STALE: the text occurs {count} times", false);

    public static Verdict NotBuilt(string output) => new("DID NOT BUILD", false, output);

    public static Verdict Broken(string output) => new("THE TESTS DID NOT END", false, output);
}
