using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace AgentKeys.Protocol;

/// <summary>
/// Strict JSON of token headers and claims: unknown, duplicate, missing and null members, wrong types, comments and trailing
/// bytes are refused.
/// </summary>
[JsonSourceGenerationOptions(
    AllowDuplicateProperties = false,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    MaxDepth = 4)]
[JsonSerializable(typeof(JwkWire))]
[JsonSerializable(typeof(TokenHeaderWire))]
[JsonSerializable(typeof(ProofHeaderWire))]
[JsonSerializable(typeof(ProofWire))]
[JsonSerializable(typeof(CapWire))]
[JsonSerializable(typeof(SessionWire))]
[JsonSerializable(typeof(StorageTokenWire))]
internal sealed partial class ProtocolJsonContext : JsonSerializerContext;

internal static class ProtocolJson
{
    /// <summary>Text goes into signed bytes, never into a page: only what JSON must escape is escaped.</summary>
    public static ProtocolJsonContext Strict { get; } = new(new JsonSerializerOptions(ProtocolJsonContext.Default.Options)
    {
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });

    public static bool TryRead<T>(ReadOnlySpan<byte> json, JsonTypeInfo<T> type, [NotNullWhen(true)] out T? value)
        where T : class
    {
        try
        {
            value = JsonSerializer.Deserialize(json, type);
            return value is not null;
        }
        catch (JsonException)
        {
            value = null;
            return false;
        }
    }

    public static byte[] Write<T>(T value, JsonTypeInfo<T> type) => JsonSerializer.SerializeToUtf8Bytes(value, type);
}

internal sealed record JwkWire(string Kty, string Crv, string X, string Y);

internal sealed record TokenHeaderWire(string Alg, string Typ, string Kid);

internal sealed record ProofHeaderWire(string Typ, string Alg, JwkWire Jwk);


/// <summary>RFC 7800 confirmation: the thumbprint of the key that must prove possession.</summary>
internal sealed record ConfirmationWire(string Jkt);
