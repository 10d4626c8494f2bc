using System.Text;
using AgentKeys.Protocol;
using AgentKeys.Services.Tests.Support;
using AgentKeys.Services.Tests.Worker;
using Xunit;

namespace AgentKeys.Services.Tests.Routes;

/// <summary>
/// Every route that takes a body, found by walking the endpoints, against everything that is no body of it. Session, cap, proof and storage
/// session are in order each time, so what is refused is the one thing that was bent: with its exact code and field, nothing changed, and
/// nothing of what was sent in the answer or the logs.
/// </summary>
public sealed class BadInputTests : IAsyncLifetime
{
    private readonly CapturedLogs _logs = new();
    private readonly BrokerRig _rig;
    private readonly VaultStack _stack = new();
    private readonly VaultStack _memory = new() { Class = DataClass.Memory };
    private readonly List<string> _wrong = [];

    public BadInputTests() => _rig = new BrokerRig { OnAPort = true, Watch = _logs };

    public async Task InitializeAsync()
    {
        await _rig.InitializeAsync();
        await _stack.InitializeAsync();
        await _memory.InitializeAsync();
    }

    public async Task DisposeAsync()
    {
        await _rig.DisposeAsync();
        await _stack.DisposeAsync();
        await _memory.DisposeAsync();
    }

    [Fact]
    public async Task A_body_that_is_not_the_routes_is_refused_by_its_code_and_field()
    {
        foreach (var @case in await CasesAsync())
        {
            foreach (var bad in BadBody.Of(@case.Body, RouteCase.Optional, @case.NamesMissing, @case.Route.Guard!.MaxBodyBytes))
                await RefusedAsync(@case, bad.Name, bad.Code, bad.Field, () => @case.SendAsync(bad.Bytes));
            await RefusedAsync(@case, "too long, unannounced", "payload_too_large", null, () => @case.SendAsync(Padded(@case, 1), chunked: true));
            await StillServesAsync(@case, Padded(@case, 0));
        }
        Assert.True(_wrong.Count == 0, string.Join('\n', _wrong));
    }

    [Fact]
    public async Task Another_media_type_is_unsupported()
    {
        foreach (var @case in await CasesAsync())
        {
            var body = Encoding.UTF8.GetBytes(@case.Body.ToJsonString());
            foreach (var type in (string?[])[null, "", "text/plain", "text/json", "application/jsonx", "application/x-www-form-urlencoded", "application/json, text/plain", "application/json; charset=utf-16", "application/problem+json", "*/*", BadBody.Marker])
                await RefusedAsync(@case, $"media type {type}", "unsupported_media_type", null, () => @case.SendAsync(body, type));
            await StillServesAsync(@case, body);
        }
        Assert.True(_wrong.Count == 0, string.Join('\n', _wrong));
    }

    [Fact]
    public async Task Another_method_is_not_allowed()
    {
        foreach (var @case in await CasesAsync())
        {
            var body = Encoding.UTF8.GetBytes(@case.Body.ToJsonString());
            foreach (var method in (string[])["GET", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "BREW"])
                await RefusedAsync(@case, method, "method_not_allowed", null, () => @case.SendAsync(body, method: method));
        }
        await using var all = await AllServices.StartAsync();
        foreach (var route in all.Routes.Where(r => r.Method == "GET"))
        {
            foreach (var method in (string[])["POST", "PUT", "DELETE"])
            {
                using var request = new HttpRequestMessage(new HttpMethod(method), route.Path) { Content = new StringContent("{}") };
                using var response = await Client(route).SendAsync(request);
                Assert.Equal((405, "method_not_allowed"), ((int)response.StatusCode, (await WireAnswer.ReadAsync(response)).Code));
            }
        }
        Assert.True(_wrong.Count == 0, string.Join('\n', _wrong));
    }

