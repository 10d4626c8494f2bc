using AgentKeys.Protocol;

namespace AgentKeys.Chain;

/// <param name="Device">The agent's K10.</param>
/// <param name="Actor">The agent.</param>
/// <param name="Deadline">Unix seconds, of the device's signature; every approval has its own.</param>
/// <param name="DeviceSignature">65 bytes r || s || v (27 or 28) by K10 over the EIP-712 registration.</param>
/// <param name="Approvals">Of grantThreshold masters with SCOPE_MGMT.</param>
public sealed record AgentDeviceRegistration(
    DeviceKeyHash Device, Omni Operator, Omni Actor, ulong Deadline, byte[] DeviceSignature, IReadOnlyList<MasterApproval> Approvals);
