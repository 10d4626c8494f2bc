namespace AgentKeys.Protocol;

/// <summary>What a decision asks the chain. Zero members are not asked for.</summary>
public sealed record FactsQuery
{
    public Omni Operator { get; init; }
    public Omni Actor { get; init; }
    public DeviceKeyHash Device { get; init; }
    public DataClass? DataClass { get; init; }
    public ServiceName? Service { get; init; }
    public AccountAddress SessionWallet { get; init; }
}

/// <summary>Everything a decision needs, read by one call of one block: the answer of CapLens, field by field (SPEC.md section 6).</summary>
public sealed record CapFacts
{
    public required ChainRef Chain { get; init; }
    public required HeadFacts Head { get; init; }
    public required ulong Epoch { get; init; }
    public required DeviceFacts Device { get; init; }

    /// <summary>Operator of the queried actor; an operator is its own actor. Zero: unknown.</summary>
    public required Omni ActorOperator { get; init; }

    /// <summary>Operator whose current wallet is the queried one. Zero: none.</summary>
    public required Omni WalletOperator { get; init; }

    /// <summary>The queried wallet is, or once was, an operator's.</summary>
    public required bool WalletEverUsed { get; init; }

    public required OperatorFacts Operator { get; init; }

    public required GrantFacts Grant { get; init; }
}

/// <param name="Number">block that answered.</param>
/// <param name="Timestamp">that block's Unix seconds.</param>
/// <param name="ParentHash">hash of the block before.</param>
public sealed record HeadFacts(ulong Number, ulong Timestamp, Bytes32 ParentHash);

/// <param name="RegisteredAt">Unix seconds; 0: the registry has never seen this device.</param>
public sealed record DeviceFacts(
    ulong RegisteredAt, bool Revoked, bool ApproverRevoked, DeviceTier Tier, DeviceRoles Roles, Omni Operator, Omni Actor);

public sealed record OperatorFacts(
    TrustTier Tier, AccountAddress Wallet, byte RecoveryThreshold, byte GrantThreshold, byte ActiveMasters, byte ActiveRecoveryMasters, AccountAddress AuditRelay);

/// <param name="Exists">a grant of the service to the actor stands in the current generation, whatever its classes.</param>
/// <param name="Classes">mask of data classes.</param>
/// <param name="ExpiresAt">Unix seconds; 0: never.</param>
/// <param name="MaxCalls">uses per period; 0: unlimited.</param>
/// <param name="PeriodSeconds">length of a period; 0 with unlimited uses.</param>
public sealed record GrantFacts(
    bool Exists, byte Classes, bool ReadOnly, ulong ExpiresAt, uint MaxCalls, uint PeriodSeconds, ulong Generation, bool ApproverRevoked);
