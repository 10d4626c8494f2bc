using AgentKeys.Protocol;
using Xunit;

namespace AgentKeys.Tests.Rules;

/// <summary>SPEC.md section 7, row by row: an allowed case, one thing bent, the exact code.</summary>
public class CapRulesTests
{
    public static TheoryData<CapOp> Ops => new(CapOps.All);

    public static TheoryData<CapOp> OpsOfMasters => new(CapOp.Store, CapOp.List, CapOp.Delete, CapOp.Teardown);

    public static TheoryData<CapOp> OpsWithService => new(CapOps.All.Where(o => o.NamesService()));

    public static TheoryData<CapOp> Writes => new(CapOps.All.Where(o => o.IsWrite() && o.NamesService()));

    [Theory, MemberData(nameof(Ops))]
    public void An_agents_own_device_may_do_everything_granted_but_teardown(CapOp op) =>
        Assert.Equal(op == CapOp.Teardown ? RefusalCode.DeviceRoleMissing : null, RuleCase.AgentMay(op).Check()?.Code);

    [Theory, MemberData(nameof(Ops))]
    public void A_master_may_do_everything_with_its_own_data(CapOp op) => Assert.Null(RuleCase.MasterMay(op).Check());

    [Fact]
    public void Row_1_a_replaced_wallet_ends_its_sessions()
    {
        var session = RuleCase.MasterMay(CapOp.Store).WithRequest(r => r with { SessionWallet = RuleCase.Wallet });
        Assert.Null(session.WithFacts(f => f with { WalletOperator = RuleCase.Operator }).Check());
        Refused(RefusalCode.SessionRevoked, session.WithFacts(f => f with { WalletOperator = default }));
        Refused(RefusalCode.SessionRevoked, session.WithFacts(f => f with { WalletOperator = RuleCase.OtherOperator }));
    }

    [Fact]
    public void Row_1_a_wallet_before_its_registration_is_told_its_tier() =>
        Refused(RefusalCode.CustodyTierRequired, RuleCase.MasterMay(CapOp.Store)
            .WithRequest(r => r with { SessionWallet = RuleCase.Wallet })
            .WithFacts(f => f with { WalletOperator = default, Operator = f.Operator with { Tier = TrustTier.WalletOnly } }));

    [Fact]
    public void Row_1_a_device_session_names_no_wallet() =>
        Assert.Null(RuleCase.MasterMay(CapOp.Store).WithFacts(f => f with { WalletOperator = default }).Check());

    [Theory]
    [InlineData(DataClass.Credentials, TrustTier.HumanAnchored)]
    [InlineData(DataClass.Email, TrustTier.HumanAnchored)]
    [InlineData(DataClass.Memory, TrustTier.AgentRooted)]
    [InlineData(DataClass.Audit, TrustTier.AgentRooted)]
    public void Row_2_a_class_needs_its_tier(DataClass dataClass, TrustTier required)
    {
        var allowed = RuleCase.MasterMay(CapOp.Store, dataClass);
        foreach (var tier in Enum.GetValues<TrustTier>())
        {
            var refusal = allowed.WithTier(tier).Check();
            Assert.Equal(tier < required ? RefusalCode.CustodyTierRequired : null, refusal?.Code);
            Assert.Equal(tier < required ? required : null, refusal?.RequiredTier);
            Assert.Equal(tier < required, refusal?.Remediation is not null);
        }
    }

    [Fact]
    public void Row_3_an_unknown_device_is_not_active() =>
        Refused(RefusalCode.DeviceNotActive, RuleCase.AgentMay(CapOp.Fetch).WithDevice(d => d with { RegisteredAt = 0 }));

    [Fact]
    public void Row_4_a_revoked_device_is_revoked() =>
        Refused(RefusalCode.DeviceRevoked, RuleCase.AgentMay(CapOp.Fetch).WithDevice(d => d with { Revoked = true }));

    [Fact]
    public void Row_5_a_device_falls_with_its_compromised_approver() =>
        Refused(RefusalCode.ApproverRevoked, RuleCase.AgentMay(CapOp.Fetch).WithDevice(d => d with { ApproverRevoked = true }));

    [Fact]
    public void Row_6_another_operators_device() =>
        Refused(RefusalCode.OperatorMismatch, RuleCase.AgentMay(CapOp.Fetch).WithDevice(d => d with { Operator = RuleCase.OtherOperator }));

    [Fact]
    public void Row_6_another_operators_actor() =>
        Refused(RefusalCode.OperatorMismatch, RuleCase.AgentMay(CapOp.Fetch).WithFacts(f => f with { ActorOperator = RuleCase.OtherOperator }));

    [Fact]
    public void Row_6_an_unknown_actor() =>
        Refused(RefusalCode.OperatorMismatch, RuleCase.AgentMay(CapOp.Fetch).WithFacts(f => f with { ActorOperator = default }));

    [Theory, MemberData(nameof(Ops))]
    public void Row_7_an_agent_reaches_no_other_actor(CapOp op) =>
        Refused(RefusalCode.DeviceBindingMismatch, RuleCase.AgentMay(op).WithDevice(d => d with { Actor = RuleCase.OtherAgent }));

