using AgentKeys.Protocol;
using AgentKeys.Services.Tests.Support;
using AgentKeys.Testing.Tokens;

namespace AgentKeys.Services.Tests.WrongMoves;

/// <summary>Whose session and whose data; at worker and signer the cap says both.</summary>
internal static class SessionMoves
{
    private static readonly TestDevice s_stranger = new();

    public static IEnumerable<WrongMove> All { get; } =
    [
        new("another operator's session",
            Cell.Broker("operator_mismatch", (r, c) => c.Session = c.Session with { Operator = r.NewOperator().Omni }),
            Cell.Vault("operator_mismatch", (s, c) => c.Cap = c.Cap with { Operator = new TestOperator(s.Chain).Omni }),
            Cell.Vault("operator_mismatch", (s, c) => c.Cap = c.Cap with { Operator = new TestOperator(s.Chain).Omni })),
        new("an operator whom the chain does not know",
            Cell.Broker("operator_mismatch", (_, c) => c.Body["operator_omni"] = s_stranger.Omni.ToString()),
            Cell.Vault("custody_tier_required", (_, c) => c.Cap = c.Cap with { Operator = s_stranger.Omni }),
            Cell.Vault("custody_tier_required", (_, c) => c.Cap = c.Cap with { Operator = s_stranger.Omni })),
        new("another actor's session",
            Cell.Broker("device_binding_mismatch", AnotherActor),
            Cell.Vault("device_binding_mismatch", (s, c) => c.Cap = c.Cap with { Actor = s.OtherAgent.Omni }),
            Cell.Shown("device_binding_mismatch", "SignerGateTests.The_signer_refuses_what_the_worker_should_have_refused")),
        new("a wish for another device than the proof's",
            Cell.Broker("device_binding_mismatch", (_, c) => c.Body["device_key_hash"] = s_stranger.Hash.ToString()),
            Cell.Vault("device_binding_mismatch", (s, c) => c.Cap = c.Cap with { Device = s.OtherAgent.Hash }),
            Cell.Shown("device_binding_mismatch", "SignerGateTests.The_signer_refuses_what_the_worker_should_have_refused")),
        new("a session that the wallet's replacement revoked",
            Cell.Broker("session_revoked", (r, c) =>
            {
                using var former = new TestDevice();
                c.Session = c.Session with { Login = LoginKind.Wallet, Address = former.Address };
            }),
            Cell.Never("no worker takes a session; the device's own state counts there"),
            Cell.Never("no signer takes a session; the device's own state counts there")),
    ];

    /// <summary>Another agent of the same operator, with the same service granted.</summary>
    public static void AnotherActor(BrokerRig rig, BrokerCall call)
    {
        using var other = new TestDevice();
        rig.Registry.AddDevice(other, call.Session.Operator, other.Omni, DeviceTier.Agent, DeviceRoles.CapMint).Grant(other.Omni, "openai");
        call.Body["actor_omni"] = other.Omni.ToString();
    }
}
