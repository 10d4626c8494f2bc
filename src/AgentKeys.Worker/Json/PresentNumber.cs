using System.Text.Json;
using System.Text.Json.Serialization;

namespace AgentKeys.Worker;

/// <summary>An optional number: it may be left out, but it may not be null.</summary>
internal sealed class PresentNumber : JsonConverter<ulong?>
{
    public override bool HandleNull => true;

    public override ulong? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.Number && reader.TryGetUInt64(out var number) ? number : throw new JsonException();

    public override void Write(Utf8JsonWriter writer, ulong? value, JsonSerializerOptions options) => throw new NotSupportedException("Only read.");
}
