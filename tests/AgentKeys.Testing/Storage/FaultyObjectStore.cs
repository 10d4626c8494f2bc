using AgentKeys.Protocol;
using AgentKeys.Storage;

namespace AgentKeys.Testing.Storage;

public enum StoreStep
{
    Get,
    Put,
    Delete,
    List,
}

/// <summary>Fails a chosen step, before the act was applied or after: the caller cannot tell which, and must cope with both.</summary>
public sealed class FaultyObjectStore(IObjectStore inner) : IObjectStore
{
    private (StoreStep Step, bool Applied, int Times)? _fault;

    /// <summary>Runs once, just before the next put: what somebody else does between our get and our put.</summary>
    public Func<Task>? BeforePut { get; set; }

    /// <summary>Asked at every delete; true fails it.</summary>
    public Func<StorageKey, bool>? FailsDelete { get; set; }

    /// <summary>How often it was asked for a page.</summary>
    public int Lists { get; private set; }

    public static Refusal Unavailable { get; } = new(RefusalCode.StoreUnavailable, "The object store does not answer.");

    /// <summary>The next <paramref name="times"/> acts of this step answer <c>store_unavailable</c>.</summary>
    public void Fail(StoreStep step, bool applied, int times = 1) => _fault = (step, applied, times);

    public void Heal() => _fault = null;

    public Task<Result<StoredObject?>> GetAsync(StorageSession session, StorageKey key, CancellationToken cancellationToken) =>
        Act(StoreStep.Get, () => inner.GetAsync(session, key, cancellationToken));

    public async Task<Result<string>> PutAsync(StorageSession session, StorageKey key, ReadOnlyMemory<byte> bytes, PutCondition condition, CancellationToken cancellationToken)
    {
        var before = BeforePut;
        BeforePut = null;
        if (before is not null)
            await before();
        return await Act(StoreStep.Put, () => inner.PutAsync(session, key, bytes, condition, cancellationToken));
    }

    public Task<Result<bool>> DeleteAsync(StorageSession session, StorageKey key, string ifMatch, CancellationToken cancellationToken) =>
        FailsDelete?.Invoke(key) == true ? Task.FromResult<Result<bool>>(Unavailable) : Act(StoreStep.Delete, () => inner.DeleteAsync(session, key, ifMatch, cancellationToken));

    public Task<Result<ObjectPage>> ListAsync(StorageSession session, Omni actor, DataClass dataClass, string? after, int limit, CancellationToken cancellationToken)
    {
        Lists++;
        return Act(StoreStep.List, () => inner.ListAsync(session, actor, dataClass, after, limit, cancellationToken));
    }

    private async Task<Result<T>> Act<T>(StoreStep step, Func<Task<Result<T>>> act)
    {
        if (_fault is not { } fault || fault.Step != step || fault.Times == 0)
            return await act();
        _fault = fault with { Times = fault.Times - 1 };
        if (fault.Applied)
            await act();
        return Unavailable;
    }
}
