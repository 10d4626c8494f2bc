using System.Text.Json;

namespace AgentKeys.Ethereum.Rpc;

/// <summary>Which logs: of one contract, in a range of blocks, with these topics.</summary>
public sealed record LogFilter
{
    public required Address Address { get; init; }

    public required ulong FromBlock { get; init; }

    /// <summary>Inclusive.</summary>
    public required ulong ToBlock { get; init; }

    /// <summary>By position; null is any. 32 bytes each.</summary>
    public IReadOnlyList<byte[]?> Topics { get; init; } = [];

    internal void WriteTo(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("address", Address.ToString());
        writer.WriteString("fromBlock", Quantity.Of(FromBlock));
        writer.WriteString("toBlock", Quantity.Of(ToBlock));
        writer.WriteStartArray("topics");
        foreach (var topic in Topics)
            writer.WriteStringValue(topic is null ? null : Hex.Encode(topic));
        writer.WriteEndArray();
        writer.WriteEndObject();
    }
}
