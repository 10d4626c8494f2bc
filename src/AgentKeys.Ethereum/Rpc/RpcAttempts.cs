using System.Diagnostics;

namespace AgentKeys.Ethereum.Rpc;

/// <summary>The deadline around calls, the attempts within it, and their spans: the same for every transport.</summary>
public static class RpcAttempts
{
    private static readonly ActivitySource Spans = new("AgentKeys.Ethereum");

    /// <summary>Runs <paramref name="attempt"/>, again after a transport fault if all calls are repeatable.</summary>
    /// <param name="attempt">Its token ends with the attempt's time, the deadline, or the caller.</param>
    /// <exception cref="RpcException">What the last attempt ended with; time that ran out is <see cref="RpcTransportFault.TimedOut"/>.</exception>
    /// <exception cref="OperationCanceledException">The caller cancelled.</exception>
    public static async Task RunAsync(
        IReadOnlyList<RpcCall> calls, RpcOptions options, TimeProvider time, Func<CancellationToken, Task> attempt, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(calls);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(attempt);
        var retries = calls.All(c => c.Repeatable) ? options.Retries : 0;

        using var timer = new CancellationTokenSource(options.Deadline, time);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancel);
        for (var failed = 0; ; failed++)
        {
            try
            {
                await OnceAsync(limit => TracedAsync(calls, attempt, limit), options, time, deadline.Token, cancel);
                return;
            }
            catch (RpcTransportException e) when (failed < retries && e.Fault != RpcTransportFault.HttpStatus && !deadline.IsCancellationRequested)
            {
                await InTimeAsync(() => Task.Delay(options.RetryDelay * (1 << failed), time, deadline.Token), cancel);
            }
        }
    }

    private static async Task OnceAsync(Func<CancellationToken, Task> attempt, RpcOptions options, TimeProvider time, CancellationToken deadline, CancellationToken cancel)
    {
        using var timer = new CancellationTokenSource(options.AttemptTimeout, time);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, deadline);
        await InTimeAsync(() => attempt(limit.Token), cancel);
    }

    /// <summary>One span a request: the method, never the endpoint or what is asked.</summary>
    private static async Task TracedAsync(IReadOnlyList<RpcCall> calls, Func<CancellationToken, Task> attempt, CancellationToken limit)
    {
        using var span = Spans.StartActivity(calls.Count > 1 ? "rpc batch" : calls[0].Method, ActivityKind.Client);
        span?.SetTag("rpc.system", "jsonrpc");
        span?.SetTag("rpc.calls", calls.Count);
        await attempt(limit);
    }

    private static async Task InTimeAsync(Func<Task> act, CancellationToken cancel)
    {
        try
        {
            await act();
        }
        catch (OperationCanceledException e) when (!cancel.IsCancellationRequested)
        {
            throw new RpcTransportException(RpcTransportFault.TimedOut, inner: e);
        }
    }
}
