using System.Diagnostics.Metrics;

namespace AgentKeys.Hosting;

/// <summary>The one meter of a service. Whoever measures takes it from the service's own factory, so that two services in one process stay apart.</summary>
public static class ServiceMeter
{
    public const string Name = "AgentKeys";

    /// <summary>Seconds, from a millisecond to ten seconds: what a request, a chain read or a durable append takes.</summary>
    public static InstrumentAdvice<double> Seconds { get; } = new() { HistogramBucketBoundaries = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] };

    /// <summary>The same one at every call.</summary>
    public static Meter ServiceMeterOf(this IMeterFactory factory) => factory.Create(Name);
}
