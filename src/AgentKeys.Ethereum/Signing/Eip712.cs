using System.Numerics;

namespace AgentKeys.Ethereum;

/// <summary>
/// EIP-712: hashing of typed data, which wallets can show before they sign. A struct's hash comes from
/// <see cref="Eip712Type.Hash(ReadOnlySpan{Eip712Value})"/>; this puts the domain in front.
/// </summary>
public static class Eip712
{
    /// <summary>What is signed, 32 bytes: keccak256(0x1901 || domain separator || hash of the primary struct).</summary>
    /// <exception cref="ArgumentException"><paramref name="structHash"/> is not 32 bytes.</exception>
    public static byte[] Digest(Eip712Domain domain, ReadOnlySpan<byte> structHash)
    {
        ArgumentNullException.ThrowIfNull(domain);
        if (structHash.Length != 32)
            throw new ArgumentException("The hash of a struct is 32 bytes.", nameof(structHash));
        return Keccak256.Hash([0x19, 0x01, .. domain.Separator(), .. structHash]);
    }
}

/// <summary>
/// Where a signature counts: these four fields, always all of them, so that what is signed for one contract on one chain is
/// nothing anywhere else.
/// </summary>
public sealed record Eip712Domain(string Name, string Version, ulong ChainId, Address VerifyingContract)
{
    private static readonly Eip712Type Type =
        Eip712Type.Parse("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)");

    /// <summary>The domain separator: the struct hash of EIP712Domain, 32 bytes.</summary>
    public byte[] Separator() => Type.Hash(Name, Version, (BigInteger)ChainId, VerifyingContract);
}
