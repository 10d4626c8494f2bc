using AgentKeys.Protocol;
using AgentKeys.Testing.Processes;
using AgentKeys.Testing.Tokens;
using AgentKeys.Testing.Wire;

namespace AgentKeys.Demo.Attacks;

/// <summary>
/// Who attacks and what: two agents of the operator, an operator of another house, and the broker's stolen keys, so that a bent token is refused for
/// its bend and not for its signature.
/// </summary>
internal sealed class Scene(AttackStack stack) : IAsyncDisposable
{
    /// <summary>Whose workers are attacked.</summary>
    public static IReadOnlyList<DataClass> Classes { get; } = [DataClass.Credentials, DataClass.Memory];

    public static IReadOnlyList<string> Ops { get; } = ["store", "fetch", "list", "delete", "teardown"];

    /// <summary>
    /// Granted for reading and writing; not granted; granted for reading; expired; one use of the credential, and no memory. All but the last for both
    /// classes: a credential and a namespace of memory may have one name.
    /// </summary>
    public const string Granted = "OPENAI_API_KEY", NotGranted = "DATABASE_URL", ReadOnly = "GITHUB_TOKEN", Expired = "STRIPE_SECRET_KEY", OneUse = "SLACK_BOT_TOKEN";

    public AttackStack Stack => stack;
    public AttackLog Log { get; } = new();

    /// <summary>One fetch cap of the agent's for all moves of a step: it serves many fetches.</summary>
    private readonly Dictionary<DataClass, string> _fetchCaps = [];

    /// <summary>Caps and storage tokens live for five minutes: a step brings its own.</summary>
    public void Renew()
    {
        _fetchCaps.Clear();
        foreach (var party in (RawParty[])[Bot, OtherBot, Owner, Stranger])
            party.ForgetStorageTokens();
    }

    public RawParty Bot { get; private set; } = null!;
    public RawParty OtherBot { get; private set; } = null!;
    public RawParty Owner { get; private set; } = null!;
    public RawParty Stranger { get; private set; } = null!;

    /// <summary>With the real K1 and K2.</summary>
    public TestTokens Stolen { get; private set; } = null!;

    public Func<byte[], byte[]> ByK1 => TestTokens.Es256(Stolen.SessionKey);

    /// <summary>An object, where it lies; the agent's, of the granted service, unless said.</summary>
    public string ObjectPath(DataClass dataClass = DataClass.Credentials, string service = Granted, RawParty? party = null) =>
        stack.In("state", "store", "bots", (party ?? Bot).Actor[2..], dataClass.Name(), NameOf(dataClass, service).ToLowerInvariant() + ".enc");

    /// <summary>What an operation names: the credential of the service, or one key of memory in it; null for list and teardown.</summary>
    public static string? NameFor(string op, DataClass dataClass, string service = Granted) => op is "list" or "teardown" ? null : NameOf(dataClass, service);

    public static string NameOf(DataClass dataClass, string service) => dataClass.HasKeys() ? service + "/today" : service;

    public static byte[] BodyFor(string op, DataClass dataClass, string service = Granted) =>
        op == "store" ? RawParty.StoreBody(NameOf(dataClass, service), "never-stored") : RawParty.FetchBody;

    public async Task LoginAsync(DemoContext context, CancellationToken ct)
    {
        Stolen = TestTokens.OfKeyFiles(stack.BrokerUrl.GetLeftPart(UriPartial.Authority), stack.In("keys", "broker", "k1.json"), stack.In("keys", "broker", "k2.json"));
        Bot = await PartyAsync("agent");
        OtherBot = await PartyAsync("agent-2");
        Owner = await PartyAsync("operator");
        Stranger = await PartyAsync("stranger");

        Task<RawParty> PartyAsync(string home) => PartyOfAsync(context, home, null, ct);
    }

    /// <param name="wallet">the key file that signs in; null: the device's.</param>
    public Task<RawParty> PartyOfAsync(DemoContext context, string home, string? wallet, CancellationToken ct) => RawParty.LoginAsync(
        stack.Http, stack.BrokerUrl, stack.WorkerUrls, Path.Combine(context.State, home, "device.json"), wallet is null ? null : Path.Combine(context.State, home, wallet), ct);

    /// <summary>A process that has just started may need longer than anybody waits for its first answers: asked until each has given one.</summary>
    public async Task WarmUpAsync(CancellationToken ct)
    {
        foreach (var dataClass in Classes)
            await WarmUpAsync(dataClass, ct);
    }

