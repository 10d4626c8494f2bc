namespace AgentKeys.Services;

/// <summary><c>--name VALUE</c> pairs in any order.</summary>
internal static class NamedArguments
{
    /// <returns>null unless every argument is a pair with one of these names, each name at most once.</returns>
    public static IReadOnlyDictionary<string, string>? Read(IReadOnlyList<string> args, params string[] names)
    {
        if (args.Count % 2 != 0)
            return null;
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var i = 0; i < args.Count; i += 2)
        {
            if (!names.Contains(args[i]) || !values.TryAdd(args[i], args[i + 1]))
                return null;
        }
        return values;
    }
}
