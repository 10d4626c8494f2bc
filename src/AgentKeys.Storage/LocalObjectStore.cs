using System.Security.Cryptography;
using AgentKeys.Protocol;

namespace AgentKeys.Storage;

/// <summary>
/// Objects as files under one root, for a laptop or a single host. Judges the storage token at every act. ETag = SHA-256 of the
/// bytes, in hex.
/// </summary>
/// <remarks>
/// A write goes to a file of its own in <c>.incoming</c>, is fsynced, then linked (create-only) or renamed into place, and the folder
/// is fsynced. Compare-and-swap holds the class folder's flock, so two processes on one root cannot lose a write either. Every
/// folder is opened by name inside its parent and never through a symlink. What this store is NOT: a second, independent judge of
/// who may do what, as a bucket's policy is; its rule is our own code.
/// </remarks>
public sealed class LocalObjectStore : IObjectStore
{
    private readonly LocalObjectFiles _files;
    private readonly IStorageTokenVerifier _tokens;
    private readonly TimeProvider _time;

    /// <summary>Makes the root 0700 when it is not there, and removes what crashed writes left aside.</summary>
    /// <exception cref="UnauthorizedAccessException">the root is a symlink or writable by others.</exception>
    public LocalObjectStore(string root, IStorageTokenVerifier tokens, TimeProvider time)
    {
        (_tokens, _time) = (tokens, time);
        _files = new LocalObjectFiles(root);
        _files.RemoveLeftovers();
    }

    public Task<Result<StoredObject?>> GetAsync(StorageSession session, StorageKey key, CancellationToken cancellationToken) =>
        Act<StoredObject?>(session, key.Actor, key.DataClass, () =>
        {
            var bytes = _files.Read(key);
            return bytes is null ? (StoredObject?)null : new StoredObject(bytes, ETagOf(bytes));
        }, cancellationToken);

    public Task<Result<string>> PutAsync(StorageSession session, StorageKey key, ReadOnlyMemory<byte> bytes, PutCondition condition, CancellationToken cancellationToken) =>
        Act<string>(session, key.Actor, key.DataClass, () =>
        {
            var written = condition.IfMatch is { } etag
                ? _files.TryReplace(key, bytes.Span, current => current is not null && ETagOf(current) == etag, cancellationToken)
                : _files.TryCreate(key, bytes.Span);
            return written ? ETagOf(bytes.Span) : Conflict();
        }, cancellationToken);

    public Task<Result<bool>> DeleteAsync(StorageSession session, StorageKey key, string ifMatch, CancellationToken cancellationToken) =>
        Act<bool>(session, key.Actor, key.DataClass, () => _files.Delete(key, current => ETagOf(current) == ifMatch, cancellationToken) switch
        {
            DeleteResult.Deleted => true,
            DeleteResult.Missing => false,
            _ => Conflict(),
        }, cancellationToken);

    public Task<Result<ObjectPage>> ListAsync(StorageSession session, Omni actor, DataClass dataClass, string? after, int limit, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, 1000);
        return Act<ObjectPage>(session, actor, dataClass, () =>
        {
            var from = after is null ? "" : after + StorageKey.Suffix;
            var entries = _files.List(actor, dataClass)
                .Where(entry => string.CompareOrdinal(entry.Name + StorageKey.Suffix, from) > 0)
                .OrderBy(entry => entry.Name + StorageKey.Suffix, StringComparer.Ordinal)
                .Take(limit + 1)
                .ToList();
            return new ObjectPage([.. entries.Take(limit)], entries.Count > limit);
        }, cancellationToken);
    }

    private static string ETagOf(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    private static Refusal Conflict() => new(RefusalCode.Conflict, "The object is not the one that was seen.");

    /// <summary>Judges the session, then acts on a thread that may wait for the disk.</summary>
    private Task<Result<T>> Act<T>(StorageSession session, Omni actor, DataClass dataClass, Func<Result<T>> act, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(session);
        if (Judge(session, actor, dataClass) is { } refusal)
            return Task.FromResult<Result<T>>(refusal);
        return Task.Run<Result<T>>(() =>
        {
            try
            {
                return act();
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                return new Refusal(RefusalCode.StoreUnavailable, "The object store does not answer."); // no path, no system text
            }
        }, cancellationToken);
    }

    private Refusal? Judge(StorageSession session, Omni actor, DataClass dataClass) => session switch
    {
        StorageSession.Local local => _tokens.Verify(local.Token, actor, dataClass, _time.GetUtcNow()),
        StorageSession.Worker => null,
        _ => new Refusal(RefusalCode.StorageSessionRefused, "This store takes local storage tokens only."),
    };
}
