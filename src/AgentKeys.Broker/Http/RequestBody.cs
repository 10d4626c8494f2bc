using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using AgentKeys.Protocol;
using Microsoft.Net.Http.Headers;

namespace AgentKeys.Broker.Http;

/// <summary>The exact bytes of a request: what the proof hashes and what is parsed are the same.</summary>
internal sealed class RequestBody
{
    /// <summary>No body of the broker is longer.</summary>
    public const int MaxBytes = 4096;

    private static readonly Refusal s_tooLarge = new(RefusalCode.PayloadTooLarge, "The body is larger than this route takes.");
    private static readonly Refusal s_mediaType = new(RefusalCode.UnsupportedMediaType, "The body must be application/json.");

    private readonly byte[] _bytes;

    private RequestBody(byte[] bytes) => _bytes = bytes;

    public Bytes32 Hash => new(SHA256.HashData(_bytes));

    /// <summary>Size first, then media type.</summary>
    /// <returns>or <c>payload_too_large</c>, <c>unsupported_media_type</c>.</returns>
    public static async Task<Result<RequestBody>> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (request.ContentLength > MaxBytes)
            return s_tooLarge;
        // One byte more than allowed, so that a body of unannounced length shows that it is too long.
        var buffer = new byte[MaxBytes + 1];
        var length = await request.Body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
        if (length > MaxBytes)
            return s_tooLarge;
        return IsJson(request.ContentType) ? new RequestBody(buffer[..length]) : s_mediaType;
    }

    /// <summary>Strict JSON. Missing members are the caller's to find: it knows which ones are needed.</summary>
    /// <returns>or <c>invalid_input</c> with the member at fault, where it is one of ours.</returns>
    public Result<T> Parse<T>(JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(_bytes, type) is { } value ? value : NotTheBody("body");
        }
        catch (JsonException e)
        {
            return NotTheBody(FieldOf(e.Path, type));
        }
    }

    private static bool IsJson(string? contentType) =>
        MediaTypeHeaderValue.TryParse(contentType, out var type)
        && type.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase)
        && (!type.Charset.HasValue || type.Charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase));

    private static Refusal NotTheBody(string field) => Refusal.InvalidInput(field, "The body is not the one of this route.");

    /// <summary>Only names of ours: the path may echo what a client sent.</summary>
    private static string FieldOf(string? path, JsonTypeInfo type) =>
        type.Properties.Select(p => p.Name).FirstOrDefault(name => path == "$." + name) ?? "body";
}
