namespace AgentKeys.Hosting;

/// <summary>How far a name is from one that is known.</summary>
internal static class Spelling
{
    /// <summary>Longer names are cut: nobody meant them.</summary>
    private const int MaxLength = 64;

    /// <summary>Letters to put in, take out or change, whatever their case (Levenshtein).</summary>
    public static int Distance(string a, string b)
    {
        var (from, to) = (Short(a), Short(b));
        var row = Enumerable.Range(0, to.Length + 1).ToArray();
        for (var i = 1; i <= from.Length; i++)
        {
            var corner = row[0]++;
            for (var j = 1; j <= to.Length; j++)
                (corner, row[j]) = (row[j], Math.Min(Math.Min(row[j] + 1, row[j - 1] + 1), corner + (from[i - 1] == to[j - 1] ? 0 : 1)));
        }
        return row[^1];
    }

    private static string Short(string name) => name[..Math.Min(name.Length, MaxLength)].ToUpperInvariant();
}
