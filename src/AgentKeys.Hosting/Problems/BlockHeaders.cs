using System.Globalization;
using AgentKeys.Protocol;
using Microsoft.AspNetCore.Http;

namespace AgentKeys.Hosting;

/// <summary>Which block decided, and which one the client insists on.</summary>
public static class BlockHeaders
{
    public const string Block = "AgentKeys-Block";
    public const string MinBlock = "AgentKeys-Min-Block";

    public static void SetBlock(HttpResponse response, ulong block) => response.Headers[Block] = block.ToString(CultureInfo.InvariantCulture);

    /// <returns>null when the header is absent; <c>invalid_input</c> unless it is there once, in decimal, without sign or leading zeros.</returns>
    public static Result<ulong?> ParseMinBlock(HttpRequest request)
    {
        var values = request.Headers[MinBlock];
        if (values.Count == 0)
            return (ulong?)null;
        if (values.Count == 1 && ulong.TryParse(values[0], NumberStyles.None, CultureInfo.InvariantCulture, out var block)
            && block.ToString(CultureInfo.InvariantCulture) == values[0])
            return (ulong?)block;
        return Refusal.InvalidInput(MinBlock, "A block number in decimal.");
    }
}
