using System.Text;
using System.Text.Json.Nodes;
using AgentKeys.Testing.Processes;
using AgentKeys.Testing.Tokens;

namespace AgentKeys.Testing.Wire;

/// <summary>Somebody with a device key, logged in at a running broker, who builds requests by hand.</summary>
public sealed class RawParty : IDisposable
{
    private readonly HttpClient _http;
    private readonly Uri _broker;
    private readonly Uri _worker;
    private readonly Dictionary<string, string> _storage = [];

    private RawParty(HttpClient http, Uri broker, Uri worker, TestDevice device) => (_http, _broker, _worker, Device) = (http, broker, worker, device);

    public TestDevice Device { get; }
    public string Session { get; private set; } = "";
    public string Operator { get; private set; } = "";
    public string Actor { get; private set; } = "";

    /// <param name="deviceKeyFile">the key file of that machine's home.</param>
    public static async Task<RawParty> LoginAsync(HttpClient http, Uri broker, Uri worker, string deviceKeyFile, CancellationToken ct)
    {
        var party = new RawParty(http, broker, worker, TestDevice.OfKeyFile(deviceKeyFile));
        await party.LoginAsync(ct);
        return party;
    }

    /// <summary>Again, with the same key.</summary>
    public async Task LoginAsync(CancellationToken ct)
    {
        var start = new JsonObject { ["address"] = Device.Address.ToString(), ["device_key_hash"] = Device.Hash.ToString() };
        var opened = await new RawRequest(new Uri(_broker, "/v1/auth/wallet/start"), new Dictionary<string, string?>(), Bytes(start)).SendAsync(_http, ct);
        var verify = Bytes(new JsonObject { ["request_id"] = opened["request_id"], ["signature"] = "0x" + Convert.ToHexStringLower(Device.SignPersonal(opened["message"])) });
        var url = new Uri(_broker, "/v1/auth/wallet/verify");
        var proof = Device.Prove("POST", url.AbsoluteUri, null, verify, DateTimeOffset.UtcNow);
        var answer = await new RawRequest(url, new Dictionary<string, string?> { ["DPoP"] = proof }, verify).SendAsync(_http, ct);
        (Session, Operator, Actor) = (answer["session"], answer["operator_omni"], answer["actor_omni"]);
    }

    /// <summary>The wish for a cap, not sent yet.</summary>
    public RawCall Wish(string op, string service, string? actor = null, string? operatorOmni = null)
    {
        var body = new JsonObject
        {
            ["operator_omni"] = operatorOmni ?? Operator,
            ["actor_omni"] = actor ?? Actor,
            ["service"] = service.ToLowerInvariant(),
            ["device_key_hash"] = Device.Hash.ToString(),
        };
        return new RawCall(Device, new Uri(_broker, "/v1/cap/cred-" + op), Session, Bytes(body));
    }

    public async Task<string> CapAsync(string op, string service, CancellationToken ct, string? actor = null) =>
        Expect(await Wish(op, service, actor).Build().SendAsync(_http, ct))["cap"];

    public RawCall StorageWish(string actor, string dataClass = "credentials") =>
        new(Device, new Uri(_broker, "/v1/mint-oidc-jwt"), Session, Bytes(new JsonObject { ["actor_omni"] = actor, ["data_class"] = dataClass }));

    public void ForgetStorageTokens() => _storage.Clear();

    /// <summary>Kept until forgotten; it lives for five minutes.</summary>
    public async Task<string> StorageTokenAsync(CancellationToken ct, string? actor = null)
    {
        var owner = actor ?? Actor;
        if (!_storage.TryGetValue(owner, out var token))
            _storage[owner] = token = Expect(await StorageWish(owner).Build().SendAsync(_http, ct))["token"];
        return token;
    }

    /// <summary>A request to the worker with this cap, not sent yet.</summary>
    public RawCall Act(string op, string cap, string storageToken, byte[] body)
    {
        var call = new RawCall(Device, new Uri(_worker, "/v1/cred/" + op), cap, body);
        call.Headers["AgentKeys-Storage-Token"] = storageToken;
        return call;
    }

    public static byte[] FetchBody => "{}"u8.ToArray();

    public static byte[] StoreBody(string typed, string value) =>
        Bytes(new JsonObject { ["name"] = typed, ["plaintext_b64"] = Convert.ToBase64String(Encoding.UTF8.GetBytes(value)) });

    public void Dispose() => Device.Dispose();

    private static RawAnswer Expect(RawAnswer answer) =>
        answer.Code == RawAnswer.Ok ? answer : throw new UnexpectedOutcomeException($"the broker should have said yes, and said {answer.Code}");

    private static byte[] Bytes(JsonObject body) => Encoding.UTF8.GetBytes(body.ToJsonString());
}