    /// <summary>A path has one spelling: whoever guards paths in front of a service need not guess what it takes for the same.</summary>
    [Fact]
    public async Task Another_path_is_not_found()
    {
        foreach (var @case in await CasesAsync())
        {
            var body = Encoding.UTF8.GetBytes(@case.Body.ToJsonString());
            var path = @case.Route.Path;
            foreach (var other in (string[])[path + "/", path + "//", path.ToUpperInvariant(), path + "/" + BadBody.Marker, path + ";a=b", path[..^1], "/" + BadBody.Marker])
                await RefusedAsync(@case, other, "not_found", null, () => @case.SendAsync(body, path: other));
            await StillServesAsync(@case, body);
        }
        Assert.True(_wrong.Count == 0, string.Join('\n', _wrong));
    }

    /// <summary>Of every route: the valid body and all that a caller has to bring.</summary>
    private async Task<List<RouteCase>> CasesAsync()
    {
        var cases = new List<RouteCase>();
        foreach (var route in AllServices.RoutesOf(AllServices.BrokerName, _rig.Services).Where(r => r.Guard is { MaxBodyBytes: > 0 }))
        {
            var @case = new BrokerCase(route, _rig, _logs);
            await @case.PrepareAsync();
            cases.Add(@case);
        }
        foreach (var stack in (VaultStack[])[_stack, _memory])
        {
            await stack.StoreAsync([1]);
            var worker = AllServices.RoutesOf("worker:" + stack.Class.Name(), stack.WorkerServices);
            foreach (var route in worker.Concat(AllServices.RoutesOf(AllServices.SignerName, stack.SignerServices)).Where(r => r.Guard is { MaxBodyBytes: > 0 }))
            {
                var @case = new VaultCase(route, stack);
                await @case.PrepareAsync();
                cases.Add(@case);
            }
        }
        return cases;
    }

    private HttpClient Client(Route route) => route.Service switch
    {
        AllServices.BrokerName => _rig.Http,
        AllServices.SignerName => _stack.SignerHttp(),
        "worker:memory" => _memory.WorkerHttp(),
        _ => _stack.WorkerHttp(),
    };

    private async Task RefusedAsync(RouteCase @case, string what, string code, string? field, Func<Task<Answer>> send)
    {
        var (before, logged) = (@case.State, @case.Logs.Length);
        var answer = await send();
        var got = (answer.Wire.Code, answer.Wire.Field);
        if (got != (code, field))
            _wrong.Add($"{@case.Route.Path}, {what}: {got}, expected {(code, field)}");
        if (before != @case.State)
            _wrong.Add($"{@case.Route.Path}, {what}: something changed");
        if (answer.All.Contains(BadBody.Marker, StringComparison.OrdinalIgnoreCase))
            _wrong.Add($"{@case.Route.Path}, {what}: the answer says what was sent: {answer.All}");
        if (ShownIn(@case.Logs[logged..]).Contains(BadBody.Marker, StringComparison.OrdinalIgnoreCase))
            _wrong.Add($"{@case.Route.Path}, {what}: the log says what was sent");
    }

    /// <summary>What a service writes: of the framework's own lines only warnings and worse.</summary>
    private static string ShownIn(string logs) => string.Join('\n', logs.Split('\n').Where(l =>
        !l.StartsWith("Microsoft.AspNetCore", StringComparison.Ordinal) || l.Contains(" Warning ", StringComparison.Ordinal) || l.Contains(" Error ", StringComparison.Ordinal)));

    /// <summary>The valid request, after all the bad ones, gets as far as the act: nothing of it had been used up. What is there to act on the cases of one stack change for each other.</summary>
    private async Task StillServesAsync(RouteCase @case, byte[] body)
    {
        var answer = await @case.SendAsync(body);
        if (answer.Wire.Code is not ("ok" or "conflict" or "not_found"))
            _wrong.Add($"{@case.Route.Path}, the valid request: {answer.Wire.Text}");
    }

    /// <summary>The valid body with blanks up to the limit and so many more.</summary>
    private static byte[] Padded(RouteCase @case, int more) =>
        Encoding.UTF8.GetBytes(@case.Body.ToJsonString().PadRight(@case.Route.Guard!.MaxBodyBytes + more));
}
