using System.Numerics;
using AgentKeys.Protocol;

namespace AgentKeys.Chain;

/// <summary>An operator as the registry keeps it.</summary>
/// <param name="RegisteredAt">Unix seconds.</param>
/// <param name="DeviceCount">Devices that it has or had.</param>
public sealed record OperatorRecord(
    AccountAddress Wallet, TrustTier Tier, byte RecoveryThreshold, byte GrantThreshold, byte ActiveMasters, byte ActiveRecoveryMasters,
    AccountAddress AuditRelay, ulong RegisteredAt, uint DeviceCount);

/// <summary>A device as the registry keeps it.</summary>
/// <param name="RegisteredAt">Unix seconds.</param>
/// <param name="RevokedAt">Unix seconds; 0: not revoked.</param>
/// <param name="CompromisedSince">Of a revoked master: its approvals from then on do not count.</param>
/// <param name="Ordinal">Its place in its operator's list, from 1.</param>
/// <param name="Approvers">Masters that approved an agent's device: at most two, zeros left out.</param>
/// <param name="Passkey">Of a master; null for agents.</param>
public sealed record DeviceRecord(
    Omni Operator, Omni Actor, DeviceTier Tier, DeviceRoles Roles, ulong RegisteredAt, ulong RevokedAt, ulong CompromisedSince, uint Ordinal,
    IReadOnlyList<DeviceKeyHash> Approvers, Passkey? Passkey);

/// <summary>A master's proposal to revoke another.</summary>
/// <param name="CompromisedSince">What the revocation will say.</param>
/// <param name="ProposedAt">Unix seconds, as are the next two.</param>
/// <param name="ExecutableFrom">First second at which anyone may execute it.</param>
/// <param name="ExpiresAfter">Last second at which anyone may.</param>
/// <param name="Live">Nothing but time stands between it and its execution.</param>
public sealed record ProposalRecord(
    Omni Operator, DeviceKeyHash Target, ulong CompromisedSince, BigInteger RecoveryNonce, ulong ProposedAt, ulong ExecutableFrom, ulong ExpiresAfter, bool Live);

/// <summary>An actor's scope.</summary>
/// <param name="Generation">Rises with every set and revoke; 0: never set.</param>
/// <param name="SetAt">Unix seconds.</param>
/// <param name="Approvers">Masters that approved it: at most two, zeros left out.</param>
/// <param name="Operator">Who set it.</param>
/// <param name="Grants">In the order in which they were given, expired ones too.</param>
public sealed record ScopeRecord(
    ulong Generation, ulong SetAt, IReadOnlyList<DeviceKeyHash> Approvers, Omni Operator, IReadOnlyList<ScopeGrant> Grants);
