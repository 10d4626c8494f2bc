using System.Text;
using System.Text.Json;
using AgentKeys.Protocol;
using AgentKeys.Testing.Tokens;

namespace AgentKeys.Services.Tests.Worker;

/// <summary>A valid request to a worker, every part open to bending before it is built.</summary>
internal sealed class VaultCall : IBentCall
{
    public required TestDevice Device { get; set; }

    /// <summary>Bent by <c>with</c>; signed when built.</summary>
    public required CapClaims Cap { get; set; }

    public required TestTokens Tokens { get; init; }
    public required DateTimeOffset Now { get; init; }
    public required CapOp Route { get; set; }
    public required DataClass Class { get; init; }
    public required string PublicUrl { get; init; }
    public required byte[] Body { get; set; }
    public required StorageClaims Storage { get; set; }
    public string? ContentType { get; set; } = "application/json";
    public Action<JwsForge>? BendToken { get; set; }
    public Func<string, string>? MangleToken { get; set; }
    public Action<JwsForge>? BendProof { get; set; }
    public Func<string, string>? MangleProof { get; set; }
    public Action<JwsForge>? BendStorage { get; set; }

    /// <summary>Null: leave the header out. Applied last.</summary>
    public Dictionary<string, string?> Headers { get; } = [];

    public string Path => WorkerRoutes.PathOf(Class, Route);

    /// <summary>The same wish by another device, with a cap of its own.</summary>
    public VaultCall By(TestDevice device)
    {
        (Device, Cap) = (device, Cap with { Device = device.Hash, Jkt = device.Jkt });
        return this;
    }

    /// <summary>What goes over the wire. Built once it may be sent several times: that is what a replay is.</summary>
    public WireRequest Build()
    {
        var cap = Tokens.Forge(Cap);
        BendToken?.Invoke(cap);
        var token = this.Mangled(cap.Sign());
        var proof = TestTokens.ForgeProof(Device, "POST", PublicUrl + Path, token, Body, Now);
        BendProof?.Invoke(proof);
        var storage = Tokens.Forge(Storage);
        BendStorage?.Invoke(storage);
        var headers = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase)
        {
            ["Authorization"] = "DPoP " + token,
            ["DPoP"] = this.MangledProof(proof.Sign()),
            ["AgentKeys-Storage-Token"] = storage.Sign(),
        };
        foreach (var (name, value) in Headers)
            headers[name] = value;
        return new WireRequest(Path, headers, Body, ContentType);
    }

    public static byte[] StoreBody(string name, byte[] value, ulong? ifVersion = null)
    {
        var rest = ifVersion is { } version ? $",\"if_version\":{version}" : "";
        return Encoding.UTF8.GetBytes($$"""{"name":{{JsonSerializer.Serialize(name)}},"plaintext_b64":"{{Convert.ToBase64String(value)}}"{{rest}}}""");
    }
}

internal sealed record WireRequest(string Path, IReadOnlyDictionary<string, string?> Headers, byte[] Body, string? ContentType)
{
    public HttpRequestMessage ToMessage()
    {
        var message = new HttpRequestMessage(HttpMethod.Post, Path) { Content = new ByteArrayContent(Body) };
        if (ContentType is not null)
            message.Content.Headers.TryAddWithoutValidation("Content-Type", ContentType);
        foreach (var (name, value) in Headers.Where(h => h.Value is not null))
            message.Headers.TryAddWithoutValidation(name, value);
        return message;
    }
}

/// <summary>An answer, read in full.</summary>
internal sealed record WireAnswer(int Status, string Text, ulong? Block, string? CacheControl, TimeSpan? RetryAfter)
{
    public JsonElement Json => JsonDocument.Parse(Text).RootElement;

    /// <summary>The refusal's code; <c>ok</c> for a 2xx.</summary>
    public string Code => Status / 100 == 2 ? "ok" : Json.GetProperty("code").GetString()!;

    public string? Field => Json.TryGetProperty("field", out var member) ? member.GetString() : null;
    public string Name => Json.GetProperty("name").GetString()!;
    public byte[] Plaintext => Json.GetProperty("plaintext_b64").GetBytesFromBase64();
    public ulong Version => Json.GetProperty("version").GetUInt64();

    public static async Task<WireAnswer> ReadAsync(HttpResponseMessage response)
    {
        var block = response.Headers.TryGetValues("AgentKeys-Block", out var values) ? ulong.Parse(values.Single(), null) : (ulong?)null;
        return new WireAnswer(
            (int)response.StatusCode, await response.Content.ReadAsStringAsync(), block, response.Headers.CacheControl?.ToString(), response.Headers.RetryAfter?.Delta);
    }
}
