namespace AgentKeys.Protocol;

/// <summary>What a ceremony asked a browser for, and where.</summary>
/// <param name="Challenge">an operation's, as the contract computes it; random for a creation.</param>
/// <param name="RpId">relying party, for instance <c>localhost</c>.</param>
/// <param name="Origin">of the page, as browsers write it: scheme, host and port.</param>
public sealed record CeremonyTerms(Bytes32 Challenge, string RpId, string Origin)
{
    /// <summary>Whether what is asserted here can count for this passkey: the chain compares with what was enrolled, not with this page.</summary>
    /// <returns>None, RpIdMismatch, or OriginMismatch for a passkey that is bound to an origin.</returns>
    public AssertionFault Fit(Passkey passkey)
    {
        if (passkey.RpIdHash != Passkey.HashRpId(RpId))
            return AssertionFault.RpIdMismatch;
        if (!passkey.OriginHash.IsZero && passkey.OriginHash != Passkey.HashOrigin(Origin))
            return AssertionFault.OriginMismatch;
        return AssertionFault.None;
    }
}
