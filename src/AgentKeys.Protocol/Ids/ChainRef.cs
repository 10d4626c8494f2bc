using System.Globalization;

namespace AgentKeys.Protocol;

/// <summary>Which registry on which chain: <c>eip155:&lt;chain id&gt;:&lt;registry, 0x + 40 lower hex&gt;</c>, no leading zeros.</summary>
public sealed record ChainRef(ulong ChainId, AccountAddress Registry)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"eip155:{ChainId}:{Registry}");

    public static bool TryParse(string? text, out ChainRef chain)
    {
        chain = null!;
        var parts = text?.Split(':') ?? [];
        if (parts.Length != 3 || parts[0] != "eip155"
            || !ulong.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var id)
            || !AccountAddress.TryParse(parts[2], out var registry))
            return false;
        chain = new ChainRef(id, registry);
        return chain.ToString() == text;
    }
}
