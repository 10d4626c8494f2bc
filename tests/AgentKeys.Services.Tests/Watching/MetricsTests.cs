using System.Diagnostics.Metrics;
using System.Net;
using AgentKeys.Hosting;
using AgentKeys.Services.Tests.Support;
using AgentKeys.Services.Tests.Worker;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace AgentKeys.Services.Tests.Watching;

/// <summary>What real services answer at <c>/metrics</c>, read as Prometheus reads it, and who may read it.</summary>
public sealed class MetricsTests
{
    private static readonly Uri s_metrics = new("/metrics", UriKind.Relative);

    [Fact]
    public async Task A_worker_and_its_signer_show_requests_chain_audit_and_seals()
    {
        await using var stack = await VaultStack.StartAsync();
        Assert.Equal("ok", (await stack.StoreAsync([1])).Code);
        Assert.Equal("ok", (await stack.FetchAsync()).Code);
        Assert.Equal("not_found", (await stack.GetAsync("/v1/sk-canary")).Code);
        using var http = stack.WorkerHttp();
        using var answer = await http.GetAsync(s_metrics);
        Assert.Equal("text/plain; version=0.0.4; charset=utf-8", answer.Content.Headers.ContentType!.ToString());
        var worker = Exposition.Parse(await answer.Content.ReadAsStringAsync());

        Assert.Equal(1, worker["agentkeys_http_request_duration_seconds_count", ("method", "POST"), ("route", "/v1/cred/store"), ("status", "2xx")]);
        Assert.Equal(1, worker["agentkeys_requests_total", ("code", "not_found"), ("route", "none")]);
        Assert.Equal(2, worker["agentkeys_audit_append_seconds_count", ("log", "worker:credentials"), ("phase", "authorized"), ("result", "ok")]);
        Assert.Equal(0, worker["agentkeys_chain_head_age_seconds", ("endpoint", "1")]);
        Assert.Equal(stack.Chain.Head, worker["agentkeys_chain_head_block", ("endpoint", "1")]);
        Assert.Equal(1, worker["agentkeys_ready", ("check", "chain")]);
        Assert.Equal(1, worker["agentkeys_build_info", ("role", "worker:credentials"), ("version", "0.1.0")]);

        using var signerHttp = stack.SignerHttp();
        var signer = Exposition.Parse(await signerHttp.GetStringAsync(s_metrics));
        var seal = Assert.Single(signer.Of("agentkeys_signer_seals_total"));
        Assert.Equal((1, "1", "credentials"), (seal.Value, seal.Labels["epoch"], seal.Labels["data_class"]));
        Assert.Equal(1, signer["agentkeys_signer_opens_total", [.. seal.Labels.Select(l => (l.Key, l.Value))]]);

        // Whoever counts must not tell on whom.
        string[] people = [stack.Operator.ToString()[2..], stack.Agent.Omni.ToString()[2..], stack.Agent.Hash.ToString()[2..], stack.Agent.Address.ToString()[2..], VaultStack.Service, "canary", "127.0.0.1"];
        foreach (var label in worker.Samples.Concat(signer.Samples).SelectMany(s => s.Labels.Values))
            Assert.DoesNotContain(people, p => label.Contains(p, StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>As old as the head is now, also when nobody asked for anything meanwhile.</summary>
    [Fact]
    public async Task The_age_of_the_head_is_that_of_now()
    {
        await using var stack = await VaultStack.StartAsync();
        stack.Chain.HeadAge = TimeSpan.FromSeconds(42);
        Assert.Equal(42, Exposition.Parse(await stack.GetTextAsync("/metrics"))["agentkeys_chain_head_age_seconds", ("endpoint", "1")]);
        stack.Chain.Fault = new IOException("down");
        stack.Time.Advance(TimeSpan.FromSeconds(8));
        var down = Exposition.Parse(await stack.GetTextAsync("/metrics"));
        Assert.Equal(50, down["agentkeys_chain_head_age_seconds", ("endpoint", "1")]);
        Assert.Equal(0, down["agentkeys_ready", ("check", "chain")]);
        Assert.True(down["agentkeys_chain_answers_total", ("endpoint", "1"), ("outcome", "no_answer")] > 0);
    }

    [Fact]
    public async Task Every_route_has_one_series_a_method_and_status_class_and_unknown_paths_share_one()
    {
        await using var stack = await VaultStack.StartAsync();
        using var http = stack.WorkerHttp();
        for (var i = 0; i < 50; i++)
        {
            using var request = new HttpRequestMessage(new HttpMethod("METHOD" + i), $"/v1/{i}?q={i}");
            using var answer = await http.SendAsync(request);
        }
        var page = Exposition.Parse(await stack.GetTextAsync("/metrics"));
        Assert.Equal(50, page["agentkeys_http_request_duration_seconds_count", ("method", "other"), ("route", "none"), ("status", "4xx")]);
        Assert.Single(page.Of("agentkeys_http_request_duration_seconds_count"), s => s.Labels["route"] == "none");
    }

    [Fact]
    public async Task Only_this_machine_reads_metrics_and_not_through_a_proxy_on_it()
    {
        await using var stack = await VaultStack.StartAsync();
        using var http = stack.WorkerHttp();
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync(s_metrics)).StatusCode);
        foreach (var header in (string[])["X-Forwarded-For", "Forwarded", "X-Real-IP", "Via"])
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, s_metrics);
            request.Headers.TryAddWithoutValidation(header, "for=127.0.0.1");
            using var answer = await http.SendAsync(request);
            Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        }
    }

    /// <summary>Where watchers have a listener, clients have no metrics, and watchers no routes of clients.</summary>
    [Fact]
    public async Task A_listener_apart_has_metrics_and_health_and_nothing_else()
    {
        await using var stack = await VaultStack.StartAsync(() => new VaultStack { WorkerSettings = "\"MetricsListen\": \"http://127.0.0.1:0\", " });
        var urls = stack.WorkerUrls;
        Assert.Equal(2, urls.Count);
        using var clients = new HttpClient { BaseAddress = new Uri(urls[0]) };
        using var watchers = new HttpClient { BaseAddress = new Uri(urls[1]) };
        foreach (var path in (string[])["/metrics", "/healthz", "/readyz"])
        {
            Assert.Equal(HttpStatusCode.OK, (await watchers.GetAsync(new Uri(path, UriKind.Relative))).StatusCode);
            Assert.Equal(path == "/metrics" ? HttpStatusCode.NotFound : HttpStatusCode.OK, (await clients.GetAsync(new Uri(path, UriKind.Relative))).StatusCode);
        }
        var fetch = stack.FetchCall().Build();
        using (var message = fetch.ToMessage())
        using (var answer = await watchers.SendAsync(message))
            Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        using (var message = fetch.ToMessage())
        using (var answer = await clients.SendAsync(message))
            Assert.Equal("not_found", (await WireAnswer.ReadAsync(answer)).Code); // the object: the request itself was good
    }

    /// <summary>Signers have no address that Prometheus could ask; a listener of theirs gives no keys.</summary>
    [Fact]
    public async Task A_signer_can_be_watched_over_TCP_and_gives_no_key_there()
    {
        await using var stack = await VaultStack.StartAsync(() => new VaultStack { SignerSettings = "\"MetricsListen\": \"http://127.0.0.1:0\", " });
        using var watchers = new HttpClient { BaseAddress = new Uri(stack.SignerUrls.Single(u => u.StartsWith("http://127.", StringComparison.Ordinal))) };
        Assert.Equal(0, Exposition.Parse(await watchers.GetStringAsync(s_metrics))["agentkeys_requests_total", ("code", "ok"), ("route", "/v1/keys/unwrap")]);
        using var ask = await watchers.PostAsync(new Uri("/v1/keys/unwrap", UriKind.Relative), new StringContent("{}", null, "application/json"));
        Assert.Equal(HttpStatusCode.NotFound, ask.StatusCode);
    }

    [Fact]
    public void Labels_are_escaped_series_bounded_and_a_value_on_a_bound_is_in_its_bucket()
    {
        using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var meters = services.GetRequiredService<IMeterFactory>();
        using var collector = new MetricsCollector(meters);
        var counter = meters.ServiceMeterOf().CreateCounter<long>("a_total", description: "back\\slash\nline");
        var histogram = meters.ServiceMeterOf().CreateHistogram("b_seconds", null, "help", null, new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.5, 1] });
        const string Odd = "a\"b\\c\nd";
        counter.Add(2, new KeyValuePair<string, object?>("x", Odd));
        foreach (var value in (double[])[0.5, 0.7, 1, 3])
            histogram.Record(value);
        for (var i = 0; i < 2000; i++)
            counter.Add(1, new KeyValuePair<string, object?>("x", i));
        meters.Create("Others").CreateCounter<long>("others_total").Add(1);
        var page = Exposition.Parse(collector.ToPrometheus());
        Assert.Equal(2, page["a_total", ("x", Odd)]);
        Assert.Equal([1, 3, 4], page.Of("b_seconds_bucket").Select(b => b.Value));
        Assert.Equal(5.2, page["b_seconds_sum"], 9);
        Assert.Equal(MetricFamily.MaxSeries, page.Of("a_total").Count());
        Assert.Equal(1001, page["agentkeys_metrics_dropped_total"]);
        Assert.Empty(page.Of("others_total"));
    }

    [Theory]
    [InlineData("http://127.0.0.1:8091", true)]
    [InlineData("http://[::1]:8091", true)]
    [InlineData("http://localhost:8091", true)]
    [InlineData("http://*:8091", true)]
    [InlineData("http://127.0.0.1:0", true)]
    [InlineData("https://127.0.0.1:8091", false)]
    [InlineData("http://127.0.0.1", false)]
    [InlineData("http://127.0.0.1:65536", false)]
    [InlineData("http://127.0.0.1:8091/", false)]
    [InlineData("http://::1:8091", false)]
    [InlineData("http://[127.0.0.1]:8091", false)]
    [InlineData("http://host.example:8091", false)]
    [InlineData("127.0.0.1:8091", false)]
    public void An_address_to_listen_on_is_plain_HTTP_and_asks_no_name_server(string text, bool ok) => Assert.Equal(ok, ListenAddress.TryParse(text, out _));
}
