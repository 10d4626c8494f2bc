using System.Collections.Concurrent;
using System.Security.Cryptography;
using AgentKeys.Client;
using AgentKeys.Testing.Processes;

namespace AgentKeys.EndToEnd.Tests.Stack;

/// <summary>One name's acknowledged version and the value that belongs to it.</summary>
internal sealed record Acknowledged(ulong Version, byte[] Value);

/// <summary>
/// Clients that store until every store is acknowledged, whatever dies meanwhile. Each name has one writer, so what must be there is known
/// exactly. Odd names replace the version they know and create nothing twice; even names replace whatever is there.
/// </summary>
internal sealed class StoreLoad(Func<AgentKeysClient> newClient, int stores, int names)
{
    /// <summary>What a client may hear while the broker, the signer or the worker is being killed and started; anything else is a fault.</summary>
    private static readonly string[] s_expected =
    [
        AgentKeysException.Unreachable, // broker or worker is gone, or went while it answered
        "signer_unavailable",
        "proof_invalid", // made in the second before the verifier started
        "chain_unavailable", // the node did not answer in time: a machine on which three services start at once
    ];

    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(50);
    private int _acknowledged;

    /// <summary>All that was acknowledged, by name, in order.</summary>
    public ConcurrentDictionary<string, List<Acknowledged>> ByName { get; } = new();

    /// <summary>Store requests that a client began, by name: none of them is sent twice.</summary>
    public ConcurrentDictionary<string, int> Attempts { get; } = new();

    /// <summary>How often each refusal was heard.</summary>
    public ConcurrentDictionary<string, int> Heard { get; } = new();

    public int Acknowledged => Volatile.Read(ref _acknowledged);

    public Task RunAsync(int clients, CancellationToken ct) => Task.WhenAll(Enumerable.Range(0, clients).Select(i => Task.Run(() => WriteAsync(i, clients, ct), ct)));

    private async Task WriteAsync(int first, int step, CancellationToken ct)
    {
        using var client = newClient();
        for (var i = first; i < stores; i += step)
        {
            // The number of names is a multiple of the clients, so a name stays with its client.
            var n = i % names;
            await StoreAsync(client, $"key-{n}", n % 2 == 1, ct);
            Interlocked.Increment(ref _acknowledged);
        }
    }

    private async Task StoreAsync(AgentKeysClient client, string name, bool compare, CancellationToken ct)
    {
        var done = ByName.GetOrAdd(name, _ => []);
        var last = done.LastOrDefault()?.Version ?? 0;
        var value = RandomNumberGenerator.GetBytes(200);
        for (var tries = 1ul; ; tries++)
        {
            Attempts.AddOrUpdate(name, 1, (_, n) => n + 1);
            var code = "";
            try
            {
                var version = await client.Credentials.StoreAsync(name, value, null, compare ? last : null, ct);
                Expect(version > last && version <= last + (compare ? 1 : tries), $"{name}: version {version} after {last} with {tries} tries");
                done.Add(new Acknowledged(version, value));
                return;
            }
            catch (AgentKeysException e)
            {
                code = e.Code;
            }
            Heard.AddOrUpdate(code, 1, (_, n) => n + 1);
            if (compare && code == "conflict" && tries > 1)
            {
                // An earlier try was not acknowledged and happened. It happened once: its version is the next one.
                var found = await FetchAsync(client, name, ct);
                Expect(found.Version == last + 1 && found.Value.AsSpan().SequenceEqual(value), $"{name}: a conflict, but version {found.Version} after {last}");
                done.Add(found);
                return;
            }
            Expect(s_expected.Contains(code), $"{name}: {code}");
            await Task.Delay(s_pause, ct);
        }
    }

    private async Task<Acknowledged> FetchAsync(AgentKeysClient client, string name, CancellationToken ct)
    {
        while (true)
        {
            try
            {
                using var found = await client.Credentials.FetchAsync(name, ct);
                return new Acknowledged(found.Version, found.Value.ToArray());
            }
            catch (AgentKeysException e) when (s_expected.Contains(e.Code))
            {
                await Task.Delay(s_pause, ct);
            }
        }
    }

    private static void Expect(bool holds, string otherwise)
    {
        if (!holds)
            throw new UnexpectedOutcomeException(otherwise);
    }
}
