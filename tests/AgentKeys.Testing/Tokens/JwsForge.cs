using System.Text;
using System.Text.Json.Nodes;
using AgentKeys.Protocol;

namespace AgentKeys.Testing.Tokens;

/// <summary>A token before it is signed, every part open to bending. Starts valid; a negative test changes exactly one thing.</summary>
/// <param name="sign">64 bytes over the signing input.</param>
public sealed class JwsForge(JsonObject header, JsonObject claims, Func<byte[], byte[]> sign)
{
    public JsonObject Header { get; } = header;
    public JsonObject Claims { get; } = claims;
    public Func<byte[], byte[]> Signer { get; set; } = sign;

    /// <summary>Exact header text in place of <see cref="Header"/>.</summary>
    public string? HeaderText { get; set; }

    /// <summary>Exact claims text in place of <see cref="Claims"/>: duplicates, comments, trailing bytes.</summary>
    public string? ClaimsText { get; set; }

    public string ClaimsJson => ClaimsText ?? Claims.ToJsonString();

    /// <summary>A real token taken apart, to be signed again: valid until something is bent.</summary>
    public static JwsForge Of(string token, Func<byte[], byte[]> sign)
    {
        var parts = token.Split('.');
        return new JwsForge(Decode(parts[0]), Decode(parts[1]), sign);
    }

    public string Sign()
    {
        var input = CompactJws.EncodeSigningInput(Encoding.UTF8.GetBytes(HeaderText ?? Header.ToJsonString()), Encoding.UTF8.GetBytes(ClaimsJson));
        return Encoding.ASCII.GetString(input) + "." + Base64UrlStrict.Encode(Signer(input));
    }

    internal static JsonObject Decode(string part)
    {
        _ = Base64UrlStrict.TryDecode(part, out var bytes);
        return JsonNode.Parse(bytes)!.AsObject();
    }

    public JwsForge Bend(Action<JwsForge> bend)
    {
        bend(this);
        return this;
    }
}
