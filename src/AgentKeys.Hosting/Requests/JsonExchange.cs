using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using AgentKeys.Protocol;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Net.Http.Headers;

namespace AgentKeys.Hosting;

/// <summary>One JSON body in, one JSON body out, both of which may hold a secret: bytes that are zeroed, read once.</summary>
public static class JsonExchange
{
    private const string Json = "application/json";

    private static readonly Refusal s_tooLarge = new(RefusalCode.PayloadTooLarge, "The body is larger than this route takes.");
    private static readonly Refusal s_tooSlow = Refusal.InvalidInput("request", "The request came too slowly.");
    private static readonly Refusal s_broken = Refusal.InvalidInput("request", "The request could not be read.");
    private static readonly Refusal s_mediaType = new(RefusalCode.UnsupportedMediaType, "The body must be application/json.");

    /// <summary>
    /// The exact bytes received, within the limits of the route's <see cref="RouteGuard"/>. Size first, then media type. The caller
    /// disposes them.
    /// </summary>
    /// <returns>or <c>payload_too_large</c>, <c>rate_limited</c>, <c>unsupported_media_type</c>, <c>invalid_input</c> when it does not arrive whole or in time.</returns>
    /// <exception cref="BadHttpRequestException">the client sent less than it announced.</exception>
    public static async Task<Result<SecretBuffer>> ReadBodyAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var guard = RouteGuard.Of(request.HttpContext);
        var maxBytes = guard.MaxBodyBytes;
        // Ours is the limit: the server's own is lower than what some routes take, and would break the connection in place of an answer.
        if (request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = null;
        if (request.ContentLength > maxBytes)
            return s_tooLarge;
        if (guard.Rate == RouteRate.FewAtOnce
            && await request.HttpContext.RequestServices.GetRequiredService<LargeRequests>().EnterAsync(request.HttpContext, cancellationToken) is { } full)
            return full;
        // One byte more than allowed, so that a body of unannounced length shows that it is too long.
        var body = new SecretBuffer(1 + (int)(request.ContentLength ?? maxBytes));
        using var inTime = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        inTime.CancelAfter(guard.BodyTime);
        try
        {
            int read;
            while (!body.Free.IsEmpty && (read = await request.Body.ReadAsync(body.Free, inTime.Token)) > 0)
                body.Advance(read);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            body.Dispose();
            return s_tooSlow;
        }
        catch (IOException e) when (e is not BadHttpRequestException)
        {
            body.Dispose(); // a chunk whose size is no number, or a client that has gone
            return s_broken;
        }
        catch
        {
            body.Dispose();
            throw;
        }
        if (body.Length <= maxBytes && IsJson(request.ContentType))
            return body;
        var tooLarge = body.Length > maxBytes;
        body.Dispose();
        return tooLarge ? s_tooLarge : s_mediaType;
    }

    /// <summary>Strict JSON by a source-generated context.</summary>
    /// <returns>or <c>invalid_input</c> with the member at fault, where there is one of ours.</returns>
    public static Result<T> Parse<T>(ReadOnlySpan<byte> body, JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(body, type) is { } value ? value : NotTheBody("body");
        }
        catch (JsonException e)
        {
            return NotTheBody(FieldOf(e.Path, type));
        }
    }

    /// <summary>A 200 that no cache keeps, with the block that decided it. Whoever does not take it in time is cut off: it may hold megabytes.</summary>
    public static async Task WriteAsync(HttpResponse response, SecretBuffer body, ulong block, CancellationToken cancellationToken)
    {
        BlockHeaders.SetBlock(response, block);
        response.Headers.CacheControl = "no-store";
        response.ContentType = Json;
        response.ContentLength = body.Length;
        using var inTime = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        inTime.CancelAfter(RouteGuard.TimeFor(body.Length));
        try
        {
            await response.Body.WriteAsync(body.Memory, inTime.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            response.HttpContext.Abort();
        }
    }

    private static bool IsJson(string? contentType) =>
        MediaTypeHeaderValue.TryParse(contentType, out var type)
        && type.MediaType.Equals(Json, StringComparison.OrdinalIgnoreCase)
        && (!type.Charset.HasValue || type.Charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase));

    private static Refusal NotTheBody(string field) => Refusal.InvalidInput(field, "The body is not the one of this route.");

    /// <summary>Only names of ours: the path may echo what a client sent.</summary>
    private static string FieldOf(string? path, JsonTypeInfo type) =>
        type.Properties.Select(p => p.Name).FirstOrDefault(name => path == "$." + name) ?? "body";
}
