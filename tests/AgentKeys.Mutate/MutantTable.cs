namespace AgentKeys.Mutate;

/// <summary>Reads <c>tests/mutants/*.txt</c>; the form is in the README beside them.</summary>
internal static class MutantTable
{
    public static List<Mutant> Read(string folder)
    {
        var mutants = Directory.GetFiles(folder, "*.txt").Order(StringComparer.Ordinal).SelectMany(ReadFile).ToList();
        var twice = mutants.GroupBy(m => m.Name).FirstOrDefault(g => g.Count() > 1);
        return twice is null ? mutants : throw new FormatException($"'{twice.Key}' is there twice.");
    }

    private static IEnumerable<Mutant> ReadFile(string path)
    {
        var area = Path.GetFileNameWithoutExtension(path);
        var entry = new List<string>();
        var source = "";
        foreach (var line in File.ReadAllLines(path).Append(""))
        {
            if (line.StartsWith('#'))
                continue;
            if (line.StartsWith("file ", StringComparison.Ordinal))
                source = line[5..];
            else if (line.Length > 0)
                entry.Add(line);
            else if (entry.Count > 0)
            {
                yield return ReadEntry(area, source, entry);
                entry.Clear();
            }
        }
    }

    private static Mutant ReadEntry(string area, string source, List<string> lines)
    {
        var rule = lines[0];
        var before = Marked(lines, '-');
        var killer = lines[^1].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var fast = killer[0] == "fast-test";
        if (source.Length == 0 || before.Length == 0 || killer.Length < 3 || killer[0] is not ("test" or "fast-test"))
            throw new FormatException($"{area}: '{rule}' is not an entry: a rule, lines with - and +, and 'test SUITE NAME...'.");
        return new Mutant(area, rule, source, before, Marked(lines, '+'), new TestFilter(killer[1], killer[2..]), fast);
    }

    private static string Marked(List<string> lines, char mark) =>
        string.Join('\n', lines.Skip(1).SkipLast(1).Where(l => l[0] == mark).Select(l => l.Length > 2 ? l[2..] : ""));
}
