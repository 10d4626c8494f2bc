namespace AgentKeys.Protocol;

/// <summary>Role bits of a device, as on chain.</summary>
[Flags]
public enum DeviceRoles : byte
{
    None = 0,
    CapMint = 1,
    Recovery = 2,
    ScopeMgmt = 4,
}

/// <summary>Tier of a device, as on chain: masters have a passkey (K11), agent devices do not.</summary>
public enum DeviceTier : byte
{
    None = 0,
    Master = 1,
    Agent = 2,
}
