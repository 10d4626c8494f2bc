using AgentKeys.Protocol;
using AgentKeys.Verification;

namespace AgentKeys.Broker.Caps;

/// <summary>Row 0: what the session and its proof show by themselves, before anybody asks the chain.</summary>
internal static class SessionCheck
{
    private static readonly Refusal s_otherOperator = new(RefusalCode.OperatorMismatch, "This session is another operator's.");
    private static readonly Refusal s_otherDevice = new(RefusalCode.DeviceBindingMismatch, "The DPoP proof was made by another device than this request names.");

    /// <returns>null when operator and device are the session's and the proof's, else <c>operator_mismatch</c>, <c>device_binding_mismatch</c>.</returns>
    public static Refusal? Check(PresentedSession presented, Wish wish)
    {
        if (wish.Operator != presented.Session.Claims.Operator)
            return s_otherOperator;
        return wish.Device == presented.Proof.Device ? null : s_otherDevice;
    }
}
