using System.Text;
using System.Text.Json.Nodes;
using AgentKeys.Chain;
using AgentKeys.Protocol;
using AgentKeys.Services.Tests.Support;
using AgentKeys.Testing.Tokens;
using Xunit;

namespace AgentKeys.Services.Tests.Broker;

/// <summary>Minting caps: an allowed wish, one thing bent, the exact code, and nothing minted.</summary>
public sealed class CapTests(BrokerRig rig) : IClassFixture<BrokerRig>
{
    private const string Store = "/v1/cap/cred-store";
    private const string Fetch = "/v1/cap/cred-fetch";

    [Theory]
    [InlineData(Store, CapOp.Store)]
    [InlineData(Fetch, CapOp.Fetch)]
    public async Task A_granted_wish_becomes_a_cap_of_the_facts_it_was_judged_on(string path, CapOp op)
    {
        var (o, session) = await AgentAsync();
        var before = rig.Records;
        var reply = await rig.CallAsync(path, o.CapBody(), session, o.Agent);
        Assert.Equal(200, reply.Status);
        Assert.Equal(before + 2, rig.Records); // authorized and outcome

        var cap = CapToken.Verify(reply["cap"], rig.CapKeys, BrokerRig.PublicUrl, rig.Registry.Chain).Value.Claims;
        Assert.Equal((op, DataClass.Credentials, "openai"), (cap.Op, cap.DataClass, cap.Service!.Value));
        Assert.Equal((o.Omni, o.Agent.Omni, o.Agent.Hash, o.Agent.Jkt), (cap.Operator, cap.Actor, cap.Device, cap.Jkt));
        Assert.Equal((rig.Registry.Epoch, rig.Registry.Head), (cap.Epoch, cap.Block));
        Assert.Equal(TimeSpan.FromSeconds(300), cap.ExpiresAt - cap.IssuedAt);
        Assert.Equal((cap.Block.ToString(System.Globalization.CultureInfo.InvariantCulture), reply["block"]), (reply.Headers["AgentKeys-Block"], reply.Headers["AgentKeys-Block"]));
    }

    [Theory]
    [InlineData(60)]
    [InlineData(900)]
    public async Task A_lifetime_may_be_asked_for(int seconds)
    {
        var (o, session) = await AgentAsync();
        var reply = await rig.CallAsync(Fetch, With(o.CapBody(), "ttl_seconds", seconds), session, o.Agent);
        var cap = CapToken.Verify(reply["cap"], rig.CapKeys, BrokerRig.PublicUrl, rig.Registry.Chain).Value.Claims;
        Assert.Equal(TimeSpan.FromSeconds(seconds), cap.ExpiresAt - cap.IssuedAt);
    }

    [Fact]
    public async Task A_typed_name_is_lower_cased()
    {
        var (o, session) = await AgentAsync();
        var reply = await rig.CallAsync(Fetch, With(o.CapBody(), "service", "OpenAI"), session, o.Agent);
        Assert.Equal("openai", CapToken.Verify(reply["cap"], rig.CapKeys, BrokerRig.PublicUrl, rig.Registry.Chain).Value.Claims.Service!.Value);
    }

    [Fact]
    public async Task Another_operators_name_is_refused_before_any_chain_read()
    {
        var (o, session) = await AgentAsync();
        var reads = rig.Registry.Reads;
        await rig.RefusedAsync(RefusalCode.OperatorMismatch, () => rig.CallAsync(Fetch, With(o.CapBody(), "operator_omni", rig.NewOperator().Omni.ToString()), session, o.Agent));
        await rig.RefusedAsync(RefusalCode.DeviceBindingMismatch, () => rig.CallAsync(Fetch, o.CapBody(device: o.Master), session, o.Agent));
        Assert.Equal(reads, rig.Registry.Reads);
    }

    [Fact]
    public async Task The_agents_credential_is_not_the_masters_to_read()
    {
        var o = rig.NewOperator();
        var session = await rig.SessionAsync(o.Master, o.Master);
        await rig.RefusedAsync(RefusalCode.DeviceBindingMismatch, () => rig.CallAsync(Fetch, o.CapBody(o.Master), session, o.Master));
        Assert.Equal(200, (await rig.CallAsync(Store, o.CapBody(o.Master), session, o.Master)).Status);
        Assert.Equal(200, (await rig.CallAsync(Fetch, o.CapBody(o.Master, o.Omni), session, o.Master)).Status);
    }

