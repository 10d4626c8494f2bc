using System.Security.Cryptography;
using AgentKeys.Protocol;

namespace AgentKeys.Broker.Keys;

/// <summary>
/// The only place in AgentKeys that signs sessions, caps (K1) and storage tokens (K2). Signs what it is given: whether it may be
/// given is decided, and recorded, before.
/// </summary>
internal sealed class TokenSigner : IDisposable
{
    private readonly SigningKey _session;
    private readonly SigningKey _oidc;

    public TokenSigner(SigningKey session, SigningKey oidc)
    {
        if (session.Purpose != KeyPurpose.Session || oidc.Purpose != KeyPurpose.Oidc || session.KeyId == oidc.KeyId)
            throw new ArgumentException("Two keys, each of its own purpose.");
        (_session, _oidc) = (session, oidc);
    }

    /// <summary>K1, public.</summary>
    public Jwk SessionKey => _session.PublicKey;

    /// <summary>K2, public.</summary>
    public Jwk OidcKey => _oidc.PublicKey;

    /// <summary>16 random bytes, 22 base64url characters.</summary>
    public static string NewTokenId() => Base64UrlStrict.Encode(RandomNumberGenerator.GetBytes(16));

    public string Sign(SessionClaims claims) => _session.SignToken(TokenTypes.Session, SessionToken.EncodeClaims(claims));

    public string Sign(CapClaims claims) => _session.SignToken(TokenTypes.Cap, CapToken.EncodeClaims(claims));

    public string Sign(StorageClaims claims) => _oidc.SignToken(TokenTypes.Storage, StorageToken.EncodeClaims(claims));

    public void Dispose()
    {
        _session.Dispose();
        _oidc.Dispose();
    }
}
