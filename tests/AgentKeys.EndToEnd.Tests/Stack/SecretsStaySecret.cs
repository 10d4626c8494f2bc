using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using AgentKeys.Client;
using AgentKeys.Ethereum;
using AgentKeys.Protocol;
using AgentKeys.Testing.Processes;
using Xunit;

namespace AgentKeys.EndToEnd.Tests.Stack;

/// <summary>
/// A story with successes, refusals, bad input and crashes. Afterwards every secret of it is looked for, in every spelling, in every file of the
/// stack and of its people, in all that any process printed, answered or was started with. Each may be exactly where the table says.
/// </summary>
public class SecretsStaySecret
{
    private const int BadCall = 31; // SIGSYS

    private static readonly string s_agents = Random("sk-canary-a-"), s_operators = Random("sk-canary-o-"), s_sentBadly = Random("sk-canary-b-");
    private static readonly string s_cloudId = Random("AKIA"), s_cloudKey = Random("cloud-key-"), s_cloudSession = Random("cloud-session-");

    /// <summary>Where a secret may be; everything else that the story makes may be nowhere.</summary>
    private static readonly Dictionary<string, string[]> s_places = new(StringComparer.Ordinal)
    {
        ["the agent's credential"] = ["answer of /v1/cred/fetch", "output of cred fetch"],
        ["the operator's credential"] = ["answer of /v1/cred/fetch"],
        ["the operator's device key"] = ["person/device.json"],
        ["the operator's wallet key"] = ["person/wallet.json"],
        ["the agent's device key"] = ["agent/device.json"],
        ["K1"] = ["dev/keys/broker/k1.json"],
        ["K2"] = ["dev/keys/broker/k2.json"],
        ["K3 of epoch 1"] = ["dev/keys/ring/k3-1.key"],
        ["K3 of epoch 2"] = ["dev/keys/ring/k3-2.key"],
        ["the kept session of person"] = ["person/session.json"],
        ["the kept session of agent"] = ["agent/session.json"],
        ["session"] = ["answer of /v1/auth/wallet/verify"],
        ["storage token"] = ["answer of /v1/mint-oidc-jwt"],
        ["cap"] = ["answer of /v1/cap/cred-fetch", "answer of /v1/cap/cred-store"],
    };

    [AnvilFact]
    public async Task No_secret_is_anywhere_but_in_its_own_place()
    {
        var ct = new CancellationTokenSource(TimeSpan.FromMinutes(5)).Token;
        using var folder = new StackFolder("secrets");
        var found = new Evidence();
        var (person, agent) = (folder.Person("person"), folder.Machine("agent"));
        await using var collector = new Collector();
        await using var stack = await ServiceStack.StartAsync(folder, () => PrepareAsync(folder, person, agent, found, ct), ct, collector.Environment);
        using var ears = new Eavesdropper();
        using var http = new HttpClient(ears);
        using var operatorsKey = KeyFile.Load(Path.Combine(person.Home, "device.json"));
        using var agentsKey = KeyFile.Load(Path.Combine(agent.Home, "device.json"));
        using var operators = new AgentKeysClient(NetworkDescription.Load(stack.In("network.json")), operatorsKey, http);
        using var agents = new AgentKeysClient(NetworkDescription.Load(stack.In("network.json")), agentsKey, http);

        await UseAsync(operators, agents, ct);
        await SendBadlyAsync(stack, operators, operatorsKey, found, ct);
        found.AddProcesses(stack);
        await AddPagesAsync(stack, found, ct);
        await BreakAsync(stack, folder, operators, found, ct);
        await AddPagesAsync(stack, found, ct);
        foreach (var process in (ServiceProcess[])[stack.Worker, stack.Broker, stack.Signer, stack.Anvil])
            await process.StopAsync();

        Assert.Contains(collector.Spans, s => s.Name == "POST /v1/cred/fetch"); // the collector was told something
        found.Add("spans", collector.Received);
        found.Add(ears.Answers);
        found.AddFiles(folder.Path);
        ExpectOnlyIn(found, Secrets(folder, operatorsKey, agentsKey, ears));
    }

