using System.Numerics;
using System.Text.Json;

namespace AgentKeys.Ethereum.Rpc;

/// <summary>A message to a contract, executed (eth_call) or estimated, not sent.</summary>
/// <param name="To">Null deploys <paramref name="Data"/>.</param>
/// <param name="From">Who sends; null is the zero address.</param>
/// <param name="Value">Wei.</param>
public sealed record CallMessage(Address? To, ReadOnlyMemory<byte> Data, Address? From = null, BigInteger Value = default)
{
    internal void WriteTo(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        if (From is { } from)
            writer.WriteString("from", from.ToString());
        if (To is { } to)
            writer.WriteString("to", to.ToString());
        writer.WriteString("data", Hex.Encode(Data.Span));
        if (!Value.IsZero)
            writer.WriteString("value", Quantity.Of(Value));
        writer.WriteEndObject();
    }
}
