using System.Buffers;
using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace AgentKeys.Client;

/// <summary>The two bodies that hold a credential, byte for byte: a secret never becomes a string that nobody can wipe.</summary>
internal static class SecretJson
{
    // '+' stays '+': base64 needs no escaping inside JSON.
    private static readonly JsonWriterOptions s_plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary><c>{name, plaintext_b64, if_version?}</c>. The caller wipes the bytes.</summary>
    public static byte[] WriteStore(string name, ReadOnlySpan<byte> value, ulong? ifVersion)
    {
        // Room for everything at once, so that the buffer never leaves a copy behind by growing.
        var buffer = new ArrayBufferWriter<byte>((value.Length / 3 * 4) + (name.Length * 6) + 256);
        using (var writer = new Utf8JsonWriter(buffer, s_plain))
        {
            writer.WriteStartObject();
            writer.WriteString("name", name);
            writer.WriteBase64String("plaintext_b64", value);
            if (ifVersion is { } version)
                writer.WriteNumber("if_version", version);
            writer.WriteEndObject();
        }
        var body = buffer.WrittenSpan.ToArray();
        buffer.Clear(); // zeroes what was written
        return body;
    }

    /// <summary><c>{name, plaintext_b64, version, block}</c>; wipes <paramref name="answer"/>.</summary>
    /// <exception cref="AgentKeysException">not this answer.</exception>
    public static FetchedObject ReadFetch(byte[] answer)
    {
        string? name = null;
        byte[]? value = null;
        ulong? version = null, block = null;
        try
        {
            var reader = new Utf8JsonReader(answer);
            while (reader.Read())
            {
                if (reader.CurrentDepth != 1 || reader.TokenType != JsonTokenType.PropertyName)
                    continue;
                if (reader.ValueTextEquals("name"u8) && reader.Read())
                    name = reader.GetString();
                else if (reader.ValueTextEquals("plaintext_b64"u8) && reader.Read())
                    value = reader.GetBytesFromBase64();
                else if (reader.ValueTextEquals("version"u8) && reader.Read())
                    version = reader.GetUInt64();
                else if (reader.ValueTextEquals("block"u8) && reader.Read())
                    block = reader.GetUInt64();
            }
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException)
        {
            CryptographicOperations.ZeroMemory(value);
            throw ClientJson.NotTheAnswer();
        }
        finally
        {
            CryptographicOperations.ZeroMemory(answer);
        }
        return name is not null && value is not null && version is { } v && block is { } b ? new FetchedObject(name, value, v, b) : throw ClientJson.NotTheAnswer();
    }
}
