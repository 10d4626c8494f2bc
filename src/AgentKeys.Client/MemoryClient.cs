using AgentKeys.Protocol;

namespace AgentKeys.Client;

/// <summary>
/// Memory of one actor: values of up to 8 MiB under <c>namespace/key</c>, versioned. This device's own actor by default, an operator's
/// agent where its omni is given. A grant names the namespace and holds for every key in it.
/// </summary>
public sealed class MemoryClient
{
    private readonly ObjectsClient _objects;

    internal MemoryClient(AgentKeysClient client, ServiceChannel channel) => _objects = new ObjectsClient(client, channel, DataClass.Memory);

    /// <summary>
    /// Puts a value under a name. Sent once: when the connection breaks (<c>unreachable</c>) it may or may not have been put.
    /// </summary>
    /// <param name="name"><c>namespace/key</c> as typed; lower-cased it is the object's name.</param>
    /// <param name="value">at most 8 MiB; the caller wipes it.</param>
    /// <param name="ifVersion">0: create only; n: replace version n; null: replace whatever is there.</param>
    /// <returns>the object's new version.</returns>
    public Task<ulong> PutAsync(string name, ReadOnlyMemory<byte> value, Omni? actor = null, ulong? ifVersion = null, CancellationToken cancel = default) =>
        _objects.StoreAsync(NameOf(name), name, value, actor, ifVersion, cancel);

    /// <summary>Gets a value. Only the actor's own device may.</summary>
    public Task<FetchedObject> GetAsync(string name, Omni? actor = null, CancellationToken cancel = default) => _objects.FetchAsync(NameOf(name), actor, null, cancel);

    /// <summary>Names in order, page by page; an agent sees those in the namespaces that it could read now.</summary>
    public IAsyncEnumerable<ListedObject> ListAsync(Omni? actor = null, CancellationToken cancel = default) => _objects.ListAsync(actor, cancel);

    /// <summary>Deletes a value. Sent once.</summary>
    /// <param name="ifVersion">n: only version n; null: whatever is there, and settles what was lost.</param>
    /// <returns>the version that the deletion took.</returns>
    public Task<ulong> DeleteAsync(string name, Omni? actor = null, ulong? ifVersion = null, CancellationToken cancel = default) =>
        _objects.DeleteAsync(NameOf(name), actor, ifVersion, cancel);

    /// <summary>Deletes everything of the actor. A master with SCOPE_MGMT only.</summary>
    public Task<Teardown> TeardownAsync(Omni? actor = null, CancellationToken cancel = default) => _objects.TeardownAsync(actor, cancel);

    private static ObjectName NameOf(string typed)
    {
        var parts = typed.Split('/');
        return parts.Length == 2 && ServiceName.TryFromTyped(parts[0], out var space) && ServiceName.TryFromTyped(parts[1], out var key)
            ? new ObjectName(space, key)
            : throw new ArgumentException("A memory name is NAMESPACE/KEY, each up to 64 of a-z 0-9 _ . : - that begin with a letter or digit.", nameof(typed));
    }
}
