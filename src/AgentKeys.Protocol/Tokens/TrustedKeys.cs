using System.Collections.Frozen;
using System.Security.Cryptography;

namespace AgentKeys.Protocol;

/// <summary>
/// P-256 public keys by <c>kid</c>, from configuration, never from a token or the network. One purpose per set: session and cap
/// keys (K1) and storage token keys (K2) never share one.
/// </summary>
public sealed class TrustedKeys
{
    private readonly FrozenDictionary<string, ThreadLocal<ECDsa>> _keys;

    /// <exception cref="CryptographicException">a key is not a point of the curve.</exception>
    public TrustedKeys(IEnumerable<Jwk> keys)
    {
        _keys = keys.DistinctBy(k => k.KeyId()).ToFrozenDictionary(k => k.KeyId(), k =>
        {
            if (k.Curve != Jwk.P256)
                throw new ArgumentException("Only P-256 keys sign tokens.", nameof(keys));
            _ = Import(k);
            // ECDsa instances are not promised to be thread-safe; importing costs about a millisecond, so once per thread.
            return new ThreadLocal<ECDsa>(() => Import(k));
        });
    }

    public int Count => _keys.Count;

    /// <summary>
    /// Verified: header is exactly {alg ES256, the given typ, a known kid}, ES256 over the signing input.
    /// NOT verified, and the caller must: every claim.
    /// </summary>
    internal bool VerifyHeaderAndSignature(CompactJws jws, string typ) =>
        ProtocolJson.TryRead(jws.Header, ProtocolJson.Strict.TokenHeaderWire, out var header)
        && header.Alg == "ES256"
        && header.Typ == typ
        && _keys.TryGetValue(header.Kid, out var key)
        && key.Value!.VerifyData(jws.SigningInput, jws.Signature, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);

    private static ECDsa Import(Jwk key) => ECDsa.Create(new ECParameters
    {
        Curve = ECCurve.NamedCurves.nistP256,
        Q = new ECPoint { X = key.X.ToArray(), Y = key.Y.ToArray() },
    });
}
