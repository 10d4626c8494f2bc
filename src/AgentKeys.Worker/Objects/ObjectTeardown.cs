using AgentKeys.Audit;
using AgentKeys.Protocol;
using AgentKeys.Storage;

namespace AgentKeys.Worker;

/// <param name="Failed">the first that could not be removed, with why.</param>
/// <param name="More">time ran out before the last page.</param>
internal sealed record TeardownReport(int Deleted, IReadOnlyList<(ObjectName Name, RefusalCode Code)> Failed, bool More);

/// <summary>Removes every object of the actor and class, page by page; each has an outcome of its own in the log before the next one goes.</summary>
internal sealed class ObjectTeardown(IObjectStore store, IAuditSink audit, ObjectLocks locks, TimeProvider clock)
{
    private const int PageSize = 1000;
    private const int MaxReported = 100;

    /// <summary>An answer has to come while the client still listens; asked again it goes on.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private static readonly TimeSpan s_storeDeadline = TimeSpan.FromSeconds(30);

    /// <returns>or <c>storage_session_refused</c>, <c>store_unavailable</c> when the store cannot list, <c>audit_unavailable</c>.</returns>
    public async Task<Result<TeardownReport>> RunAsync(Act act)
    {
        var started = clock.GetTimestamp();
        var failed = new List<(ObjectName, RefusalCode)>();
        var deleted = 0;
        for (string? after = null; ;)
        {
            using var deadline = new CancellationTokenSource(s_storeDeadline);
            var listed = await StoreDeadline.Guard(() => store.ListAsync(act.Storage, act.Cap.Actor, act.Cap.DataClass, after, PageSize, deadline.Token));
            if (!listed.IsOk(out var page, out var refusal))
                return refusal;
            foreach (var entry in page.Entries)
            {
                if (clock.GetElapsedTime(started) >= Patience)
                    return new TeardownReport(deleted, failed, More: true);
                if (!(await RemoveAsync(act, entry.Name)).IsOk(out var removed, out refusal))
                    return refusal;
                if (removed is null)
                    deleted++;
                else if (failed.Count < MaxReported)
                    failed.Add((entry.Name, removed.Value));
            }
            if (!page.More)
                return new TeardownReport(deleted, failed, More: false);
            after = page.Entries[^1].Name.ToString();
        }
    }

    /// <returns>null when it is gone, or why it is not; a refusal ends the teardown.</returns>
    private async Task<Result<RefusalCode?>> RemoveAsync(Act act, ObjectName name)
    {
        var key = new StorageKey(act.Cap.Actor, act.Cap.DataClass, name);
        using var held = await locks.EnterAsync(key.ToString(), alone: true, CancellationToken.None);
        var removal = await RemoveAsync(act, key);
        if (removal.Refusal is { Code: RefusalCode.StorageSessionRefused } foreign)
            return foreign;
        var outcome = removal.IsOk(out var version, out var refusal)
            ? AuditOutcome.Deleted(act.Authorized, version, name)
            : AuditOutcome.Refused(act.Authorized, refusal.Code, name);
        return (await audit.OutcomeAsync(outcome, CancellationToken.None)).IsOk(out _, out var unrecorded) ? refusal?.Code : unrecorded;
    }

    /// <returns>the version in the header of what was removed; 0 for none that can be read.</returns>
    private async Task<Result<ulong>> RemoveAsync(Act act, StorageKey key)
    {
        using var deadline = new CancellationTokenSource(s_storeDeadline);
        if (!(await StoreDeadline.Guard(() => store.GetAsync(act.Storage, key, deadline.Token))).IsOk(out var seen, out var refusal))
            return refusal;
        if (seen is not null && !(await StoreDeadline.Guard(() => store.DeleteAsync(act.Storage, key, seen.ETag, deadline.Token))).IsOk(out _, out refusal))
            return refusal;
        return seen is not null && ObjectEnvelope.TryReadHeader(seen.Bytes.Span, out var header) ? header.ObjectVersion : 0;
    }
}
