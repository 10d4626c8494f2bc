using System.Diagnostics.Metrics;
using AgentKeys.Hosting;
using AgentKeys.Protocol;

namespace AgentKeys.Broker.Metrics;

/// <summary>Caps minted and refused since this process started, by what they are for. For whom, the audit log knows.</summary>
internal sealed class CapCounters(IMeterFactory meters)
{
    private readonly Counter<long> _minted = meters.ServiceMeterOf().CreateCounter<long>("agentkeys_caps_minted_total", description: "Caps minted, by data class and operation.");
    private readonly Counter<long> _refused = meters.ServiceMeterOf().CreateCounter<long>("agentkeys_caps_refused_total", description: "Caps not minted, by the code of the refusal, data class and operation.");

    /// <param name="outcome">of the request for it.</param>
    public void Count(DataClass dataClass, CapOp op, string outcome)
    {
        if (outcome == RequestOutcome.Ok)
            _minted.Add(1, new("data_class", dataClass.Name()), new("op", op.Name()));
        else
            _refused.Add(1, new("code", outcome), new("data_class", dataClass.Name()), new("op", op.Name()));
    }
}
