using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Xunit;

namespace AgentKeys.Services.Tests.Support;

/// <summary>One line of a metrics page.</summary>
internal sealed record Sample(string Name, IReadOnlyDictionary<string, string> Labels, double Value);

/// <summary>
/// A metrics page, read as strictly as the text format 0.0.4 is written: what this takes, Prometheus takes. One HELP and one TYPE before the
/// samples of a metric, whose lines are together; no series twice; buckets that only grow, to +Inf, which is the count.
/// </summary>
internal sealed partial class Exposition
{
    private readonly List<Sample> _samples = [];
    private readonly Dictionary<string, string> _types = new(StringComparer.Ordinal);

    public IReadOnlyList<Sample> Samples => _samples;
    public IReadOnlyDictionary<string, string> Types => _types;

    /// <summary>Value of the one series with exactly these labels; 0 where there is none.</summary>
    public double this[string name, params (string Name, string Value)[] labels] =>
        _samples.SingleOrDefault(s => s.Name == name && s.Labels.Count == labels.Length && labels.All(l => s.Labels.GetValueOrDefault(l.Name) == l.Value))?.Value ?? 0;

    public IEnumerable<Sample> Of(string name) => _samples.Where(s => s.Name == name);

    public static Exposition Parse(string text)
    {
        var page = new Exposition();
        Assert.EndsWith("\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain('\r', text);
        var (current, helped) = ("", "");
        foreach (var line in text.Split('\n')[..^1])
        {
            if (HelpLine().Match(line) is { Success: true } help)
            {
                helped = help.Groups[1].Value;
                Assert.True(help.Groups[2].Value.Length > 0, line);
            }
            else if (TypeLine().Match(line) is { Success: true } type)
            {
                current = type.Groups[1].Value;
                Assert.Equal(helped, current);
                Assert.True(page._types.TryAdd(current, type.Groups[2].Value), $"{current} is there twice");
            }
            else
            {
                page.Add(line, current);
            }
        }
        page.RequireHistograms();
        return page;
    }

    private void Add(string line, string family)
    {
        var match = SampleLine().Match(line);
        Assert.True(match.Success, line);
        var name = match.Groups[1].Value;
        string[] names = _types[family] == "histogram" ? [family + "_bucket", family + "_sum", family + "_count"] : [family];
        Assert.True(names.Contains(name), $"{line} is among the lines of {family}");
        Assert.Equal(_types[family] == "counter", name.EndsWith("_total", StringComparison.Ordinal));
        var labels = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (Match label in Label().Matches(match.Groups[2].Value))
            Assert.True(labels.TryAdd(label.Groups[1].Value, Unescape(label.Groups[2].Value)), line);
        Assert.DoesNotContain(_samples, s => s.Name == name && s.Labels.Count == labels.Count && labels.All(l => s.Labels.GetValueOrDefault(l.Key) == l.Value));
        _samples.Add(new Sample(name, labels, Number(match.Groups[3].Value)));
    }

    private void RequireHistograms()
    {
        foreach (var name in _types.Where(t => t.Value == "histogram").Select(t => t.Key))
        {
            foreach (var series in Of(name + "_bucket").GroupBy(s => string.Join(',', s.Labels.Where(l => l.Key != "le").Select(l => $"{l.Key}={l.Value}"))))
            {
                var buckets = series.ToList();
                var bounds = buckets.Select(b => Number(b.Labels["le"])).ToList();
                Assert.Equal(bounds.Order(), bounds);
                Assert.Equal(double.PositiveInfinity, bounds[^1]);
                Assert.Equal(buckets.Select(b => b.Value).Order(), buckets.Select(b => b.Value));
                var own = buckets[0].Labels.Where(l => l.Key != "le").Select(l => (l.Key, l.Value)).ToArray();
                Assert.Equal(buckets[^1].Value, this[name + "_count", own]);
                Assert.Single(Of(name + "_sum"), s => s.Labels.Count == own.Length && own.All(l => s.Labels.GetValueOrDefault(l.Key) == l.Value));
            }
        }
    }

    private static double Number(string text) => text switch
    {
        "+Inf" => double.PositiveInfinity,
        "-Inf" => double.NegativeInfinity,
        _ => double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture),
    };

    private static string Unescape(string value)
    {
        var text = new StringBuilder();
        for (var i = 0; i < value.Length; i++)
            text.Append(value[i] != '\\' ? value[i] : value[++i] switch { 'n' => '\n', var c => c });
        return text.ToString();
    }

    [GeneratedRegex("^# HELP ([a-zA-Z_:][a-zA-Z0-9_:]*) (.*)$")]
    private static partial Regex HelpLine();

    [GeneratedRegex("^# TYPE ([a-zA-Z_:][a-zA-Z0-9_:]*) (counter|gauge|histogram)$")]
    private static partial Regex TypeLine();

    [GeneratedRegex("""^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{((?:[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\["\\n])*",?)+)\})? (\S+)$""")]
    private static partial Regex SampleLine();

    [GeneratedRegex("""([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"(?:,|$)""")]
    private static partial Regex Label();
}
