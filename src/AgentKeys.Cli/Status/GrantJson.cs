using System.Text.Json.Nodes;
using AgentKeys.Protocol;

namespace AgentKeys.Cli;

/// <summary>A grant in JSON, the same in every command that shows one.</summary>
internal static class GrantJson
{
    public static JsonObject Of(ScopeGrant grant, string name) => new()
    {
        ["service"] = name,
        ["service_hash"] = grant.ServiceHash.ToString(),
        ["classes"] = new JsonArray([.. ScopePlan.ClassNames(grant.DataClasses).Select(c => (JsonNode)c)]),
        ["read_only"] = grant.ReadOnly,
        ["expires_at"] = grant.ExpiresAt,
        ["max_calls"] = grant.MaxCalls,
        ["period_seconds"] = grant.PeriodSeconds,
    };
}
