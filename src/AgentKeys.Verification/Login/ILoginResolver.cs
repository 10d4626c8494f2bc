using AgentKeys.Protocol;

namespace AgentKeys.Verification;

/// <summary>Who an address is, by the chain: the question of a login.</summary>
public interface ILoginResolver
{
    /// <summary>
    /// Wallet first (its operator), then device (its actor). The omni formula serves only addresses that the registry has never
    /// seen: they are <c>wallet_only</c> and log in again once they are registered.
    /// </summary>
    /// <returns>
    /// or <c>device_revoked</c>, <c>approver_revoked</c>, <c>session_revoked</c> (a wallet that its operator has replaced), and the
    /// refusals of freshness.
    /// </returns>
    Task<Result<LoginIdentity>> ResolveAsync(AccountAddress address, ulong minBlock, CancellationToken cancellationToken);
}

/// <summary>What a login proves. No right follows from it: every act reads the chain again.</summary>
/// <param name="Block">block whose facts said so.</param>
public sealed record LoginIdentity(LoginKind Kind, Omni Operator, Omni Actor, TrustTier TrustTier, ulong Block);
