namespace AgentKeys.Ethereum;

/// <summary>What <c>eth_sendRawTransaction</c> takes.</summary>
/// <param name="Raw">The encoded transaction.</param>
/// <param name="Hash">Its name on the chain, 32 bytes: keccak256 of <paramref name="Raw"/>.</param>
public sealed record SignedTransaction(byte[] Raw, byte[] Hash)
{
    internal static SignedTransaction From(byte[] raw) => new(raw, Keccak256.Hash(raw));

    /// <summary>The hash as text.</summary>
    public override string ToString() => Hex.Encode(Hash);
}
