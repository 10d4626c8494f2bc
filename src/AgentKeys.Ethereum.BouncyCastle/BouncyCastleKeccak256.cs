using Org.BouncyCastle.Crypto.Digests;

namespace AgentKeys.Ethereum.BouncyCastle;

/// <summary>Keccak-256 by BouncyCastle: the same digests as <see cref="Keccak256"/>.</summary>
public static class BouncyCastleKeccak256
{
    /// <summary>The 32-byte digest of <paramref name="data"/>.</summary>
    public static byte[] Hash(ReadOnlySpan<byte> data)
    {
        var keccak = new KeccakDigest(8 * Keccak256.Size);
        keccak.BlockUpdate(data);
        var digest = new byte[Keccak256.Size];
        keccak.DoFinal(digest, 0);
        return digest;
    }
}