    [Theory, MemberData(nameof(Ops))]
    public void Row_7_a_master_manages_its_agents_data_and_never_reads_it(CapOp op)
    {
        var foreign = RuleCase.MasterMay(op).WithRequest(r => r with { Actor = RuleCase.Agent });
        var managed = op is CapOp.Store or CapOp.List or CapOp.Delete or CapOp.Teardown;
        Assert.Equal(managed ? null : RefusalCode.DeviceBindingMismatch, foreign.Check()?.Code);
    }

    [Theory, MemberData(nameof(Ops))]
    public void Row_8_everything_needs_CAP_MINT(CapOp op)
    {
        Refused(RefusalCode.DeviceRoleMissing, RuleCase.AgentMay(op).WithDevice(d => d with { Roles = DeviceRoles.None }));
        Refused(RefusalCode.DeviceRoleMissing, RuleCase.MasterMay(op).WithDevice(d => d with { Roles = DeviceRoles.Recovery | DeviceRoles.ScopeMgmt }));
    }

    [Fact]
    public void Row_8_teardown_needs_a_master_with_SCOPE_MGMT()
    {
        var teardown = RuleCase.MasterMay(CapOp.Teardown);
        Refused(RefusalCode.DeviceRoleMissing, teardown.WithDevice(d => d with { Roles = DeviceRoles.CapMint | DeviceRoles.Recovery }));
        Refused(RefusalCode.DeviceRoleMissing, teardown.WithDevice(d => d with { Tier = DeviceTier.Agent }));
        Assert.Null(teardown.WithDevice(d => d with { Roles = DeviceRoles.CapMint | DeviceRoles.ScopeMgmt }).Check());
    }

    [Theory, MemberData(nameof(OpsWithService))]
    public void Row_9_an_agent_needs_a_grant_of_the_service_for_the_class(CapOp op)
    {
        Refused(RefusalCode.ServiceNotInScope, RuleCase.AgentMay(op).WithGrant(g => g with { Exists = false }));
        Refused(RefusalCode.ServiceNotInScope, RuleCase.AgentMay(op).WithGrant(g => g with { Classes = (byte)~DataClass.Credentials.MaskBit() }));
    }

    [Fact]
    public void Row_9_list_names_no_service_and_needs_no_grant() =>
        Assert.Null(RuleCase.AgentMay(CapOp.List).WithGrant(g => g with { Exists = false }).Check());

    [Theory, MemberData(nameof(OpsWithService))]
    public void Row_9_the_device_of_an_agent_rooted_operator_needs_no_grant(CapOp op) => Assert.Null(RuleCase.AgentRootedMay(op).Check());

    [Theory, MemberData(nameof(OpsWithService))]
    public void Row_10_a_grant_falls_with_its_compromised_approver(CapOp op) =>
        Refused(RefusalCode.ApproverRevoked, RuleCase.AgentMay(op).WithGrant(g => g with { ApproverRevoked = true }));

    [Theory]
    [InlineData(1, 1, true)]
    [InlineData(0, 1, false)]
    [InlineData(1, 0, false)]
    [InlineData(0, 0, false)]
    public void Row_11_a_grant_ends_by_our_clock_or_by_the_blocks(int secondsLeftByUs, int secondsLeftByBlock, bool allowed)
    {
        var ends = (ulong)(RuleCase.Now.ToUnixTimeSeconds() + secondsLeftByUs);
        var expiring = RuleCase.AgentMay(CapOp.Fetch)
            .WithGrant(g => g with { ExpiresAt = ends })
            .WithFacts(f => f with { Head = f.Head with { Timestamp = ends - (ulong)secondsLeftByBlock } });
        Assert.Equal(allowed ? null : RefusalCode.ScopeExpired, expiring.Check()?.Code);
    }

    [Theory, MemberData(nameof(Writes))]
    public void Row_12_a_read_only_grant_refuses_writes(CapOp op) =>
        Refused(RefusalCode.ScopeReadOnly, RuleCase.AgentMay(op).WithGrant(g => g with { ReadOnly = true }));

    [Theory]
    [InlineData(CapOp.Fetch)]
    [InlineData(CapOp.Read)]
    public void Row_12_a_read_only_grant_allows_reads(CapOp op) =>
        Assert.Null(RuleCase.AgentMay(op).WithGrant(g => g with { ReadOnly = true }).Check());

    [Fact]
    public void The_epoch_of_a_cap_is_the_chains()
    {
        var facts = RuleCase.AgentMay(CapOp.Fetch).Facts with { Epoch = 7 };
        Assert.Null(CapRules.CheckEpoch(7, facts));
        Assert.Equal(RefusalCode.K3EpochMismatch, CapRules.CheckEpoch(6, facts)?.Code);
        Assert.Equal(RefusalCode.K3EpochMismatch, CapRules.CheckEpoch(8, facts)?.Code);
    }

    private static void Refused(RefusalCode code, RuleCase bent)
    {
        var refusal = bent.Check();
        Assert.Equal(code, refusal?.Code);
        Assert.Equal(bent.Facts.Head.Number, refusal!.Block);
    }
}
