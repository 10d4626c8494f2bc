using System.Text.Json.Nodes;
using AgentKeys.Protocol;
using AgentKeys.Services.Tests.Support;
using AgentKeys.Services.Tests.Worker;
using AgentKeys.Testing.Tokens;

namespace AgentKeys.Services.Tests.WrongMoves;

/// <summary>
/// Everything valid, and for something else: each operation's cap on every other's route, names where they do not belong, and each operation by
/// somebody who may do another one. Classes crossed at the workers are "cap of another class", once for each operation.
/// </summary>
internal static class CrossedMoves
{
    private const string Mismatch = "device_binding_mismatch", Role = "device_role_missing";
    private const DeviceRoles Every = DeviceRoles.CapMint | DeviceRoles.Recovery | DeviceRoles.ScopeMgmt;

    private static readonly Cell s_routeFixes = Cell.Never("the broker's route fixes class and op; a session names neither");
    private static readonly Cell s_readByAll = Cell.Never("that a grant is of another class is \"granted for another class\" there");

    public static IEnumerable<WrongMove> All { get; } =
    [
        .. from op in VaultStack.Ops from cap in VaultStack.Ops where cap != op select Caps(cap, op),
        .. Names(),
        .. VaultStack.Ops.Select(AnotherAgent),
        .. VaultStack.Ops.Select(AnotherOperatorsMaster),
        .. Roles(),
    ];

    private static WrongMove Caps(CapOp cap, CapOp route)
    {
        var cell = Cell.Vault("cap_op_mismatch", (s, c) => c.Cap = c.Cap with { Op = cap, Service = cap.NamesService() ? s.Name.Service : null, Key = cap.NamesService() ? s.Name.Key : null });
        return new($"{cap.Name()} cap to {route.Name()}", s_routeFixes, cell, route is CapOp.Store or CapOp.Fetch ? cell : Cell.NoKeys) { Op = route };
    }

    /// <summary>Service and key: exactly where class and op have them.</summary>
    private static IEnumerable<WrongMove> Names()
    {
        foreach (var op in VaultStack.Ops.Where(o => o.NamesService()))
        {
            yield return new($"{op.Name()}: memory where the grant is for credentials", Cell.Broker("service_not_in_scope", (_, c) => OfMemory(c)["key"] = "today"), s_readByAll, s_readByAll) { Op = op };
            yield return new($"{op.Name()}: memory without a key, a credential with one", Cell.Broker("invalid_input", (_, c) => OfMemory(c)), Cell.Vault("cap_invalid", OtherKey), Signer(op, Cell.Vault("cap_invalid", OtherKey))) { Op = op };
            yield return new($"{op.Name()}: no service", Cell.Broker("invalid_input", (_, c) => c.Body.Remove("service")), Cell.Vault("cap_invalid", NoName), Signer(op, Cell.Vault("cap_invalid", NoName))) { Op = op };
        }
        foreach (var op in VaultStack.Ops.Where(o => !o.NamesService()))
            yield return new($"{op.Name()}: a service", Cell.Broker("invalid_input", (_, c) => c.Body["service"] = "openai"), Cell.Vault("cap_invalid", AName), Cell.NoKeys) { Op = op };

        static void OtherKey(VaultStack stack, VaultCall call) => call.Cap = call.Cap with { Key = call.Cap.Key is null ? call.Cap.Service : null };
        static void NoName(VaultStack stack, VaultCall call) => call.Cap = call.Cap with { Service = null, Key = null };
        static void AName(VaultStack stack, VaultCall call) => call.Cap = call.Cap with { Service = stack.Name.Service, Key = stack.Name.Key };
    }

    private static WrongMove AnotherAgent(CapOp op) => By(
        op, "another agent of the operator", Mismatch, (r, c) => As(c, Device(r, c, null, DeviceTier.Agent, DeviceRoles.CapMint)), (s, c) => c.By(s.OtherAgent));

