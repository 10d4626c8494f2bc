using System.Numerics;
using AgentKeys.Chain;
using AgentKeys.Ethereum.Rpc;
using AgentKeys.Protocol;
using AgentKeys.Testing.Chain;
using Xunit;

namespace AgentKeys.Tests.Chain;

/// <summary>The ports against the real contracts.</summary>
public abstract class RegistryTests(DeployedChain chain)
{
    private static readonly ServiceName OpenAi = ServiceName.Parse("openai_api_key");

    private static readonly ScopeGrant Grant = new(OpenAi.Hash, DataClass.Credentials.MaskBit(), ReadOnly: true, ExpiresAt: 4_000_000_000, MaxCalls: 10, PeriodSeconds: 60);

    [AnvilFact]
    public async Task A_first_master_makes_the_wallet_an_operator()
    {
        var operatorSide = await chain.NewOperatorAsync();

        var facts = await chain.Reader.GetFactsAsync(
            new FactsQuery { Operator = operatorSide.Omni, Actor = operatorSide.Omni, Device = operatorSide.Device, SessionWallet = operatorSide.Wallet.Address.ToAccount() }, default);

        Assert.Equal(chain.Deployment.Chain, facts.Chain);
        Assert.True(facts.Epoch >= 1);
        Assert.Equal(operatorSide.Omni, facts.ActorOperator);
        Assert.Equal(operatorSide.Omni, facts.WalletOperator);
        Assert.Equal(
            new OperatorFacts(TrustTier.HumanAnchored, operatorSide.Wallet.Address.ToAccount(), 1, 1, 1, 1, default), facts.Operator);
        Assert.Equal(
            new DeviceFacts(facts.Device.RegisteredAt, false, false, DeviceTier.Master, (DeviceRoles)7, operatorSide.Omni, operatorSide.Omni), facts.Device);
        Assert.NotEqual(0UL, facts.Device.RegisteredAt);
        Assert.Equal(new GrantFacts(false, 0, false, 0, 0, 0, 0, false), facts.Grant);
    }

    [AnvilFact]
    public async Task Facts_are_of_the_head_and_name_the_block_before_it()
    {
        var head = await chain.Reader.GetHeadAsync(default);
        var facts = await chain.Reader.GetFactsAsync(new FactsQuery(), default);
        var parent = await chain.Client.GetBlockAsync(BlockId.Number(facts.Head.Number - 1), default);

        Assert.True(facts.Head.Number >= head.Number);
        Assert.Equal(parent!.Hash.ToString(), facts.Head.ParentHash.ToString());
        Assert.Equal(0UL, facts.Device.RegisteredAt);
        Assert.Equal(TrustTier.WalletOnly, facts.Operator.Tier);
    }

    [AnvilFact]
    public async Task An_agent_gets_a_scope_and_loses_it()
    {
        var operatorSide = await chain.NewOperatorAsync();
        var agent = await operatorSide.AddAgentAsync();
        var query = new FactsQuery { Operator = operatorSide.Omni, Actor = agent.Omni, Device = agent.Device, DataClass = DataClass.Credentials, Service = OpenAi };
        var other = Grant with { ServiceHash = ServiceName.Parse("other").Hash, DataClasses = 3, ReadOnly = false, ExpiresAt = 0, MaxCalls = 0, PeriodSeconds = 0 };

        await operatorSide.SetScopeAsync(agent, Grant, other);
        var granted = await chain.Reader.GetFactsAsync(query, default);
        var scope = await chain.Reader.GetScopeAsync(agent.Omni, default);
        await chain.Writer.RevokeScopeAsync(operatorSide.Wallet, operatorSide.Omni, agent.Omni, [], default);
        var revoked = await chain.Reader.GetFactsAsync(query, default);

        Assert.Equal(new GrantFacts(true, 1, true, 4_000_000_000, 10, 60, 1, false), granted.Grant);
        Assert.Equal((DeviceTier.Agent, DeviceRoles.CapMint, operatorSide.Omni, agent.Omni), (granted.Device.Tier, granted.Device.Roles, granted.Device.Operator, granted.Device.Actor));
        Assert.Equal([Grant, other], scope.Grants);
        Assert.Equal((1UL, operatorSide.Omni), (scope.Generation, scope.Operator));
        Assert.Equal([operatorSide.Device], scope.Approvers);
        Assert.Equal(new GrantFacts(false, 0, false, 0, 0, 0, 2, false), revoked.Grant);
    }

