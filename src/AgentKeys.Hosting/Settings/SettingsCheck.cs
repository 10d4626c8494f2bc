using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.EnvironmentVariables;
using Microsoft.Extensions.DependencyInjection;

namespace AgentKeys.Hosting;

/// <summary>
/// All that is wrong with a service's configuration, at once: names that nobody knows, values of the wrong type, and what the sections' own
/// rules say of the rest. Names a setting and what it must be, never its value, which may be a secret.
/// </summary>
internal static class SettingsCheck
{
    public static IReadOnlyList<string> Errors(IConfigurationRoot configuration, IServiceProvider services)
    {
        var sections = services.GetServices<SettingsSection>().ToList();
        var root = TreeOf(sections);
        var errors = new List<string>();
        var known = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        foreach (var (key, value) in Given(configuration))
        {
            if (Judge(root, key, value) is { } error)
                errors.Add(error);
            else
                known[key] = configuration[key];
        }
        var good = new ConfigurationBuilder().AddInMemoryCollection(known).Build();
        errors.AddRange(sections.SelectMany(s => s.Judge(good, services)));
        errors.AddRange(TraceVariables.Errors());
        return [.. errors.Distinct(StringComparer.Ordinal)];
    }

    /// <summary>With the settings that are every service's and no section's.</summary>
    public static SettingNode TreeOf(IEnumerable<SettingsSection> sections)
    {
        var root = SettingNode.Of(sections);
        root.Add(ServiceLogging.FormatSetting, "Form of a log line: json or text.", "json");
        root.Add("Logging:LogLevel:{name}", "Lowest level that is logged, by category (Default for all): Debug, Information, Warning, Error.", "Information");
        return root;
    }

    /// <summary>Every value of the file; of the environment, what is meant for us.</summary>
    private static IEnumerable<(string Key, string? Value)> Given(IConfigurationRoot configuration) =>
        from provider in configuration.Providers
        let environment = provider is EnvironmentVariablesConfigurationProvider
        from pair in new ConfigurationRoot([provider]).AsEnumerable()
        where pair.Value is not null && (!environment || IsOurs(pair.Key))
        orderby pair.Key
        select (pair.Key, pair.Value);

    private static bool IsOurs(string key) =>
        key.StartsWith("AgentKeys:", StringComparison.OrdinalIgnoreCase) || key.StartsWith("Logging:", StringComparison.OrdinalIgnoreCase);

    private static string? Judge(SettingNode root, string key, string? value)
    {
        var at = root;
        foreach (var part in key.Split(':'))
        {
            if (at.IsOpaque)
                return null;
            if (at.Find(part) is not { } next)
                return Unknown(at, key, part);
            at = next;
        }
        if (at.IsOpaque || (value is { Length: 0 } && at.HasBelow))
            return null; // {} or [] in the file
        if (at.Name == ServiceLogging.FormatSetting && !ServiceLogging.Formats.Contains(value))
            return Named(key, string.Join(" or ", ServiceLogging.Formats));
        return at.WrongType(value!) is { } expected ? Named(key, expected) : null;
    }

    private static string Unknown(SettingNode at, string key, string part)
    {
        var near = at.Members.Select(m => (Name: m, Distance: Spelling.Distance(m, part))).OrderBy(m => m.Distance).FirstOrDefault();
        var whole = at.Name.Length == 0 ? "" : at.Name + ":";
        var hint = near.Name is null ? "" : near.Distance <= Math.Max(2, part.Length / 3) ? $"; did you mean {whole}{near.Name}?" : $"; here may stand {string.Join(", ", at.Members)}";
        return Named(key, "there is no such setting" + hint);
    }

    /// <summary>A key of the file may hold anything: it is shown bounded and harmless.</summary>
    private static string Named(string key, string problem)
    {
        var name = BoundedText.Of(key);
        return $"{name} (environment: {name.Replace(":", "__", StringComparison.Ordinal)}): {problem}";
    }
}
