namespace AgentKeys.Protocol;

/// <summary>Derived from the chain, never from a request. Proves a passkey-shaped key, not a person.</summary>
public enum TrustTier : byte
{
    WalletOnly = 0,
    AgentRooted = 1,
    HumanAnchored = 2,
}

public static class TrustTiers
{
    public static string Name(this TrustTier tier) => tier switch
    {
        TrustTier.WalletOnly => "wallet_only",
        TrustTier.AgentRooted => "agent_rooted",
        TrustTier.HumanAnchored => "human_anchored",
        _ => throw new ArgumentOutOfRangeException(nameof(tier)),
    };
}