    [AnvilFact]
    public async Task A_revoked_device_shows_at_once_and_once_confirmed()
    {
        var operatorSide = await chain.NewOperatorAsync();
        var agent = await operatorSide.AddAgentAsync();
        var query = new FactsQuery { Operator = operatorSide.Omni, Actor = agent.Omni, Device = agent.Device };

        var approval = await operatorSide.ApproveAsync(ApprovalOperation.RevokeAgentDevice, ApprovingContract.Registry, ApprovalFields.RevokeAgentDevice(agent.Device));
        await chain.Writer.RevokeAgentDeviceAsync(operatorSide.Wallet, agent.Device, [approval], default);
        var read = await chain.Reader.GetFactsAsync(query, confirmations: 1_000_000, default);

        Assert.True(read.Latest.Device.Revoked);
        Assert.Equal(chain.Deployment.Block, read.Confirmed!.Head.Number);
        Assert.Equal(0UL, read.Confirmed.Device.RegisteredAt);
        var shallow = await chain.Reader.GetFactsAsync(query, confirmations: 1, default);
        Assert.Equal(1UL, shallow.Latest.Head.Number - shallow.Confirmed!.Head.Number);
        Assert.Null((await chain.Reader.GetFactsAsync(query, confirmations: 0, default)).Confirmed);

        var together = await chain.Reader.GetFactsAsync([query, new FactsQuery(), query], confirmations: 1, default);
        Assert.Equal([shallow, shallow], [together[0], together[2]]);
        Assert.Equal(shallow.Confirmed.Head, together[1].Confirmed!.Head);
        Assert.All(await chain.Reader.GetFactsAsync([query, query], confirmations: 0, default), f => Assert.Equal(new FactsAtDepth(shallow.Latest, null), f));
    }

