using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using AgentKeys.Client;
using AgentKeys.Ethereum;
using AgentKeys.Protocol;
using AgentKeys.Testing.Audit;
using AgentKeys.Testing.Processes;
using Xunit;
using Xunit.Abstractions;

namespace AgentKeys.EndToEnd.Tests.Stack;

/// <summary>Broker, signer and worker are killed again and again while clients store: nothing acknowledged is lost, halved or done twice.</summary>
public class NothingLost(ITestOutputHelper output)
{
    private const int Clients = 4;

    /// <summary>All of it with AGENTKEYS_LONG=1, a sample without.</summary>
    private static readonly (int Stores, int Kills, int Names) s_size = StackFolder.IsLong ? (1000, 50, 240) : (150, 10, 40);

    [AnvilFact]
    public async Task Every_acknowledged_store_survives_kills_of_broker_signer_and_worker()
    {
        var ct = new CancellationTokenSource(TimeSpan.FromMinutes(5)).Token;
        using var folder = new StackFolder("nothing-lost");
        var person = folder.Person("person");
        await using var stack = await ServiceStack.StartAsync(folder, () => person.OkAsync(ct, "init"), ct);
        using var device = KeyFile.Load(Path.Combine(person.Home, "device.json"));
        var load = new StoreLoad(() => new AgentKeysClient(NetworkDescription.Load(stack.In("network.json")), device), s_size.Stores, s_size.Names);

        var started = Stopwatch.GetTimestamp();
        var storing = load.RunAsync(Clients, ct);
        var killed = await KillAsync(stack, load, storing, ct);
        await storing;
        var took = Stopwatch.GetElapsedTime(started);

        await RestartAsync(stack, ct);
        await ExpectValuesAsync(stack, load, device, ct);
        foreach (var service in stack.Services)
            await service.StopAsync();
        ExpectObjects(stack, load);
        var (acts, records) = await ExpectRecordsAsync(stack, load);

        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{load.Acknowledged} stores acknowledged in {took.TotalSeconds:0.0} s with {load.Attempts.Values.Sum()} tries; killed {Text(killed)}; heard {Text(load.Heard)}; {acts} writes in the worker's log, {records} records in all"));
        Assert.Equal((s_size.Stores, s_size.Kills), (load.Acknowledged, killed.Values.Sum()));
        Assert.True(took < TimeSpan.FromMinutes(3), $"{took}");
    }

    /// <summary>Each service has its own killer, so two or three may be gone at once.</summary>
    private static async Task<SortedDictionary<string, int>> KillAsync(ServiceStack stack, StoreLoad load, Task storing, CancellationToken ct)
    {
        var kills = stack.Services.Select((service, first) => KillAsync(service, first, stack.Services.Count, load, storing, ct)).ToList();
        var counts = await Task.WhenAll(kills);
        return new SortedDictionary<string, int>(stack.Services.Zip(counts).ToDictionary(c => c.First.Name, c => c.Second));
    }

    /// <summary>Spread over the run: a kill falls when its share of the stores is acknowledged, on a service that has answered since the last.</summary>
    private static async Task<int> KillAsync(ServiceProcess service, int first, int step, StoreLoad load, Task storing, CancellationToken ct)
    {
        var kills = 0;
        for (var i = first; i < s_size.Kills; i += step)
        {
            while (load.Acknowledged < i * s_size.Stores / s_size.Kills && !storing.IsFaulted)
                await Task.Delay(2, ct);
            if (storing.IsFaulted)
                await storing;
            await Task.Delay(RandomNumberGenerator.GetInt32(15), ct); // anywhere within a store
            await service.KillAsync();
            kills++;
            await service.StartAsync(ct);
        }
        return kills;
    }

    /// <summary>Orderly, so that what is found afterwards comes from the disk.</summary>
    private static async Task RestartAsync(ServiceStack stack, CancellationToken ct)
    {
        foreach (var service in stack.Services)
        {
            await service.StopAsync();
            await service.StartAsync(ct);
        }
    }

    private static async Task ExpectValuesAsync(ServiceStack stack, StoreLoad load, Secp256k1Key device, CancellationToken ct)
    {
        await Task.Delay(TimeSpan.FromSeconds(1), ct); // proofs are of a second in which every verifier runs
        using var client = new AgentKeysClient(NetworkDescription.Load(stack.In("network.json")), device);
        foreach (var (name, acknowledged) in load.ByName)
        {
            using var found = await client.Credentials.FetchAsync(name, ct);
            var last = acknowledged[^1];
            Assert.Equal(last.Version, found.Version);
            Assert.Equal(last.Value, found.Value.ToArray());
            Assert.Equal(acknowledged.Count, acknowledged.Select(a => a.Version).Distinct().Count());
        }
    }

