using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;
using AgentKeys.Protocol;

namespace AgentKeys.Signer;

/// <summary>Answers that hold a data key, written byte for byte into a buffer that is zeroed: the key never becomes a string.</summary>
internal static class KeyAnswers
{
    private const int Capacity = 1024;
    private static readonly JsonWriterOptions s_plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary><c>{data_key, wrapped, salt, epoch, kind, key_id}</c>.</summary>
    public static SecretBuffer Write(GeneratedKey key) => Write(key.DataKey, writer =>
    {
        writer.WriteString("wrapped", Base64UrlStrict.Encode(key.Wrapped.Wrapped));
        writer.WriteString("salt", Base64UrlStrict.Encode(key.Wrapped.Salt));
        writer.WriteNumber("epoch", key.Wrapped.Epoch);
        writer.WriteNumber("kind", (byte)key.Wrapped.Kind);
        writer.WriteString("key_id", key.Wrapped.KeyId.ToString());
    });

    /// <summary><c>{data_key}</c>.</summary>
    public static SecretBuffer Write(DataKey key) => Write(key, _ => { });

    private static SecretBuffer Write(DataKey key, Action<Utf8JsonWriter> rest)
    {
        var buffer = new SecretBuffer(Capacity);
        Span<byte> text = stackalloc byte[Base64Url.GetEncodedLength(DataKey.Size)];
        try
        {
            Base64Url.EncodeToUtf8(key.AsSpan(), text);
            using var writer = new Utf8JsonWriter(buffer, s_plain);
            writer.WriteStartObject();
            writer.WriteString("data_key"u8, text);
            rest(writer);
            writer.WriteEndObject();
            writer.Flush();
            return buffer;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(text);
        }
    }
}
