namespace AgentKeys.Protocol;

/// <summary>What somebody wants to do, as far as the chain has a say in it.</summary>
public sealed record CapRequest
{
    public required CapOp Op { get; init; }
    public required DataClass DataClass { get; init; }
    public required Omni Operator { get; init; }
    public required Omni Actor { get; init; }

    /// <summary>Absent for list and teardown.</summary>
    public ServiceName? Service { get; init; }

    /// <summary>The device whose key made the proof.</summary>
    public required DeviceKeyHash Device { get; init; }

    /// <summary>Set for a session that a wallet opened: it must still be its operator's wallet.</summary>
    public AccountAddress? SessionWallet { get; init; }

    public FactsQuery ToQuery() => new()
    {
        Operator = Operator,
        Actor = Actor,
        Device = Device,
        DataClass = DataClass,
        Service = Service,
        SessionWallet = SessionWallet ?? default,
    };
}
