using AgentKeys.Protocol;
using AgentKeys.Storage;

namespace AgentKeys.Worker;

/// <summary>One request whose size, media type and storage headers are in order; nothing else has been looked at.</summary>
/// <param name="Body">exact bytes received.</param>
internal sealed record WorkerCall(StorageSession Storage, string? Authorization, string? Dpop, SecretBuffer Body, Func<Result<ulong?>> MinBlock);

/// <param name="Block">whose facts allowed it.</param>
internal sealed record WorkerAnswer(SecretBuffer Body, ulong Block) : IDisposable
{
    public void Dispose() => Body.Dispose();
}
