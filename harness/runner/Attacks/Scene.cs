using System.Text.Json.Nodes;
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
    /// <summary>Granted for reading and writing; not granted; granted for reading; expired; one use.</summary>
    public const string Granted = "OPENAI_API_KEY", NotGranted = "DATABASE_URL", ReadOnly = "GITHUB_TOKEN", Expired = "STRIPE_SECRET_KEY", OneUse = "SLACK_BOT_TOKEN";

    public AttackStack Stack => stack;
    public AttackLog Log { get; } = new();
    /// <summary>One fetch cap of the agent's, for all moves of a step; null: none yet.</summary>
    public string? FetchCap { get; set; }

    /// <summary>Caps and storage tokens live for five minutes: a step brings its own.</summary>
    public void Renew()
    {
        FetchCap = null;
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

    /// <summary>The agent's object, where it lies.</summary>
    public string ObjectPath => stack.In("state", "store", "bots", Bot.Actor[2..], "credentials", Granted.ToLowerInvariant() + ".enc");

    public async Task LoginAsync(DemoContext context, CancellationToken ct)
    {
        Stolen = TestTokens.OfKeyFiles(stack.BrokerUrl.GetLeftPart(UriPartial.Authority), stack.In("keys", "broker", "k1.json"), stack.In("keys", "broker", "k2.json"));
        Bot = await PartyAsync("agent");
        OtherBot = await PartyAsync("agent-2");
        Owner = await PartyAsync("operator");
        Stranger = await PartyAsync("stranger");

        Task<RawParty> PartyAsync(string home) => RawParty.LoginAsync(stack.Http, stack.BrokerUrl, stack.WorkerUrl, Path.Combine(context.State, home, "device.json"), ct);
    }

    /// <summary>A process that has just started may need longer than anybody waits for its first answers: asked until each has given one.</summary>
    public async Task WarmUpAsync(CancellationToken ct)
    {
        string[] notYet = ["chain_unavailable", "signer_unavailable"];
        for (var tries = 0; ; tries++)
        {
            var answer = await SendAsync(Bot.Wish("fetch", Granted), ct);
            if (answer.Code == RawAnswer.Ok)
                answer = await SendAsync(Bot.Act("fetch", answer["cap"], await Bot.StorageTokenAsync(ct), RawParty.FetchBody), ct);
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

    /// <summary>A fetch by the agent, its cap minted now.</summary>
    public async Task<RawCall> FetchAsync(CancellationToken ct, string name = Granted) =>
        Bot.Act("fetch", await Bot.CapAsync("fetch", name, ct), await Bot.StorageTokenAsync(ct), RawParty.FetchBody);

    public async Task<RawCall> StoreAsync(string value, CancellationToken ct) =>
        Bot.Act("store", await Bot.CapAsync("store", Granted, ct), await Bot.StorageTokenAsync(ct), RawParty.StoreBody(Granted, value));

    /// <summary>A token of the broker, one thing changed, signed again with its key.</summary>
    public Action<RawCall> Forged(Action<JwsForge> bend) => call => call.BendToken = token => JwsForge.Of(token, ByK1).Bend(bend).Sign();

    /// <summary>What the worker would send to the signer to open a stored object.</summary>
    public static byte[] UnwrapBody(string path, Action<JsonObject>? bend = null)
    {
        if (!ObjectEnvelope.TryReadHeader(File.ReadAllBytes(path), out var header))
            throw new UnexpectedOutcomeException($"{path} is no sealed object");
        var body = new JsonObject
        {
            ["wrapped"] = Base64UrlStrict.Encode(header.Key.Wrapped),
            ["salt"] = Base64UrlStrict.Encode(header.Key.Salt),
            ["epoch"] = header.Key.Epoch,
            ["kind"] = (int)header.Key.Kind,
            ["key_id"] = header.Key.KeyId.ToString(),
        };
        bend?.Invoke(body);
        return System.Text.Encoding.UTF8.GetBytes(body.ToJsonString());
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var party in (RawParty?[])[Bot, OtherBot, Owner, Stranger])
            party?.Dispose();
        Stolen?.Dispose();
        await stack.DisposeAsync();
    }
}
