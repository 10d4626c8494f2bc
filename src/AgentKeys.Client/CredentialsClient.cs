using System.Security.Cryptography;
using AgentKeys.Protocol;

namespace AgentKeys.Client;

/// <summary>Credentials of one actor: this device's own by default, an operator's agent's where its omni is given.</summary>
public sealed class CredentialsClient
{
    private readonly AgentKeysClient _client;
    private readonly ServiceChannel _channel;

    internal CredentialsClient(AgentKeysClient client, ServiceChannel channel) => (_client, _channel) = (client, channel);

    /// <summary>
    /// Stores a value under a name; the name as typed is kept, its lower-case form is the service. Sent once: when the connection breaks
    /// (<c>unreachable</c>) it may or may not have been stored, and storing again is safe.
    /// </summary>
    /// <param name="value">at most 64 KiB; the caller wipes it.</param>
    /// <param name="ifVersion">0: create only; n: replace version n; null: replace whatever is there.</param>
    /// <returns>the object's new version.</returns>
    public async Task<ulong> StoreAsync(string name, ReadOnlyMemory<byte> value, Omni? actor = null, ulong? ifVersion = null, CancellationToken cancel = default)
    {
        var service = ServiceOf(name);
        var cap = await _client.MintCapAsync(CapOp.Store, service, null, actor, null, cancel);
        var storage = await _client.GetStorageSessionAsync(DataClass.Credentials, actor, cancel);
        var body = SecretJson.WriteStore(name, value.Span, ifVersion);
        try
        {
            var call = new ServiceCall(Route("/v1/cred/store"), body) { Token = cap.Token, StorageToken = storage.Token };
            return ClientJson.Read(await _channel.SendAsync(call, cancel), ClientJson.Default.StoreAnswer).Version;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(body);
        }
    }

    /// <summary>Fetches a value. Only the actor's own device may.</summary>
    /// <param name="operatorOmni">whose request this claims to be; null: the session's operator. Another one is refused.</param>
    public async Task<FetchedCredential> FetchAsync(string name, Omni? actor = null, Omni? operatorOmni = null, CancellationToken cancel = default)
    {
        var cap = await _client.MintCapAsync(CapOp.Fetch, ServiceOf(name), operatorOmni, actor, null, cancel);
        var storage = await _client.GetStorageSessionAsync(DataClass.Credentials, actor, cancel);
        var call = new ServiceCall(Route("/v1/cred/fetch"), "{}"u8.ToArray()) { Token = cap.Token, StorageToken = storage.Token, Idempotent = true };
        return SecretJson.ReadFetch(await _channel.SendAsync(call, cancel));
    }

    /// <summary>Fetches this device's own credential.</summary>
    public Task<FetchedCredential> FetchAsync(string name, CancellationToken cancel) => FetchAsync(name, null, null, cancel);

    private static ServiceName ServiceOf(string name) =>
        ServiceName.TryFromTyped(name, out var service) ? service : throw new ArgumentException("A credential's name is up to 64 of a-z 0-9 _ . : - and begins with a letter or digit.", nameof(name));

    private Uri Route(string route) => NetworkDescription.Route(_client.Network.Worker(DataClass.Credentials), route);
}
