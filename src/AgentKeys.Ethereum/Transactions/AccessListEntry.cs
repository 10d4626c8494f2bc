namespace AgentKeys.Ethereum;

/// <summary>One entry of an EIP-2930 access list.</summary>
public sealed record AccessListEntry
{
    public required Address Address { get; init; }

    /// <summary>Storage slots, 32 bytes each.</summary>
    public IReadOnlyList<byte[]> StorageKeys
    {
        get;
        init => field = value.All(key => key.Length == 32)
            ? value
            : throw new ArgumentException("A storage key is 32 bytes.", nameof(StorageKeys));
    } = [];

    internal byte[] Encode() => Rlp.EncodeList(
        Rlp.EncodeBytes(Address.ToArray()),
        Rlp.EncodeList([.. StorageKeys.Select(key => Rlp.EncodeBytes(key))]));
}
