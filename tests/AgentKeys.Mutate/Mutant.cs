namespace AgentKeys.Mutate;

/// <summary>One check taken away, and the test that must notice.</summary>
/// <param name="Area">name of the table file, without its ending.</param>
/// <param name="Rule">in words.</param>
/// <param name="File">relative to the repository.</param>
/// <param name="Before">occurs exactly once in the file.</param>
/// <param name="Killers">where to look for the test; any of them may fail.</param>
/// <param name="Fast">one of the few that the test command runs.</param>
internal sealed record Mutant(string Area, string Rule, string File, string Before, string After, TestFilter Killers, bool Fast)
{
    public bool IsSolidity => File.EndsWith(".sol", StringComparison.Ordinal);

    public string Name => $"{Area}: {Rule}";

    /// <summary>Of a C# file: its folder of src.</summary>
    public string Project => File.Split('/')[1];

    public string Apply(string source) => source.Replace(Before, After, StringComparison.Ordinal);
}

/// <param name="Suite">a .NET test project's name, or a file in contracts/test.</param>
/// <param name="Tests">parts of test names, at least one; .NET: of the full name, forge: of the function's name.</param>
internal sealed record TestFilter(string Suite, IReadOnlyList<string> Tests);
