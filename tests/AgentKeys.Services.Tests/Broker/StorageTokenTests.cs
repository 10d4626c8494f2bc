using AgentKeys.Protocol;
using AgentKeys.Services.Tests.Support;
using Xunit;

namespace AgentKeys.Services.Tests.Broker;

public sealed class StorageTokenTests(BrokerRig rig) : IClassFixture<BrokerRig>
{
    private const string Mint = "/v1/mint-oidc-jwt";

    [Theory]
    [InlineData("credentials", DataClass.Credentials)]
    [InlineData("memory", DataClass.Memory)]
    public async Task A_device_gets_its_own_actors_token(string name, DataClass dataClass)
    {
        var o = rig.NewOperator();
        var session = await rig.SessionAsync(o.Agent, o.Agent);
        var before = rig.Records;
        var reply = await rig.CallAsync(Mint, o.StorageBody(dataClass: name), session, o.Agent);
        Assert.Equal(200, reply.Status);
        Assert.Equal(before + 2, rig.Records);
        Assert.Equal($"agentkeys:store:dev:{name}", reply["audience"]);
        Assert.Null(StorageToken.Verify(reply["token"], rig.StorageKeys, BrokerRig.PublicUrl, reply["audience"], o.Agent.Omni, dataClass, rig.Now));
        Assert.Equal((rig.Now.ToUnixTimeSeconds() + 300).ToString(System.Globalization.CultureInfo.InvariantCulture), reply["expires_at"]);
        Assert.NotNull(StorageToken.Verify(reply["token"], rig.CapKeys, BrokerRig.PublicUrl, reply["audience"], o.Agent.Omni, dataClass, rig.Now));
    }

    [Fact]
    public async Task A_master_gets_its_agents_token_and_an_agent_nobody_elses()
    {
        var o = rig.NewOperator();
        var master = await rig.SessionAsync(o.Master, o.Master);
        Assert.Equal(200, (await rig.CallAsync(Mint, o.StorageBody(), master, o.Master)).Status);
        var agent = await rig.SessionAsync(o.Agent, o.Agent);
        await rig.RefusedAsync(RefusalCode.DeviceBindingMismatch, () => rig.CallAsync(Mint, o.StorageBody(o.Omni), agent, o.Agent));
    }

    [Fact]
    public async Task Another_operators_actor_is_refused()
    {
        var o = rig.NewOperator();
        var session = await rig.SessionAsync(o.Master, o.Master);
        await rig.RefusedAsync(RefusalCode.OperatorMismatch, () => rig.CallAsync(Mint, o.StorageBody(rig.NewOperator().Agent.Omni), session, o.Master));
    }

    /// <summary>Anybody with a wallet may log in; there is nothing that they may store or read.</summary>
    [Fact]
    public async Task A_wallet_that_the_chain_does_not_know_gets_no_storage_token()
    {
        using var wallet = new Testing.Tokens.TestDevice();
        using var device = new Testing.Tokens.TestDevice();
        var session = await rig.SessionAsync(wallet, device);
        var body = rig.NewOperator().StorageBody(wallet.Omni);
        await rig.RefusedAsync(RefusalCode.CustodyTierRequired, () => rig.CallAsync(Mint, body, session, device));
    }

    [Fact]
    public async Task A_class_without_a_store_is_refused()
    {
        var o = rig.NewOperator();
        var session = await rig.SessionAsync(o.Agent, o.Agent);
        await rig.RefusedAsync(RefusalCode.InvalidInput, () => rig.CallAsync(Mint, o.StorageBody(dataClass: "email"), session, o.Agent));
    }

    [Fact]
    public async Task The_tier_the_role_and_the_device_count_here_too()
    {
        var o = rig.NewOperator();
        var session = await rig.SessionAsync(o.Agent, o.Agent);
        rig.Registry.SetTier(o.Omni, TrustTier.AgentRooted);
        await rig.RefusedAsync(RefusalCode.CustodyTierRequired, () => rig.CallAsync(Mint, o.StorageBody(), session, o.Agent));
        rig.Registry.SetTier(o.Omni, TrustTier.HumanAnchored).Change(o.Agent, d => d with { Roles = DeviceRoles.None });
        await rig.RefusedAsync(RefusalCode.DeviceRoleMissing, () => rig.CallAsync(Mint, o.StorageBody(), session, o.Agent));
        rig.Registry.Revoke(o.Agent);
        await rig.RefusedAsync(RefusalCode.DeviceRevoked, () => rig.CallAsync(Mint, o.StorageBody(), session, o.Agent));
    }
}