    public static TheoryData<string, RefusalCode> BentChains => new()
    {
        { "device revoked", RefusalCode.DeviceRevoked },
        { "device approver revoked", RefusalCode.ApproverRevoked },
        { "device without CAP_MINT", RefusalCode.DeviceRoleMissing },
        { "device of another operator", RefusalCode.OperatorMismatch },
        { "device of another actor", RefusalCode.DeviceBindingMismatch },
        { "operator agent_rooted", RefusalCode.CustodyTierRequired },
        { "grant revoked", RefusalCode.ServiceNotInScope },
        { "grant for memory only", RefusalCode.ServiceNotInScope },
        { "grant approver revoked", RefusalCode.ApproverRevoked },
        { "grant expired", RefusalCode.ScopeExpired },
        { "grant read-only", RefusalCode.ScopeReadOnly },
    };

    [Theory, MemberData(nameof(BentChains))]
    public async Task One_bent_fact_refuses(string bend, RefusalCode code)
    {
        var (o, session) = await AgentAsync();
        var agent = o.Agent.Omni;
        _ = bend switch
        {
            "device revoked" => rig.Registry.Revoke(o.Agent),
            "device approver revoked" => rig.Registry.Change(o.Agent, d => d with { ApproverRevoked = true }),
            "device without CAP_MINT" => rig.Registry.Change(o.Agent, d => d with { Roles = DeviceRoles.None }),
            "device of another operator" => rig.Registry.Change(o.Agent, d => d with { Operator = rig.NewOperator().Omni }),
            "device of another actor" => rig.Registry.Change(o.Agent, d => d with { Actor = o.Omni }),
            "operator agent_rooted" => rig.Registry.SetTier(o.Omni, TrustTier.AgentRooted),
            "grant revoked" => rig.Registry.RevokeGrant(agent, "openai"),
            "grant for memory only" => rig.Registry.Grant(agent, "openai", g => g with { Classes = DataClass.Memory.MaskBit() }),
            "grant approver revoked" => rig.Registry.Grant(agent, "openai", g => g with { ApproverRevoked = true }),
            "grant expired" => rig.Registry.Grant(agent, "openai", g => g with { ExpiresAt = (ulong)rig.Now.ToUnixTimeSeconds() }),
            _ => rig.Registry.Grant(agent, "openai", g => g with { ReadOnly = true }),
        };
        await rig.RefusedAsync(code, () => rig.CallAsync(Store, o.CapBody(), session, o.Agent));
    }

    [Fact]
    public async Task A_tier_refusal_says_what_to_do()
    {
        using var unknown = new TestDevice();
        var session = await rig.SessionAsync(unknown, unknown);
        var body = new JsonObject { ["operator_omni"] = unknown.Omni.ToString(), ["actor_omni"] = unknown.Omni.ToString(), ["service"] = "openai", ["device_key_hash"] = unknown.Hash.ToString() };
        var reply = await rig.CallAsync(Fetch, body, session, unknown);
        Assert.Equal(("custody_tier_required", "human_anchored"), (reply.Code, reply["required_tier"]));
        Assert.NotEmpty(reply["remediation"]);
        Assert.Equal(rig.Registry.Head.ToString(System.Globalization.CultureInfo.InvariantCulture), reply.Headers["AgentKeys-Block"]);
    }

    [Fact]
    public async Task A_replaced_wallet_ends_the_sessions_it_opened()
    {
        var o = rig.NewOperator();
        var session = await rig.SessionAsync(o.Wallet, o.Master);
        Assert.Equal(200, (await rig.CallAsync(Store, o.CapBody(o.Master), session, o.Master)).Status);
        rig.Registry.RotateWallet(o.Wallet, new TestDevice());
        await rig.RefusedAsync(RefusalCode.SessionRevoked, () => rig.CallAsync(Store, o.CapBody(o.Master), session, o.Master));
    }

    [Fact]
    public async Task Another_keys_session_and_no_session_are_refused()
    {
        var (o, session) = await AgentAsync();
        await rig.RefusedAsync(RefusalCode.Unauthorized, () => rig.CallAsync(Fetch, o.CapBody(), null, o.Agent));
        await rig.RefusedAsync(RefusalCode.Unauthorized, () => rig.CallAsync(Fetch, o.CapBody(), session + "x", o.Agent));
        await rig.RefusedAsync(RefusalCode.ProofInvalid, () => rig.CallAsync(Fetch, o.CapBody(o.Master), session, o.Master));
        await rig.RefusedAsync(RefusalCode.ProofInvalid, () => rig.SendAsync(Fetch, o.CapBody().ToJsonString(), session));
    }

    [Fact]
    public async Task A_cap_is_not_a_session()
    {
        var (o, session) = await AgentAsync();
        var cap = (await rig.CallAsync(Fetch, o.CapBody(), session, o.Agent))["cap"];
        await rig.RefusedAsync(RefusalCode.Unauthorized, () => rig.CallAsync(Fetch, o.CapBody(), cap, o.Agent));
    }