    /// <summary>One object a name, nothing beside them, and nothing that a killed write left behind.</summary>
    private static void ExpectObjects(ServiceStack stack, StoreLoad load)
    {
        var files = Directory.GetFiles(stack.In("state", "store"), "*", SearchOption.AllDirectories);
        Assert.Equal(load.ByName.Keys.Order(StringComparer.Ordinal), files.Select(Path.GetFileNameWithoutExtension).Order(StringComparer.Ordinal));
    }

    private static async Task<(int Writes, int Records)> ExpectRecordsAsync(ServiceStack stack, StoreLoad load)
    {
        var (broker, signer, worker) = (await stack.ReadLogAsync(stack.Broker), await stack.ReadLogAsync(stack.Signer), await stack.ReadLogAsync(stack.Worker));
        foreach (var log in (IReadOnlyList<AuditEntry>[])[broker, signer, worker])
            ExpectPairs(log);

        var written = Done(worker, AuditOpKind.CredentialsStore).ToList();
        ExpectOnceEach(written, load);
        ExpectHashes(stack, written, load);

        // A store that is done had a cap of its own, and a data key for that cap; neither was used for another.
        var caps = Authorized(worker, AuditOpKind.CredentialsStore).Select(r => r.CapJti).ToList();
        Assert.Equal(caps.Count, caps.Distinct().Count());
        var keys = Done(signer, AuditOpKind.DataKeyGenerated).Select(r => r.CapJti).ToList();
        Assert.Equal(keys.Count, keys.Distinct().Count());
        Assert.Empty(written.Select(r => r.CapJti).Except(keys));
        Assert.True(Done(broker, AuditOpKind.CapMinted).Count() >= worker.Count(e => e.Record is { Phase: AuditPhase.Authorized, CapJti: not null }));
        return (written.Count, broker.Count + signer.Count + worker.Count);
    }

    /// <summary>Every outcome points to one earlier authorized record, and none to the same.</summary>
    private static void ExpectPairs(IReadOnlyList<AuditEntry> log)
    {
        var open = new HashSet<Bytes32>();
        foreach (var (record, leaf) in log)
        {
            if (record.Phase == AuditPhase.Authorized)
                Assert.True(open.Add(leaf));
            else
                Assert.True(open.Remove(record.Ref!.Value));
        }
    }

    /// <summary>Every acknowledged version is in the log, no version is there twice, and no name has more writes than its client tried.</summary>
    private static void ExpectOnceEach(List<AuditRecord> written, StoreLoad load)
    {
        foreach (var (name, acknowledged) in load.ByName)
        {
            var versions = written.Where(r => r.Object!.ToString() == name).Select(r => r.ObjectVersion!.Value).ToList();
            Assert.Equal(versions.Order(), versions);
            Assert.Equal(versions.Count, versions.Distinct().Count());
            Assert.InRange(versions.Count, 0, load.Attempts[name]);
            // What was stored, and found again after its writer had died before the outcome, has only its authorized record and the fetch's.
            Assert.True(acknowledged.Count(a => !versions.Contains(a.Version)) <= load.Attempts[name] - acknowledged.Count, name);
        }
    }

    /// <summary>What lies in the store is bit for bit what the log says of the last acknowledged version.</summary>
    private static void ExpectHashes(ServiceStack stack, List<AuditRecord> written, StoreLoad load)
    {
        var bare = 0;
        foreach (var file in Directory.GetFiles(stack.In("state", "store"), "*.enc", SearchOption.AllDirectories))
        {
            var name = Path.GetFileNameWithoutExtension(file);
            var record = written.LastOrDefault(r => r.Object!.ToString() == name && r.ObjectVersion == load.ByName[name][^1].Version);
            if (record is null)
                bare++;
            else
                Assert.Equal(record.SealedHash, new Bytes32(SHA256.HashData(File.ReadAllBytes(file))));
        }
        Assert.True(bare <= load.Heard.GetValueOrDefault("conflict"), $"{bare} objects without a record of their hash");
    }

    private static IEnumerable<AuditRecord> Authorized(IReadOnlyList<AuditEntry> log, AuditOpKind op) => log.Select(e => e.Record).Where(r => r.Phase == AuditPhase.Authorized && r.Op == op);

    private static IEnumerable<AuditRecord> Done(IReadOnlyList<AuditEntry> log, AuditOpKind op) => log.Select(e => e.Record).Where(r => r is { Phase: AuditPhase.Outcome, Result: AuditRecord.Ok } && r.Op == op);

    private static string Text(IEnumerable<KeyValuePair<string, int>> counts) => string.Join(", ", counts.OrderBy(c => c.Key, StringComparer.Ordinal).Select(c => $"{c.Key} {c.Value}"));
}
