using AgentKeys.Protocol;
using AgentKeys.Storage;

namespace AgentKeys.Worker;

/// <summary>How much the actor of an agent_rooted operator may keep: nobody with a passkey answers for it.</summary>
internal sealed class ActorRoom(IObjectStore store, WorkerOptions options)
{
    private const int PageSize = 1000;

    public static bool IsLimited(CapFacts facts) => facts.Operator.Tier == TrustTier.AgentRooted;

    /// <param name="replaced">what the store would replace; null for a new object.</param>
    /// <param name="sealedBytes">of the new object.</param>
    /// <returns>null when there is room, or <c>quota_exceeded</c>, or the store's refusals.</returns>
    public async Task<Refusal?> CheckAsync(Act act, StoredObject? replaced, int sealedBytes, CancellationToken cancellationToken)
    {
        if (!IsLimited(act.Request.Facts))
            return null;
        long objects = replaced is null ? 1 : 0, bytes = sealedBytes - (replaced?.Bytes.Length ?? 0);
        for (string? after = null; ;)
        {
            if (!(await store.ListAsync(act.Storage, act.Cap.Actor, act.Cap.DataClass, after, PageSize, cancellationToken)).IsOk(out var page, out var refusal))
                return refusal;
            (objects, bytes) = (objects + page.Entries.Count, bytes + page.Entries.Sum(e => e.Length));
            if (objects > options.AgentRooted.MaxObjects || bytes > options.AgentRooted.MaxBytes)
                return Full();
            if (!page.More)
                return null;
            after = page.Entries[^1].Name.ToString();
        }
    }

    /// <summary>Without a time to come back: time does not make room, deleting does.</summary>
    private Refusal Full() => new(
        RefusalCode.QuotaExceeded, $"An agent_rooted operator keeps at most {options.AgentRooted.MaxObjects} objects and {options.AgentRooted.MaxBytes} sealed bytes here; delete some, or register a master device.");
}
