using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Text;

namespace AgentKeys.Hosting;

/// <summary>
/// Keeps what this service's own meter measures, since the process started. Names and label values are ours alone: routes as they are
/// mapped, codes, classes, operations; no client and no node chooses one.
/// </summary>
internal sealed class MetricsCollector : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly ConcurrentDictionary<Instrument, MetricFamily> _families = new();
    private readonly Counter<long> _dropped;
    private readonly Lock _collecting = new();

    /// <param name="factory">of this service: meters of another one in the same process are not listened to.</param>
    public MetricsCollector(IMeterFactory factory)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == ServiceMeter.Name && ReferenceEquals(instrument.Meter.Scope, factory))
                listener.EnableMeasurementEvents(instrument, _families.GetOrAdd(instrument, i => new MetricFamily(i)));
        };
        _listener.SetMeasurementEventCallback<double>(Record);
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, state) => Record(instrument, value, tags, state));
        _listener.Start();
        _dropped = factory.ServiceMeterOf().CreateCounter<long>("agentkeys_metrics_dropped_total", description: "Measurements left out because a metric had too many series; always 0 unless there is a bug.");
    }

    /// <summary>All of it, metrics by name and series by labels: the same state is the same text.</summary>
    public string ToPrometheus()
    {
        lock (_collecting)
        {
            foreach (var family in _families.Values)
                family.ForgetObserved();
            _listener.RecordObservableInstruments();
            var text = new StringBuilder();
            foreach (var family in _families.Values.OrderBy(f => f.Name, StringComparer.Ordinal))
                family.WriteTo(text);
            return text.ToString();
        }
    }

    public void Dispose() => _listener.Dispose();

    private void Record(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags, object? state)
    {
        if (!((MetricFamily)state!).Record(value, tags) && instrument != _dropped)
            _dropped.Add(1);
    }
}
