using System.Text;
using System.Text.Json.Nodes;
using AgentKeys.Protocol;
using AgentKeys.Testing.Processes;
using AgentKeys.Testing.Tokens;

namespace AgentKeys.Testing.Wire;

/// <summary>Somebody with a device key, logged in at a running broker, who builds requests by hand.</summary>
public sealed class RawParty : IDisposable
{
    private readonly HttpClient _http;
    private readonly Uri _broker;
    private readonly IReadOnlyDictionary<DataClass, Uri> _workers;
    private readonly Dictionary<(string Actor, DataClass DataClass), string> _storage = [];

    private RawParty(HttpClient http, Uri broker, IReadOnlyDictionary<DataClass, Uri> workers, TestDevice device) => (_http, _broker, _workers, Device) = (http, broker, workers, device);

    public TestDevice Device { get; }
    public string Session { get; private set; } = "";
    public string Operator { get; private set; } = "";
    public string Actor { get; private set; } = "";

    /// <param name="deviceKeyFile">the key file of that machine's home.</param>
    public static Task<RawParty> LoginAsync(HttpClient http, Uri broker, Uri worker, string deviceKeyFile, CancellationToken ct) =>
        LoginAsync(http, broker, new Dictionary<DataClass, Uri> { [DataClass.Credentials] = worker }, deviceKeyFile, null, ct);

    /// <param name="walletKeyFile">null: the device signs in.</param>
    public static async Task<RawParty> LoginAsync(
        HttpClient http, Uri broker, IReadOnlyDictionary<DataClass, Uri> workers, string deviceKeyFile, string? walletKeyFile, CancellationToken ct)
    {
        var party = new RawParty(http, broker, workers, TestDevice.OfKeyFile(deviceKeyFile));
        using var wallet = walletKeyFile is null ? null : TestDevice.OfKeyFile(walletKeyFile);
        await party.LoginAsync(wallet ?? party.Device, ct);
        return party;
    }

    private async Task LoginAsync(TestDevice signer, CancellationToken ct)
    {
        var start = new JsonObject { ["address"] = signer.Address.ToString(), ["device_key_hash"] = Device.Hash.ToString() };
        var opened = await new RawRequest(new Uri(_broker, "/v1/auth/wallet/start"), new Dictionary<string, string?>(), Bytes(start)).SendAsync(_http, ct);
        var verify = Bytes(new JsonObject { ["request_id"] = opened["request_id"], ["signature"] = "0x" + Convert.ToHexStringLower(signer.SignPersonal(opened["message"])) });
        var url = new Uri(_broker, "/v1/auth/wallet/verify");
        var proof = Device.Prove("POST", url.AbsoluteUri, null, verify, DateTimeOffset.UtcNow);
        var answer = await new RawRequest(url, new Dictionary<string, string?> { ["DPoP"] = proof }, verify).SendAsync(_http, ct);
        (Session, Operator, Actor) = (answer["session"], answer["operator_omni"], answer["actor_omni"]);
    }

    /// <summary>The wish for a cap, not sent yet.</summary>
    /// <param name="name"><c>service</c>, in memory <c>service/key</c>; null where the operation names none.</param>
    public RawCall Wish(string op, string? name, string? actor = null, string? operatorOmni = null, DataClass dataClass = DataClass.Credentials) =>
        new(Device, new Uri(_broker, CapRoutes.PathOf(dataClass, Parse(op))), Session, Bytes(WishOf(name, actor, operatorOmni)));

    /// <summary>The question whether it would be granted.</summary>
    public RawCall Question(string op, string? name, string? actor = null, string? operatorOmni = null, DataClass dataClass = DataClass.Credentials)
    {
        var body = WishOf(name, actor, operatorOmni);
        (body["op"], body["data_class"]) = (op, dataClass.Name());
        return new RawCall(Device, new Uri(_broker, CapRoutes.Explain), Session, Bytes(body));
    }

    public async Task<string> CapAsync(string op, string? name, CancellationToken ct, string? actor = null, DataClass dataClass = DataClass.Credentials) =>
        Expect(await Wish(op, name, actor, null, dataClass).Build().SendAsync(_http, ct))["cap"];

    public RawCall StorageWish(string actor, DataClass dataClass = DataClass.Credentials) =>
        new(Device, new Uri(_broker, "/v1/mint-oidc-jwt"), Session, Bytes(new JsonObject { ["actor_omni"] = actor, ["data_class"] = dataClass.Name() }));

    public void ForgetStorageTokens() => _storage.Clear();

    /// <summary>Kept until forgotten; it lives for five minutes.</summary>
    public async Task<string> StorageTokenAsync(CancellationToken ct, string? actor = null, DataClass dataClass = DataClass.Credentials)
    {
        var owner = actor ?? Actor;
        if (!_storage.TryGetValue((owner, dataClass), out var token))
            _storage[(owner, dataClass)] = token = Expect(await StorageWish(owner, dataClass).Build().SendAsync(_http, ct))["token"];
        return token;
    }

    /// <summary>A request to the worker of the class with this cap, not sent yet.</summary>
    public RawCall Act(string op, string cap, string storageToken, byte[] body, DataClass dataClass = DataClass.Credentials)
    {
        var call = new RawCall(Device, new Uri(_workers[dataClass], WorkerRoutes.PathOf(dataClass, Parse(op))), cap, body);
        call.Headers["AgentKeys-Storage-Token"] = storageToken;
        return call;
    }

    public static byte[] FetchBody => "{}"u8.ToArray();

    public static byte[] StoreBody(string typed, string value) =>
        Bytes(new JsonObject { ["name"] = typed, ["plaintext_b64"] = Convert.ToBase64String(Encoding.UTF8.GetBytes(value)) });

    public void Dispose() => Device.Dispose();

    private static CapOp Parse(string op) => CapOps.TryParse(op, out var parsed) ? parsed : throw new ArgumentException("No operation.", nameof(op));

    private JsonObject WishOf(string? name, string? actor, string? operatorOmni)
    {
        var body = new JsonObject
        {
            ["operator_omni"] = operatorOmni ?? Operator,
            ["actor_omni"] = actor ?? Actor,
            ["device_key_hash"] = Device.Hash.ToString(),
        };
        foreach (var (member, part) in ((string[])["service", "key"]).Zip(name?.ToLowerInvariant().Split('/') ?? []))
            body[member] = part;
        return body;
    }

    private static RawAnswer Expect(RawAnswer answer) =>
        answer.Code == RawAnswer.Ok ? answer : throw new UnexpectedOutcomeException($"the broker should have said yes, and said {answer.Code}");

    private static byte[] Bytes(JsonObject body) => Encoding.UTF8.GetBytes(body.ToJsonString());
}