    /// <summary>The operator stores for the agent and grants it; the agent fetches, by the command line.</summary>
    private static async Task PrepareAsync(StackFolder folder, AgentKeysCli person, AgentKeysCli agent, Evidence found, CancellationToken ct)
    {
        await found.RunAsync(person, null, ct, "init");
        var omni = (await person.JsonAsync(ct, "status")).GetProperty("operator_omni").GetString()!;
        var request = await found.RunAsync(agent, null, ct, "init", "--agent", "--operator", omni);
        await found.RunAsync(person, request, ct, "agent", "create", "bot", "--request", "-");
        await found.RunAsync(person, s_agents, ct, "cred", "store", "ONE", "--agent", "bot");
        await found.RunAsync(person, null, ct, "scope", "set", "bot", "ONE");
        Assert.Equal(s_agents, await found.RunAsync(agent, null, ct, "cred", "fetch", "ONE"));
        await agent.RefusedAsync(ct, "service_not_in_scope", "cred", "fetch", "TWO");
        Assert.True(Directory.Exists(folder.DevState));
    }

    private static async Task UseAsync(AgentKeysClient operators, AgentKeysClient agents, CancellationToken ct)
    {
        var session = await agents.LoginAsync(null, ct);
        Assert.Equal(1ul, await operators.Credentials.StoreAsync("OWN", Encoding.UTF8.GetBytes(s_operators), cancel: ct));
        using (var own = await operators.Credentials.FetchAsync("OWN", ct))
            Assert.Equal(s_operators, Encoding.UTF8.GetString(own.Value.Span));
        using (var one = await agents.Credentials.FetchAsync("ONE", ct))
            Assert.Equal(s_agents, Encoding.UTF8.GetString(one.Value.Span));
        await Person.RefusedAsync("service_not_in_scope", () => agents.Credentials.StoreAsync("TWO", Encoding.UTF8.GetBytes(s_agents), cancel: ct));
        await Person.RefusedAsync("device_binding_mismatch", () => operators.Credentials.FetchAsync("ONE", session.Actor, cancel: ct));
        await Person.RefusedAsync("conflict", () => operators.Credentials.StoreAsync("OWN", Encoding.UTF8.GetBytes(s_operators), ifVersion: 0, cancel: ct));
    }

    /// <summary>Every route is sent secrets in places where they do not belong, and tokens that are real and do not fit.</summary>
    private static async Task SendBadlyAsync(ServiceStack stack, AgentKeysClient client, Secp256k1Key device, Evidence found, CancellationToken ct)
    {
        var session = (await client.EnsureSessionAsync(ct)).Token;
        var storage = (await client.GetStorageSessionAsync(DataClass.Credentials, null, ct)).Token;
        var cap = (await client.MintCapAsync(DataClass.Credentials, CapOp.Fetch, new ObjectName(ServiceName.Parse("own")), null, null, null, ct)).Token;
        string[] bodies =
        [
            $"{{\"plaintext_b64\":\"{s_sentBadly}", $"{{\"{s_sentBadly}\":1}}", $"\"{s_sentBadly}\"", $"{{\"name\":\"{s_sentBadly}\",\"plaintext_b64\":\"{s_sentBadly}\",\"operator_omni\":\"{s_sentBadly}\"}}",
            $"{{\"address\":\"{s_sentBadly}\",\"device_key_hash\":\"{s_sentBadly}\"}}", string.Concat(Enumerable.Repeat(s_sentBadly, 4000)),
        ];
        string[] broker = ["/v1/auth/wallet/start", "/v1/auth/wallet/verify", "/v1/mint-oidc-jwt", "/v1/cap/cred-store", "/v1/cap/cred-fetch"];
        string[] worker = ["/v1/cred/store", "/v1/cred/fetch"];
        var routes = broker.Select(r => new Uri(stack.BrokerUrl, r)).Concat(worker.Select(r => new Uri(stack.WorkerUrl, r))).ToList();
        foreach (var route in routes)
        {
            foreach (var body in bodies)
            {
                await found.SendAsync(route, body, ct);
                await found.SendAsync(route, body, ct, ("Authorization", "DPoP " + session), ("DPoP", cap), ("AgentKeys-Storage-Token", storage));
            }
            await found.SendAsync(new Uri(route, $"?token={s_sentBadly}"), "{}", ct);
            await found.SendAsync(new Uri(route, $"/v1/{s_sentBadly}"), "{}", ct);
            await found.SendAsync(route, "{}", ct, ("Authorization", $"Bearer {session}"), ("DPoP", s_sentBadly), ("AgentKeys-Min-Block", s_sentBadly), ("AgentKeys-Storage-Token", s_sentBadly));
            await found.SendAsync(route, "{}", ct, ("Authorization", $"DPoP {cap}x"), ("DPoP", Prove(device, route, cap, "{}") + "x"), ("AgentKeys-Storage-Token", storage));
        }
        var fetch = new Uri(stack.WorkerUrl, "/v1/cred/fetch");
        (string, string)[] cloud = [("X-Aws-Access-Key-Id", s_cloudId), ("X-Aws-Secret-Access-Key", s_cloudKey), ("X-Aws-Session-Token", s_cloudSession)];
        var allowed = await found.SendAsync(fetch, "{}", ct, [("Authorization", "DPoP " + cap), ("DPoP", Prove(device, fetch, cap, "{}")), .. cloud]);
        Assert.True(allowed.Contains("\"storage_session_refused\"", StringComparison.Ordinal), allowed); // all the way to the store
        var partial = await found.SendAsync(fetch, "{}", ct, cloud[..2]);
        Assert.True(partial.Contains("\"storage_session_required\"", StringComparison.Ordinal), partial);
    }

