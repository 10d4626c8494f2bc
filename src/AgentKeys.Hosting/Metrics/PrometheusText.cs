using System.Globalization;
using System.Text;

namespace AgentKeys.Hosting;

/// <summary>Prometheus text format 0.0.4: how a line is written.</summary>
internal static class PrometheusText
{
    public const string MediaType = "text/plain; version=0.0.4; charset=utf-8";

    /// <param name="labels">written already, without braces; empty for none.</param>
    public static void Sample(StringBuilder text, string name, string labels, double value) =>
        text.Append(name).Append(labels.Length == 0 ? "" : "{").Append(labels).Append(labels.Length == 0 ? "" : "}").Append(' ').Append(Number(value)).Append('\n');

    public static string Number(double value) => value switch
    {
        double.PositiveInfinity => "+Inf",
        double.NegativeInfinity => "-Inf",
        _ => value.ToString("R", CultureInfo.InvariantCulture),
    };

    public static string LabelValue(string? value) => Help(value).Replace("\"", "\\\"", StringComparison.Ordinal);

    public static string Help(string? text) =>
        (text ?? "").Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
}
