namespace AgentKeys.Protocol;

/// <summary>What an actor may do with one service, as <c>setScopeWithWebauthn</c> takes it.</summary>
/// <param name="ServiceHash">keccak256 of the service's name.</param>
/// <param name="DataClasses">mask of <see cref="Protocol.DataClasses.MaskBit"/>.</param>
/// <param name="ExpiresAt">Unix seconds; 0: never.</param>
/// <param name="MaxCalls">uses per period; 0: unlimited.</param>
/// <param name="PeriodSeconds">length of a period.</param>
public sealed record ScopeGrant(Bytes32 ServiceHash, byte DataClasses, bool ReadOnly, ulong ExpiresAt, uint MaxCalls, uint PeriodSeconds);
