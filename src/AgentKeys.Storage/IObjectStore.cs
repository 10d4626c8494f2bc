using AgentKeys.Protocol;

namespace AgentKeys.Storage;

/// <summary>
/// Where sealed objects lie. Writes are durable on return, atomic, and seen by every later read. Missing is null (get) or false
/// (delete). Whose session it is the store judges at each act: <c>storage_session_refused</c>. Trouble underneath is
/// <c>store_unavailable</c>; nothing is retried here, callers do, and an act that answered so may have been done.
/// </summary>
public interface IObjectStore
{
    Task<Result<StoredObject?>> GetAsync(StorageSession session, StorageKey key, CancellationToken cancellationToken);

    /// <returns>the new ETag; <c>conflict</c> when the condition does not hold, and nothing was written.</returns>
    Task<Result<string>> PutAsync(StorageSession session, StorageKey key, ReadOnlyMemory<byte> bytes, PutCondition condition, CancellationToken cancellationToken);

    /// <returns>false when there is no such object; <c>conflict</c> when it has another ETag.</returns>
    Task<Result<bool>> DeleteAsync(StorageSession session, StorageKey key, string ifMatch, CancellationToken cancellationToken);

    /// <summary>Names in ascending ordinal order of their path, those after <paramref name="after"/>.</summary>
    /// <param name="after">the last name of the page before; null to begin.</param>
    /// <param name="limit">1 to 1,000.</param>
    Task<Result<ObjectPage>> ListAsync(StorageSession session, Omni actor, DataClass dataClass, string? after, int limit, CancellationToken cancellationToken);
}

/// <param name="ETag">opaque; changes whenever the bytes do.</param>
public sealed record StoredObject(ReadOnlyMemory<byte> Bytes, string ETag);

/// <param name="Length">in bytes, sealed.</param>
public sealed record ObjectEntry(ObjectName Name, long Length);

/// <param name="More">whether another page follows after the last entry's name.</param>
public sealed record ObjectPage(IReadOnlyList<ObjectEntry> Entries, bool More);

/// <summary>When a put may write: <see cref="CreateOnly"/>, or over exactly the object that was seen.</summary>
public sealed record PutCondition
{
    private PutCondition(string? ifMatch) => IfMatch = ifMatch;

    /// <summary>Null: create only.</summary>
    public string? IfMatch { get; }

    public static PutCondition CreateOnly { get; } = new((string?)null);

    public static PutCondition ReplaceIfMatch(string etag)
    {
        ArgumentException.ThrowIfNullOrEmpty(etag);
        return new PutCondition(etag);
    }
}
