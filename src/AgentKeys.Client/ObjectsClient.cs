using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using AgentKeys.Protocol;

namespace AgentKeys.Client;

/// <summary>The five routes of a class whose objects are sealed; each act mints a cap of its own.</summary>
internal sealed class ObjectsClient(AgentKeysClient client, ServiceChannel channel, DataClass dataClass)
{
    /// <summary>8 MiB in base64, its name, and the punctuation.</summary>
    private const int MaxObjectAnswer = 12 * 1024 * 1024;

    private const int PageSize = 500;

    /// <summary>A worker gives each round 20 seconds: half an hour of deleting, and an end.</summary>
    private const int MaxTeardownRounds = 100;

    public async Task<ulong> StoreAsync(ObjectName name, string typed, ReadOnlyMemory<byte> value, Omni? actor, ulong? ifVersion, CancellationToken cancel)
    {
        var body = SecretJson.WriteStore(typed, value.Span, ifVersion);
        try
        {
            var answer = await SendAsync(CapOp.Store, name, actor, null, body, c => c, cancel);
            return ClientJson.Read(answer, ClientJson.Default.ChangeAnswer).Version;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(body);
        }
    }

    public async Task<FetchedObject> FetchAsync(ObjectName name, Omni? actor, Omni? operatorOmni, CancellationToken cancel) =>
        SecretJson.ReadFetch(await SendAsync(CapOp.Fetch, name, actor, operatorOmni, "{}"u8.ToArray(), c => c with { Idempotent = true, MaxAnswerBytes = MaxObjectAnswer }, cancel));

    /// <summary>Follows the pages as long as they go forward: a worker that answers in a circle is found out and not followed.</summary>
    public async IAsyncEnumerable<ListedObject> ListAsync(Omni? actor, [EnumeratorCancellation] CancellationToken cancel)
    {
        for (string? after = null; ;)
        {
            var body = ClientJson.Write(new ListBody(after, PageSize), ClientJson.Default.ListBody);
            var page = ClientJson.Read(await SendAsync(CapOp.List, null, actor, null, body, c => c with { Idempotent = true }, cancel), ClientJson.Default.ListAnswer);
            foreach (var entry in page.Objects)
            {
                if (entry is null || !Follows(entry.Name, after))
                    throw ClientJson.NotTheAnswer();
                after = entry.Name;
                yield return entry;
            }
            if (page.Next is null)
                yield break;
            if (page.Objects.Count == 0 || page.Next != after)
                throw ClientJson.NotTheAnswer();
        }
    }

    public async Task<ulong> DeleteAsync(ObjectName name, Omni? actor, ulong? ifVersion, CancellationToken cancel)
    {
        var body = ClientJson.Write(new DeleteBody(ifVersion), ClientJson.Default.DeleteBody);
        return ClientJson.Read(await SendAsync(CapOp.Delete, name, actor, null, body, c => c, cancel), ClientJson.Default.ChangeAnswer).Version;
    }

    /// <summary>Asks again as long as there is more and something went; each round tries again what failed in the one before.</summary>
    public async Task<Teardown> TeardownAsync(Omni? actor, CancellationToken cancel)
    {
        var deleted = 0;
        for (var round = 1; ; round++)
        {
            var part = ClientJson.Read(await SendAsync(CapOp.Teardown, null, actor, null, "{}"u8.ToArray(), c => c, cancel), ClientJson.Default.TeardownAnswer);
            if (part.Deleted < 0 || part.Failed.Any(f => f is null))
                throw ClientJson.NotTheAnswer();
            deleted += part.Deleted;
            if (!part.More || part.Deleted == 0 || round == MaxTeardownRounds)
                return new Teardown(deleted, part.Failed, part.More);
        }
    }

    /// <summary>In the order of the object keys, which end in <c>.enc</c> (SPEC.md sections 8 and 11).</summary>
    private static bool Follows(string name, string? after) => after is null || string.CompareOrdinal(name + ".enc", after + ".enc") > 0;

    private async Task<byte[]> SendAsync(
        CapOp op, ObjectName? name, Omni? actor, Omni? operatorOmni, byte[] body, Func<ServiceCall, ServiceCall> with, CancellationToken cancel)
    {
        var cap = await client.MintCapAsync(dataClass, op, name, operatorOmni, actor, null, cancel);
        var storage = await client.GetStorageSessionAsync(dataClass, actor, cancel);
        var url = NetworkDescription.Route(client.Network.Worker(dataClass), WorkerRoutes.PathOf(dataClass, op));
        return await channel.SendAsync(with(new ServiceCall(url, body) { Token = cap.Token, StorageToken = storage.Token }), cancel);
    }
}
