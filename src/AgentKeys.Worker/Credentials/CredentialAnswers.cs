using System.Text.Encodings.Web;
using System.Text.Json;
using AgentKeys.Protocol;

namespace AgentKeys.Worker;

/// <summary>Answers, written byte for byte into a buffer that is zeroed: a fetched secret never becomes a string.</summary>
internal static class CredentialAnswers
{
    private const int Overhead = 1024;

    // '+' stays '+': base64 needs no escaping inside JSON.
    private static readonly JsonWriterOptions s_plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary><c>{version, block}</c>.</summary>
    public static SecretBuffer Stored(ulong version, ulong block) => Write(Overhead, writer =>
    {
        writer.WriteNumber("version", version);
        writer.WriteNumber("block", block);
    });

    /// <summary><c>{name, plaintext_b64, version, block}</c>, the name as it was typed.</summary>
    public static SecretBuffer Fetched(OpenedObject opened, ulong block) => Write(Overhead + ((opened.Content.Value.Length + 2) / 3 * 4), writer =>
    {
        writer.WriteString("name", opened.Content.TypedName);
        writer.WriteBase64String("plaintext_b64", opened.Content.Value);
        writer.WriteNumber("version", opened.Version);
        writer.WriteNumber("block", block);
    });

    private static SecretBuffer Write(int capacity, Action<Utf8JsonWriter> members)
    {
        var buffer = new SecretBuffer(capacity);
        using var writer = new Utf8JsonWriter(buffer, s_plain);
        writer.WriteStartObject();
        members(writer);
        writer.WriteEndObject();
        writer.Flush();
        return buffer;
    }
}
