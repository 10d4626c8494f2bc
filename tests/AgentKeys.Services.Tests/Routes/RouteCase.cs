using System.Text;
using System.Text.Json.Nodes;
using AgentKeys.Protocol;
using AgentKeys.Services.Tests.Support;
using AgentKeys.Services.Tests.Worker;
using Microsoft.Extensions.DependencyInjection;

namespace AgentKeys.Services.Tests.Routes;

/// <summary>A POST route with everything around the body in order: only what a test bends can be at fault.</summary>
internal abstract class RouteCase(Route route)
{
    public Route Route => route;
    public abstract HttpClient Http { get; }

    /// <summary>Everything that the service keeps, as text to compare.</summary>
    public abstract string State { get; }

    public abstract string Logs { get; }

    /// <summary>Every member that the route knows.</summary>
    public abstract JsonObject Body { get; }

    public IReadOnlyCollection<string> Optional => route.Path switch
    {
        _ when route.Path.StartsWith("/v1/cap/", StringComparison.Ordinal) => ["ttl_seconds"],
        "/v1/cred/store" => ["if_version"],
        _ => [],
    };

    /// <summary>The signer's bodies come from workers alone, which do not forget a member: it says only that the body is wrong.</summary>
    public bool NamesMissing => route.Service != AllServices.SignerName;

    /// <summary>Headers with a fresh proof over exactly this body.</summary>
    public abstract IEnumerable<KeyValuePair<string, string?>> HeadersFor(byte[] body);

    public async Task<Answer> SendAsync(byte[] body, string? mediaType = "application/json", string method = "POST", string? path = null, bool chunked = false)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path ?? route.Path);
        request.Content = chunked ? new StreamContent(new Unseekable(body)) : new ByteArrayContent(body);
        if (mediaType is not null)
            request.Content.Headers.TryAddWithoutValidation("Content-Type", mediaType);
        foreach (var (name, value) in HeadersFor(body).Where(h => h.Value is not null))
            request.Headers.TryAddWithoutValidation(name, value);
        using var response = await Http.SendAsync(request);
        var answer = await WireAnswer.ReadAsync(response);
        return new Answer(answer, response + answer.Text);
    }

    public static JsonNode JsonOf(byte[] body) => JsonNode.Parse(body)!;

    /// <summary>A body whose length nobody knows before it ends.</summary>
    private sealed class Unseekable(byte[] bytes) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;
    }
}

/// <param name="All">status line, headers and body, as they came.</param>
internal sealed record Answer(WireAnswer Wire, string All);

internal sealed class BrokerCase(Route route, BrokerRig rig, CapturedLogs logs) : RouteCase(route)
{
    private readonly TestOperator _operator = rig.NewOperator();
    private string? _session;
    private JsonObject? _body;

    public override HttpClient Http => rig.Http;
    public override string State => $"{rig.Records} records";
    public override string Logs => logs.Text;
    public override JsonObject Body => _body!;

    public async Task PrepareAsync()
    {
        var agent = _operator.Agent;
        switch (Route.Path)
        {
            case "/v1/auth/wallet/start":
                _body = new() { ["address"] = agent.Address.ToString(), ["device_key_hash"] = agent.Hash.ToString() };
                break;
            case "/v1/auth/wallet/verify":
                var (id, message) = await rig.StartLoginAsync(agent, agent);
                _body = new() { ["request_id"] = id, ["signature"] = "0x" + Convert.ToHexStringLower(agent.SignPersonal(message)) };
                break;
            case "/v1/mint-oidc-jwt":
                _body = _operator.StorageBody();
                break;
            case "/v1/cap/cred-store" or "/v1/cap/cred-fetch":
                _body = _operator.CapBody();
                _body["ttl_seconds"] = 300;
                break;
            default:
                throw new NotSupportedException($"{Route}: give this test a valid body of it");
        }
        if (Route.Guard!.Auth == Hosting.RouteAuth.Session)
            _session = await rig.SessionAsync(agent, agent);
    }

    public override IEnumerable<KeyValuePair<string, string?>> HeadersFor(byte[] body)
    {
        yield return new("DPoP", _operator.Agent.Prove("POST", BrokerRig.PublicUrl + Route.Path, _session, body, rig.Now));
        yield return new("Authorization", _session is null ? null : "DPoP " + _session);
    }
}

internal sealed class VaultCase(Route route, VaultStack stack) : RouteCase(route)
{
    private readonly HttpClient _http = route.Service == AllServices.SignerName ? stack.SignerHttp() : stack.WorkerHttp();
    private JsonObject _body = [];

    public override HttpClient Http => _http;
    public override string State => $"{stack.WorkerRecords} records, {stack.SignerRecords} at the signer\n{stack.StoreDigest()}";
    public override string Logs => stack.Logs.Text;
    public override JsonObject Body => _body;

    private CapOp Op => Route.Path is "/v1/cred/store" or "/v1/keys/generate" ? CapOp.Store : CapOp.Fetch;

    public async Task PrepareAsync()
    {
        switch (Route.Path)
        {
            case "/v1/cred/store":
                _body = JsonOf(VaultCall.StoreBody(VaultStack.Typed, [1, 2, 3], 1)).AsObject();
                break;
            case "/v1/cred/fetch":
                Xunit.Assert.Equal("ok", (await stack.StoreAsync([1])).Code);
                break;
            case "/v1/keys/generate":
                break;
            case "/v1/keys/unwrap":
                var made = await stack.SendToSignerAsync("/v1/keys/generate", stack.StoreCall([1]).Build(), "{}"u8.ToArray());
                _body = JsonNode.Parse(made.Text)!.AsObject();
                _body.Remove("data_key");
                break;
            default:
                throw new NotSupportedException($"{Route}: give this test a valid body of it");
        }
    }

    public override IEnumerable<KeyValuePair<string, string?>> HeadersFor(byte[] body)
    {
        var call = Op == CapOp.Store ? stack.StoreCall([1]) : stack.FetchCall();
        call.Body = body;
        return call.Build().Headers;
    }
}