    [Fact]
    public async Task A_session_ends_after_an_hour()
    {
        var (o, session) = await AgentAsync();
        rig.Clock.Advance(TimeSpan.FromHours(1));
        await rig.RefusedAsync(RefusalCode.Unauthorized, () => rig.CallAsync(Fetch, o.CapBody(), session, o.Agent));
    }

    [Fact]
    public async Task A_proof_fits_one_route_and_one_body()
    {
        var (o, session) = await AgentAsync();
        var body = o.CapBody().ToJsonString();
        string Prove(string url, string text) => o.Agent.Prove("POST", url, session, Encoding.UTF8.GetBytes(text), rig.Now);
        await rig.RefusedAsync(RefusalCode.ProofInvalid, () => rig.SendAsync(Fetch, body, session, Prove(BrokerRig.PublicUrl + Store, body)));
        await rig.RefusedAsync(RefusalCode.ProofInvalid, () => rig.SendAsync(Fetch, body, session, Prove("http://localhost" + Fetch, body)));
        await rig.RefusedAsync(RefusalCode.ProofInvalid, () => rig.SendAsync(Fetch, body + " ", session, Prove(BrokerRig.PublicUrl + Fetch, body)));
    }

    [Fact]
    public async Task A_proof_works_once_and_not_again_after_a_restart()
    {
        var (o, session) = await AgentAsync();
        var body = o.CapBody().ToJsonString();
        var proof = o.Agent.Prove("POST", BrokerRig.PublicUrl + Fetch, session, Encoding.UTF8.GetBytes(body), rig.Now);
        Assert.Equal(200, (await rig.SendAsync(Fetch, body, session, proof)).Status);
        await rig.RefusedAsync(RefusalCode.ProofReplayed, () => rig.SendAsync(Fetch, body, session, proof));

        await rig.RestartAsync();
        await rig.RefusedAsync(RefusalCode.ProofReplayed, () => rig.SendAsync(Fetch, body, session, proof));
        rig.Clock.Advance(TimeSpan.FromSeconds(2));
        await rig.RestartAsync();
        await rig.RefusedAsync(RefusalCode.ProofInvalid, () => rig.SendAsync(Fetch, body, session, proof));
        Assert.Equal(200, (await rig.CallAsync(Fetch, o.CapBody(), session, o.Agent)).Status);
    }

    [Fact]
    public async Task Of_a_proof_sent_many_times_at_once_one_works()
    {
        var (o, session) = await AgentAsync();
        var body = o.CapBody().ToJsonString();
        var proof = o.Agent.Prove("POST", BrokerRig.PublicUrl + Fetch, session, Encoding.UTF8.GetBytes(body), rig.Now);
        var replies = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => rig.SendAsync(Fetch, body, session, proof)));
        Assert.Single(replies, r => r.Status == 200);
        Assert.Equal(11, replies.Count(r => r.Code == "proof_replayed"));
    }

    [Fact]
    public async Task A_client_may_insist_on_a_block()
    {
        var (o, session) = await AgentAsync();
        Assert.Equal(200, (await rig.CallAsync(Fetch, o.CapBody(), session, o.Agent, rig.Registry.Head)).Status);
        await rig.RefusedAsync(RefusalCode.ChainBehind, () => rig.CallAsync(Fetch, o.CapBody(), session, o.Agent, rig.Registry.Head + 1));
    }

    [Fact]
    public async Task Without_the_chain_nothing_is_minted_and_a_revocation_counts_at_once()
    {
        var (o, session) = await AgentAsync();
        rig.Registry.Fault = new ChainUnavailableException(ChainFault.Unreachable);
        try
        {
            await rig.RefusedAsync(RefusalCode.ChainUnavailable, () => rig.CallAsync(Fetch, o.CapBody(), session, o.Agent));
        }
        finally
        {
            rig.Registry.Fault = null;
        }
        Assert.Equal(200, (await rig.CallAsync(Fetch, o.CapBody(), session, o.Agent)).Status);
        rig.Registry.Revoke(o.Agent);
        await rig.RefusedAsync(RefusalCode.DeviceRevoked, () => rig.CallAsync(Fetch, o.CapBody(), session, o.Agent));
    }

    private async Task<(TestOperator Operator, string Session)> AgentAsync()
    {
        var o = rig.NewOperator();
        return (o, await rig.SessionAsync(o.Agent, o.Agent));
    }

    private static JsonObject With(JsonObject body, string name, JsonNode value)
    {
        body[name] = value;
        return body;
    }
}
