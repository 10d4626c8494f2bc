namespace AgentKeys.EndToEnd.Tests.ReferenceModel;

/// <summary>SplitMix64: the same throws for a seed on every machine and release of .NET.</summary>
internal sealed class Dice(ulong seed)
{
    private ulong _state = seed;

    public ulong Next()
    {
        _state += 0x9e3779b97f4a7c15;
        var z = _state;
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
        z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
        return z ^ (z >> 31);
    }

    /// <summary>0 to below <paramref name="bound"/>.</summary>
    public int Below(int bound) => (int)(Next() % (ulong)bound);

    /// <summary>Both ends included.</summary>
    public int Between(int low, int high) => low + Below(high - low + 1);

    public bool Percent(int chance) => Below(100) < chance;

    public T Pick<T>(IReadOnlyList<T> from) => from[Below(from.Count)];

    public T? PickOrNull<T>(IReadOnlyList<T> from)
        where T : class => from.Count == 0 ? null : Pick(from);

    /// <summary>Some of them in any order.</summary>
    public List<T> Draw<T>(IEnumerable<T> from, int count)
    {
        var rest = from.ToList();
        var drawn = new List<T>();
        while (drawn.Count < count && rest.Count > 0)
        {
            var at = Below(rest.Count);
            drawn.Add(rest[at]);
            rest.RemoveAt(at);
        }

        return drawn;
    }
}