    private async Task WarmUpAsync(DataClass dataClass, CancellationToken ct)
    {
        string[] notYet = ["chain_unavailable", "signer_unavailable"];
        for (var tries = 0; ; tries++)
        {
            var answer = await SendAsync(Bot.Wish("fetch", NameOf(dataClass, Granted), dataClass: dataClass), ct);
            if (answer.Code == RawAnswer.Ok)
                answer = await SendAsync(await ActAsync(Bot, "fetch", answer["cap"], dataClass, ct), ct);
            if (answer.Code == RawAnswer.Ok)
                return;
            if (!notYet.Contains(answer.Code) || tries == 20)
                throw new UnexpectedOutcomeException($"the agent's fetch should be allowed after the start, and the answer was {answer.Code}");
            await Task.Delay(500, ct);
        }
    }

    public Task<RawAnswer> SendAsync(RawCall call, CancellationToken ct) => call.Build().SendAsync(stack.Http, ct);

    /// <summary>The same words as a worker would carry them to the signer, with the body that it would add.</summary>
    public Task<RawAnswer> ToSignerAsync(RawCall call, string route, byte[] body, CancellationToken ct) => ToSignerAsync(call.Build(), route, body, ct);

    public Task<RawAnswer> ToSignerAsync(RawRequest request, string route, byte[] body, CancellationToken ct) =>
        (request with { Url = new Uri("http://signer/v1/keys/" + route), Body = body }).SendAsync(stack.SignerHttp, ct);

    /// <summary>The broker's answer to the question, as the refusal that it tells of.</summary>
    public async Task<RawAnswer> AskAsync(RawCall question, CancellationToken ct)
    {
        var answer = await SendAsync(question, ct);
        return answer.Code == RawAnswer.Ok ? new RawAnswer(403, answer["refusal"]) : answer;
    }

    /// <summary>With a cap that is there, at the worker of the class, with the party's own storage token.</summary>
    public static async Task<RawCall> ActAsync(RawParty party, string op, string cap, DataClass dataClass, CancellationToken ct, byte[]? body = null) =>
        party.Act(op, cap, await party.StorageTokenAsync(ct, dataClass: dataClass), body ?? BodyFor(op, dataClass), dataClass);

    /// <summary>By the agent, its cap minted now.</summary>
    public async Task<RawCall> OwnAsync(string op, DataClass dataClass, CancellationToken ct, string service = Granted) =>
        await ActAsync(Bot, op, await Bot.CapAsync(op, NameFor(op, dataClass, service), ct, dataClass: dataClass), dataClass, ct);

    /// <summary>A fetch by the agent, its cap minted now.</summary>
    public Task<RawCall> FetchAsync(CancellationToken ct, string service = Granted, DataClass dataClass = DataClass.Credentials) => OwnAsync("fetch", dataClass, ct, service);

    /// <summary>A fetch by the agent with the step's one cap.</summary>
    public async Task<RawCall> AgainAsync(CancellationToken ct, DataClass dataClass = DataClass.Credentials)
    {
        if (!_fetchCaps.TryGetValue(dataClass, out var cap))
            _fetchCaps[dataClass] = cap = await Bot.CapAsync("fetch", NameOf(dataClass, Granted), ct, dataClass: dataClass);
        return await ActAsync(Bot, "fetch", cap, dataClass, ct);
    }

    public async Task<RawCall> StoreAsync(string value, CancellationToken ct, DataClass dataClass = DataClass.Credentials)
    {
        var store = await OwnAsync("store", dataClass, ct);
        store.Body = RawParty.StoreBody(NameOf(dataClass, Granted), value);
        return store;
    }

    /// <summary>To the signer, as the worker would to open the agent's object.</summary>
    public Task<RawAnswer> UnwrapAsync(RawCall call, CancellationToken ct, DataClass dataClass = DataClass.Credentials) =>
        ToSignerAsync(call, "unwrap", SignerBodies.Unwrap(ObjectPath(dataClass)), ct);

    /// <summary>To the signer, as the worker would to store: it names nothing.</summary>
    public Task<RawAnswer> GenerateAsync(RawCall call, CancellationToken ct) => ToSignerAsync(call, "generate", RawParty.FetchBody, ct);

    /// <summary>A token of the broker, one thing changed, signed again with its key.</summary>
    public Action<RawCall> Forged(Action<JwsForge> bend) => call => call.BendToken = token => JwsForge.Of(token, ByK1).Bend(bend).Sign();

    public async ValueTask DisposeAsync()
    {
        foreach (var party in (RawParty?[])[Bot, OtherBot, Owner, Stranger])
            party?.Dispose();
        Stolen?.Dispose();
        await stack.DisposeAsync();
    }
}
