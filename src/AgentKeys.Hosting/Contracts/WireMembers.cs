using System.Text.Json.Nodes;
using AgentKeys.Protocol;

namespace AgentKeys.Hosting;

/// <summary>Members that mean the same wherever they stand on our wire (SPEC.md section 8), in the words of JSON schema.</summary>
internal static class WireMembers
{
    private const string Hash = "^0x[0-9a-f]{64}$";
    private const string Name = "^[A-Za-z0-9][A-Za-z0-9_.:-]{0,63}$";
    private const string Time = "Unix seconds.";

    private static readonly Dictionary<string, (string Keyword, Func<JsonNode> Value, string? Text)> s_known = new(StringComparer.Ordinal)
    {
        ["operator_omni"] = Pattern(Hash, "The operator."),
        ["actor_omni"] = Pattern(Hash, "Whose data it is."),
        ["device_key_hash"] = Pattern(Hash, "keccak256 of the device key's address."),
        ["address"] = Pattern("^0x[0-9a-f]{40}$", "Of the wallet's or the device's key."),
        ["signature"] = Pattern("^0x[0-9a-f]{130}$", "EIP-191 over the message: r, s, v."),
        ["service"] = Pattern(Name, "As typed; exactly where the operation names one."),
        ["key"] = Pattern(Name, "As typed; exactly where a service is named and the class has keys."),
        ["key_id"] = Pattern("^0x[0-9a-f]{16}$", "Of a ring key."),
        ["ttl_seconds"] = ("maximum", () => 900, "60 to 900; 300 when absent."),
        ["limit"] = ("maximum", () => 1000, "1 to 1000; 100 when absent."),
        ["plaintext_b64"] = ("contentEncoding", () => "base64", "RFC 4648 section 4, with padding."),
        ["data_key"] = ("contentEncoding", () => "base64url", "32 bytes."),
        ["wrapped"] = ("contentEncoding", () => "base64url", "48 bytes."),
        ["salt"] = ("contentEncoding", () => "base64url", "32 bytes."),
        ["data_class"] = ("enum", () => Names(DataClasses.All.Select(c => c.Name())), null),
        ["op"] = ("enum", () => Names(CapRoutes.All.Select(r => r.Op.Name()).Distinct()), null),
        ["code"] = ("enum", () => Names(RefusalCodes.All.Order().Select(c => c.Name())), null),
        ["trust_tier"] = ("enum", () => Names(Enum.GetValues<TrustTier>().Select(t => t.Name())), null),
        ["expires_at"] = ("minimum", () => 0, Time),
        ["if_version"] = ("minimum", () => 0, "Only if this is the version that is there; a store with 0 creates only."),
        ["block"] = ("minimum", () => 0, "The block whose facts decided."),
        ["after"] = ("minLength", () => 1, "The last name of the page before."),
        ["next"] = ("minLength", () => 1, "There when more follows; goes into after."),
    };

    public static void Describe(string member, JsonObject schema)
    {
        if (!s_known.TryGetValue(member, out var known))
            return;
        schema[known.Keyword] = known.Value();
        if (known.Text is not null)
            schema["description"] = known.Text;
    }

    private static (string, Func<JsonNode>, string?) Pattern(string pattern, string text) => ("pattern", () => pattern, text);

    private static JsonArray Names(IEnumerable<string> names) => [.. names.Select(n => (JsonNode)n)];
}
