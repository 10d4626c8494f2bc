namespace AgentKeys.Protocol;

/// <summary>What a cap says (SPEC.md section 5.1): who may do what to which object until when, and whose key must prove it.</summary>
public sealed record CapClaims
{
    public const string Audience = "agentkeys:worker";
    public const int Version = 1;
    public static readonly TimeSpan DefaultLifetime = TimeSpan.FromSeconds(300);
    public static readonly TimeSpan MinLifetime = TimeSpan.FromSeconds(60);
    public static readonly TimeSpan MaxLifetime = TimeSpan.FromSeconds(900);

    public required string Issuer { get; init; }
    public required DateTimeOffset IssuedAt { get; init; }
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>22 base64url characters of 16 random bytes; single use for writes.</summary>
    public required string Id { get; init; }

    public required CapOp Op { get; init; }
    public required DataClass DataClass { get; init; }
    public required Omni Operator { get; init; }
    public required Omni Actor { get; init; }

    /// <summary>Absent for list and teardown.</summary>
    public ServiceName? Service { get; init; }

    /// <summary>Memory, wherever there is a service: the object inside that namespace. Other classes: never.</summary>
    public ServiceName? Key { get; init; }

    public required DeviceKeyHash Device { get; init; }
    public required ulong Epoch { get; init; }
    public required ChainRef Chain { get; init; }

    /// <summary>Block whose facts the broker read; a worker below it refuses (<c>chain_behind</c>).</summary>
    public required ulong Block { get; init; }

    /// <summary>RFC 7638 thumbprint of the device key.</summary>
    public required Bytes32 Jkt { get; init; }

    /// <summary>The object this cap is about; null for list and teardown.</summary>
    public ObjectName? ObjectName => Service is null ? null : new ObjectName(Service, Key);

    public CapRequest ToRequest() => new() { Op = Op, DataClass = DataClass, Operator = Operator, Actor = Actor, Service = Service, Device = Device };
}
