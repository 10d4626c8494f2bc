using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using AgentKeys.Client;
using AgentKeys.Protocol;
using AgentKeys.Testing.Wire;

namespace AgentKeys.Benchmarks;

/// <summary>A credential from store to program, through AgentKeys.Client and every service, and where the time goes.</summary>
internal static class FetchBench
{
    private const string Name = "fetch";
    private const double Goal = 8000;

    public static async Task<IReadOnlyList<Finding>> RunAsync(BenchContext context, CancellationToken ct)
    {
        var stack = await context.StackAsync(ct);
        using var device = stack.LoadDevice();
        using var hops = new HopTimer();
        using var http = new HttpClient(hops) { Timeout = TimeSpan.FromSeconds(60) };
        using var client = new AgentKeysClient(stack.Network, device, http);
        using var agent = await stack.LoginAsync(http, ct);
        var unwrap = await UnwrapAsync(stack, agent, ct);
        await Parallel.ForAsync(0, context.Measure.WarmUp / 4, new ParallelOptions { MaxDegreeOfParallelism = 4, CancellationToken = ct }, async (_, stop) => await FetchAsync(client, stop));

        hops.Clear();
        var query = BenchStack.Query(agent);
        var all = new List<double>();
        var times = await context.Measure.MicrosecondsAsync(
            context.Measure.Turn(async () =>
            {
                var start = Stopwatch.GetTimestamp();
                await FetchAsync(client, ct);
                all.Add(Stopwatch.GetElapsedTime(start).TotalMicroseconds);
            }),
            unwrap.Turn(context.Measure),
            context.Measure.Turn(() => stack.Chain.Reader.GetFactsAsync(query, ct)));
        unwrap.Dispose();
        var broker = hops.MedianOf(CapRoutes.PathOf(DataClass.Credentials, CapOp.Fetch));
        var worker = hops.MedianOf(WorkerRoutes.PathOf(DataClass.Credentials, CapOp.Fetch));
        return
        [
            new Finding(Name, "a credential, end to end")
            {
                Figure = times[0] / 1000, Unit = "ms", Goal = "median at most 8 ms on an idle machine", Verdict = Verdict.Of(times[0] <= Goal),
                Note = FormattableString.Invariant($"the fastest tenth took at most {Measure.At(all, 0.1) / 1000:0.00} ms"),
            },
            Hop("  broker: session, proof, eth_call, two records, cap", broker),
            Hop("  worker: cap, proof, eth_call, two records, store, signer", worker),
            Hop("    of it the signer: cap, proof, eth_call, two records, unwrap", times[1]),
            Hop("  client: two proofs signed, answers read", Math.Max(0, times[0] - broker - worker)),
            Hop("  for comparison, one eth_call", times[2]),
        ];
    }

    private static Finding Hop(string what, double microseconds) => new(Name, what) { Figure = microseconds / 1000, Unit = "ms" };

    private static async Task FetchAsync(AgentKeysClient client, CancellationToken ct)
    {
        using var fetched = await client.Credentials.FetchAsync(BenchStack.Credential, ct);
        if (fetched.Name != BenchStack.Credential)
            throw new InvalidOperationException("Another credential came back.");
    }

    /// <summary>What the worker asks the signer for this object, so that it can be asked alone.</summary>
    private static async Task<UnwrapCall> UnwrapAsync(BenchStack stack, RawParty agent, CancellationToken ct)
    {
        var file = Directory.EnumerateFiles(stack.StoreFolder, BenchStack.Credential.ToLowerInvariant() + ".enc", SearchOption.AllDirectories).Single();
        if (!ObjectEnvelope.TryReadHeader(await File.ReadAllBytesAsync(file, ct), out var header))
            throw new InvalidOperationException("The stored object has no header.");
        var key = header.Key;
        var body = new JsonObject
        {
            ["wrapped"] = Base64UrlStrict.Encode(key.Wrapped),
            ["salt"] = Base64UrlStrict.Encode(key.Salt),
            ["epoch"] = key.Epoch,
            ["kind"] = (byte)key.Kind,
            ["key_id"] = key.KeyId.ToString(),
        };
        var cap = await agent.CapAsync("fetch", BenchStack.Credential, ct);
        return new UnwrapCall(UnixSocketHttp.To(stack.SignerSocket), agent, cap, Encoding.UTF8.GetBytes(body.ToJsonString()), ct);
    }

    private sealed class UnwrapCall(HttpClient signer, RawParty agent, string cap, byte[] body, CancellationToken ct) : IDisposable
    {
        public Func<Task<double>> Turn(Measure measure) => async () =>
        {
            var times = new List<double>();
            for (var i = 0; i < measure.Calls; i++)
            {
                var forwarded = agent.Act("fetch", cap, "", RawParty.FetchBody).Build();
                var headers = forwarded.Headers.Where(h => h.Key is "Authorization" or "DPoP").ToDictionary();
                times.Add(await HttpLoad.TimeAsync(signer, new RawRequest(new Uri("http://signer/v1/keys/unwrap"), headers, body).ToMessage(), ct));
            }

            return Measure.Median(times);
        };

        public void Dispose() => signer.Dispose();
    }

    /// <summary>How long each request of the client took, by its path.</summary>
    private sealed class HopTimer() : DelegatingHandler(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, UseProxy = false })
    {
        private readonly ConcurrentDictionary<string, ConcurrentQueue<double>> _times = [];

        public void Clear() => _times.Clear();

        public double MedianOf(string path) => Measure.Median(_times[path]);

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var start = Stopwatch.GetTimestamp();
            var response = await base.SendAsync(request, cancellationToken);
            await response.Content.LoadIntoBufferAsync(cancellationToken);
            _times.GetOrAdd(request.RequestUri!.AbsolutePath, _ => []).Enqueue(Stopwatch.GetElapsedTime(start).TotalMicroseconds);
            return response;
        }
    }
}
