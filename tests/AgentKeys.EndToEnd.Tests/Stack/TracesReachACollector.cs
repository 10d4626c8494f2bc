using System.Diagnostics;
using System.Text;
using AgentKeys.Client;
using Xunit;

namespace AgentKeys.EndToEnd.Tests.Stack;

/// <summary>Every process of a stack sends its spans to one collector: a fetch is one connected trace, from the broker over the worker to the signer and the chain.</summary>
public class TracesReachACollector
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    [AnvilFact]
    public async Task A_fetch_is_one_connected_trace_across_the_processes()
    {
        var ct = new CancellationTokenSource(TimeSpan.FromMinutes(5)).Token;
        using var folder = new StackFolder("traces");
        await using var collector = new Collector();
        var person = folder.Person("person");
        const string Secret = "sk-canary-5f0e";
        await using var stack = await ServiceStack.StartAsync(folder, async () => await person.OkAsync(ct, "init"), ct, collector.Environment);
        using var key = KeyFile.Load(Path.Combine(person.Home, "device.json"));
        using var client = new AgentKeysClient(NetworkDescription.Load(stack.In("network.json")), key);

        var trace = "";
        using (var root = new Activity("test").SetIdFormat(ActivityIdFormat.W3C))
        {
            root.ActivityTraceFlags = ActivityTraceFlags.Recorded;
            root.Start();
            trace = root.TraceId.ToHexString();
            await client.Credentials.StoreAsync("OWN", Encoding.UTF8.GetBytes(Secret), cancel: ct);
            using var own = await client.Credentials.FetchAsync("OWN", cancel: ct);
            Assert.Equal(Secret, Encoding.UTF8.GetString(own.Value.Span));
        }
        var spans = await WaitAsync(collector, trace, s => s.Any(x => x is { Service: "agentkeys-signer", Kind: 2, Name: "POST /v1/keys/unwrap" }) && s.Any(x => x is { Service: "agentkeys-worker-credentials", Kind: 2, Name: "POST /v1/cred/fetch" }), ct);

        // Of the spans whose parent nobody sent, all are requests of the client: everything else hangs together.
        var ids = spans.Select(s => s.Id).ToHashSet();
        Assert.All(spans.Where(s => !ids.Contains(s.Parent)), s => Assert.True(s is { Kind: 2, Service: "agentkeys-broker" or "agentkeys-worker-credentials" }, $"{s.Service} {s.Name} hangs in the air"));
        var fetch = Assert.Single(spans, s => s is { Kind: 2, Name: "POST /v1/cred/fetch" });
        var call = Assert.Single(spans, s => s.Parent == fetch.Id && s is { Kind: 3, Name: "POST /v1/keys/unwrap" });
        var unwrap = Assert.Single(spans, s => s.Parent == call.Id);
        Assert.Equal(("agentkeys-signer", 2ul), (unwrap.Service, unwrap.Kind));
        foreach (var server in (Span[])[fetch, unwrap, spans.First(s => s is { Kind: 2, Name: "POST /v1/cap/cred-fetch" })])
        {
            Assert.Contains(spans, s => s.Parent == server.Id && s is { Kind: 3, Name: "rpc batch" or "eth_call" });
            string[] records = server.Service == "agentkeys-broker" ? ["audit both"] : ["audit authorized", "audit outcome"];
            Assert.Equal(records, spans.Where(s => s.Parent == server.Id && s.Name.StartsWith("audit ", StringComparison.Ordinal)).Select(s => s.Name).Order());
            Assert.Equal(("200", "ok"), (server.Attributes["http.response.status_code"], server.Attributes["agentkeys.code"]));
        }
        Assert.DoesNotContain(Secret, Encoding.Latin1.GetString(collector.Received), StringComparison.Ordinal);
    }

    /// <summary>Nobody collects: everything works, and nothing waits.</summary>
    [AnvilFact]
    public async Task A_collector_that_is_gone_costs_no_request()
    {
        var ct = new CancellationTokenSource(TimeSpan.FromMinutes(5)).Token;
        using var folder = new StackFolder("untraced");
        var gone = new Collector();
        var environment = gone.Environment;
        await gone.DisposeAsync();
        var person = folder.Person("person");
        await using var stack = await ServiceStack.StartAsync(folder, async () => await person.OkAsync(ct, "init"), ct, environment);
        using var key = KeyFile.Load(Path.Combine(person.Home, "device.json"));
        using var client = new AgentKeysClient(NetworkDescription.Load(stack.In("network.json")), key);
        await client.Credentials.StoreAsync("OWN", "x"u8.ToArray(), cancel: ct);
        for (var i = 0; i < 20; i++)
        {
            using var own = await client.Credentials.FetchAsync("OWN", cancel: ct);
            Assert.Equal(1, own.Value.Length);
        }
        foreach (var service in stack.Services)
            Assert.Equal(0, await service.EndByAsync(15));
    }

    private static async Task<IReadOnlyList<Span>> WaitAsync(Collector collector, string trace, Func<IReadOnlyList<Span>, bool> enough, CancellationToken ct)
    {
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            var spans = collector.Spans.Where(s => s.Trace == trace).ToList();
            if (enough(spans) && Stopwatch.GetElapsedTime(started) > TimeSpan.FromSeconds(2))
                return spans;
            Assert.True(Stopwatch.GetElapsedTime(started) < s_patience, "too few spans: " + string.Join(", ", spans.Select(s => $"{s.Service} {s.Name}")));
            await Task.Delay(100, ct);
        }
    }
}
