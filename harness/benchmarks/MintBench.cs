using System.Net.Http.Headers;
using System.Text;
using AgentKeys.Testing.Processes;
using AgentKeys.Testing.Wire;

namespace AgentKeys.Benchmarks;

/// <summary>
/// Caps from the broker over HTTP, beside ES256 JWT access tokens from npm oidc-provider by client_credentials. The broker checks a session
/// and a proof, reads the chain and writes two durable records for each; oidc-provider keeps everything in memory.
/// </summary>
internal static class MintBench
{
    private const string Name = "mint";
    private const int Senders = 16;
    private const double RatioGoal = 4;
    private const double OverCallGoal = 3000;

    public static async Task<IReadOnlyList<Finding>> RunAsync(BenchContext context, CancellationToken ct)
    {
        var stack = await context.StackAsync(ct);
        using var http = HttpLoad.NewClient();
        using var agent = await stack.LoginAsync(http, ct);
        return [await AloneAsync(context, stack, http, agent, ct), .. await TogetherAsync(context, stack, http, agent, ct)];
    }

    private static async Task<Finding> AloneAsync(BenchContext context, BenchStack stack, HttpClient http, RawParty agent, CancellationToken ct)
    {
        await HttpLoad.RateAsync(http, Caps(agent, context.Measure.WarmUp), 4, ct);
        var query = BenchStack.Query(agent);
        var times = await context.Measure.MicrosecondsAsync(
            async () =>
            {
                var mints = new List<double>();
                foreach (var request in Caps(agent, context.Measure.Calls))
                    mints.Add(await HttpLoad.TimeAsync(http, request, ct));
                return Measure.Median(mints);
            },
            context.Measure.Turn(() => stack.Chain.Reader.GetFactsAsync(query, ct)));
        var over = times[0] - times[1];
        return new Finding(Name, "one cap at a time")
        {
            Figure = times[0] / 1000,
            Unit = "ms",
            Beside = "one eth_call",
            BesideFigure = times[1] / 1000,
            Ratio = times[0] / times[1],
            Goal = "at most one eth_call and 3 ms",
            Verdict = Verdict.Of(over <= OverCallGoal),
            Note = FormattableString.Invariant($"{over / 1000:0.00} ms over the eth_call"),
        };
    }

    private static async Task<Finding[]> TogetherAsync(BenchContext context, BenchStack stack, HttpClient http, RawParty agent, CancellationToken ct)
    {
        const string What = "caps a second, 16 at once";
        if (!Directory.Exists(Path.Combine(context.Peers, "node_modules", "oidc-provider")))
            return [Finding.Skip(Name, What, "oidc-provider is not installed: npm ci in harness/benchmarks/peers")];

        using var provider = NodeScript.Start(Path.Combine(context.Peers, "oidc.mjs"));
        var said = await provider.ReadAsync();
        var url = new Uri($"http://127.0.0.1:{said.GetProperty("port").GetInt32()}/token");
        var client = said.GetProperty("client");
        var basic = Convert.ToBase64String(Encoding.ASCII.GetBytes($"{client.GetProperty("id").GetString()}:{client.GetProperty("secret").GetString()}"));
        var count = context.Quick ? 40 : 400;
        var broker = new Contender(http, stack.ProcessOf("broker"), () => Caps(agent, count));
        var tokens = new Contender(http, provider.ProcessId, () => [.. Enumerable.Range(0, count).Select(_ => TokenRequest(url, basic))]);
        for (var i = 0; i < context.Measure.WarmUp / count; i++)
        {
            await broker.RunAsync(ct);
            await tokens.RunAsync(ct);
        }
        broker.Forget();
        tokens.Forget();
        for (var round = 0; round < context.Measure.Rounds; round++)
        {
            await broker.RunAsync(ct);
            await tokens.RunAsync(ct);
        }

        var ratio = Measure.Median([.. broker.Rates.Zip(tokens.Rates, (a, b) => a / b)]);
        var (ours, theirs) = (Measure.Median(broker.Cpu), Measure.Median(tokens.Cpu));
        return
        [
            new Finding(Name, What)
            {
                Figure = Measure.Median(broker.Rates), Unit = "/s", Beside = "oidc-provider", BesideFigure = Measure.Median(tokens.Rates), Ratio = ratio,
                Goal = "at least 4 times oidc-provider's", Verdict = Verdict.Of(ratio >= RatioGoal),
            },
            new Finding(Name, "processor time of the process for one") { Figure = ours, Unit = "ms", Beside = "oidc-provider", BesideFigure = theirs, Ratio = ours / theirs },
        ];
    }

    /// <summary>A server and its requests: rates, and the processor time that it took for each request.</summary>
    private sealed class Contender(HttpClient http, int process, Func<List<HttpRequestMessage>> make)
    {
        public List<double> Rates { get; } = [];

        /// <summary>Milliseconds.</summary>
        public List<double> Cpu { get; } = [];

        /// <summary>What was only to warm up.</summary>
        public void Forget()
        {
            Rates.Clear();
            Cpu.Clear();
        }

        public async Task RunAsync(CancellationToken ct)
        {
            var requests = make();
            var before = Used();
            Rates.Add(await HttpLoad.RateAsync(http, requests, Senders, ct));
            Cpu.Add((Used() - before).TotalMilliseconds / requests.Count);
        }

        private TimeSpan Used()
        {
            using var server = System.Diagnostics.Process.GetProcessById(process);
            return server.TotalProcessorTime;
        }
    }

    /// <summary>Each with a session and a proof of its own, made before the clock starts.</summary>
    private static List<HttpRequestMessage> Caps(RawParty agent, int count) =>
        [.. Enumerable.Range(0, count).Select(_ => agent.Wish("fetch", BenchStack.Credential).Build().ToMessage())];

    private static HttpRequestMessage TokenRequest(Uri url, string basic) => new(HttpMethod.Post, url)
    {
        Content = new FormUrlEncodedContent([new("grant_type", "client_credentials")]),
        Headers = { Authorization = new AuthenticationHeaderValue("Basic", basic) },
    };
}
