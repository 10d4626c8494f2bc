using AgentKeys.Protocol;

namespace AgentKeys.Client;

/// <summary>Credentials of one actor: this device's own by default, an operator's agent's where its omni is given.</summary>
public sealed class CredentialsClient
{
    private readonly ObjectsClient _objects;

    internal CredentialsClient(AgentKeysClient client, ServiceChannel channel) => _objects = new ObjectsClient(client, channel, DataClass.Credentials);

    /// <summary>
    /// Stores a value under a name; the name as typed is kept, its lower-case form is the service. Sent once: when the connection breaks
    /// (<c>unreachable</c>) it may or may not have been stored, and storing again is safe.
    /// </summary>
    /// <param name="value">at most 64 KiB; the caller wipes it.</param>
    /// <param name="ifVersion">0: create only; n: replace version n; null: replace whatever is there.</param>
    /// <returns>the object's new version.</returns>
    public Task<ulong> StoreAsync(string name, ReadOnlyMemory<byte> value, Omni? actor = null, ulong? ifVersion = null, CancellationToken cancel = default) =>
        _objects.StoreAsync(NameOf(name), name, value, actor, ifVersion, cancel);

    /// <summary>Fetches a value. Only the actor's own device may.</summary>
    /// <param name="operatorOmni">whose request this claims to be; null: the session's operator. Another one is refused.</param>
    public Task<FetchedObject> FetchAsync(string name, Omni? actor = null, Omni? operatorOmni = null, CancellationToken cancel = default) =>
        _objects.FetchAsync(NameOf(name), actor, operatorOmni, cancel);

    /// <summary>Fetches this device's own credential.</summary>
    public Task<FetchedObject> FetchAsync(string name, CancellationToken cancel) => FetchAsync(name, null, null, cancel);

    /// <summary>Names in order, page by page; an agent sees those that it could fetch now.</summary>
    public IAsyncEnumerable<ListedObject> ListAsync(Omni? actor = null, CancellationToken cancel = default) => _objects.ListAsync(actor, cancel);

    /// <summary>Deletes a value. Sent once.</summary>
    /// <param name="ifVersion">n: only version n; null: whatever is there, and settles what was lost.</param>
    /// <returns>the version that the deletion took.</returns>
    public Task<ulong> DeleteAsync(string name, Omni? actor = null, ulong? ifVersion = null, CancellationToken cancel = default) =>
        _objects.DeleteAsync(NameOf(name), actor, ifVersion, cancel);

    /// <summary>Deletes every credential of the actor. A master with SCOPE_MGMT only.</summary>
    public Task<Teardown> TeardownAsync(Omni? actor = null, CancellationToken cancel = default) => _objects.TeardownAsync(actor, cancel);

    private static ObjectName NameOf(string name) => ServiceName.TryFromTyped(name, out var service)
        ? new ObjectName(service)
        : throw new ArgumentException("A credential's name is up to 64 of a-z 0-9 _ . : - and begins with a letter or digit.", nameof(name));
}
