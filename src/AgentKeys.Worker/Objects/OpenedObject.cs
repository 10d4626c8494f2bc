using AgentKeys.Protocol;

namespace AgentKeys.Worker;

/// <summary>A stored object, opened; disposes the content.</summary>
/// <param name="Version">sealed inside, so it is the object's own word.</param>
internal sealed record OpenedObject(SealedContent Content, ulong Version) : IDisposable
{
    public void Dispose() => Content.Dispose();
}

/// <param name="SealedHash">SHA-256 of the stored bytes.</param>
internal sealed record SealedVersion(ulong Version, Bytes32 SealedHash);
