using System.Text.Json.Nodes;
using AgentKeys.Protocol;
using AgentKeys.Services.Tests.Support;
using AgentKeys.Testing.Tokens;
using Xunit;

namespace AgentKeys.Services.Tests.Broker;

/// <summary>Every cap route mints exactly its op and class, with service and key exactly where they belong.</summary>
public sealed class CapRouteTests(BrokerRig rig) : IClassFixture<BrokerRig>
{
    public static TheoryData<DataClass, CapOp> Routes
    {
        get
        {
            var data = new TheoryData<DataClass, CapOp>();
            foreach (var (dataClass, op) in CapRoutes.All)
                data.Add(dataClass, op);
            return data;
        }
    }

    [Theory, MemberData(nameof(Routes))]
    public async Task A_route_mints_its_op_and_class_and_nothing_else(DataClass dataClass, CapOp op)
    {
        var o = Operator(dataClass);
        var device = op == CapOp.Teardown ? o.Master : o.Agent;
        var session = await rig.SessionAsync(device, device);

        var reply = await rig.CallAsync(CapRoutes.PathOf(dataClass, op), Body(o, device, dataClass, op), session, device);

        Assert.Equal(200, reply.Status);
        var cap = CapToken.Verify(reply["cap"], rig.CapKeys, BrokerRig.PublicUrl, rig.Registry.Chain).Value.Claims;
        Assert.Equal((dataClass, op, device.Hash, o.Agent.Omni), (cap.DataClass, cap.Op, cap.Device, cap.Actor));
        Assert.Equal(op.NamesService() ? "openai" : null, cap.Service?.Value);
        Assert.Equal(op.NamesService() && dataClass == DataClass.Memory ? "today" : null, cap.Key?.Value);
    }

    [Theory, MemberData(nameof(Routes))]
    public async Task A_member_that_the_route_has_not_or_lacks_is_refused(DataClass dataClass, CapOp op)
    {
        var o = Operator(dataClass);
        var session = await rig.SessionAsync(o.Agent, o.Agent);
        foreach (var member in (string[])["service", "key"])
        {
            var body = Body(o, o.Agent, dataClass, op);
            if (!body.Remove(member))
                body[member] = "x";
            // A service without a key in memory, a key without a service, either where there is none.
            var reply = await rig.CallAsync(CapRoutes.PathOf(dataClass, op), body, session, o.Agent);
            Assert.Equal(("invalid_input", member), (reply.Code, reply.Field));
        }
    }

    [Fact]
    public async Task A_grant_of_one_class_mints_no_cap_of_the_other()
    {
        var o = Operator(DataClass.Memory);
        var session = await rig.SessionAsync(o.Agent, o.Agent);
        await rig.RefusedAsync(RefusalCode.ServiceNotInScope, () =>
            rig.CallAsync(CapRoutes.PathOf(DataClass.Credentials, CapOp.Fetch), Body(o, o.Agent, DataClass.Credentials, CapOp.Fetch), session, o.Agent));
    }

    [Theory]
    [InlineData(DataClass.Credentials)]
    [InlineData(DataClass.Memory)]
    public async Task Teardown_is_a_masters_with_SCOPE_MGMT(DataClass dataClass)
    {
        var o = Operator(dataClass);
        var path = CapRoutes.PathOf(dataClass, CapOp.Teardown);
        var agent = await rig.SessionAsync(o.Agent, o.Agent);
        await rig.RefusedAsync(RefusalCode.DeviceRoleMissing, () => rig.CallAsync(path, Body(o, o.Agent, dataClass, CapOp.Teardown), agent, o.Agent));
        var master = await rig.SessionAsync(o.Master, o.Master);
        rig.Registry.Change(o.Master, d => d with { Roles = DeviceRoles.CapMint | DeviceRoles.Recovery });
        await rig.RefusedAsync(RefusalCode.DeviceRoleMissing, () => rig.CallAsync(path, Body(o, o.Master, dataClass, CapOp.Teardown), master, o.Master));
    }

    [Fact]
    public async Task An_agent_rooted_device_gets_memory_of_its_own_and_no_credentials()
    {
        using var wallet = new TestDevice();
        using var device = new TestDevice();
        rig.Registry.AddAgentRooted(wallet, device);
        var session = await rig.SessionAsync(device, device);
        JsonObject Wish(bool key) => new JsonObject
        {
            ["operator_omni"] = wallet.Omni.ToString(),
            ["actor_omni"] = wallet.Omni.ToString(),
            ["service"] = "notes",
            ["device_key_hash"] = device.Hash.ToString(),
        } is var body && key ? With(body, "key", "today") : body;
        Assert.Equal(200, (await rig.CallAsync("/v1/cap/memory-put", Wish(key: true), session, device)).Status);
        await rig.RefusedAsync(RefusalCode.CustodyTierRequired, () => rig.CallAsync("/v1/cap/cred-store", Wish(key: false), session, device));
    }

    private TestOperator Operator(DataClass dataClass)
    {
        var o = rig.NewOperator();
        rig.Registry.Grant(o.Agent.Omni, "openai", g => g with { Classes = dataClass.MaskBit() });
        return o;
    }

    private static JsonObject Body(TestOperator o, TestDevice device, DataClass dataClass, CapOp op)
    {
        var body = o.CapBody(device, o.Agent.Omni);
        if (!op.NamesService())
            body.Remove("service");
        return op.NamesService() && dataClass == DataClass.Memory ? With(body, "key", "Today") : body;
    }

    private static JsonObject With(JsonObject body, string name, JsonNode value)
    {
        body[name] = value;
        return body;
    }
}
