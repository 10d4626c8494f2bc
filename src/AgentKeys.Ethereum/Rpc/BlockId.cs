using System.Text.Json;

namespace AgentKeys.Ethereum.Rpc;

/// <summary>Which block a call is about: a name, a number, or a hash (EIP-1898).</summary>
public readonly struct BlockId
{
    private readonly string? _tag;
    private readonly Hash32? _hash;

    private BlockId(string? tag, Hash32? hash)
    {
        _tag = tag;
        _hash = hash;
    }

    public static BlockId Latest { get; } = new("latest", null);

    public static BlockId Pending { get; } = new("pending", null);

    public static BlockId Finalized { get; } = new("finalized", null);

    public static BlockId Number(ulong number) => new(Quantity.Of(number), null);

    /// <summary>Exactly this block, as long as it is part of the canonical chain: an orphaned one is error -32001.</summary>
    public static BlockId Hash(Hash32 hash) => new(null, hash);

    /// <summary>The hash, if the block is named by one.</summary>
    internal Hash32? ByHash => _hash;

    internal void WriteTo(Utf8JsonWriter writer)
    {
        if (_hash is null)
        {
            writer.WriteStringValue(_tag ?? "latest");
            return;
        }

        writer.WriteStartObject();
        writer.WriteString("blockHash", _hash.Value.ToString());
        writer.WriteBoolean("requireCanonical", true);
        writer.WriteEndObject();
    }
}
