using System.Diagnostics.CodeAnalysis;

namespace AgentKeys.Audit.Log;

/// <summary>A map that forgets entries a fixed time after they came. Times come in ascending order, so the oldest are first.</summary>
internal sealed class Expiring<TKey, TValue>(ulong milliseconds)
    where TKey : notnull
{
    private readonly Dictionary<TKey, (TValue Value, ulong Time)> _entries = [];
    private readonly Queue<(ulong Time, TKey Key)> _order = [];

    public int Count => _entries.Count;

    public bool Contains(TKey key) => _entries.ContainsKey(key);

    public bool TryGet(TKey key, [MaybeNullWhen(false)] out TValue value)
    {
        var found = _entries.TryGetValue(key, out var entry);
        value = entry.Value;
        return found;
    }

    /// <summary>Keeps the first of two equal keys.</summary>
    public void Add(TKey key, TValue value, ulong time, Stack<Action> undo)
    {
        if (!_entries.TryAdd(key, (value, time)))
            return;
        _order.Enqueue((time, key));
        undo.Push(() => _entries.Remove(key));
    }

    public void Remove(TKey key, Stack<Action> undo)
    {
        if (_entries.Remove(key, out var entry))
            undo.Push(() => _entries[key] = entry);
    }

    public void Prune(ulong now)
    {
        while (_order.TryPeek(out var oldest) && oldest.Time + milliseconds < now)
        {
            _order.Dequeue();
            // Taken back and added again later: the newer one stays.
            if (_entries.TryGetValue(oldest.Key, out var entry) && entry.Time == oldest.Time)
                _entries.Remove(oldest.Key);
        }
    }
}