    /// <summary>Each part dies, some of them badly, while it is being asked.</summary>
    private static async Task BreakAsync(ServiceStack stack, StackFolder folder, AgentKeysClient client, Evidence found, CancellationToken ct)
    {
        foreach (var service in stack.Services)
        {
            var asked = Task.WhenAll(Enumerable.Range(0, 4).Select(_ => TryStoreAsync(client, ct)));
            await Task.Delay(10, ct);
            await service.KillAsync();
            await asked;
            await service.StartAsync(ct);
            await TryStoreAsync(client, ct);
            await service.EndByAsync(BadCall);
            await TryStoreAsync(client, ct);
            service.Prefix = File.Exists("/usr/bin/prlimit") ? ["/usr/bin/prlimit", "--core=unlimited"] : [];
            await service.StartAsync(ct);
        }
        await stack.Anvil.KillAsync();
        await Task.Delay(TimeSpan.FromSeconds(1.1), ct);
        await Person.RefusedAsync("chain_unavailable", () => client.Credentials.FetchAsync("OWN", ct));
        await stack.Anvil.StartAsync(ct);
        File.Delete(Path.Combine(stack.StateOf(stack.Worker), "audit", "head"));
        await Person.RecoversAsync("chain_unavailable", async () =>
        {
            await Person.RefusedAsync("audit_unavailable", () => client.Credentials.StoreAsync("OWN", Encoding.UTF8.GetBytes(s_operators), cancel: ct));
            return true;
        });
        await found.RunAsync(folder.Person("person"), null, ct, "audit", "reopen", "credentials", "--reason", "deleted by a test");
        string[] add = [folder.Programs.Signer, "epoch", "add", "--ring", stack.In("keys", "ring")];
        found.Add("output of epoch add", await Command.RunAsync("dotnet", add, folder.Path, ct));
        using var own = await Person.RecoversAsync("audit_unavailable", () => client.Credentials.FetchAsync("OWN", ct));
    }

    /// <summary>Whatever comes of it.</summary>
    private static async Task TryStoreAsync(AgentKeysClient client, CancellationToken ct)
    {
        try
        {
            await client.Credentials.StoreAsync("OWN", Encoding.UTF8.GetBytes(s_operators), cancel: ct);
        }
        catch (AgentKeysException e)
        {
            Assert.DoesNotContain(s_operators, e.ToString(), StringComparison.Ordinal);
        }
    }

    private static async Task AddPagesAsync(ServiceStack stack, Evidence found, CancellationToken ct)
    {
        foreach (var service in stack.Services)
        {
            foreach (var page in (string[])["/metrics", "/readyz", "/healthz"])
                found.Add($"{page} of {service.Name}", Encoding.UTF8.GetBytes((await stack.GetAsync(service, page, ct)).Body));
        }
    }

