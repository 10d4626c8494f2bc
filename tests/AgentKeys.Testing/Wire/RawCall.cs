using AgentKeys.Testing.Tokens;

namespace AgentKeys.Testing.Wire;

/// <summary>
/// One valid request to a running service, every part open to bending before it is built: what a thief, a bad worker or a program with
/// a bug would put on the wire.
/// </summary>
/// <param name="url">of the route; also what the proof names.</param>
/// <param name="token">as the broker gave it: session or cap.</param>
public sealed class RawCall(TestDevice device, Uri url, string token, byte[] body)
{
    /// <summary>Whose key makes the proof.</summary>
    public TestDevice Device { get; set; } = device;

    public byte[] Body { get; set; } = body;

    /// <summary>The whole token in, the whole token out.</summary>
    public Func<string, string>? BendToken { get; set; }

    public Action<JwsForge>? BendProof { get; set; }
    public Func<string, string>? MangleProof { get; set; }

    /// <summary>Null: leave the header out. Applied last.</summary>
    public Dictionary<string, string?> Headers { get; } = [];

    public RawCall Bent(Action<RawCall> bend)
    {
        bend(this);
        return this;
    }

    /// <summary>With a proof made now. Built once it may be sent several times: that is what a replay is.</summary>
    public RawRequest Build()
    {
        var sent = BendToken?.Invoke(token) ?? token;
        var proof = TestTokens.ForgeProof(Device, "POST", url.AbsoluteUri, sent, Body, DateTimeOffset.UtcNow);
        BendProof?.Invoke(proof);
        var signed = proof.Sign();
        var headers = new Dictionary<string, string?> { ["Authorization"] = "DPoP " + sent, ["DPoP"] = MangleProof?.Invoke(signed) ?? signed };
        foreach (var (name, value) in Headers)
            headers[name] = value;
        return new RawRequest(url, headers, Body);
    }
}

public sealed record RawRequest(Uri Url, IReadOnlyDictionary<string, string?> Headers, byte[] Body)
{
    public HttpRequestMessage ToMessage()
    {
        var message = new HttpRequestMessage(HttpMethod.Post, Url) { Content = new ByteArrayContent(Body) };
        message.Content.Headers.TryAddWithoutValidation("Content-Type", "application/json");
        foreach (var (name, value) in Headers.Where(h => h.Value is not null))
            message.Headers.TryAddWithoutValidation(name, value);
        return message;
    }

    public async Task<RawAnswer> SendAsync(HttpClient http, CancellationToken ct)
    {
        using var message = ToMessage();
        using var answer = await http.SendAsync(message, ct);
        return new RawAnswer((int)answer.StatusCode, await answer.Content.ReadAsStringAsync(ct));
    }
}
