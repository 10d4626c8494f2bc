using System.Collections.Frozen;
using AgentKeys.Audit;
using AgentKeys.Protocol;

namespace AgentKeys.Signer;

/// <summary>The signer's own logs, one per class that its peers serve (<c>signer:&lt;class&gt;</c>).</summary>
public sealed class SignerAudit(IReadOnlyDictionary<DataClass, IAuditSink> logs) : IAsyncDisposable
{
    private readonly FrozenDictionary<DataClass, IAuditSink> _logs = logs.ToFrozenDictionary();

    public IAuditSink Of(DataClass dataClass) => _logs[dataClass];

    /// <summary>Of all together: ready when every log is, else which is not, and why.</summary>
    public AuditStatus Status
    {
        get
        {
            var all = _logs.Select(l => (Class: l.Key.Name(), l.Value.Status)).OrderBy(l => l.Class, StringComparer.Ordinal).ToList();
            var reasons = all.Where(l => !l.Status.Ready).Select(l => $"{l.Class}: {l.Status.Reason}").ToList();
            return new AuditStatus(reasons.Count == 0, reasons.FirstOrDefault(), (ulong)all.Sum(l => (long)l.Status.Records));
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var log in _logs.Values)
            await log.DisposeAsync();
    }
}