    private static WrongMove AnotherOperatorsMaster(CapOp op) => By(
        op,
        "another operator's master",
        "operator_mismatch",
        (r, c) =>
        {
            var other = r.NewOperator();
            As(c, (other.Master, other.Omni, other.Omni));
        },
        (s, c) => c.By(new TestOperator(s.Chain).Master));

    /// <summary>Row 8 of the rule, and that a master reads nothing.</summary>
    private static IEnumerable<WrongMove> Roles() =>
    [
        By(CapOp.Fetch, "the operator's master", Mismatch, (r, c) => As(c, Master(r, c, Every)), (s, c) => c.By(s.Master)),
        .. from op in (CapOp[])[CapOp.Store, CapOp.List, CapOp.Delete] select ByMasterWith(op, DeviceRoles.ScopeMgmt | DeviceRoles.Recovery, "a master without CAP_MINT"),
        ByMasterWith(CapOp.Teardown, DeviceRoles.ScopeMgmt | DeviceRoles.Recovery, "a master without CAP_MINT"),
        ByMasterWith(CapOp.Teardown, DeviceRoles.CapMint | DeviceRoles.Recovery, "a master without SCOPE_MGMT"),
        By(CapOp.Teardown, "the agent itself", Role, (r, c) => As(c, Own(r, c, DeviceRoles.CapMint)), (s, c) => c.By(s.Agent)),
        By(CapOp.Teardown, "the agent itself, its device with every role", Role, (r, c) => As(c, Own(r, c, Every)), (s, c) =>
        {
            c.By(s.Agent);
            s.BendFacts(f => f with { Device = f.Device with { Roles = Every } });
        }),
    ];

    private static WrongMove ByMasterWith(CapOp op, DeviceRoles roles, string who) => By(op, who, Role, (r, c) => As(c, Master(r, c, roles)), (s, c) =>
    {
        c.By(s.Master);
        s.BendFacts(f => f with { Device = f.Device with { Roles = roles } });
    });

    private static WrongMove By(CapOp op, string who, string code, Action<BrokerRig, BrokerCall> atBroker, Action<VaultStack, VaultCall> atVault) =>
        new($"{op.Name()} by {who}", Cell.Broker(code, atBroker), Cell.Vault(code, atVault), Signer(op, Cell.Vault(code, atVault))) { Op = op };

    private static Cell Signer(CapOp op, Cell cell) => op is CapOp.Store or CapOp.Fetch ? cell : Cell.NoKeys;

    private static (TestDevice, Omni, Omni) Master(BrokerRig rig, BrokerCall call, DeviceRoles roles) => Device(rig, call, call.Session.Operator, DeviceTier.Master, roles);

    private static (TestDevice, Omni, Omni) Own(BrokerRig rig, BrokerCall call, DeviceRoles roles) =>
        Device(rig, call, Omni.Parse(call.Body["actor_omni"]!.GetValue<string>()), DeviceTier.Agent, roles);

    /// <summary>One device more of the call's operator.</summary>
    /// <param name="actor">null: one of its own.</param>
    private static (TestDevice, Omni Operator, Omni Actor) Device(BrokerRig rig, BrokerCall call, Omni? actor, DeviceTier tier, DeviceRoles roles)
    {
        var device = new TestDevice();
        rig.Registry.AddDevice(device, call.Session.Operator, actor ?? device.Omni, tier, roles);
        return (device, call.Session.Operator, actor ?? device.Omni);
    }

    /// <summary>The same wish, by somebody with a session of their own.</summary>
    private static void As(BrokerCall call, (TestDevice Device, Omni Operator, Omni Actor) who)
    {
        call.Device = who.Device;
        call.Session = call.Tokens.SessionClaims(who.Device, call.Now) with { Operator = who.Operator, Actor = who.Actor };
        call.Body["device_key_hash"] = who.Device.Hash.ToString();
    }

    private static JsonObject OfMemory(BrokerCall call)
    {
        call.Class = DataClass.Memory;
        if (call.Explains)
            call.Body["data_class"] = DataClass.Memory.Name();
        return call.Body;
    }
}
