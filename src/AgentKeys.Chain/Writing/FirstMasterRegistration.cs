using AgentKeys.Protocol;

namespace AgentKeys.Chain;

/// <param name="Device">The new master's K10.</param>
/// <param name="AuditRelay">Who may append to the operator's log; zero: nobody yet.</param>
/// <param name="Deadline">Unix seconds, at most 7 days ahead; in the device's signature and in the passkey's challenge.</param>
/// <param name="DeviceSignature">65 bytes r || s || v (27 or 28) by K10 over the EIP-712 registration.</param>
/// <param name="Attestation">The new passkey over this operation's challenge, nonce 0.</param>
public sealed record FirstMasterRegistration(
    DeviceKeyHash Device, Passkey Passkey, AccountAddress AuditRelay, ulong Deadline, byte[] DeviceSignature, WebAuthnAssertion Attestation);
