using System.Diagnostics.Metrics;
using System.Globalization;
using AgentKeys.Hosting;
using AgentKeys.Protocol;

namespace AgentKeys.Signer;

/// <summary>What each ring key was used for since this process started. A key is named by its id, which tells nothing of its secret.</summary>
internal sealed class KeyCounters(IMeterFactory meters)
{
    private readonly Counter<long> _seals = meters.ServiceMeterOf().CreateCounter<long>("agentkeys_signer_seals_total", description: "Data keys made and wrapped, by ring key, its epoch and data class.");
    private readonly Counter<long> _opens = meters.ServiceMeterOf().CreateCounter<long>("agentkeys_signer_opens_total", description: "Data keys unwrapped, by ring key, its epoch and data class.");

    public void Sealed(RingKey key, DataClass dataClass) => Add(_seals, key, dataClass);

    public void Opened(RingKey key, DataClass dataClass) => Add(_opens, key, dataClass);

    private static void Add(Counter<long> counter, RingKey key, DataClass dataClass) => counter.Add(
        1, new("data_class", dataClass.Name()), new("epoch", key.Epoch.ToString(CultureInfo.InvariantCulture)), new("key_id", key.Id.ToString()));
}
