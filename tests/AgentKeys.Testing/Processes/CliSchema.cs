using System.Text.Json;

namespace AgentKeys.Testing.Processes;

/// <summary>What <c>agentkeys --json</c> may print: <c>docs/cli.schema.json</c>, a definition a command.</summary>
public static class CliSchema
{
    /// <summary>Definitions that are parts of others, and not a command's.</summary>
    private static readonly HashSet<string> s_parts = ["hash", "address", "chain", "moment", "url", "tier", "classes", "grant", "object", "error"];

    private static readonly Lazy<JsonSchema> s_schema = new(() => JsonSchema.Load(Path.Combine(Programs.OfThisBuild().Root, "docs", "cli.schema.json")));

    public static JsonSchema Schema => s_schema.Value;

    /// <summary>Every command that prints JSON: <c>scope set</c>.</summary>
    public static IReadOnlyList<string> Commands { get; } = [.. Schema.Definitions.Where(d => !s_parts.Contains(d)).Select(WordsOf).Order(StringComparer.Ordinal)];

    /// <summary>The command at the beginning of a command line; null: there is none that prints JSON.</summary>
    public static string? CommandOf(IReadOnlyList<string> arguments) =>
        arguments.Count > 1 && Commands.Contains($"{arguments[0]} {arguments[1]}") ? $"{arguments[0]} {arguments[1]}" : arguments.Count > 0 && Commands.Contains(arguments[0]) ? arguments[0] : null;

    /// <exception cref="UnexpectedOutcomeException">the answer is not what the schema says; the message has the place, never the value of a secret.</exception>
    public static void Expect(JsonElement answer, string command)
    {
        if (Schema.WrongWith(answer, command.Replace(' ', '-')) is { } wrong)
            throw new UnexpectedOutcomeException($"agentkeys {command} --json is not what docs/cli.schema.json says: {wrong}");
    }

    /// <summary>Only the first hyphen of a group's command was a blank.</summary>
    private static string WordsOf(string definition)
    {
        string[] groups = ["agent-", "scope-", "cred-", "memory-", "chain-", "epoch-", "audit-", "dev-"];
        return groups.FirstOrDefault(g => definition.StartsWith(g, StringComparison.Ordinal)) is { } group ? $"{group[..^1]} {definition[group.Length..]}" : definition;
    }
}
