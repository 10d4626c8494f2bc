using System.Text.Json;
using System.Text.Json.Nodes;
using AgentKeys.Protocol;

namespace AgentKeys.Cli;

/// <summary>What the page says about the approval, in plain words.</summary>
/// <param name="Lines">label and value, in reading order.</param>
internal sealed record CeremonySummary(string Title, IReadOnlyList<(string Label, string Value)> Lines)
{
    public JsonObject ToJson(Bytes32 challenge) => new()
    {
        ["title"] = Title,
        ["lines"] = new JsonArray([.. Lines.Select(l => new JsonObject { ["label"] = l.Label, ["value"] = l.Value })]),
        ["challenge"] = challenge.ToString(),
    };
}

/// <summary>The browser's answer was checked: either it is refused with a reason and may be given again, or it stands.</summary>
/// <param name="Fault">name of the check that failed; null: accepted.</param>
/// <param name="Next">the ceremony that follows in the same window; null: this was the last.</param>
internal sealed record CeremonyVerdict(string? Fault, Ceremony? Next = null);

/// <summary>
/// One touch of a passkey: what the page gets (WebAuthn level 3's JSON forms) and how its answer is checked. Everything is verified
/// here before a transaction is sent; the contract verifies it again.
/// </summary>
internal abstract class Ceremony(Bytes32 challenge, CeremonySummary summary)
{
    /// <summary>Relying party of every ceremony here; it stands for this machine only, so dev profiles alone enrol it.</summary>
    public const string RpId = "localhost";

    public static readonly TimeSpan TimeLimit = TimeSpan.FromSeconds(300);

    /// <summary>The 32 bytes that the contract expects, as they are.</summary>
    protected Bytes32 Challenge { get; } = challenge;

    public CeremonySummary Summary { get; } = summary;

    /// <summary><c>create</c> or <c>get</c>.</summary>
    protected abstract string Kind { get; }

    protected abstract JsonObject PublicKey();

    /// <summary>Checks RegistrationResponseJSON or AuthenticationResponseJSON.</summary>
    /// <param name="origin">of the page.</param>
    public abstract CeremonyVerdict Accept(JsonElement response, string origin, IPasskeyVerifier verifier);

    protected CeremonyTerms Terms(string origin) => new(Challenge, RpId, origin);

    /// <summary><c>{"ceremony", "publicKey", "summary"}</c>.</summary>
    public JsonObject Options() => new() { ["ceremony"] = Kind, ["publicKey"] = PublicKey(), ["summary"] = Summary.ToJson(Challenge) };

    protected static long TimeoutMilliseconds => (long)TimeLimit.TotalMilliseconds;

    protected string ChallengeText => Base64UrlStrict.Encode(Challenge.ToArray());

    /// <summary>A member that is base64url text; null otherwise.</summary>
    protected static byte[]? Bytes(JsonElement parent, string member) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(member, out var value) && value.ValueKind == JsonValueKind.String
        && Base64UrlStrict.TryDecode(value.GetString(), out var bytes) ? bytes : null;

    /// <summary>The member <c>response</c> of a public key credential whose two ids agree.</summary>
    protected static bool TryOpen(JsonElement credential, out byte[] id, out JsonElement response)
    {
        response = default;
        id = Bytes(credential, "rawId") ?? [];
        return id.Length > 0
            && credential.TryGetProperty("id", out var text) && text.ValueKind == JsonValueKind.String && text.GetString() == Base64UrlStrict.Encode(id)
            && credential.TryGetProperty("type", out var type) && type.ValueKind == JsonValueKind.String && type.GetString() == "public-key"
            && credential.TryGetProperty("response", out response) && response.ValueKind == JsonValueKind.Object;
    }
}
