using System.Collections.Concurrent;
using System.Diagnostics;
using AgentKeys.Hosting;
using AgentKeys.Services.Tests.Support;
using AgentKeys.Services.Tests.Worker;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace AgentKeys.Services.Tests.Watching;

/// <summary>Spans of real services in this process, seen as an exporter sees them.</summary>
public sealed class TraceTests : IDisposable
{
    private readonly ConcurrentQueue<Activity> _ended = new();
    private readonly ActivityListener _listener;
    private readonly ActivityTraceId _trace = ActivityTraceId.CreateRandom();
    private readonly ActivitySpanId _client = ActivitySpanId.CreateRandom();

    public TraceTests()
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Microsoft.AspNetCore" || source.Name.StartsWith("AgentKeys.", StringComparison.Ordinal),
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = span => Keep(span),
        };
        ActivitySource.AddActivityListener(_listener);
    }

    private string TraceParent => $"00-{_trace.ToHexString()}-{_client.ToHexString()}-01";

    [Fact]
    public async Task A_fetch_is_one_trace_from_the_client_to_the_signer()
    {
        await using var stack = await VaultStack.StartAsync();
        var rig = new BrokerRig();
        await rig.InitializeAsync();
        using var cap = new HttpRequestMessage(HttpMethod.Post, "/v1/cap/cred-fetch") { Content = new StringContent("{}", null, "application/json") };
        cap.Headers.Add("traceparent", TraceParent);
        using (await rig.Http.SendAsync(cap))
            await stack.StoreAsync([1]);
        await SendAsync(stack, stack.FetchCall().Build());
        await WaitForAsync(n => n.Count(s => s.Kind == ActivityKind.Server) == 3);
        await rig.DisposeAsync();

        var spans = _ended.ToList();
        var servers = spans.Where(s => s.Kind == ActivityKind.Server).Select(s => s.DisplayName).Order(StringComparer.Ordinal);
        Assert.Equal(["POST /v1/cap/cred-fetch", "POST /v1/cred/fetch", "POST /v1/keys/unwrap"], servers);
        Span("POST /v1/cap/cred-fetch", ActivityKind.Server, _client);
        var worker = Span("POST /v1/cred/fetch", ActivityKind.Server, _client);
        var call = Span("POST /v1/keys/unwrap", ActivityKind.Client, worker.SpanId);
        var signer = Span("POST /v1/keys/unwrap", ActivityKind.Server, call.SpanId);
        Assert.Equal(
            [worker.SpanId, worker.SpanId, signer.SpanId, signer.SpanId],
            spans.Where(s => s.DisplayName.StartsWith("audit ", StringComparison.Ordinal)).Select(s => s.ParentSpanId).OrderBy(id => id == signer.SpanId));
        Assert.Equal([("agentkeys.code", "ok"), ("http.request.method", "POST"), ("http.response.status_code", 200), ("http.route", "/v1/cred/fetch")], Tags(worker));
    }

    /// <summary>Only where a request came from is taken from it; its state and baggage would go on to the signer and the chain's nodes.</summary>
    [Theory]
    [InlineData("tracestate", "k=sk-canary")]
    [InlineData("baggage", "k=sk-canary")]
    [InlineData("Correlation-Context", "k=sk-canary")]
    [InlineData("X-Other", "sk-canary")]
    public async Task What_else_a_client_sends_is_in_no_span(string header, string value)
    {
        await using var stack = await VaultStack.StartAsync();
        await stack.StoreAsync([1]);
        var fetch = stack.FetchCall().Build();
        await SendAsync(stack, fetch, (header, value));
        await WaitForAsync(n => n.Count(s => s.Kind == ActivityKind.Server) == 2);
        foreach (var span in _ended)
        {
            var text = $"{span.DisplayName} {span.TraceStateString} {string.Join(' ', span.TagObjects)} {string.Join(' ', span.Baggage)} {string.Join(' ', span.Events.SelectMany(e => e.Tags))}";
            Assert.DoesNotContain("canary", text, StringComparison.Ordinal);
            foreach (var secret in fetch.Headers.Values)
                Assert.DoesNotContain(secret![^40..], text, StringComparison.Ordinal);
            Assert.DoesNotContain(stack.Agent.Omni.ToString(), text, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", true)]
    [InlineData("00-00000000000000000000000000000000-b7ad6b7169203331-01", false)]
    [InlineData("00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01", false)]
    [InlineData("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more", false)]
    [InlineData("|legacy.1.", false)]
    [InlineData("", false)]
    public void A_traceparent_is_of_that_form_or_none(string text, bool taken)
    {
        new TraceParentOnly().ExtractTraceIdAndState(null, (object? _, string _, out string? value, out IEnumerable<string>? values) => (value, values) = (text, null), out var id, out var state);
        Assert.Equal((taken ? text : null, null), (id, state));
    }

    public void Dispose() => _listener.Dispose();

    private void Keep(Activity span)
    {
        if (span.TraceId == _trace)
            _ended.Enqueue(span);
    }

    private async Task SendAsync(VaultStack stack, WireRequest request, params (string, string)[] more)
    {
        using var http = stack.WorkerHttp();
        using var message = request.ToMessage();
        message.Headers.Add("traceparent", TraceParent);
        foreach (var (name, value) in more)
            message.Headers.TryAddWithoutValidation(name, value);
        using var answer = await http.SendAsync(message);
        Assert.Equal(StatusCodes.Status200OK, (int)answer.StatusCode);
    }

    /// <summary>A server's span ends a moment after its answer.</summary>
    private async Task WaitForAsync(Func<IReadOnlyCollection<Activity>, bool> enough)
    {
        for (var i = 0; i < 500 && !enough([.. _ended]); i++)
            await Task.Delay(20);
    }

    private Activity Span(string name, ActivityKind kind, ActivitySpanId parent) =>
        Assert.Single(_ended, s => s.DisplayName == name && s.Kind == kind && s.ParentSpanId == parent);

    private static IEnumerable<(string, object?)> Tags(Activity span) => span.TagObjects.Select(t => (t.Key, t.Value)).OrderBy(t => t.Key, StringComparer.Ordinal);
}
