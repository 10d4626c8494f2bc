using System.Collections.Frozen;
using AgentKeys.Audit;
using AgentKeys.Protocol;

namespace AgentKeys.Signer;

/// <summary>The signer's own logs, one per class that its peers serve (<c>signer:&lt;class&gt;</c>).</summary>
public sealed class SignerAudit(IReadOnlyDictionary<DataClass, IAuditSink> logs) : IAsyncDisposable
{
    private readonly FrozenDictionary<DataClass, IAuditSink> _logs = logs.ToFrozenDictionary();

    public IAuditSink Of(DataClass dataClass) => _logs[dataClass];

    /// <summary>Null when every log takes records; else which does not, and why.</summary>
    public string? NotReady =>
        _logs.Where(l => !l.Value.Status.Ready).Select(l => $"{l.Key.Name()}: {l.Value.Status.Reason}").FirstOrDefault();

    public async ValueTask DisposeAsync()
    {
        foreach (var log in _logs.Values)
            await log.DisposeAsync();
    }
}
