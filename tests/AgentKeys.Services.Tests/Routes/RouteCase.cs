using System.Text.Json.Nodes;
using AgentKeys.Protocol;
using AgentKeys.Services.Tests.Support;
using AgentKeys.Services.Tests.Worker;
using AgentKeys.Testing.Tokens;

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

    /// <summary>Members that may be left out, wherever they occur.</summary>
    public static IReadOnlyCollection<string> Optional { get; } = ["ttl_seconds", "if_version", "after", "limit"];

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
    private TestDevice? _device;

    public override HttpClient Http => rig.Http;
    public override string State => $"{rig.Records} records";
    public override string Logs => logs.Text;
    public override JsonObject Body => _body!;

    public async Task PrepareAsync()
    {
        var agent = _device = _operator.Agent;
        switch (Route.Path)
        {
            case var path when CapRoutes.All.FirstOrDefault(r => CapRoutes.PathOf(r.DataClass, r.Op) == path) is var cap && cap != default:
                _device = cap.Op == CapOp.Teardown ? _operator.Master : agent;
                rig.Registry.Grant(agent.Omni, "openai", g => g with { Classes = cap.DataClass.MaskBit() });
                _body = _operator.CapBody(_device);
                if (!cap.Op.NamesService())
                    _body.Remove("service");
                else if (cap.DataClass.HasKeys())
                    _body["key"] = "today";
                _body["ttl_seconds"] = 300;
                break;
            case CapRoutes.Explain:
                _body = _operator.CapBody();
                (_body["op"], _body["data_class"]) = ("fetch", "credentials");
                break;
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
            default:
                throw new NotSupportedException($"{Route}: give this test a valid body of it");
        }
        if (Route.Guard!.Auth == Hosting.RouteAuth.Session)
            _session = await rig.SessionAsync(_device, _device);
    }

    public override IEnumerable<KeyValuePair<string, string?>> HeadersFor(byte[] body)
    {
        yield return new("DPoP", _device!.Prove("POST", BrokerRig.PublicUrl + Route.Path, _session, body, rig.Now));
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

    /// <summary>Of the worker's own route; at the signer, the one that a worker has when it asks for that.</summary>
    private CapOp Op => Route.Path switch
    {
        "/v1/keys/generate" => CapOp.Store,
        "/v1/keys/unwrap" => CapOp.Fetch,
        _ => CapRoutes.All.First(r => WorkerRoutes.PathOf(r.DataClass, r.Op) == Route.Path).Op,
    };

    public async Task PrepareAsync()
    {
        if (Route.Path == "/v1/keys/unwrap")
        {
            var made = await stack.SendToSignerAsync("/v1/keys/generate", stack.StoreCall([1]).Build(), "{}"u8.ToArray());
            _body = JsonNode.Parse(made.Text)!.AsObject();
            _body.Remove("data_key");
        }
        else if (Route.Service != AllServices.SignerName)
        {
            _body = Op switch
            {
                CapOp.Store => JsonNode.Parse(VaultCall.StoreBody(stack.TypedName, [1, 2, 3], 1))!.AsObject(),
                CapOp.List => new() { ["after"] = stack.NameIn(VaultStack.Service).ToString(), ["limit"] = 10 },
                CapOp.Delete => new() { ["if_version"] = 1 },
                _ => [],
            };
        }
    }

    public override IEnumerable<KeyValuePair<string, string?>> HeadersFor(byte[] body)
    {
        var call = Op switch
        {
            CapOp.Store => stack.StoreCall([1]),
            CapOp.Fetch => stack.FetchCall(),
            CapOp.List => stack.ListCall(),
            CapOp.Delete => stack.DeleteCall(),
            CapOp.Teardown => stack.TeardownCall(),
            _ => throw new NotSupportedException($"{Route}: give this test a valid request to it"),
        };
        call.Body = body;
        return call.Build().Headers;
    }
}
