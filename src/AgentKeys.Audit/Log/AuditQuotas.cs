using AgentKeys.Protocol;

namespace AgentKeys.Audit.Log;

/// <summary>What one counter of calls is about. A new scope generation starts anew.</summary>
/// <param name="Class">of the act; none for a key operation, whose log has one class (the signer keeps a log for each).</param>
internal readonly record struct QuotaKey(Omni Operator, Omni Actor, DataClass? Class, ulong ScopeGeneration, string Service, ulong Period)
{
    public static bool TryOf(AuditRecord record, out QuotaKey key)
    {
        key = default;
        if (record is not { QuotaPeriod: { } period, ScopeGeneration: { } generation, Object: { } name })
            return false;
        key = new QuotaKey(record.Operator, record.Actor, record.Op.DataClass(), generation, name.Service.Value, period);
        return true;
    }
}

/// <summary>Calls per period. Every authorized call counts, whatever becomes of it.</summary>
internal sealed class AuditQuotas
{
    private readonly Dictionary<QuotaKey, (uint Calls, ulong EndSeconds)> _calls = [];
    private int _pruneAt = 1024;

    public int Count => _calls.Count;

    public uint Calls(QuotaKey key) => _calls.GetValueOrDefault(key).Calls;

    public void Add(QuotaKey key, ulong time, Stack<Action> undo)
    {
        var had = _calls.TryGetValue(key, out var before);
        _calls[key] = (before.Calls + 1, had ? before.EndSeconds : LatestEnd(key.Period, time / 1000));
        undo.Push(() =>
        {
            if (had)
                _calls[key] = before;
            else
                _calls.Remove(key);
        });
    }

    /// <summary>Only when there are twice as many as survived the last time: constant cost per call.</summary>
    public void Prune(ulong now)
    {
        if (_calls.Count < _pruneAt)
            return;
        foreach (var (key, value) in _calls)
        {
            if (value.EndSeconds < now / 1000)
                _calls.Remove(key);
        }
        _pruneAt = Math.Max(1024, 2 * _calls.Count);
    }

    /// <summary>
    /// The record has the period's index but not its length. From index = seconds / length follows length &lt;= seconds / index, so the
    /// period has ended by (index + 1) * seconds / index.
    /// </summary>
    private static ulong LatestEnd(ulong index, ulong seconds) => index == 0 ? ulong.MaxValue : seconds + (seconds / index) + 1;
}
