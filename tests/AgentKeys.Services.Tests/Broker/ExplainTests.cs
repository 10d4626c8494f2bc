using System.Text;
using System.Text.Json.Nodes;
using AgentKeys.Chain;
using AgentKeys.Protocol;
using AgentKeys.Services.Tests.Support;
using AgentKeys.Testing.Tokens;
using Xunit;

namespace AgentKeys.Services.Tests.Broker;

/// <summary>explain says what the cap route would have said, and mints nothing.</summary>
public sealed class ExplainTests(BrokerRig rig) : IClassFixture<BrokerRig>
{
    private const string Explain = CapRoutes.Explain;

    public static TheoryData<string, RefusalCode, int> Bends => new()
    {
        { "operator agent_rooted", RefusalCode.CustodyTierRequired, 2 },
        { "device never seen", RefusalCode.DeviceNotActive, 3 },
        { "device revoked", RefusalCode.DeviceRevoked, 4 },
        { "device's approver revoked", RefusalCode.ApproverRevoked, 5 },
        { "device of another operator", RefusalCode.OperatorMismatch, 6 },
        { "actor of nobody", RefusalCode.OperatorMismatch, 6 },
        { "device of another actor", RefusalCode.DeviceBindingMismatch, 7 },
        { "no CAP_MINT", RefusalCode.DeviceRoleMissing, 8 },
        { "no grant", RefusalCode.ServiceNotInScope, 9 },
        { "grant of another class", RefusalCode.ServiceNotInScope, 9 },
        { "grant's approver revoked", RefusalCode.ApproverRevoked, 10 },
        { "grant expired by our clock", RefusalCode.ScopeExpired, 11 },
        { "read-only", RefusalCode.ScopeReadOnly, 12 },
    };

    [Theory, MemberData(nameof(Bends))]
    public async Task It_names_the_check_that_the_cap_route_refuses_with(string bend, RefusalCode code, int row)
    {
        var (o, session) = await AgentAsync();
        var body = Body(o, "store");
        Apply(bend, o, body);

        var cap = await rig.CallAsync("/v1/cap/cred-store", CapBody(body), session, o.Agent);
        var answer = await rig.CallAsync(Explain, body, session, o.Agent);

        Assert.Equal(200, answer.Status);
        Assert.False(answer.Json["allowed"]!.GetValue<bool>());
        var refusal = answer.Json["refusal"]!;
        Assert.Equal((code.Name(), row), (refusal["code"]!.GetValue<string>(), refusal["row"]!.GetValue<int>()));
        Assert.Equal((cap.Code, cap["detail"]), (refusal["code"]!.GetValue<string>(), refusal["detail"]!.GetValue<string>()));
        Assert.Equal(rig.Registry.Head.ToString(System.Globalization.CultureInfo.InvariantCulture), answer["block"]);
        Assert.Equal(answer["block"], answer.Headers["AgentKeys-Block"]);
    }

    [Fact]
    public async Task Allowed_is_said_with_the_limits_of_the_grant()
    {
        var (o, session) = await AgentAsync();
        rig.Registry.Grant(o.Agent.Omni, "openai", g => g with { Classes = 3, ReadOnly = true, ExpiresAt = 1_900_000_000, MaxCalls = 5, PeriodSeconds = 60, Generation = 4 });
        var answer = await rig.CallAsync(Explain, Body(o, "fetch"), session, o.Agent);
        Assert.True(answer.Json["allowed"]!.GetValue<bool>());
        Assert.Null(answer.Json["refusal"]);
        Assert.Equal(
            """{"data_classes":["credentials","memory"],"read_only":true,"expires_at":1900000000,"max_calls":5,"period_seconds":60,"generation":4}""",
            answer.Json["grant"]!.ToJsonString());
    }

