using System.Text.Json.Nodes;

namespace AgentKeys.Services.Tests.Support;

/// <summary>What <c>/readyz</c> said, check by check.</summary>
internal sealed class ReadyChecks(string text)
{
    private readonly Dictionary<string, JsonNode> _checks = JsonNode.Parse(text)!["checks"]!.AsArray().ToDictionary(c => c!["name"]!.GetValue<string>(), c => c!);

    public IEnumerable<string> Names => _checks.Keys.Order(StringComparer.Ordinal);

    /// <summary>Names of the checks that failed.</summary>
    public IEnumerable<string> Failed => Names.Where(n => !_checks[n]["ok"]!.GetValue<bool>());

    /// <returns>null where it is not said.</returns>
    public string? this[string check, string detail] => _checks[check]["details"]![detail]?.GetValue<string>();
}
