using System.Text.Json.Nodes;

namespace AgentKeys.Cli;

/// <summary>What other shells need to find a stack: its network description, and a home of its own for the operator.</summary>
internal sealed class DevEnvironment(string root)
{
    public const string NetworkVariable = "AGENTKEYS_NETWORK";
    public const string HomeVariable = "AGENTKEYS_HOME";

    public IReadOnlyList<(string Name, string Value)> Variables { get; } =
        [(NetworkVariable, Path.Combine(root, "network.json")), (HomeVariable, Path.Combine(root, "home"))];

    /// <summary>Lines for a POSIX shell, for <c>eval</c>.</summary>
    public IEnumerable<string> Exports() => Variables.Select(v => $"export {v.Name}={Quote(v.Value)}");

    public JsonObject Json() => new(Variables.Select(v => KeyValuePair.Create(v.Name, (JsonNode?)v.Value)));

    /// <summary>Nothing inside single quotes is read by the shell but the quote itself.</summary>
    private static string Quote(string text) => $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
