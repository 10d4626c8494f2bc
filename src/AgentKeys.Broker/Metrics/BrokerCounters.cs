using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using AgentKeys.Protocol;

namespace AgentKeys.Broker.Metrics;

/// <summary>What this process has minted and refused since it started. Names of routes and codes only: no client chooses a label.</summary>
internal sealed class BrokerCounters
{
    private readonly ConcurrentDictionary<(string Name, string Labels), long> _counts = new();

    /// <param name="kind">session, cap or storage.</param>
    public void Minted(string kind) => Add("agentkeys_broker_minted_total", $"kind=\"{kind}\"");

    public void Refused(string route, RefusalCode code) => Add("agentkeys_broker_refused_total", $"route=\"{route}\",code=\"{code.Name()}\"");

    /// <summary>Prometheus text format 0.0.4.</summary>
    public string ToPrometheus()
    {
        var text = new StringBuilder();
        var families = _counts.OrderBy(c => c.Key.Name, StringComparer.Ordinal).ThenBy(c => c.Key.Labels, StringComparer.Ordinal).GroupBy(c => c.Key.Name);
        foreach (var family in families)
        {
            text.Append(CultureInfo.InvariantCulture, $"# TYPE {family.Key} counter\n");
            foreach (var ((name, labels), count) in family)
                text.Append(CultureInfo.InvariantCulture, $"{name}{{{labels}}} {count}\n");
        }
        return text.ToString();
    }

    private void Add(string name, string labels) => _counts.AddOrUpdate((name, labels), 1, (_, count) => count + 1);
}
