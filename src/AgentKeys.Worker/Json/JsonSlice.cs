using System.Text.Json;
using System.Text.Json.Serialization;

namespace AgentKeys.Worker;

/// <summary>
/// Where a JSON string stands in the bytes that were parsed, quotes included: its content is a secret, read later straight into memory
/// that is zeroed. Only for values parsed from one span.
/// </summary>
[JsonConverter(typeof(Converter))]
internal readonly record struct JsonSlice(int Start, int Length)
{
    public ReadOnlySpan<byte> In(ReadOnlySpan<byte> json) => json.Slice(Start, Length);

    internal sealed class Converter : JsonConverter<JsonSlice>
    {
        public override JsonSlice Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.TokenType == JsonTokenType.String && !reader.HasValueSequence
                ? new JsonSlice((int)reader.TokenStartIndex, (int)(reader.BytesConsumed - reader.TokenStartIndex))
                : throw new JsonException();

        public override void Write(Utf8JsonWriter writer, JsonSlice value, JsonSerializerOptions options) =>
            throw new NotSupportedException("Secrets are written by hand.");
    }
}
