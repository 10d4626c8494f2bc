using System.Text.Json;

namespace AgentKeys.Tests.Fuzz;

/// <summary>The framework's own reader as a second opinion about what a JSON text says.</summary>
internal static class JsonOracle
{
    private static readonly JsonDocumentOptions s_strict = new() { AllowDuplicateProperties = false };

    /// <summary>Both are JSON without duplicates and say the same; numbers are compared as they are spelled.</summary>
    public static bool Same(ReadOnlyMemory<byte> a, ReadOnlyMemory<byte> b)
    {
        try
        {
            using var left = JsonDocument.Parse(a, s_strict);
            using var right = JsonDocument.Parse(b, s_strict);
            return Same(left.RootElement, right.RootElement);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return false; // not JSON, or text that is no Unicode
        }
    }

    private static bool Same(JsonElement a, JsonElement b) => a.ValueKind == b.ValueKind && a.ValueKind switch
    {
        JsonValueKind.Object => a.EnumerateObject().Count() == b.EnumerateObject().Count()
            && a.EnumerateObject().All(m => b.TryGetProperty(m.Name, out var other) && Same(m.Value, other)),
        JsonValueKind.Array => a.GetArrayLength() == b.GetArrayLength() && a.EnumerateArray().Zip(b.EnumerateArray()).All(p => Same(p.First, p.Second)),
        JsonValueKind.String => a.GetString() == b.GetString(),
        JsonValueKind.Number => a.GetRawText() == b.GetRawText(),
        _ => true,
    };
}
