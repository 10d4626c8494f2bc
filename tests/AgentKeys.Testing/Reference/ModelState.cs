namespace AgentKeys.Testing.Reference;

/// <summary>SPEC section 2: of an operator, derived from what it has.</summary>
public enum ModelTier
{
    WalletOnly = 0,
    AgentRooted = 1,
    HumanAnchored = 2,
}

public sealed class ModelOperator(string omni, ulong registeredAt)
{
    public string Omni { get; } = omni;
    public ulong RegisteredAt { get; } = registeredAt;
    public ModelTier Tier { get; set; }
    public string Wallet { get; set; } = Word.ZeroAddress;
    public string Relay { get; set; } = Word.ZeroAddress;
    public byte RecoveryThreshold { get; set; }
    public byte GrantThreshold { get; set; }

    /// <summary>All that it has or had, in the order of registration.</summary>
    public List<ModelDevice> Devices { get; } = [];
}

public sealed class ModelDevice(string hash, string operatorOmni, string actor, int tier, byte roles, ulong registeredAt)
{
    public string Hash { get; } = hash;
    public string Operator { get; } = operatorOmni;
    public string Actor { get; } = actor;
    public int Tier { get; } = tier;
    public byte Roles { get; set; } = roles;
    public ulong RegisteredAt { get; } = registeredAt;
    public ulong RevokedAt { get; set; }
    public bool Revoked => RevokedAt != 0;

    /// <summary>Of a revoked master; of every other device the view says that all it approved counts.</summary>
    public ulong CompromisedSince { get; set; } = ReferenceRegistry.LostNotCompromised;

    /// <summary>Of a master.</summary>
    public ModelPasskey? Passkey { get; init; }

    /// <summary>Of an agent's device: the first two, and when.</summary>
    public IReadOnlyList<string> Approvers { get; init; } = [];

    public bool IsActiveMaster => Tier == ReferenceRegistry.Master && !Revoked;
}

public sealed class ModelScope
{
    public string Operator { get; init; } = Word.Zero;
    public ulong Generation { get; init; }
    public IReadOnlyList<Grant> Grants { get; init; } = [];
    public IReadOnlyList<string> Approvers { get; init; } = [];

    /// <summary>Of the last set or revocation.</summary>
    public ulong SetAt { get; init; }
}

/// <param name="RecoveryNonce">The registry's, when it was made.</param>
public sealed record ModelProposal(string Operator, string Target, ulong Since, ulong ProposedAt, ulong RecoveryNonce);
