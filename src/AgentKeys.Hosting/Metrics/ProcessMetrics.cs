using System.Diagnostics.Metrics;

namespace AgentKeys.Hosting;

/// <summary>Which program this is, since when, and how much memory it holds.</summary>
internal sealed class ProcessMetrics
{
    public ProcessMetrics(IMeterFactory meters, ServiceRole role, TimeProvider clock)
    {
        var meter = meters.ServiceMeterOf();
        var version = typeof(ProcessMetrics).Assembly.GetName().Version?.ToString(3) ?? "0";
        KeyValuePair<string, object?>[] labels = [new("role", role.Name), new("version", version)];
        var start = clock.GetUtcNow().ToUnixTimeSeconds();
        meter.CreateObservableGauge("agentkeys_build_info", () => new Measurement<long>(1, labels), description: "Always 1; role and version are its labels.");
        meter.CreateObservableGauge("agentkeys_process_start_time_seconds", () => start, description: "Start of the process, Unix time.");
        meter.CreateObservableGauge("agentkeys_process_resident_memory_bytes", () => Environment.WorkingSet, description: "Memory that the process holds.");
    }
}
