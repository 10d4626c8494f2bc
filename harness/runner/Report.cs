using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using AgentKeys.Demo.Attacks;

namespace AgentKeys.Demo;

/// <summary>The recorded outcomes as JSON lines (<c>--json</c>) and as a static page, <c>report.html</c> in the state folder.</summary>
internal static partial class Report
{
    public static void Write(DemoContext context, IReadOnlyList<StepOutcome> outcomes, string verdict)
    {
        var attacks = context.Scene?.Log.Attacks ?? [];
        if (context.Options.Json is { } json)
        {
            File.WriteAllLines(json.FullName,
            [
                .. outcomes.Select(o => JsonSerializer.Serialize(o, OutcomeJson.Default.StepOutcome)),
                .. attacks.Select(a => JsonSerializer.Serialize(a, OutcomeJson.Default.Attack)),
            ]);
        }
        File.WriteAllText(Path.Combine(context.State, "report.html"), Page(outcomes, context.Scene?.Log, verdict));
    }

    private static string Page(IReadOnlyList<StepOutcome> outcomes, AttackLog? attacks, string verdict)
    {
        var rows = new StringBuilder();
        foreach (var o in outcomes)
        {
            rows.Append(CultureInfo.InvariantCulture,
                $"<tr class=\"{o.Outcome}\"><td>{o.Number}</td><td>{WebUtility.HtmlEncode(o.Step)}</td><td>{o.Outcome}</td><td>{WebUtility.HtmlEncode(o.Detail)}</td><td>{o.Seconds:0.0} s</td></tr>\n");
        }
        return $$"""
            <!doctype html>
            <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
            <title>AgentKeys demo: {{verdict}}</title>
            <style>
              :root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
              body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
              table { border-collapse: collapse; width: 100%; }
              td, th { text-align: left; padding: .4rem .6rem; border-bottom: 1px solid color-mix(in srgb, currentColor 20%, transparent); vertical-align: top; }
              .ok td:nth-child(3) { color: #2a8a3e; } .failed td:nth-child(3) { color: #c62828; } .skipped td:nth-child(3) { color: #b26a00; }
            </style></head>
            <body><h1>AgentKeys demo: {{verdict}}</h1>
            <p>Recorded outcomes of the steps that ran, nothing else.</p>
            <table><thead><tr><th>#</th><th>Step</th><th>Outcome</th><th>What was seen</th><th>Time</th></tr></thead>
            <tbody>
            {{rows}}</tbody></table>
            <h2>What was tried, and who refused it</h2>
            <table>
            {{Rows(attacks)}}</table></body></html>
            """;
    }

    private static string Rows(AttackLog? attacks) => string.Concat(
        (attacks?.Rows() ?? []).Select(row => $"<tr>{string.Concat(row.Select(cell => $"<td>{WebUtility.HtmlEncode(cell)}</td>"))}</tr>\n"));

    [JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
    [JsonSerializable(typeof(StepOutcome))]
    [JsonSerializable(typeof(Attack))]
    private sealed partial class OutcomeJson : JsonSerializerContext;
}
