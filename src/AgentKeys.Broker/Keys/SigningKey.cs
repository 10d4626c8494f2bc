using System.Security.Cryptography;
using AgentKeys.Protocol;

namespace AgentKeys.Broker.Keys;

/// <summary>What a broker key signs. A file of one purpose is never loaded for the other.</summary>
internal enum KeyPurpose
{
    /// <summary>K1: sessions and caps.</summary>
    Session,

    /// <summary>K2: storage tokens.</summary>
    Oidc,
}

internal static class KeyPurposes
{
    public static string Name(this KeyPurpose purpose) => purpose == KeyPurpose.Session ? "session" : "oidc";
}

/// <summary>A P-256 private key of the broker. Signs; never shows itself.</summary>
internal sealed class SigningKey : IDisposable
{
    private readonly ECDsa _key;
    private readonly Lock _lock = new();

    public SigningKey(KeyPurpose purpose, ECDsa key)
    {
        (Purpose, _key, PublicKey) = (purpose, key, Jwk.OfP256(key));
        KeyId = PublicKey.KeyId();
    }

    public KeyPurpose Purpose { get; }
    public Jwk PublicKey { get; }
    public string KeyId { get; }

    /// <summary>A compact JWS: ES256 over this header type and these claims.</summary>
    public string SignToken(string typ, ReadOnlySpan<byte> claims)
    {
        var input = CompactJws.EncodeSigningInput(TokenTypes.EncodeHeader(typ, KeyId), claims);
        return CompactJws.Assemble(input, Sign(input));
    }

    /// <summary>One key for all requests: ECDsa instances are not promised to be thread-safe, and signing takes 36 microseconds.</summary>
    private byte[] Sign(byte[] input)
    {
        lock (_lock)
            return _key.SignData(input, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
    }

    public override string ToString() => $"{Purpose.Name()} key {KeyId}";

    public void Dispose() => _key.Dispose();
}
