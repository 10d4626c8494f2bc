using System.Security.Cryptography;
using AgentKeys.Ethereum.Rpc;
using Nethereum.JsonRpc.Client;

namespace AgentKeys.Chain.Nethereum;

/// <summary>
/// Carries calls through a Nethereum <see cref="IClient"/>, with the deadlines, the attempts and the exceptions of every other
/// transport. Calls go by <see cref="IClient.SendAsync"/>: a request interceptor of the client is not asked.
/// </summary>
public sealed class NethereumTransport : IRpcTransport
{
    private readonly IClient _client;
    private readonly HttpClient? _owned;
    private readonly RpcOptions _options;
    private readonly TimeProvider _time;

    // Other users of the same client number their calls from one: ours are elsewhere, below 2^53.
    private long _lastId = (long)RandomNumberGenerator.GetInt32(1, 1 << 20) << 32;

    /// <param name="client">The application's own; not disposed here. If it cannot be interrupted, a call that runs into its
    /// deadline ends here and is left to the client's own time-out there.</param>
    public NethereumTransport(IClient client, RpcOptions? options = null, TimeProvider? time = null)
        : this(client, null, options ?? new RpcOptions(), time)
    {
        ArgumentNullException.ThrowIfNull(client);
    }

    private NethereumTransport(IClient client, HttpClient? owned, RpcOptions options, TimeProvider? time) =>
        (_client, _owned, _options, _time) = (client, owned, options, time ?? TimeProvider.System);

    /// <summary>Opens an endpoint with a Nethereum client of its own, whose requests end with their calls.</summary>
    /// <param name="endpoint">http or https. It may hold an API key, so it appears in no message and no log.</param>
    public static NethereumTransport Open(Uri endpoint, RpcOptions? options = null, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        if (endpoint.Scheme != Uri.UriSchemeHttp && endpoint.Scheme != Uri.UriSchemeHttps)
            throw new ArgumentException("A JSON-RPC endpoint is an http or https URL.", nameof(endpoint));
        options ??= new RpcOptions();
        var http = new HttpClient(new BoundedHandler(options)) { Timeout = Timeout.InfiniteTimeSpan };
        return new NethereumTransport(new RpcClient(endpoint, http), http, options, time);
    }

    public async Task<T> SendAsync<T>(RpcCall<T> call, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(call);
        var request = RpcMessages.Request(call, Interlocked.Increment(ref _lastId));
        await RpcAttempts.RunAsync([call], _options, _time, limit => AttemptAsync(
            () => _client.SendAsync(request), answer => RpcMessages.Deliver(call, request, answer), limit), cancel);
        return call.Result;
    }

    public Task SendBatchAsync(IReadOnlyList<RpcCall> calls, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(calls);
        return calls.Count == 0
            ? Task.CompletedTask
            : RpcAttempts.RunAsync(calls, _options, _time, limit => BatchAsync(calls, limit), cancel);
    }

    public void Dispose() => _owned?.Dispose();

    private Task BatchAsync(IReadOnlyList<RpcCall> calls, CancellationToken limit)
    {
        var items = calls.Select(call => new RpcBatchItem(call, RpcMessages.Request(call, Interlocked.Increment(ref _lastId)))).ToList();
        var batch = new RpcRequestResponseBatch { AcceptPartiallySuccessful = true };
        batch.BatchItems.AddRange(items);
        return AttemptAsync(() => _client.SendBatchRequestAsync(batch), _ => items.ForEach(item => item.Deliver()), limit);
    }

    private static async Task AttemptAsync<T>(Func<Task<T>> ask, Action<T> deliver, CancellationToken limit)
    {
        var scope = new RequestScope(limit);
        try
        {
            deliver(await scope.RunAsync(ask));
        }
        catch (Exception e) when (limit.IsCancellationRequested)
        {
            throw new OperationCanceledException(e.Message, e, limit);
        }
        // Everything: whatever a client throws is "no usable answer", and the caller hears which kind.
        catch (Exception e)
        {
            throw NethereumFaults.From(e, scope);
        }
    }
}
