using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using AgentKeys.Hosting;
using AgentKeys.Protocol;

namespace AgentKeys.Worker;

/// <summary>The client's own words, forwarded to the signer unchanged: it decides for itself.</summary>
/// <param name="MinBlock">0 for none.</param>
internal sealed record ForwardedHeaders(string? Authorization, string? Dpop, ulong MinBlock);

/// <summary>A new data key and its wrap; disposes the key.</summary>
internal sealed record GeneratedKey(DataKey DataKey, WrappedKey Wrapped) : IDisposable
{
    public void Dispose() => DataKey.Dispose();
}

/// <summary>
/// Asks the signer for keys over its Unix socket. One attempt: a proof works once, so there is nothing to try again with. No answer
/// within the deadline, or none that makes sense, is <c>signer_unavailable</c>.
/// </summary>
internal sealed partial class SignerClient(HttpClient http, TimeSpan deadline, TimeProvider clock, ILogger<SignerClient> log)
{
    private const int MaxAnswerBytes = 4096;
    private static readonly Refusal s_unavailable = new(RefusalCode.SignerUnavailable, "The signer gave no usable answer.");

    /// <summary>A fresh data key for the object of the forwarded cap. The caller disposes it.</summary>
    public async Task<Result<GeneratedKey>> GenerateAsync(ForwardedHeaders headers)
    {
        using var answer = new SecretBuffer(MaxAnswerBytes);
        if (await PostAsync("/v1/keys/generate", headers, "{}"u8.ToArray(), answer) is { } refusal)
            return refusal;
        return TryReadGenerated(answer.Written, out var key) ? key : NotAnAnswer();
    }

    /// <summary>The data key of a stored object of the forwarded cap. The caller disposes it.</summary>
    public async Task<Result<DataKey>> UnwrapAsync(ForwardedHeaders headers, WrappedKey key)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(
            new UnwrapWire(Base64UrlStrict.Encode(key.Wrapped), Base64UrlStrict.Encode(key.Salt), key.Epoch, (byte)key.Kind, key.KeyId.ToString()),
            WorkerJson.Default.UnwrapWire);
        using var answer = new SecretBuffer(MaxAnswerBytes);
        if (await PostAsync("/v1/keys/unwrap", headers, body, answer) is { } refusal)
            return refusal;
        return TryRead(answer.Written, WorkerJson.Default.UnwrappedWire, out var wire) && SecretBase64.TryDecodeKey(wire.DataKey.In(answer.Written), out var dataKey)
            ? dataKey
            : NotAnAnswer();
    }

    /// <summary>Whether the signer says that it could serve now.</summary>
    public async Task<bool> IsReadyAsync(CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(deadline);
        try
        {
            using var response = await http.GetAsync(new Uri("/readyz", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, limit.Token);
            return response.IsSuccessStatusCode;
        }
        catch (Exception e) when (e is HttpRequestException or IOException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return false;
        }
    }

    /// <returns>null when <paramref name="answer"/> holds a 2xx body.</returns>
    private async Task<Refusal?> PostAsync(string path, ForwardedHeaders headers, byte[] body, SecretBuffer answer)
    {
        using var limit = new CancellationTokenSource(deadline, clock);
        using var span = ServiceTracing.Source.StartActivity("POST " + path, ActivityKind.Client);
        try
        {
            using var request = Build(path, headers, body);
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
            if (!await ReadAsync(response, answer, limit.Token))
                return NotAnAnswer();
            return response.StatusCode == HttpStatusCode.OK ? null : Refused(response, answer.Written);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException)
        {
            LogNoAnswer(path, e.GetType().Name);
            return s_unavailable;
        }
    }

    private static HttpRequestMessage Build(string path, ForwardedHeaders headers, byte[] body)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new("application/json");
        request.Headers.TryAddWithoutValidation("Authorization", headers.Authorization);
        request.Headers.TryAddWithoutValidation("DPoP", headers.Dpop);
        if (ServiceTracing.Current is { } trace)
            request.Headers.TryAddWithoutValidation(ServiceTracing.Header, trace);
        if (headers.MinBlock > 0)
            request.Headers.TryAddWithoutValidation("AgentKeys-Min-Block", headers.MinBlock.ToString(CultureInfo.InvariantCulture));
        return request;
    }

    /// <returns>false when the answer is longer than any of the signer's.</returns>
    private static async Task<bool> ReadAsync(HttpResponseMessage response, SecretBuffer answer, CancellationToken cancellationToken)
    {
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        while (!answer.Free.IsEmpty)
        {
            var read = await stream.ReadAsync(answer.Free, cancellationToken);
            if (read == 0)
                return true;
            answer.Advance(read);
        }
        return false;
    }

    private static bool TryReadGenerated(ReadOnlySpan<byte> json, out GeneratedKey key)
    {
        key = null!;
        if (!TryRead(json, WorkerJson.Default.GeneratedWire, out var wire)
            || !Base64UrlStrict.TryDecode(wire.Wrapped, out var wrapped)
            || !Base64UrlStrict.TryDecode(wire.Salt, out var salt)
            || !KeyId.TryParse(wire.KeyId, out var keyId))
            return false;
        var wrap = new WrappedKey(wrapped, salt, wire.Epoch, (KeyKind)wire.Kind, keyId);
        if (!wrap.IsWellFormed || !SecretBase64.TryDecodeKey(wire.DataKey.In(json), out var dataKey))
            return false;
        key = new GeneratedKey(dataKey, wrap);
        return true;
    }

    private static bool TryRead<T>(ReadOnlySpan<byte> json, JsonTypeInfo<T> type, out T value)
        where T : class
    {
        value = null!;
        try
        {
            value = JsonSerializer.Deserialize(json, type)!;
            return value is not null;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private Refusal Refused(HttpResponseMessage response, ReadOnlySpan<byte> body)
    {
        var code = TryRead(body, SignerProblemJson.Default.SignerProblem, out var problem) ? problem.Code : null;
        if (SignerRefusals.Translate(code, problem?.Block, response.Headers.RetryAfter?.Delta) is { } refusal)
            return refusal;
        LogRefused((int)response.StatusCode, RefusalCodes.TryParse(code, out var known) ? known.Name() : "no known code");
        return s_unavailable;
    }

    private Refusal NotAnAnswer()
    {
        LogNotAnAnswer();
        return s_unavailable;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "the signer did not answer {Path}: {Reason}")]
    private partial void LogNoAnswer(string path, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "the signer refused us with {Status}, {Code}")]
    private partial void LogRefused(int status, string code);

    [LoggerMessage(Level = LogLevel.Error, Message = "the signer's answer is not one of the protocol")]
    private partial void LogNotAnAnswer();
}