    [Fact]
    public async Task A_refusing_grant_shows_its_limits_too_and_a_missing_one_shows_none()
    {
        var (o, session) = await AgentAsync();
        rig.Registry.Grant(o.Agent.Omni, "openai", g => g with { ReadOnly = true });
        Assert.True((await rig.CallAsync(Explain, Body(o, "store"), session, o.Agent)).Json["grant"]!["read_only"]!.GetValue<bool>());
        rig.Registry.RevokeGrant(o.Agent.Omni, "openai");
        Assert.Null((await rig.CallAsync(Explain, Body(o, "store"), session, o.Agent)).Json["grant"]);
    }

    /// <summary>Who asks about another operator's actor learns that it is another's, and nothing of what it is granted.</summary>
    [Fact]
    public async Task Another_operators_grant_is_not_shown()
    {
        var (o, session) = await AgentAsync();
        var body = Body(o, "fetch");
        body["actor_omni"] = rig.NewOperator().Agent.Omni.ToString(); // has the same service granted
        var answer = await rig.CallAsync(Explain, body, session, o.Agent);
        Assert.Equal("operator_mismatch", answer.Json["refusal"]!["code"]!.GetValue<string>());
        Assert.Null(answer.Json["grant"]);
    }

    /// <summary>What the session shows by itself: row 0, and the chain is not asked.</summary>
    [Fact]
    public async Task What_the_session_shows_is_row_0_and_asks_nobody()
    {
        var (o, session) = await AgentAsync();
        var reads = rig.Registry.Reads;
        var foreign = Body(o, "fetch");
        foreign["operator_omni"] = rig.NewOperator().Omni.ToString();
        var other = Body(o, "fetch");
        other["device_key_hash"] = o.Master.Hash.ToString();
        foreach (var (body, code) in (IEnumerable<(JsonObject, string)>)[(foreign, "operator_mismatch"), (other, "device_binding_mismatch")])
        {
            var answer = await rig.CallAsync(Explain, body, session, o.Agent);
            Assert.Equal((code, 0), (answer.Json["refusal"]!["code"]!.GetValue<string>(), answer.Json["refusal"]!["row"]!.GetValue<int>()));
            Assert.Null(answer.Json["block"]);
        }
        Assert.Equal(reads, rig.Registry.Reads);
    }

    /// <summary>Two records, of the question and its end; no object, no cap, in answer or log.</summary>
    [Fact]
    public async Task Nothing_is_minted_and_a_proof_works_once()
    {
        var (o, session) = await AgentAsync();
        var body = Body(o, "fetch").ToJsonString();
        var proof = o.Agent.Prove("POST", BrokerRig.PublicUrl + Explain, session, Encoding.UTF8.GetBytes(body), rig.Now);
        var before = rig.Records;
        var minted = await MintedAsync();
        Assert.Equal(200, (await rig.SendAsync(Explain, body, session, proof)).Status);
        Assert.Equal(before + 2, rig.Records);
        await rig.RefusedAsync(RefusalCode.ProofReplayed, () => rig.SendAsync(Explain, body, session, proof));
        Assert.Equal(minted, await MintedAsync());
    }

    [Fact]
    public async Task Somebody_whom_the_chain_has_never_seen_may_ask_and_learns_what_to_do()
    {
        using var unknown = new TestDevice();
        var session = await rig.SessionAsync(unknown, unknown);
        var body = new JsonObject
        {
            ["op"] = "store",
            ["data_class"] = "credentials",
            ["operator_omni"] = unknown.Omni.ToString(),
            ["actor_omni"] = unknown.Omni.ToString(),
            ["service"] = "x",
            ["device_key_hash"] = unknown.Hash.ToString(),
        };
        var refusal = (await rig.CallAsync(Explain, body, session, unknown)).Json["refusal"]!;
        Assert.Equal(("custody_tier_required", "human_anchored"), (refusal["code"]!.GetValue<string>(), refusal["required_tier"]!.GetValue<string>()));
        Assert.NotEmpty(refusal["remediation"]!.GetValue<string>());
    }

