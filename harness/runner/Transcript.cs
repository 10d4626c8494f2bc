using System.Globalization;
using System.Text.RegularExpressions;

namespace AgentKeys.Demo;

/// <summary>
/// What a person reads, printed as it happens and kept, so that README's copy can be compared with the real thing.
/// Times go to the terminal alone.
/// </summary>
internal sealed partial class Transcript
{
    private const string LeftOut = "…";

    private readonly List<string> _lines = [];
    private readonly bool _colour = !Console.IsOutputRedirected && Environment.GetEnvironmentVariable("NO_COLOR") is null or "";

    public IReadOnlyList<string> Lines => _lines;

    public void Line(string text = "")
    {
        _lines.Add(text);
        Console.WriteLine(text);
    }

    public void Begin(int number, int count, string story)
    {
        _lines.Add(string.Create(CultureInfo.InvariantCulture, $"{number,2}. {story}"));
        Console.WriteLine(Paint("1", string.Create(CultureInfo.InvariantCulture, $"{number,2}. {story}")) + (_colour ? Paint("2", $"  ({number}/{count})") : ""));
    }

    public void End(StepOutcome outcome)
    {
        var mark = outcome.Outcome == StepOutcome.Ok ? "ok" : outcome.Outcome.ToUpperInvariant();
        var colour = outcome.Outcome switch { StepOutcome.Ok => "32", StepOutcome.Skipped => "33", _ => "31" };
        _lines.Add($"    {mark}  {outcome.Detail}");
        Console.WriteLine($"    {Paint(colour, mark)}  {outcome.Detail}  {Paint("2", outcome.Seconds.ToString("0.0 s", CultureInfo.InvariantCulture))}");
    }

    private string Paint(string code, string text) => _colour ? $"\u001b[{code}m{text}\u001b[0m" : text;

    /// <summary>The block of README between the fences that follow <c>&lt;!-- demo --&gt;</c>, against this run, numbers, hashes and the chain client aside; a line of … alone stands for lines left out.</summary>
    /// <returns>the first difference, or null.</returns>
    public string? DifferenceFrom(string readme)
    {
        var block = DemoBlock().Match(readme);
        if (!block.Success)
            return "there is no demo block after <!-- demo -->";
        var shown = block.Groups[1].Value.TrimEnd('\n').Split('\n').Select(Normalise).ToList();
        var real = _lines.Select(Normalise).ToList();
        var at = 0; // in what was printed
        for (var i = 0; i < shown.Count; i++)
        {
            if (shown[i] == LeftOut && i + 1 < shown.Count)
                at = Math.Max(at, real.IndexOf(shown[i + 1], at)); // lines are left out up to the next one that is shown
            else if (real.ElementAtOrDefault(at) is var printed && printed != shown[i])
                return $"line {i + 1}: shown \"{shown[i]}\", printed \"{printed}\"";
            else
                at++;
        }
        return at == real.Count ? null : $"line {shown.Count + 1}: nothing shown, printed \"{real[at]}\"";
    }

    private static string Normalise(string line) => Volatile().Replace(ChainClient().Replace(line.TrimEnd(), "chain client #"), "#");

    [GeneratedRegex(@"<!-- demo -->\n```[a-z]*\n(.*?)\n```", RegexOptions.Singleline)]
    private static partial Regex DemoBlock();

    [GeneratedRegex("chain client [a-z]+")]
    private static partial Regex ChainClient();

    [GeneratedRegex(@"0x[0-9a-f]+…?|[0-9]+(\.[0-9]+)*")]
    private static partial Regex Volatile();
}
