using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using AgentKeys.Ethereum;

namespace AgentKeys.Protocol;

/// <summary>What a proof must have been made for.</summary>
/// <param name="Method">HTTP method, upper case.</param>
/// <param name="Url">the configured public URL of the route, never taken from the request's Host header.</param>
/// <param name="Token">the session or cap that the proof accompanies; null at login.</param>
/// <param name="BodyHash">SHA-256 of the exact body; null where the caller cannot see the body (the signer), who then says why.</param>
/// <param name="Now">our clock.</param>
/// <param name="ProcessStart">proofs made before this process started are refused: an older one may have been used already.</param>
public sealed record ProofExpectation(string Method, string Url, string? Token, Bytes32? BodyHash, DateTimeOffset Now, DateTimeOffset ProcessStart);

/// <summary>A checked proof. Only <see cref="ProofOfPossession.Verify"/> makes one. Its <see cref="Id"/> still has to be unique.</summary>
public sealed class VerifiedProof
{
    internal VerifiedProof(Jwk key, string id, DateTimeOffset issuedAt)
    {
        Jkt = key.Thumbprint();
        Address = AccountAddress.OfPublicKey(key.ToPublicKey());
        (Id, IssuedAt) = (id, issuedAt);
    }

    /// <summary>RFC 7638 thumbprint of the proving key.</summary>
    public Bytes32 Jkt { get; }

    public AccountAddress Address { get; }
    public DeviceKeyHash Device => DeviceKeyHash.OfAddress(Address);
    public string Id { get; }
    public DateTimeOffset IssuedAt { get; }
}

/// <summary>RFC 9449 DPoP proof by a device key: ES256K (RFC 8812), low s, bound to method, URL, token and body (SPEC.md section 5.3).</summary>
public static class ProofOfPossession
{
    public static readonly TimeSpan MaxAge = TimeSpan.FromSeconds(60);
    public static readonly TimeSpan MaxAhead = TimeSpan.FromSeconds(5);

    private static readonly Refusal s_invalid = new(RefusalCode.ProofInvalid, "The DPoP proof is missing or does not fit this request.");

    /// <summary>The bytes that a device key signs (SHA-256, then ES256K).</summary>
    /// <param name="key">the device's public key, curve secp256k1.</param>
    /// <param name="id">22 base64url characters of 16 random bytes.</param>
    public static byte[] EncodeSigningInput(Jwk key, string method, string url, string? token, Bytes32 bodyHash, DateTimeOffset issuedAt, string id)
    {
        var header = ProtocolJson.Write(new ProofHeaderWire(TokenTypes.Proof, "ES256K", key.ToWire()), ProtocolJson.Strict.ProofHeaderWire);
        var claims = new ProofWire(id, method, url, issuedAt.ToUnixTimeSeconds(), Base64UrlStrict.Encode(bodyHash.ToArray()))
        {
            Ath = token is null ? null! : TokenHash(token),
        };
        return CompactJws.EncodeSigningInput(header, ProtocolJson.Write(claims, ProtocolJson.Strict.ProofWire));
    }

    /// <summary>
    /// RFC 9449 section 4.3, step by step. Verified: one strict JWS; typ; alg ES256K; a public secp256k1 jwk with nothing else in it;
    /// signature, low s; htm; htu; iat within -60 s and +5 s and not before this process started; ath; body. Skipped: nonce
    /// (step 10: the jti is unique in a durable log, so no server nonce is handed out). NOT verified, and the caller must: that
    /// the jti is new, that <see cref="VerifiedProof.Jkt"/> is the token's <c>cnf</c>, that the device is the token's.
    /// </summary>
    /// <returns>the proof, or <c>proof_invalid</c> for every failure.</returns>
    public static Result<VerifiedProof> Verify(string? proof, ProofExpectation expected)
    {
        if (!CompactJws.TryParse(proof, out var jws)
            || !ProtocolJson.TryRead(jws.Header, ProtocolJson.Strict.ProofHeaderWire, out var header)
            || header.Typ != TokenTypes.Proof
            || header.Alg != "ES256K"
            || !Jwk.TryFromWire(header.Jwk, Jwk.Secp256k1, out var key)
            || !ProtocolJson.TryRead(jws.Payload, ProtocolJson.Strict.ProofWire, out var claims)
            || !ClaimsFit(claims, expected)
            || !Secp256k1.Verify(SHA256.HashData(jws.SigningInput), jws.Signature, key.ToPublicKey(), requireLowS: true))
            return s_invalid;
        return new VerifiedProof(key, claims.Jti, DateTimeOffset.FromUnixTimeSeconds(claims.Iat));
    }

    private static bool ClaimsFit(ProofWire claims, ProofExpectation expected) =>
        TokenTime.IsTokenId(claims.Jti)
        && claims.Htm == expected.Method
        && claims.Htu == expected.Url
        && TokenTime.TryRead(claims.Iat, out var issuedAt)
        && issuedAt >= expected.Now - MaxAge
        && issuedAt <= expected.Now + MaxAhead
        && claims.Iat >= expected.ProcessStart.ToUnixTimeSeconds()
        && claims.Ath == (expected.Token is null ? null : TokenHash(expected.Token))
        && Base64UrlStrict.TryDecode32(claims.Body, out var bodyHash)
        && (expected.BodyHash is null || expected.BodyHash == bodyHash);

    private static string TokenHash(string token) => Base64UrlStrict.Encode(SHA256.HashData(Encoding.ASCII.GetBytes(token)));
}

internal sealed record ProofWire(string Jti, string Htm, string Htu, long Iat, string Body)
{
    // Absent is legal, an explicit null is not: the reader takes [DisallowNull] at its word, the writer leaves null out.
    [DisallowNull]
    public string? Ath { get; init; }
}