    [Fact]
    public async Task Without_session_proof_or_chain_there_is_no_answer()
    {
        var (o, session) = await AgentAsync();
        await rig.RefusedAsync(RefusalCode.Unauthorized, () => rig.CallAsync(Explain, Body(o, "fetch"), null, o.Agent));
        await rig.RefusedAsync(RefusalCode.ProofInvalid, () => rig.SendAsync(Explain, Body(o, "fetch").ToJsonString(), session));
        await rig.RefusedAsync(RefusalCode.ChainBehind, () => rig.CallAsync(Explain, Body(o, "fetch"), session, o.Agent, rig.Registry.Head + 1));
        rig.Registry.Fault = new ChainUnavailableException(ChainFault.Unreachable);
        try
        {
            await rig.RefusedAsync(RefusalCode.ChainUnavailable, () => rig.CallAsync(Explain, Body(o, "fetch"), session, o.Agent));
        }
        finally
        {
            rig.Registry.Fault = null;
        }
    }

    [Theory]
    [InlineData("op", "append")]
    [InlineData("op", "put")]
    [InlineData("op", "Fetch")]
    [InlineData("data_class", "email")]
    [InlineData("data_class", "audit")]
    public async Task An_op_or_class_without_a_cap_route_is_refused(string member, string value)
    {
        var (o, session) = await AgentAsync();
        var body = Body(o, "fetch");
        body[member] = value;
        var reply = await rig.CallAsync(Explain, body, session, o.Agent);
        Assert.Equal(("invalid_input", member), (reply.Code, reply.Field));
    }

    private async Task<string> MintedAsync() =>
        string.Join('\n', (await rig.Http.GetStringAsync(new Uri("/metrics", UriKind.Relative))).Split('\n').Where(l => l.StartsWith("agentkeys_caps_minted_total{", StringComparison.Ordinal)));

    private void Apply(string bend, TestOperator o, JsonObject body)
    {
        using var nobody = new TestDevice();
        _ = bend switch
        {
            "operator agent_rooted" => rig.Registry.SetTier(o.Omni, TrustTier.AgentRooted),
            "device never seen" => rig.Registry.Change(o.Agent, d => d with { RegisteredAt = 0 }),
            "device revoked" => rig.Registry.Revoke(o.Agent),
            "device's approver revoked" => rig.Registry.Change(o.Agent, d => d with { ApproverRevoked = true }),
            "device of another operator" => rig.Registry.Change(o.Agent, d => d with { Operator = nobody.Omni }),
            "actor of nobody" => rig.Registry,
            "device of another actor" => rig.Registry.Change(o.Agent, d => d with { Actor = o.Omni }),
            "no CAP_MINT" => rig.Registry.Change(o.Agent, d => d with { Roles = DeviceRoles.None }),
            "no grant" => rig.Registry.RevokeGrant(o.Agent.Omni, "openai"),
            "grant of another class" => rig.Registry.Grant(o.Agent.Omni, "openai", g => g with { Classes = DataClass.Memory.MaskBit() }),
            "grant's approver revoked" => rig.Registry.Grant(o.Agent.Omni, "openai", g => g with { ApproverRevoked = true }),
            "grant expired by our clock" => rig.Registry.Grant(o.Agent.Omni, "openai", g => g with { ExpiresAt = (ulong)rig.Now.ToUnixTimeSeconds() }),
            _ => rig.Registry.Grant(o.Agent.Omni, "openai", g => g with { ReadOnly = true }),
        };
        if (bend == "actor of nobody")
            body["actor_omni"] = nobody.Omni.ToString();
    }

    private async Task<(TestOperator Operator, string Session)> AgentAsync()
    {
        var o = rig.NewOperator();
        return (o, await rig.SessionAsync(o.Agent, o.Agent));
    }

    private static JsonObject Body(TestOperator o, string op)
    {
        var body = o.CapBody();
        (body["op"], body["data_class"]) = (op, "credentials");
        return body;
    }

    private static JsonObject CapBody(JsonObject explain)
    {
        var body = (JsonObject)explain.DeepClone();
        body.Remove("op");
        body.Remove("data_class");
        return body;
    }
}
