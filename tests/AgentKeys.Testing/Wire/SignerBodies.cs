using System.Text;
using System.Text.Json.Nodes;
using AgentKeys.Protocol;
using AgentKeys.Testing.Processes;

namespace AgentKeys.Testing.Wire;

/// <summary>What a worker sends to the signer beside the client's cap and proof.</summary>
public static class SignerBodies
{
    /// <summary>To open a stored object: its wrap and its route, from its header.</summary>
    public static byte[] Unwrap(string path, Action<JsonObject>? bend = null)
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
        return Encoding.UTF8.GetBytes(body.ToJsonString());
    }
}
