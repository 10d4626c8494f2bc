using AgentKeys.Protocol;
using Xunit;

namespace AgentKeys.Tests.Rules;

/// <summary>Who gets a storage token: an active device with CAP_MINT, for its own actor, or a master for an agent of its operator.</summary>
public class StorageRuleTests
{
    [Fact]
    public void A_device_reaches_its_own_actors_storage() => Assert.Null(Check(RuleCase.AgentMay(CapOp.Fetch)));

    [Fact]
    public void A_master_reaches_its_agents_storage() =>
        Assert.Null(Check(RuleCase.MasterMay(CapOp.Fetch).WithRequest(r => r with { Actor = RuleCase.Agent })));

    [Fact]
    public void An_agent_does_not_reach_another_actors_storage() =>
        Assert.Equal(RefusalCode.DeviceBindingMismatch, Check(RuleCase.AgentMay(CapOp.Fetch).WithDevice(d => d with { Actor = RuleCase.OtherAgent })));

    [Fact]
    public void Needs_CAP_MINT() =>
        Assert.Equal(RefusalCode.DeviceRoleMissing, Check(RuleCase.MasterMay(CapOp.Fetch).WithDevice(d => d with { Roles = DeviceRoles.ScopeMgmt })));

    [Fact]
    public void Needs_an_active_device() =>
        Assert.Equal(RefusalCode.DeviceRevoked, Check(RuleCase.AgentMay(CapOp.Fetch).WithDevice(d => d with { Revoked = true })));

    [Fact]
    public void Needs_the_tier_of_the_class() =>
        Assert.Equal(RefusalCode.CustodyTierRequired, Check(RuleCase.AgentMay(CapOp.Fetch).WithTier(TrustTier.AgentRooted)));

    [Fact]
    public void Needs_the_actor_to_be_the_operators() =>
        Assert.Equal(RefusalCode.OperatorMismatch, Check(RuleCase.MasterMay(CapOp.Fetch).WithFacts(f => f with { ActorOperator = RuleCase.OtherOperator })));

    [Fact]
    public void A_replaced_wallet_gets_nothing() =>
        Assert.Equal(RefusalCode.SessionRevoked, Check(RuleCase.MasterMay(CapOp.Fetch).WithRequest(r => r with { SessionWallet = RuleCase.Wallet })));

    private static RefusalCode? Check(RuleCase c)
    {
        var refusal = CapRules.CheckStorage(c.Request.DataClass, c.Request.Operator, c.Request.Actor, c.Request.SessionWallet, c.Facts);
        Assert.True(refusal is null || refusal.Block == c.Facts.Head.Number);
        return refusal?.Code;
    }
}
