using AgentKeys.Protocol;

namespace AgentKeys.Verification;

/// <summary>
/// A cap for this route with a proof by its device, both in force by our clock. The chain has not been asked and the proof may have
/// been used before. Only <see cref="CapGate.Present"/> makes one.
/// </summary>
public sealed class PresentedCap
{
    internal PresentedCap(VerifiedCap cap, VerifiedProof proof) => (Cap, Proof) = (cap, proof);

    public VerifiedCap Cap { get; }
    public VerifiedProof Proof { get; }
}

/// <summary>
/// A request that the chain allows now. Still to do before the act: the audit record, whose append refuses a used proof, a used
/// single-use cap and an exceeded quota. Only <see cref="CapGate.AuthorizeAsync"/> makes one.
/// </summary>
public sealed class AuthorizedRequest
{
    internal AuthorizedRequest(PresentedCap presented, CapFacts facts) => (Cap, Proof, Facts) = (presented.Cap.Claims, presented.Proof, facts);

    public CapClaims Cap { get; }
    public VerifiedProof Proof { get; }

    /// <summary>What the rule was judged on; its head goes into <c>AgentKeys-Block</c> and the audit record.</summary>
    public CapFacts Facts { get; }
}
