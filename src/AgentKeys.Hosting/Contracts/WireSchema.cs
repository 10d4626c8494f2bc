using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace AgentKeys.Hosting;

/// <summary>
/// JSON schema of a wire type, from the very type that is read or written. No member is ever null on our wire: one that is nullable in a
/// body is there to be missed by hand, unless it says that null is not allowed in it, and then it may be absent.
/// </summary>
internal static class WireSchema
{
    private static readonly JsonSchemaExporterOptions s_options = new() { TreatNullObliviousAsNonNullable = true, TransformSchemaNode = Transform };

    public static JsonObject Of(JsonTypeInfo type)
    {
        var schema = type.GetJsonSchemaAsNode(s_options).AsObject();
        if (schema["properties"] is null)
            schema["properties"] = new JsonObject(); // {}
        return schema;
    }

    private static JsonObject Transform(JsonSchemaExporterContext context, JsonNode node)
    {
        if (node is not JsonObject schema)
            schema = Custom(context);
        WithoutNull(schema);
        schema.Remove("default");
        if (context.TypeInfo.Kind == JsonTypeInfoKind.Object)
            DescribeObject(schema, context.TypeInfo);
        if (context.PropertyInfo is { } property)
            WireMembers.Describe(property.Name, schema);
        return schema;
    }

    private static void DescribeObject(JsonObject schema, JsonTypeInfo type)
    {
        var required = type.Properties.Where(IsRequired).Select(p => JsonValue.Create(p.Name)).ToArray<JsonNode?>();
        schema.Remove("required");
        if (required.Length > 0)
            schema["required"] = new JsonArray(required);
        schema["additionalProperties"] = false;
    }

    /// <summary>May be absent: what may be read as null and not be set to it, what a converter of ours reads, and in answers whatever is not written when null.</summary>
    private static bool IsRequired(JsonPropertyInfo property)
    {
        var converted = property.AttributeProvider?.IsDefined(typeof(JsonConverterAttribute), false) == true;
        var omitsNull = property.Options.DefaultIgnoreCondition == JsonIgnoreCondition.WhenWritingNull;
        return !converted && !(property.IsGetNullable && (omitsNull || !property.IsSetNullable));
    }

    /// <summary>A converter of ours: a number that may be absent, or a string that stays bytes.</summary>
    private static JsonObject Custom(JsonSchemaExporterContext context)
    {
        var type = Nullable.GetUnderlyingType(context.TypeInfo.Type) ?? context.TypeInfo.Type;
        return type.IsPrimitive ? new JsonObject { ["type"] = "integer" } : new JsonObject { ["type"] = "string" };
    }

    private static void WithoutNull(JsonObject schema)
    {
        if (schema["type"] is not JsonArray types)
            return;
        var rest = types.Select(t => t!.GetValue<string>()).Where(t => t != "null").ToArray();
        schema["type"] = rest.Length == 1 ? rest[0] : new JsonArray([.. rest.Select(t => JsonValue.Create(t))]);
    }
}
