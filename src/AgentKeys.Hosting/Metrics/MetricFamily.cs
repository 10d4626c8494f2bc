using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;

namespace AgentKeys.Hosting;

/// <summary>One instrument's series, by their labels, at most <see cref="MaxSeries"/>.</summary>
internal sealed class MetricFamily(Instrument instrument)
{
    /// <summary>Our labels have few values; a bug that gave one many must not fill the memory.</summary>
    public const int MaxSeries = 1000;

    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, Series> _series = new(StringComparer.Ordinal);
    private readonly double[]? _bounds = (instrument as Histogram<double>)?.Advice?.HistogramBucketBoundaries?.ToArray();

    public string Name => instrument.Name;

    private bool IsGauge => instrument.IsObservable && !instrument.Name.EndsWith("_total", StringComparison.Ordinal);

    /// <returns>false: it is one series too many, and is not counted.</returns>
    public bool Record(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var labels = LabelsOf(tags);
        lock (_lock)
        {
            if (!_series.TryGetValue(labels, out var series))
            {
                if (_series.Count >= MaxSeries)
                    return false;
                _series.Add(labels, series = new Series(_bounds is null ? null : new long[_bounds.Length + 1]));
            }
            if (instrument.IsObservable)
                series.Sum = value;
            else
                series.Add(value, _bounds);
            return true;
        }
    }

    /// <summary>What is observed says anew which series there are.</summary>
    public void ForgetObserved()
    {
        lock (_lock)
        {
            if (instrument.IsObservable)
                _series.Clear();
        }
    }

    public void WriteTo(StringBuilder text)
    {
        lock (_lock)
        {
            if (_series.Count == 0)
                return;
            text.Append(CultureInfo.InvariantCulture, $"# HELP {Name} {PrometheusText.Help(instrument.Description)}\n");
            text.Append(CultureInfo.InvariantCulture, $"# TYPE {Name} {(_bounds is not null ? "histogram" : IsGauge ? "gauge" : "counter")}\n");
            foreach (var (labels, series) in _series)
            {
                if (_bounds is null)
                    PrometheusText.Sample(text, Name, labels, series.Sum);
                else
                    WriteHistogram(text, labels, series, _bounds);
            }
        }
    }

    private void WriteHistogram(StringBuilder text, string labels, Series series, double[] bounds)
    {
        long below = 0;
        for (var i = 0; i <= bounds.Length; i++)
        {
            below += series.Buckets![i];
            var le = $"le=\"{(i < bounds.Length ? PrometheusText.Number(bounds[i]) : "+Inf")}\"";
            PrometheusText.Sample(text, Name + "_bucket", labels.Length == 0 ? le : $"{labels},{le}", below);
        }
        PrometheusText.Sample(text, Name + "_sum", labels, series.Sum);
        PrometheusText.Sample(text, Name + "_count", labels, below);
    }

    private static string LabelsOf(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var labels = new StringBuilder();
        foreach (var (name, value) in tags)
            labels.Append(labels.Length == 0 ? "" : ",").Append(name).Append("=\"").Append(PrometheusText.LabelValue(Convert.ToString(value, CultureInfo.InvariantCulture))).Append('"');
        return labels.ToString();
    }

    /// <param name="buckets">not cumulative yet; the last one is what is above every bound.</param>
    private sealed class Series(long[]? buckets)
    {
        public double Sum { get; set; }
        public long[]? Buckets => buckets;

        public void Add(double value, double[]? bounds)
        {
            Sum += value;
            if (bounds is null)
                return;
            var found = Array.BinarySearch(bounds, value); // a value on a bound is below or equal to it
            buckets![found >= 0 ? found : ~found]++;
        }
    }
}
