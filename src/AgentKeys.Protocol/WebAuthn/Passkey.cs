using System.Security.Cryptography;
using System.Text;

namespace AgentKeys.Protocol;

/// <summary>A master's passkey (K11) as the registry stores it: a P-256 key and where it may be used.</summary>
/// <param name="CredentialIdHash">SHA-256 of the credential id bytes. No verifier checks it: it tells a page which passkey to ask for.</param>
/// <param name="X">first coordinate of the public key, big-endian.</param>
/// <param name="Y">second coordinate.</param>
/// <param name="RpIdHash">SHA-256 of the relying party id, as authenticators put it into authenticatorData.</param>
/// <param name="OriginHash">keccak256 of the origin's ASCII text; zero: not checked (localhost, whose port changes).</param>
public sealed record Passkey(Bytes32 CredentialIdHash, Bytes32 X, Bytes32 Y, Bytes32 RpIdHash, Bytes32 OriginHash)
{
    /// <summary>keccak256(abi.encode of the five words): passkeyHash of a registration.</summary>
    public Bytes32 Hash => AbiWords.Hash(CredentialIdHash, X, Y, RpIdHash, OriginHash);

    /// <param name="origin">for instance <c>https://keys.example.org</c>; null enrols a passkey whose origin nobody checks.</param>
    public static Passkey Of(ReadOnlySpan<byte> credentialId, Bytes32 x, Bytes32 y, string rpId, string? origin) =>
        new(HashCredentialId(credentialId), x, y, HashRpId(rpId), origin is null ? default : HashOrigin(origin));

    public static Bytes32 HashCredentialId(ReadOnlySpan<byte> credentialId) => new(SHA256.HashData(credentialId));

    public static Bytes32 HashRpId(string rpId) => new(SHA256.HashData(AsciiBytes(rpId)));

    public static Bytes32 HashOrigin(string origin) => AbiWords.HashText(AsciiBytes(origin));

    // Browsers give both in ASCII (punycode); a replaced character would hash to something that never matches.
    private static byte[] AsciiBytes(string text) =>
        Ascii.IsValid(text) ? Encoding.ASCII.GetBytes(text) : throw new ArgumentException("Relying party ids and origins are ASCII.", nameof(text));
}
