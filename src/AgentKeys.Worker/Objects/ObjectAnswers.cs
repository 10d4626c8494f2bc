using System.Text.Encodings.Web;
using System.Text.Json;
using AgentKeys.Protocol;

namespace AgentKeys.Worker;

/// <summary>Answers, written byte for byte into a buffer that is zeroed: a fetched secret never becomes a string.</summary>
internal static class ObjectAnswers
{
    private const int Overhead = 1024;

    /// <summary>A name of at most 129 characters, a number or a code, and the punctuation.</summary>
    private const int Entry = 256;

    // '+' stays '+': base64 needs no escaping inside JSON.
    private static readonly JsonWriterOptions s_plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary><c>{version, block}</c> of a store or a delete.</summary>
    public static SecretBuffer Changed(ulong version, ulong block) => Write(Overhead, writer =>
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

    /// <summary><c>{objects: [{name, sealed_bytes}], next?, block}</c>.</summary>
    public static SecretBuffer Listed(Listing listing, ulong block) => Write(Overhead + (listing.Entries.Count * Entry), writer =>
    {
        writer.WriteStartArray("objects");
        foreach (var entry in listing.Entries)
        {
            writer.WriteStartObject();
            writer.WriteString("name", entry.Name.ToString());
            writer.WriteNumber("sealed_bytes", entry.Length);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
        if (listing.More)
            writer.WriteString("next", listing.Entries[^1].Name.ToString());
        writer.WriteNumber("block", block);
    });

    /// <summary><c>{deleted, failed: [{name, code}], more, block}</c>.</summary>
    public static SecretBuffer TornDown(TeardownReport report, ulong block) => Write(Overhead + (report.Failed.Count * Entry), writer =>
    {
        writer.WriteNumber("deleted", report.Deleted);
        writer.WriteStartArray("failed");
        foreach (var (name, code) in report.Failed)
        {
            writer.WriteStartObject();
            writer.WriteString("name", name.ToString());
            writer.WriteString("code", code.Name());
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
        writer.WriteBoolean("more", report.More);
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
