using AgentKeys.Protocol;

namespace AgentKeys.Audit;

/// <summary>An act about to be done, and the conditions under which its record may be written. The log stamps time and verifier.</summary>
public sealed record AuditAuthorization
{
    public required Omni Operator { get; init; }
    public required Omni Actor { get; init; }
    public required DeviceKeyHash Device { get; init; }
    public required AuditOpKind Op { get; init; }

    /// <summary>Must be new to this log: <c>proof_replayed</c>. Null only for what a process does by itself, said in so many words.</summary>
    public required ProofUse? Proof { get; init; }

    /// <summary>Null for acts without a cap.</summary>
    public required CapUse? Cap { get; init; }

    /// <summary>Null for a grant without a limit. Needs <see cref="Object"/>.</summary>
    public required QuotaUse? Quota { get; init; }

    /// <summary>The block whose facts allowed it; null when no chain read was needed.</summary>
    public required ulong? Block { get; init; }

    /// <summary>The receipt answers its floor. Absent for list, teardown and everything that is not about one object.</summary>
    public ObjectName? Object { get; init; }

    public string? Intent { get; init; }
    public Bytes32? IntentCommitment { get; init; }
    public ReadOnlyMemory<byte>? Body { get; init; }
}

/// <param name="Jkt">RFC 7638 thumbprint of the proof's key.</param>
/// <param name="Jti">the proof's jti, 1 to 128 visible ASCII characters.</param>
public sealed record ProofUse(Bytes32 Jkt, string Jti);

/// <param name="Jti">the cap's jti.</param>
/// <param name="SingleUse">true for writes: a second use is <c>cap_replayed</c>.</param>
public sealed record CapUse(string Jti, bool SingleUse);

/// <summary>At most <paramref name="MaxCalls"/> authorized calls per (operator, actor, class, scope generation, service, period).</summary>
/// <param name="PeriodSeconds">at least 1; the period's index is unix seconds / PeriodSeconds.</param>
public sealed record QuotaUse(ulong ScopeGeneration, uint MaxCalls, uint PeriodSeconds);
