using System.Security.Cryptography;
using AgentKeys.Ethereum;
using AgentKeys.Protocol;

namespace AgentKeys.Client;

/// <summary>Proofs of possession by the device key (SPEC.md section 5.3). Every proof has a new random id and is used once.</summary>
/// <param name="device">its key signs; the caller disposes it.</param>
public sealed class DeviceProofs(ISecp256k1Signer device, TimeProvider time)
{
    private const int IdBytes = 16;

    private readonly Jwk _key = ToJwk(device.PublicKey);

    /// <param name="method">HTTP method, upper case.</param>
    /// <param name="url">exactly as the service knows its route, without query.</param>
    /// <param name="body">the exact bytes that are sent.</param>
    /// <param name="token">session or cap that the proof accompanies; null at login.</param>
    /// <returns>the <c>DPoP</c> header's value.</returns>
    public string Create(string method, string url, string? token, ReadOnlySpan<byte> body)
    {
        var id = Base64UrlStrict.Encode(RandomNumberGenerator.GetBytes(IdBytes));
        var bodyHash = new Bytes32(SHA256.HashData(body));
        var input = ProofOfPossession.EncodeSigningInput(_key, method, url, token, bodyHash, time.GetUtcNow(), id);
        var signature = device.SignDigest(SHA256.HashData(input));
        return CompactJws.Assemble(input, signature.ToBytes64());
    }

    private static Jwk ToJwk(ReadOnlySpan<byte> publicKey)
    {
        var point = publicKey[^64..];
        return new Jwk(Jwk.Secp256k1, point[..32], point[32..]);
    }
}