    [AnvilFact]
    public async Task One_by_one_and_in_a_batch_the_facts_agree()
    {
        var operatorSide = await chain.NewOperatorAsync();
        var agent = await operatorSide.AddAgentAsync();
        await operatorSide.SetScopeAsync(agent, Grant);
        FactsQuery[] queries =
        [
            new() { Operator = operatorSide.Omni, Actor = agent.Omni, Device = agent.Device, Service = OpenAi, DataClass = DataClass.Credentials },
            new() { Operator = operatorSide.Omni, Actor = operatorSide.Omni, Device = operatorSide.Device },
            new(),
        ];

        var batch = await chain.Reader.GetFactsAsync(queries, default);

        for (var i = 0; i < queries.Length; i++)
        {
            var single = await chain.Reader.GetFactsAsync(queries[i], default);
            Assert.Equal(single with { Head = batch[i].Head }, batch[i]);
        }

        Assert.Equal(64, (await chain.Reader.GetFactsAsync(Enumerable.Repeat(queries[0], 64).ToList(), default)).Count);
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => chain.Reader.GetFactsAsync(Enumerable.Repeat(queries[0], 65).ToList(), default));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => chain.Reader.GetFactsAsync([], default));
    }

    [AnvilFact]
    public async Task Whole_records_are_there_for_people()
    {
        var operatorSide = await chain.NewOperatorAsync();
        var agent = await operatorSide.AddAgentAsync();

        var master = await chain.Reader.GetDeviceAsync(operatorSide.Device, default);
        var device = await chain.Reader.GetDeviceAsync(agent.Device, default);
        var record = await chain.Reader.GetOperatorAsync(operatorSide.Omni, default);

        Assert.Equal(operatorSide.Passkey, master!.Passkey);
        Assert.Equal((DeviceTier.Master, operatorSide.Omni, 0UL), (master.Tier, master.Actor, master.RevokedAt));
        Assert.Null(device!.Passkey);
        Assert.Equal([operatorSide.Device], device.Approvers);
        Assert.Equal((TrustTier.HumanAnchored, (byte)1, operatorSide.Wallet.Address.ToAccount()), (record!.Tier, record.ActiveMasters, record.Wallet));
        Assert.Equal(BigInteger.One, await chain.Reader.GetChallengeNonceAsync(operatorSide.Device, ApprovingContract.Registry, ApprovalKind.Give, default));
        Assert.Equal(BigInteger.Zero, await chain.Reader.GetChallengeNonceAsync(operatorSide.Device, ApprovingContract.Scope, ApprovalKind.Take, default));
        Assert.Equal(P256Path.Solidity, await chain.Reader.GetP256PathAsync(default));
        Assert.Null(await chain.Reader.GetDeviceAsync(default, default));
        Assert.Null(await chain.Reader.GetOperatorAsync(default, default));
        Assert.Empty((await chain.Reader.GetScopeAsync(default, default)).Grants);
    }

    [AnvilFact]
    public async Task The_epoch_advances_for_governance_alone()
    {
        var before = (await chain.Reader.GetFactsAsync(new FactsQuery(), default)).Epoch;
        await chain.Writer.AdvanceEpochAsync(chain.Governance, default);
        Assert.Equal(before + 1, (await chain.Reader.GetFactsAsync(new FactsQuery(), default)).Epoch);

        var stranger = await chain.NewWalletAsync();
        var e = await Assert.ThrowsAsync<RegistryRevertedException>(() => chain.Writer.AdvanceEpochAsync(stranger, default));

        Assert.Equal(("advanceEpoch", "NotGovernance"), (e.Operation, e.ErrorName));
        Assert.Equal("actual", e.Arguments[1].Key);
        Assert.Equal(stranger.Address, e.Arguments[1].Value);
        Assert.Null(e.Transaction);
    }

    [AnvilFact]
    public async Task Refusals_of_the_registry_and_of_what_it_calls_have_their_names()
    {
        var operatorSide = await chain.NewOperatorAsync();
        var agent = new TestAgent(AgentKeys.Ethereum.Secp256k1Key.Generate());
        var good = await operatorSide.AgentDeviceAsync(agent);

        // Twice the same operator; an approval too few; another device's signature; a passkey over something else.
        Assert.Equal("WalletAlreadyUsed", await RefusalOf(() => operatorSide.RegisterAsync()));
        Assert.Equal("NotEnoughApprovals", await RefusalOf(() => Register(good with { Approvals = [] })));
        Assert.Equal("SignatureMalformed", await RefusalOf(() => Register(good with { DeviceSignature = [1] })));
        Assert.Equal("ChallengeMismatch", await RefusalOf(() => Register(good with { Approvals = [good.Approvals[0] with { Deadline = good.Approvals[0].Deadline - 1 }] })));
        Assert.Equal("DeadlineTooFar", await RefusalOf(() => Register(good with { Deadline = ulong.MaxValue })));
        Assert.Equal("ClientDataMalformed", await RefusalOf(() => Register(good with
        {
            Approvals = [good.Approvals[0] with { Assertion = good.Approvals[0].Assertion with { ClientDataJson = [1, 2, 3] } }],
        })));
        Assert.Equal("ActorOfOtherOperator", await RefusalOf(() => chain.Writer.RevokeScopeAsync(operatorSide.Wallet, operatorSide.Omni, agent.Omni, [], default)));

        Assert.Equal(good.Device, (await RegisterAndRead(good)).Device);

        Task<TransactionInfo> Register(AgentDeviceRegistration registration) => chain.Writer.RegisterAgentDeviceAsync(operatorSide.Wallet, registration, default);
        async Task<(DeviceKeyHash Device, DeviceRecord? Record)> RegisterAndRead(AgentDeviceRegistration registration)
        {
            await Register(registration);
            return (registration.Device, await chain.Reader.GetDeviceAsync(registration.Device, default));
        }
    }

    [AnvilFact]
    public async Task Twenty_operations_of_one_wallet_at_once_all_land_but_the_refused_one()
    {
        var operatorSide = await chain.NewOperatorAsync();
        var wallet = operatorSide.Wallet;
        var operators = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => chain.NewOperatorAsync()));
        var agents = await Task.WhenAll(operators.Select(o => o.AddAgentAsync()));

        // Twenty agents of twenty operators lose their scope by approvals that one wallet relays; one operator names another's agent.
        await Task.WhenAll(operators.Select((o, i) => o.SetScopeAsync(agents[i], Grant)));
        var named = agents.Select((a, i) => i == 10 ? agents[11].Omni : a.Omni).ToList();
        var approvals = await Task.WhenAll(operators.Select((o, i) =>
            o.ApproveAsync(ApprovalOperation.RevokeScope, ApprovingContract.Scope, ApprovalFields.RevokeScope(o.Omni, named[i]))));
        var outcomes = await Task.WhenAll(operators.Select((o, i) => Outcome(() => chain.Writer.RevokeScopeAsync(wallet, o.Omni, named[i], [approvals[i]], default))));

        Assert.Equal(19, outcomes.Count(o => o == "landed"));
        Assert.Equal("ActorOfOtherOperator", outcomes[10]);
        Assert.Equal(20UL, await chain.Client.GetTransactionCountAsync(wallet.Address, BlockId.Latest, default));
    }

    private static async Task<string> RefusalOf(Func<Task> act) => (await Assert.ThrowsAsync<RegistryRevertedException>(act)).ErrorName;

    private static async Task<string> Outcome(Func<Task> act)
    {
        try
        {
            await act();
            return "landed";
        }
        catch (RegistryRevertedException e)
        {
            return e.ErrorName;
        }
    }
}