    private static List<Canary> Secrets(StackFolder folder, Secp256k1Key operatorsKey, Secp256k1Key agentsKey, Eavesdropper ears)
    {
        using var wallet = KeyFile.Load(Path.Combine(folder.Path, "person", "wallet.json"), KeyPurpose.Wallet);
        var keys = Path.Combine(folder.DevState, "keys");
        List<Canary> all =
        [
            new("the agent's credential", s_agents), new("the operator's credential", s_operators), new("what was sent badly", s_sentBadly),
            new("the cloud's key id", s_cloudId), new("the cloud's secret key", s_cloudKey), new("the cloud's session token", s_cloudSession),
            new("the operator's device key", Export(operatorsKey)), new("the operator's wallet key", Export(wallet)), new("the agent's device key", Export(agentsKey)),
            new("K1", PrivateHalf(Path.Combine(keys, "broker", "k1.json"))), new("K2", PrivateHalf(Path.Combine(keys, "broker", "k2.json"))),
            new("K3 of epoch 1", File.ReadAllBytes(Path.Combine(keys, "ring", "k3-1.key")).AsSpan(32)), new("K3 of epoch 2", File.ReadAllBytes(Path.Combine(keys, "ring", "k3-2.key")).AsSpan(32)),
            new("the kept session of person", KeptSession(folder, "person")), new("the kept session of agent", KeptSession(folder, "agent")),
        ];
        foreach (var (signature, kind) in ears.Signatures)
        {
            all.Add(new Canary(kind, signature));
            Assert.True(Base64UrlStrict.TryDecode(signature, out var bytes));
            all.Add(new Canary(kind, bytes));
        }
        Assert.Equal(["cap", "proof", "session", "storage token"], ears.Signatures.Values.Distinct().Order(StringComparer.Ordinal));
        return all;
    }

    /// <summary>Where each is, and nowhere else: a place that the table names and that does not hold the secret is a fault too, the search would be blind.</summary>
    private static void ExpectOnlyIn(Evidence found, List<Canary> secrets)
    {
        var actual = secrets.SelectMany(s => found.WhereIs(s).Select(place => (s.Name, place))).ToHashSet();
        var leaks = actual.Where(a => !s_places.GetValueOrDefault(a.Name, []).Contains(a.place)).Select(a => $"{a.Name} is in {a.place}").Order(StringComparer.Ordinal);
        Assert.True(!leaks.Any(), string.Join('\n', leaks));
        Assert.Empty(s_places.SelectMany(p => p.Value.Select(place => (p.Key, place))).Except(actual));
    }

    private static string KeptSession(StackFolder folder, string home)
    {
        using var kept = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder.Path, home, "session.json")));
        return kept.RootElement.EnumerateObject().Select(m => m.Value).Single(v => v.ValueKind == JsonValueKind.String && v.GetString()!.Split('.').Length == 3).GetString()!.Split('.')[2];
    }

    private static byte[] PrivateHalf(string path)
    {
        using var key = JsonDocument.Parse(File.ReadAllBytes(path));
        Assert.True(Base64UrlStrict.TryDecode(key.RootElement.GetProperty("d").GetString()!, out var d));
        return d;
    }

    private static byte[] Export(Secp256k1Key key)
    {
        var bytes = new byte[Secp256k1Key.Size];
        key.ExportPrivateKey(bytes);
        return bytes;
    }

    private static string Prove(Secp256k1Key device, Uri url, string token, string body)
    {
        var point = device.PublicKey[^64..];
        var key = new Jwk(Jwk.Secp256k1, point.AsSpan(0, 32), point.AsSpan(32));
        var hash = new Bytes32(SHA256.HashData(Encoding.UTF8.GetBytes(body)));
        var input = ProofOfPossession.EncodeSigningInput(key, "POST", url.AbsoluteUri, token, hash, TimeProvider.System.GetUtcNow(), Base64UrlStrict.Encode(RandomNumberGenerator.GetBytes(16)));
        return CompactJws.Assemble(input, device.SignDigest(SHA256.HashData(input)).ToBytes64());
    }

    private static string Random(string prefix) => prefix + RandomNumberGenerator.GetHexString(40, lowercase: true);
}
