using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace AgentKeys.Testing.Processes;

/// <summary>
/// As much of JSON Schema 2020-12 as the schemas of this repository use: type, properties, required, additionalProperties (false), items,
/// enum, anyOf, pattern, minimum, and $ref into $defs. A keyword that it does not know is an error, so no rule is passed over.
/// </summary>
public sealed class JsonSchema
{
    private static readonly HashSet<string> s_words = ["$schema", "title", "description", "$defs", "type", "properties", "required", "additionalProperties", "items", "enum", "anyOf", "pattern", "minimum", "$ref"];

    private readonly JsonElement _root;

    private JsonSchema(JsonElement root) => _root = root;

    /// <summary>Names under $defs.</summary>
    public IEnumerable<string> Definitions => _root.GetProperty("$defs").EnumerateObject().Select(d => d.Name);

    public static JsonSchema Load(string path)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(path));
        return new JsonSchema(document.RootElement.Clone());
    }

    /// <summary>What is wrong with a value, with the place; null: nothing.</summary>
    public string? WrongWith(JsonElement value, string definition) => Check(value, _root.GetProperty("$defs").GetProperty(definition), "$");

    private string? Check(JsonElement value, JsonElement schema, string at)
    {
        if (schema.EnumerateObject().FirstOrDefault(w => !s_words.Contains(w.Name)) is { Value.ValueKind: not JsonValueKind.Undefined } unknown)
            throw new NotSupportedException($"The checker does not know {unknown.Name}.");
        return CheckReference(value, schema, at) ?? CheckType(value, schema, at) ?? CheckText(value, schema, at) ?? CheckMembers(value, schema, at) ?? CheckItems(value, schema, at);
    }

    private string? CheckReference(JsonElement value, JsonElement schema, string at)
    {
        if (schema.TryGetProperty("$ref", out var reference))
            return Check(value, _root.GetProperty("$defs").GetProperty(reference.GetString()!["#/$defs/".Length..]), at);
        if (!schema.TryGetProperty("anyOf", out var any))
            return null;
        var wrongs = any.EnumerateArray().Select(s => Check(value, s, at)).ToList();
        return wrongs.Contains(null) ? null : $"{at} is none of: {string.Join(" | ", wrongs)}";
    }

    private static string? CheckType(JsonElement value, JsonElement schema, string at)
    {
        if (!schema.TryGetProperty("type", out var type))
            return null;
        var allowed = type.ValueKind == JsonValueKind.Array ? type.EnumerateArray().Select(t => t.GetString()!) : [type.GetString()!];
        return allowed.Any(t => Is(value, t)) ? null : $"{at} is {value.ValueKind}, not {type}";
    }

    private static string? CheckText(JsonElement value, JsonElement schema, string at)
    {
        if (schema.TryGetProperty("enum", out var choices) && !choices.EnumerateArray().Any(c => JsonElement.DeepEquals(c, value)))
            return $"{at} is {value}, none of {choices}";
        if (value.ValueKind == JsonValueKind.String && schema.TryGetProperty("pattern", out var pattern) && !Regex.IsMatch(value.GetString()!, pattern.GetString()!))
            return $"{at} does not match {pattern}";
        return value.ValueKind == JsonValueKind.Number && schema.TryGetProperty("minimum", out var least) && value.GetDecimal() < least.GetDecimal() ? $"{at} is below {least}" : null;
    }

    private string? CheckMembers(JsonElement value, JsonElement schema, string at)
    {
        if (value.ValueKind != JsonValueKind.Object || !schema.TryGetProperty("properties", out var properties))
            return null;
        var missing = schema.TryGetProperty("required", out var required) ? required.EnumerateArray().FirstOrDefault(r => !value.TryGetProperty(r.GetString()!, out _)) : default;
        if (missing.ValueKind == JsonValueKind.String)
            return $"{at} has no {missing}";
        foreach (var member in value.EnumerateObject())
        {
            if (!properties.TryGetProperty(member.Name, out var rule))
            {
                if (schema.TryGetProperty("additionalProperties", out var more) && more.ValueKind == JsonValueKind.False)
                    return $"{at} has a member {member.Name} that the schema does not know";
                continue;
            }
            if (Check(member.Value, rule, $"{at}.{member.Name}") is { } wrong)
                return wrong;
        }
        return null;
    }

    private string? CheckItems(JsonElement value, JsonElement schema, string at) =>
        value.ValueKind != JsonValueKind.Array || !schema.TryGetProperty("items", out var rule)
            ? null
            : value.EnumerateArray().Select((item, i) => Check(item, rule, string.Create(CultureInfo.InvariantCulture, $"{at}[{i}]"))).FirstOrDefault(w => w is not null);

    private static bool Is(JsonElement value, string type) => type switch
    {
        "object" => value.ValueKind == JsonValueKind.Object,
        "array" => value.ValueKind == JsonValueKind.Array,
        "string" => value.ValueKind == JsonValueKind.String,
        "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        "null" => value.ValueKind == JsonValueKind.Null,
        "integer" => value.ValueKind == JsonValueKind.Number && decimal.IsInteger(value.GetDecimal()),
        "number" => value.ValueKind == JsonValueKind.Number,
        _ => throw new NotSupportedException($"The checker does not know the type {type}."),
    };
}
