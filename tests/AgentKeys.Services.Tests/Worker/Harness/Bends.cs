using System.Text;
using AgentKeys.Chain;
using AgentKeys.Protocol;
using AgentKeys.Testing.Tokens;

namespace AgentKeys.Services.Tests.Worker;

/// <summary>One thing changed in a valid request, a store where nothing else is said, and the code that must come of it. In the order in which the checks stand.</summary>
internal sealed record Bend(string Name, string Code, Action<VaultStack, VaultCall> Apply)
{
    /// <summary>What the chain says in its place, where that is all that is bent: the same at every verifier.</summary>
    public Func<DataClass, CapFacts, CapFacts>? Facts { get; private init; }

    /// <summary>About the grant, which only an op that names a service needs.</summary>
    public bool IsOfGrant { get; private init; }

    private static readonly Omni s_somebody = new TestDevice().Omni;

    public override string ToString() => Name;

    /// <summary>Refused before the audit record: nothing at all may have changed, in any log or store.</summary>
    public static IReadOnlyList<Bend> All { get; } =
    [
        new("body too large", "payload_too_large", (_, c) => c.Body = [.. c.Body, .. Enumerable.Repeat((byte)' ', c.Class.HasKeys() && c.Route == CapOp.Store ? 12_000_000 : 100_000)]),
        new("media type", "unsupported_media_type", (_, c) => c.ContentType = "text/plain"),
        new("no media type", "unsupported_media_type", (_, c) => c.ContentType = null),
        new("no storage session", "storage_session_required", (_, c) => c.Headers["AgentKeys-Storage-Token"] = null),
        new("both kinds of storage session", "storage_session_required", (_, c) => c.Headers["X-Aws-Session-Token"] = "x"),
        new("no cap", "cap_invalid", (_, c) => c.Headers["Authorization"] = null),
        new("cap as a bearer token", "cap_invalid", (_, c) => c.Headers["Authorization"] = "Bearer " + c.Tokens.Cap(c.Cap)),
        new("cap signed by K2", "cap_invalid", (_, c) => c.BendToken = f => f.Signer = TestTokens.Es256(c.Tokens.OidcKey)),
        new("cap of another broker", "cap_invalid", (_, c) => c.Cap = c.Cap with { Issuer = "http://other.test" }),
        new("cap of another chain", "cap_invalid", (_, c) => c.Cap = c.Cap with { Chain = c.Cap.Chain with { ChainId = 1 } }),
        new("cap of another registry", "cap_invalid", (_, c) => c.Cap = c.Cap with { Chain = c.Cap.Chain with { Registry = new AccountAddress(new byte[20]) } }),
        new("cap with an unknown claim", "cap_invalid", (_, c) => c.BendToken = f => f.Claims["extra"] = 1),
        new("cap of another class", "cap_data_class_mismatch", (s, c) => c.Cap = c.Cap with { DataClass = s.OtherClass, Key = s.OtherClass.HasKeys() ? c.Cap.Service : null }),
        new("cap of another op", "cap_op_mismatch", (_, c) => c.Cap = c.Cap with { Op = CapOp.Fetch }),
        new("expired cap", "cap_expired", (_, c) => c.Cap = c.Cap with { IssuedAt = c.Cap.IssuedAt.AddSeconds(-300), ExpiresAt = c.Cap.IssuedAt }),
        new("no proof", "proof_invalid", (_, c) => c.Headers["DPoP"] = null),
        new("proof of another URL", "proof_invalid", (_, c) => c.BendProof = f => f.Claims["htu"] = WorkerRoutes.UrlOf(c.PublicUrl, c.Class, c.Route == CapOp.Fetch ? CapOp.Store : CapOp.Fetch)),
        new("proof of another method", "proof_invalid", (_, c) => c.BendProof = f => f.Claims["htm"] = "GET"),
        new("proof of another token", "proof_invalid", (_, c) => c.BendProof = f => f.Claims["ath"] = Base64UrlStrict.Encode(new byte[32])),
        new("proof of another body", "proof_invalid", (_, c) => c.BendProof = f => f.Claims["body"] = Base64UrlStrict.Encode(new byte[32])),
        new("proof too old", "proof_invalid", (_, c) => c.BendProof = f => f.Claims["iat"] = c.Now.ToUnixTimeSeconds() - 61),
        new("proof from the future", "proof_invalid", (_, c) => c.BendProof = f => f.Claims["iat"] = c.Now.ToUnixTimeSeconds() + 6),
        new("proof by another key", "proof_invalid", (s, c) => c.Device = s.OtherAgent),
        new("proof by a key that is not the cap's device", "device_binding_mismatch", (s, c) => c.Cap = c.Cap with { Device = s.OtherAgent.Hash }),
        new("body that is not JSON", "invalid_input", (_, c) => c.Body = "{"u8.ToArray()),
        new("unknown member", "invalid_input", (_, c) => c.Body = With(c.Body, "\"op\":\"store\"")),
        new("duplicate member", "invalid_input", (s, c) => c.Body = With(VaultCall.StoreBody(s.TypedName, [1]), $"\"name\":\"{s.TypedName}\"")),
        new("name of another service", "invalid_input", (s, c) => c.Body = VaultCall.StoreBody(s.TypedName.Replace("OPENAI", "STRIPE", StringComparison.Ordinal), [1])),
        new("min block that is no number", "invalid_input", (_, c) => c.Headers["AgentKeys-Min-Block"] = "0x10"),
        new("chain unavailable", "chain_unavailable", (s, _) => s.Chain.Fault = new ChainUnavailableException(ChainFault.Unreachable)),
        new("chain stale", "chain_stale", (s, _) => s.Chain.HeadAge = TimeSpan.FromMinutes(10)),
        new("cap minted at a later block", "chain_behind", (s, c) => c.Cap = c.Cap with { Block = s.Chain.Head + 1 }),
        new("asked for a later block", "chain_behind", (s, c) => c.Headers["AgentKeys-Min-Block"] = (s.Chain.Head + 1).ToString(null, null)),
        Of("tier too low", "custody_tier_required", (c, f) => f with { Operator = f.Operator with { Tier = CapRules.RequiredTier(c) - 1 } }),
        OfDevice("device never seen", "device_not_active", d => d with { RegisteredAt = 0 }),
        OfDevice("device revoked", "device_revoked", d => d with { Revoked = true }),
        OfDevice("device's approver revoked", "approver_revoked", d => d with { ApproverRevoked = true }),
        OfDevice("device of another operator", "operator_mismatch", d => d with { Operator = s_somebody }),
        Of("actor of another operator", "operator_mismatch", (_, f) => f with { ActorOperator = s_somebody }),
        new("another actor", "device_binding_mismatch", (s, c) => c.Cap = c.Cap with { Actor = s.OtherAgent.Omni }),
        OfDevice("no CAP_MINT", "device_role_missing", d => d with { Roles = DeviceRoles.Recovery }),
        OfGrant("not granted", "service_not_in_scope", g => g with { Exists = false }),
        OfGrant("granted for another class", "service_not_in_scope", g => g with { Classes = (byte)(g.Classes ^ (DataClass.Credentials.MaskBit() | DataClass.Memory.MaskBit())) }),
        OfGrant("grant's approver revoked", "approver_revoked", g => g with { ApproverRevoked = true }),
        OfGrant("grant expired", "scope_expired", g => g with { ExpiresAt = 1_800_000_000 }),
        OfGrant("grant read-only", "scope_read_only", g => g with { ReadOnly = true }),
        new("cap of an older epoch", "k3_epoch_mismatch", (s, _) => s.Chain.Epoch = 2),
    ];

    public static Bend Named(string name) => All.Single(b => b.Name == name);

    private static Bend Of(string name, string code, Func<DataClass, CapFacts, CapFacts> facts) => new(name, code, (s, _) => s.BendFacts(f => facts(s.Class, f))) { Facts = facts };

    private static Bend OfDevice(string name, string code, Func<DeviceFacts, DeviceFacts> change) => Of(name, code, (_, f) => f with { Device = change(f.Device) });

    private static Bend OfGrant(string name, string code, Func<GrantFacts, GrantFacts> change) => Of(name, code, (_, f) => f with { Grant = change(f.Grant) }) with { IsOfGrant = true };

    /// <summary>One member more.</summary>
    private static byte[] With(byte[] body, string member)
    {
        var text = Encoding.UTF8.GetString(body).TrimEnd('}');
        return Encoding.UTF8.GetBytes($"{text}{(text.EndsWith('{') ? "" : ",")}{member}}}");
    }
}
