using AgentKeys.Protocol;

namespace AgentKeys.Verification;

/// <summary>
/// A session in force with a proof by the key that opened it. The chain has not been asked and the proof may have been used before.
/// Only <see cref="SessionGate.Present"/> makes one.
/// </summary>
public sealed class PresentedSession
{
    internal PresentedSession(VerifiedSession session, VerifiedProof proof) => (Session, Proof) = (session, proof);

    public VerifiedSession Session { get; }
    public VerifiedProof Proof { get; }
}
