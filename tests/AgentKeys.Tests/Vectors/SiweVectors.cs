using System.Globalization;
using System.Text.Json.Nodes;
using AgentKeys.Ethereum;
using AgentKeys.Protocol;

namespace AgentKeys.Tests.Vectors;

/// <summary>Login messages, signed with RFC 6979 nonces: the file has no randomness.</summary>
internal static class SiweVectors
{
    public const string Description = "Login messages (EIP-4361, one legal text), their EIP-191 hashes and signatures with RFC 6979 nonces. Times are Unix seconds.";

    public static VectorFile File { get; } = new("siwe.json");

    public static string Render() => VectorFile.Render(Description,
    [
        Case("wallet", "ac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80", "localhost:8091", "Sign in to AgentKeys with this device.",
            "http://localhost:8091/v1/auth/wallet/verify", 31337, "k8Jx2mQ0vT4bYw9ZcR1e", 1769860800, 300),
        Case("device key, another host", "59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d", "broker.example.org", "Sign in (agent #7).",
            "https://broker.example.org/v1/auth/wallet/verify", 212013, "00000000", 1798761599, 600),
    ]);

    private static JsonObject Case(string name, string privateKey, string domain, string statement, string uri, ulong chainId, string nonce, long issuedAt, long seconds)
    {
        using var key = Secp256k1Key.FromPrivateKey(Convert.FromHexString(privateKey), Secp256k1Backend.Portable);
        var address = new AccountAddress(key.Address.ToArray());
        var issued = DateTimeOffset.FromUnixTimeSeconds(issuedAt);
        var text = new SiweMessage(domain, address, statement, uri, chainId, nonce, issued, issued.AddSeconds(seconds), DeviceKeyHash.OfAddress(address)).ToText();
        var hash = Eip191.HashMessage(System.Text.Encoding.ASCII.GetBytes(text));
        return new JsonObject
        {
            ["name"] = name,
            ["privateKey"] = "0x" + privateKey,
            ["address"] = address.ToString(),
            ["domain"] = domain,
            ["statement"] = statement,
            ["uri"] = uri,
            ["chainId"] = chainId.ToString(CultureInfo.InvariantCulture),
            ["nonce"] = nonce,
            ["issuedAt"] = issuedAt,
            ["expirationTime"] = issuedAt + seconds,
            ["device"] = DeviceKeyHash.OfAddress(address).ToString(),
            ["text"] = text,
            ["hash"] = VectorFile.Hex(hash),
            ["signature"] = VectorFile.Hex(key.SignDigest(hash).ToBytes65()),
        };
    }
}
