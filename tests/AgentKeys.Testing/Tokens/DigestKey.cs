using System.Collections.Frozen;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using AgentKeys.Protocol;

namespace AgentKeys.Testing.Tokens;

/// <summary>
/// A P-256 key whose signature is the digest, twice: anybody can make one, in a hundredth of the time. For millions of tokens that are to reach
/// what comes after the signature, where every other check is the real one.
/// </summary>
internal sealed class DigestKey : ECDsa
{
    private readonly ECParameters _public;

    public DigestKey()
    {
        KeySizeValue = 256;
        using var key = Create(ECCurve.NamedCurves.nistP256);
        _public = key.ExportParameters(false);
    }

    /// <summary>The product takes nothing but points of the curve: this goes around it.</summary>
    public TrustedKeys Trusted(Jwk jwk)
    {
        var trusted = new TrustedKeys([jwk]);
        KeysOf(trusted) = new Dictionary<string, ThreadLocal<ECDsa>> { [jwk.KeyId()] = new(() => this) }.ToFrozenDictionary();
        return trusted;
    }

    public override ECParameters ExportParameters(bool includePrivateParameters) => _public;

    public override byte[] SignHash(byte[] hash) => [.. hash, .. hash];

    public override bool VerifyHash(byte[] hash, byte[] signature) => signature.AsSpan().SequenceEqual(SignHash(hash));

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_keys")]
    private static extern ref FrozenDictionary<string, ThreadLocal<ECDsa>> KeysOf(TrustedKeys keys);
}
