namespace AgentKeys.Testing.Reference;

/// <summary>SPEC section 2: of an operator, derived from what it has.</summary>
public enum ModelTier
{
    WalletOnly = 0,
    AgentRooted = 1,
    HumanAnchored = 2,
}

public sealed class ModelOperator(string omni)
{
    public string Omni { get; } = omni;
    public ModelTier Tier { get; set; }
    public string Wallet { get; set; } = Word.ZeroAddress;
    public string Relay { get; set; } = Word.ZeroAddress;
    public byte RecoveryThreshold { get; set; }
    public byte GrantThreshold { get; set; }
}

public sealed class ModelDevice(string hash, string operatorOmni, string actor, int tier, byte roles, ulong registeredAt)
{
    public string Hash { get; } = hash;
    public string Operator { get; } = operatorOmni;
    public string Actor { get; } = actor;
    public int Tier { get; } = tier;
    public byte Roles { get; set; } = roles;
    public ulong RegisteredAt { get; } = registeredAt;
    public bool Revoked { get; set; }

    /// <summary>Of a revoked master.</summary>
    public ulong CompromisedSince { get; set; }

    /// <summary>Of a master.</summary>
    public ModelPasskey? Passkey { get; init; }

    /// <summary>Of an agent's device: the first two, and when.</summary>
    public IReadOnlyList<string> Approvers { get; init; } = [];

    public bool IsActiveMaster => Tier == ReferenceRegistry.Master && !Revoked;
}

public sealed class ModelScope
{
    public ulong Generation { get; set; }
    public IReadOnlyList<Grant> Grants { get; set; } = [];
    public IReadOnlyList<string> Approvers { get; set; } = [];
    public ulong ApprovedAt { get; set; }
}

/// <param name="RecoveryNonce">The registry's, when it was made.</param>
public sealed record ModelProposal(string Operator, string Target, ulong Since, ulong ProposedAt, ulong RecoveryNonce);
