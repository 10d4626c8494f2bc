using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using AgentKeys.Client;
using AgentKeys.Protocol;

namespace AgentKeys.Tests.Client;

/// <summary>One request that arrived, with its proof verified.</summary>
internal sealed record Arrival(string Route, JsonObject Body, string? Token, string? StorageToken, VerifiedProof? Proof);

/// <summary>Broker and worker in this process. Every proof is verified as the real ones do; what is answered can be bent.</summary>
internal sealed class FakeServices : HttpMessageHandler
{
    public static readonly Uri Broker = new("http://broker.test");
    public static readonly Uri Worker = new("http://worker.test/vault");
    public static readonly Uri MemoryWorker = new("http://worker.test/notes");

    private readonly Dictionary<string, int> _breaks = [];
    private readonly Dictionary<string, Queue<HttpResponseMessage>> _answers = [];
    private DeviceKeyHash _device;
    private int _sessions;

    public List<Arrival> Arrivals { get; } = [];
    public string TrustTier { get; set; } = "human_anchored";
    public Func<string, string> BendMessage { get; set; } = m => m;
    public DateTimeOffset SessionEnds { get; set; } = DateTimeOffset.UtcNow.AddHours(1);

    public NetworkDescription Network { get; } = new(
        Broker, new Dictionary<string, Uri> { ["credentials"] = Worker, ["memory"] = MemoryWorker }, "anvil", [new Uri("http://node.test")], JsonDocument.Parse("{}").RootElement);

    /// <summary>The connection breaks after the request arrived, this many times.</summary>
    public void Break(string route, int times) => _breaks[route] = times;

    public void Answer(string route, HttpStatusCode status, string json, Action<HttpResponseMessage>? with = null)
    {
        var answer = Json(status, json);
        with?.Invoke(answer);
        if (!_answers.TryGetValue(route, out var queue))
            _answers[route] = queue = new Queue<HttpResponseMessage>();
        queue.Enqueue(answer);
    }

    public IEnumerable<Arrival> At(string route) => Arrivals.Where(a => a.Route == route);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var url = request.RequestUri!;
        var route = url.AbsolutePath;
        var bytes = await request.Content!.ReadAsByteArrayAsync(cancellationToken);
        var token = request.Headers.Authorization?.Parameter;
        Arrivals.Add(new Arrival(route, JsonNode.Parse(bytes)!.AsObject(), token, Header(request, "AgentKeys-Storage-Token"), Verify(request, bytes, token)));
        if (_breaks.TryGetValue(route, out var left) && left > 0)
        {
            _breaks[route] = left - 1;
            throw new HttpRequestException(HttpRequestError.ResponseEnded);
        }
        return _answers.TryGetValue(route, out var queue) && queue.TryDequeue(out var answer) ? answer : Json(HttpStatusCode.OK, Default(route, Arrivals[^1].Body));
    }

    private static VerifiedProof? Verify(HttpRequestMessage request, byte[] body, string? token)
    {
        if (Header(request, "DPoP") is not { } proof)
            return null;
        var expected = new ProofExpectation(
            "POST", request.RequestUri!.AbsoluteUri, token, new Bytes32(SHA256.HashData(body)), DateTimeOffset.UtcNow, DateTimeOffset.UtcNow.AddMinutes(-1));
        return ProofOfPossession.Verify(proof, expected).Value;
    }

    private string Default(string route, JsonObject body) => route switch
    {
        "/v1/auth/wallet/start" => Start(body),
        "/v1/auth/wallet/verify" => $$"""{"session":"session-{{++_sessions}}","expires_at":{{SessionEnds.ToUnixTimeSeconds()}},"login":"device","operator_omni":"{{Id('a')}}","actor_omni":"{{Id('b')}}","device_key_hash":"{{_device}}","trust_tier":"{{TrustTier}}","new_in_a_later_version":1}""",
        "/v1/mint-oidc-jwt" => $$"""{"token":"storage-1","audience":"agentkeys:store:dev:credentials","expires_at":{{DateTimeOffset.UtcNow.AddMinutes(5).ToUnixTimeSeconds()}}}""",
        "/vault/v1/cred/store" or "/notes/v1/memory/put" or "/notes/v1/memory/delete" => """{"version":3,"block":12}""",
        "/vault/v1/cred/fetch" => """{"name":"OPENAI_API_KEY","plaintext_b64":"c2s+Zj8=","version":3,"block":12}""",
        "/notes/v1/memory/get" => """{"name":"Notes/Today","plaintext_b64":"c2s+Zj8=","version":3,"block":12}""",
        _ => $$"""{"cap":"cap-1","expires_at":{{DateTimeOffset.UtcNow.AddMinutes(5).ToUnixTimeSeconds()}},"block":11}""",
    };

    private string Start(JsonObject body)
    {
        _device = DeviceKeyHash.Parse(body["device_key_hash"]!.GetValue<string>());
        var now = DateTimeOffset.FromUnixTimeSeconds(DateTimeOffset.UtcNow.ToUnixTimeSeconds());
        var message = new SiweMessage(
            Broker.Authority, AccountAddress.Parse(body["address"]!.GetValue<string>()), "Sign in to AgentKeys.", "http://broker.test", 31337, "abcdefgh12345678", now, now.AddMinutes(5), _device);
        return new JsonObject { ["request_id"] = "request-1", ["message"] = BendMessage(message.ToText()), ["expires_at"] = 1 }.ToJsonString();
    }

    public static string Id(char digit) => "0x" + new string(digit, 64);

    private static string? Header(HttpRequestMessage request, string name) => request.Headers.TryGetValues(name, out var values) ? values.Single() : null;

    private static HttpResponseMessage Json(HttpStatusCode status, string json) =>
        new(status) { Content = new StringContent(json, Encoding.UTF8, new MediaTypeHeaderValue("application/json")) };
}
