namespace AgentKeys.Ethereum.Rpc;

/// <summary>Limits of every call to one endpoint.</summary>
public sealed record RpcOptions
{
    /// <summary>From the call to its answer, all attempts together.</summary>
    public TimeSpan Deadline { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>One attempt: a connection that hangs leaves time for another.</summary>
    public TimeSpan AttemptTimeout { get; init; } = TimeSpan.FromSeconds(4);

    /// <summary>How often a read is tried again after a transport fault.</summary>
    public int Retries { get; init; } = 2;

    /// <summary>Wait before the first retry; doubles with each.</summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>An answer larger than this is not read to its end.</summary>
    public int MaxResponseBytes { get; init; } = 8 * 1024 * 1024;
}
