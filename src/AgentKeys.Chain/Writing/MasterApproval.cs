using AgentKeys.Protocol;

namespace AgentKeys.Chain;

/// <summary>One master's passkey over one operation's challenge.</summary>
/// <param name="Device">The approving master.</param>
/// <param name="Deadline">Unix seconds; the one in the challenge.</param>
public sealed record MasterApproval(DeviceKeyHash Device, ulong Deadline, WebAuthnAssertion Assertion);
