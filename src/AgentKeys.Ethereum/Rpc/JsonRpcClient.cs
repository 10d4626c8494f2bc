using System.Buffers;
using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text.Json;

namespace AgentKeys.Ethereum.Rpc;

/// <summary>
/// JSON-RPC 2.0 over HTTP to one endpoint, on one pooled connection set. Safe for concurrent use; one per endpoint and process.
/// <para>Every call ends within <see cref="RpcOptions.Deadline"/>. Transport faults of repeatable calls are tried again within
/// it; a JSON-RPC error or an answer of the wrong shape never is.</para>
/// </summary>
public sealed class JsonRpcClient : IRpcTransport
{
    private static readonly MediaTypeHeaderValue Json = new("application/json");

    private readonly HttpClient _http;
    private readonly Uri _endpoint;
    private readonly RpcOptions _options;
    private readonly TimeProvider _time;
    private long _lastId;

    /// <param name="endpoint">http or https. It may hold an API key, so it appears in no message and no log.</param>
    /// <param name="options">Limits; null for the defaults.</param>
    /// <param name="time">Measures the deadlines.</param>
    public JsonRpcClient(Uri endpoint, RpcOptions? options = null, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        if (endpoint.Scheme != Uri.UriSchemeHttp && endpoint.Scheme != Uri.UriSchemeHttps)
            throw new ArgumentException("A JSON-RPC endpoint is an http or https URL.", nameof(endpoint));

        _endpoint = endpoint;
        _options = options ?? new RpcOptions();
        _time = time ?? TimeProvider.System;
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            ActivityHeadersPropagator = null, // the framework's span would show the whole URL
            ConnectTimeout = _options.AttemptTimeout,
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        };
        _http = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
    }

    /// <summary>Sends one call and returns its result.</summary>
    /// <exception cref="RpcException">No usable answer; see the three kinds.</exception>
    public async Task<T> SendAsync<T>(RpcCall<T> call, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(call);
        await SendAsync([call], batch: false, cancel);
        return call.Result;
    }

    /// <summary>Sends the calls in one request. Each holds its own result or error afterwards; an error of one is not
    /// thrown here.</summary>
    /// <exception cref="RpcException">No usable answer to the batch as a whole.</exception>
    public Task SendBatchAsync(IReadOnlyList<RpcCall> calls, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(calls);
        return calls.Count == 0 ? Task.CompletedTask : SendAsync(calls, batch: true, cancel);
    }

    public void Dispose() => _http.Dispose();

    private async Task SendAsync(IReadOnlyList<RpcCall> calls, bool batch, CancellationToken cancel)
    {
        foreach (var call in calls)
            call.Id = Interlocked.Increment(ref _lastId);
        var body = Serialize(calls, batch);
        await RpcAttempts.RunAsync(calls, _options, _time, limit => AttemptAsync(body, calls, batch, limit), cancel);
    }

    private async Task AttemptAsync(byte[] body, IReadOnlyList<RpcCall> calls, bool batch, CancellationToken limit)
    {
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, _endpoint) { Content = new ByteArrayContent(body) };
            request.Content.Headers.ContentType = Json;
            if (Activity.Current is { IdFormat: ActivityIdFormat.W3C, Id: { } parent })
                request.Headers.TryAddWithoutValidation("traceparent", parent);
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit);
            if (RpcTransportException.IsBusy(response.StatusCode))
                throw new RpcTransportException(RpcTransportFault.Busy, (int)response.StatusCode);

            var answer = await ReadBoundedAsync(response, limit);
            Accept(answer.WrittenSpan, response, calls, batch);
        }
        catch (HttpRequestException e)
        {
            throw RpcTransportException.From(e);
        }
        catch (IOException e)
        {
            throw new RpcTransportException(RpcTransportFault.Interrupted, inner: e);
        }
    }

    /// <summary>Some nodes send their JSON-RPC errors with a 4xx or 5xx status; anything else with one is the transport's.</summary>
    private static void Accept(ReadOnlySpan<byte> answer, HttpResponseMessage response, IReadOnlyList<RpcCall> calls, bool batch)
    {
        try
        {
            if (batch)
                RpcEnvelope.ReadBatch(answer, calls);
            else
                RpcEnvelope.ReadSingle(answer, calls[0]);
        }
        catch (RpcProtocolException e) when (!response.IsSuccessStatusCode)
        {
            throw new RpcTransportException(RpcTransportFault.HttpStatus, (int)response.StatusCode, e);
        }
    }

    private async Task<ArrayBufferWriter<byte>> ReadBoundedAsync(HttpResponseMessage response, CancellationToken limit)
    {
        var announced = response.Content.Headers.ContentLength ?? 0;
        if (announced > _options.MaxResponseBytes)
            throw new RpcProtocolException("it is too large.");

        var buffer = new ArrayBufferWriter<byte>(Math.Max((int)announced + 1, 4096));
        await using var stream = await response.Content.ReadAsStreamAsync(limit);
        while (true)
        {
            var read = await stream.ReadAsync(buffer.GetMemory(), limit);
            if (read == 0)
                return buffer;
            buffer.Advance(read);
            if (buffer.WrittenCount > _options.MaxResponseBytes)
                throw new RpcProtocolException("it is too large.");
        }
    }

    private static byte[] Serialize(IReadOnlyList<RpcCall> calls, bool batch)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var writer = new Utf8JsonWriter(buffer))
        {
            if (batch)
                writer.WriteStartArray();
            foreach (var call in calls)
                call.WriteTo(writer);
            if (batch)
                writer.WriteEndArray();
        }

        return buffer.WrittenSpan.ToArray();
    }
}
