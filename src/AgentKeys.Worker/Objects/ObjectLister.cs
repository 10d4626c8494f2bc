using AgentKeys.Protocol;
using AgentKeys.Storage;
using AgentKeys.Verification;

namespace AgentKeys.Worker;

/// <param name="More">another shown name follows after the last entry.</param>
internal sealed record Listing(IReadOnlyList<ObjectEntry> Entries, bool More);

/// <summary>
/// The actor's objects by name. Who needs a grant sees the names that it could fetch now, and learns nothing of the others: not their
/// number, and not from where a page ends.
/// </summary>
internal sealed class ObjectLister(IObjectStore store, CapGate gate)
{
    private static readonly TimeSpan s_deadline = TimeSpan.FromSeconds(30);

    /// <returns>or <c>storage_session_refused</c>, <c>store_unavailable</c>, the refusals of freshness and of the rule's rows before the grant.</returns>
    public async Task<Result<Listing>> ListAsync(Act act, ListRequest request)
    {
        using var deadline = new CancellationTokenSource(s_deadline);
        // What is hidden is walked over too, and a small answer is no reason for many small steps.
        var pageSize = Math.Max(request.Limit, ListRequest.DefaultLimit);
        var shown = new List<ObjectEntry>();
        var allowed = new Dictionary<ServiceName, bool>();
        for (var after = request.After?.ToString(); ;)
        {
            var listed = await StoreDeadline.Guard(() => store.ListAsync(act.Storage, act.Cap.Actor, act.Cap.DataClass, after, pageSize, deadline.Token));
            if (!listed.IsOk(out var page, out var refusal))
                return refusal;
            if (await LearnAsync(act, page, allowed) is { } refused)
                return refused;
            foreach (var entry in page.Entries.Where(e => allowed[e.Name.Service]))
            {
                if (shown.Count == request.Limit)
                    return new Listing(shown, More: true);
                shown.Add(entry);
            }
            if (!page.More)
                return new Listing(shown, More: false);
            after = page.Entries[^1].Name.ToString();
        }
    }

    /// <summary>Asks the rule once for each service that the page brings for the first time, and the chain once for as many as it takes.</summary>
    private async Task<Refusal?> LearnAsync(Act act, ObjectPage page, Dictionary<ServiceName, bool> allowed)
    {
        foreach (var services in page.Entries.Select(e => e.Name.Service).Where(s => !allowed.ContainsKey(s)).Distinct().Chunk(CapGate.MaxServices))
        {
            if (!(await gate.MayFetchAsync(act.Request, services, CancellationToken.None)).IsOk(out var may, out var refusal))
                return refusal;
            foreach (var (service, shown) in services.Zip(may))
                allowed[service] = shown;
        }
        return null;
    }
}
