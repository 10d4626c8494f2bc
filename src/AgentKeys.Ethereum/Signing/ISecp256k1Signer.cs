namespace AgentKeys.Ethereum;

/// <summary>
/// Whoever can sign with one secp256k1 key: a key in memory, or a provider that the user brings. Safe for several threads.
/// </summary>
public interface ISecp256k1Signer : IDisposable
{
    /// <summary>The address of <see cref="PublicKey"/>.</summary>
    Address Address { get; }

    /// <summary>65 bytes, 04 || X || Y; a copy.</summary>
    byte[] PublicKey { get; }

    /// <summary>Signs 32 bytes as they are: whoever calls has hashed and knows what. The signature has low s and the recovery id
    /// that gives <see cref="PublicKey"/> back.</summary>
    /// <exception cref="ArgumentException">Not 32 bytes.</exception>
    /// <exception cref="ObjectDisposedException">The key is gone.</exception>
    Secp256k1Signature SignDigest(ReadOnlySpan<byte> digest32);
}
