using System.Net.Http.Json;
using System.Numerics;
using AgentKeys.Chain;
using AgentKeys.Ethereum;
using AgentKeys.Protocol;
using AgentKeys.Testing.Chain;
using AgentKeys.Testing.WebAuthn;
using Xunit;

namespace AgentKeys.Tests.Chain;

/// <summary>Everything that changes operators and masters, through the writer, against the real contracts; the typed views say it.</summary>
public abstract class MasterOperationsTests(DeployedChain chain)
{
    private const ulong Never = ulong.MaxValue;

    /// <summary>A device key and a passkey in software.</summary>
    private sealed record Master(Secp256k1Key Key, SoftwareAuthenticator Authenticator)
    {
        public DeviceKeyHash Device => DeviceKeyHash.OfAddress(Key.Address.ToAccount());

        public Passkey Passkey => Authenticator.ToPasskey(TestOperator.Origin);

        public static Master New() => new(Secp256k1Key.Generate(), SoftwareAuthenticator.New("localhost"));
    }

    private Deployment Deployment => chain.Deployment;

    [AnvilFact]
    public async Task Masters_come_change_and_go()
    {
        var owner = await chain.NewOperatorAsync();
        var second = await AddMasterAsync(owner, DeviceRoles.Recovery | DeviceRoles.CapMint, 1, 1);
        Assert.Equal([owner.Device, second.Device], await chain.Reader.GetDevicesAsync(owner.Omni, 0, 10, default));
        Assert.Equal([second.Device], await chain.Reader.GetDevicesAsync(owner.Omni, 1, 10, default));
        Assert.Empty(await chain.Reader.GetDevicesAsync(owner.Omni, 2, 10, default));
        Assert.Equal((2u, second.Passkey), ((await DeviceAsync(second)).Ordinal, (await DeviceAsync(second)).Passkey));

        const DeviceRoles Every = DeviceRoles.CapMint | DeviceRoles.Recovery | DeviceRoles.ScopeMgmt;
        await chain.Writer.SetDeviceRolesAsync(
            owner.Wallet, second.Device, Every, [await Approve(owner, ApprovalOperation.SetDeviceRoles, ApprovalFields.SetDeviceRoles(second.Device, Every))], default);
        Assert.Equal(Every, (await DeviceAsync(second)).Roles);

        await chain.Writer.SetRecoveryThresholdAsync(
            owner.Wallet, owner.Omni, 1, [await Approve(owner, ApprovalOperation.SetRecoveryThreshold, ApprovalFields.SetThreshold(owner.Omni, 1))], default);
        await chain.Writer.SetGrantThresholdAsync(
            owner.Wallet, owner.Omni, 5, [await Approve(owner, ApprovalOperation.SetGrantThreshold, ApprovalFields.SetThreshold(owner.Omni, 5))], default);
        var state = (await chain.Reader.GetOperatorAsync(owner.Omni, default))!;
        Assert.Equal((1, 5, 2, 2, 2u), (state.RecoveryThreshold, state.GrantThreshold, state.ActiveMasters, state.ActiveRecoveryMasters, state.DeviceCount));

        await chain.Writer.RevokeMasterDeviceAsync(
            owner.Wallet, second.Device, Never, [await Approve(owner, ApprovalOperation.RevokeMasterDevice, ApprovalFields.RevokeMasterDevice(second.Device, Never))], default);
        Assert.Equal(Never, (await DeviceAsync(second)).CompromisedSince);
        await chain.Writer.SetCompromisedSinceAsync(
            owner.Wallet, second.Device, 0, [await Approve(owner, ApprovalOperation.SetCompromisedSince, ApprovalFields.SetCompromisedSince(second.Device, 0))], default);
        Assert.Equal(0UL, (await DeviceAsync(second)).CompromisedSince);
    }

    [AnvilFact]
    public async Task Relay_voids_and_wallet()
    {
        var owner = await chain.NewOperatorAsync();
        var relay = Secp256k1Key.Generate().Address.ToAccount();
        await chain.Writer.SetAuditRelayAsync(
            owner.Wallet, owner.Omni, relay, [await Approve(owner, ApprovalOperation.SetAuditRelay, ApprovalFields.SetAuditRelay(owner.Omni, relay))], default);
        Assert.Equal(relay, (await chain.Reader.GetOperatorAsync(owner.Omni, default))!.AuditRelay);

        await chain.Writer.VoidApprovalsAsync(
            owner.Wallet, owner.Device, [await Approve(owner, ApprovalOperation.VoidApprovals, ApprovalFields.VoidApprovals(owner.Device))], default);
        var voided = BigInteger.One << 128;
        Assert.Equal(voided, await chain.Reader.GetChallengeNonceAsync(owner.Device, ApprovingContract.Registry, ApprovalKind.Recover, default));
        Assert.Equal(voided + 2, await chain.Reader.GetChallengeNonceAsync(owner.Device, ApprovingContract.Registry, ApprovalKind.Give, default));

        var next = await chain.NewWalletAsync();
        var deadline = await DeadlineAsync();
        var consent = new WalletConsent(ApprovalOperation.RotateMasterWallet, owner.Omni, next.Address.ToAccount(), deadline);
        var approval = await Approve(owner, ApprovalOperation.RotateMasterWallet, ApprovalFields.RotateMasterWallet(owner.Omni, next.Address.ToAccount(), deadline));
        await chain.Writer.RotateMasterWalletAsync(
            owner.Wallet, new WalletRotation(owner.Omni, next.Address.ToAccount(), deadline, Sign(next, consent.Digest(Anvil.ChainId, Deployment.Registry.ToAccount())), [approval]), default);
        var facts = await chain.Reader.GetFactsAsync(new FactsQuery { SessionWallet = owner.Wallet.Address.ToAccount() }, default);
        Assert.Equal((default, true), (facts.WalletOperator, facts.WalletEverUsed));
        facts = await chain.Reader.GetFactsAsync(new FactsQuery { SessionWallet = next.Address.ToAccount() }, default);
        Assert.Equal((owner.Omni, true), (facts.WalletOperator, facts.WalletEverUsed));
        facts = await chain.Reader.GetFactsAsync(new FactsQuery { SessionWallet = relay }, default);
        Assert.Equal((default, false), (facts.WalletOperator, facts.WalletEverUsed));
    }

    [AnvilFact]
    public async Task Proposals_wait_and_end_in_three_ways()
    {
        var owner = await chain.NewOperatorAsync();
        var second = await AddMasterAsync(owner, DeviceRoles.Recovery, 2, 1);
        Assert.Null(await chain.Reader.GetProposalAsync(owner.Device, default));

        await ProposeAsync(owner, second);
        var proposal = (await chain.Reader.GetProposalAsync(owner.Device, default))!;
        Assert.Equal((owner.Omni, second.Device, Never, BigInteger.One, true), (proposal.Operator, proposal.Target, proposal.CompromisedSince, proposal.RecoveryNonce, proposal.Live));
        Assert.Equal((proposal.ProposedAt + DeployedChain.RecoveryDelay, proposal.ExecutableFrom + 7 * 86400), (proposal.ExecutableFrom, proposal.ExpiresAfter));
        await chain.Writer.WithdrawRecoveryAsync(owner.Wallet, owner.Device, await Approve(owner, ApprovalOperation.WithdrawRecovery, ApprovalFields.EndRecovery(owner.Device)), default);
        Assert.Null(await chain.Reader.GetProposalAsync(owner.Device, default));

        await ProposeAsync(owner, second);
        await chain.Writer.CancelRecoveryAsync(
            owner.Wallet, owner.Device, await ApproveAs(second, owner.Omni, ApprovalOperation.CancelRecovery, ApprovalFields.EndRecovery(owner.Device)), default);
        Assert.Null(await chain.Reader.GetProposalAsync(owner.Device, default));

        await ProposeAsync(owner, second);
        Assert.Equal("ProposalTooEarly", (await Assert.ThrowsAsync<RegistryRevertedException>(() => chain.Writer.ExecuteRecoveryAsync(owner.Wallet, owner.Device, default))).ErrorName);
        await AdvanceAsync(DeployedChain.RecoveryDelay + 1);
        await chain.Writer.ExecuteRecoveryAsync(owner.Wallet, owner.Device, default);
        Assert.NotEqual(0UL, (await DeviceAsync(second)).RevokedAt);
        Assert.Equal(1, (await chain.Reader.GetOperatorAsync(owner.Omni, default))!.RecoveryThreshold);
    }

    [AnvilFact]
    public async Task An_operator_without_masters_gets_its_first()
    {
        using var wallet = await chain.NewWalletAsync();
        var omni = Omni.OfAddress(wallet.Address.ToAccount());
        using var device = Secp256k1Key.Generate();
        var hash = DeviceKeyHash.OfAddress(device.Address.ToAccount());
        var deadline = await DeadlineAsync();
        var proof = new DeviceRegistration(ApprovalOperation.RegisterAgentRooted, omni, omni, DeviceTier.Agent, DeviceRoles.CapMint, default, deadline);
        await chain.Writer.RegisterAgentRootedAsync(wallet, new AgentRootedRegistration(hash, default, deadline, SignProof(device, proof)), default);
        var record = (await chain.Reader.GetDeviceAsync(hash, default))!;
        Assert.Equal((omni, omni, DeviceTier.Agent), (record.Operator, record.Actor, record.Tier));
        Assert.Equal(TrustTier.AgentRooted, (await chain.Reader.GetOperatorAsync(omni, default))!.Tier);

        var (first, next) = (Master.New(), wallet.Address.ToAccount());
        proof = new DeviceRegistration(ApprovalOperation.UpgradeToHumanAnchored, omni, omni, DeviceTier.Master, (DeviceRoles)7, first.Passkey.Hash, deadline);
        var fields = ApprovalFields.UpgradeToHumanAnchored(next, first.Device, first.Passkey, default, deadline);
        var attestation = first.Authenticator.Assert(Challenge(ApprovalOperation.UpgradeToHumanAnchored, ApprovingContract.Registry, omni, 0, deadline, fields), TestOperator.Origin);
        await chain.Writer.UpgradeToHumanAnchoredAsync(
            wallet, new HumanAnchoredUpgrade(next, first.Device, first.Passkey, default, deadline, [], SignProof(first.Key, proof), attestation), default);
        Assert.Equal(TrustTier.HumanAnchored, (await chain.Reader.GetOperatorAsync(omni, default))!.Tier);
        Assert.NotEqual(0UL, (await chain.Reader.GetDeviceAsync(hash, default))!.RevokedAt);
    }

    private async Task<Master> AddMasterAsync(TestOperator owner, DeviceRoles roles, byte recoveryThreshold, byte grantThreshold)
    {
        var master = Master.New();
        var deadline = await DeadlineAsync();
        var proof = new DeviceRegistration(ApprovalOperation.RegisterAdditionalMaster, owner.Omni, owner.Omni, DeviceTier.Master, roles, master.Passkey.Hash, deadline);
        var fields = ApprovalFields.RegisterAdditionalMaster(master.Device, owner.Omni, master.Passkey, roles, recoveryThreshold, grantThreshold, deadline);
        var nonce = await chain.Reader.GetRecoveryNonceAsync(owner.Omni, ApprovingContract.Registry, default);
        var attestation = master.Authenticator.Assert(Challenge(ApprovalOperation.RegisterAdditionalMaster, ApprovingContract.Registry, owner.Omni, nonce, deadline, fields), TestOperator.Origin);
        await chain.Writer.RegisterAdditionalMasterAsync(owner.Wallet, new AdditionalMasterRegistration(
            master.Device, owner.Omni, master.Passkey, roles, recoveryThreshold, grantThreshold, deadline, SignProof(master.Key, proof), attestation,
            [await Approve(owner, ApprovalOperation.RegisterAdditionalMaster, fields)]), default);
        return master;
    }

    private async Task ProposeAsync(TestOperator owner, Master target)
    {
        var fields = ApprovalFields.ProposeRecovery(owner.Omni, target.Device, Never);
        await chain.Writer.ProposeRecoveryAsync(owner.Wallet, owner.Omni, target.Device, Never, await Approve(owner, ApprovalOperation.ProposeRecovery, fields), default);
    }

    private Task<MasterApproval> Approve(TestOperator owner, ApprovalOperation operation, Bytes32 fields) =>
        owner.ApproveAsync(operation, operation.Kind == ApprovalKind.Propose ? ApprovingContract.Recovery : ApprovingContract.Registry, fields);

    private async Task<MasterApproval> ApproveAs(Master master, Omni omni, ApprovalOperation operation, Bytes32 fields)
    {
        var deadline = await DeadlineAsync();
        var nonce = await chain.Reader.GetChallengeNonceAsync(master.Device, ApprovingContract.Recovery, operation.Kind!.Value, default);
        return new MasterApproval(
            master.Device, deadline, master.Authenticator.Assert(Challenge(operation, ApprovingContract.Recovery, omni, nonce, deadline, fields), TestOperator.Origin));
    }

    private Bytes32 Challenge(ApprovalOperation operation, ApprovingContract contract, Omni omni, BigInteger nonce, ulong deadline, Bytes32 fields) =>
        ApprovalChallenge.Compute(operation, Anvil.ChainId, Deployment.AddressOf(contract).ToAccount(), omni, nonce, deadline, fields);

    private byte[] SignProof(Secp256k1Key key, DeviceRegistration proof) => Sign(key, proof.Digest(Anvil.ChainId, Deployment.Registry.ToAccount()));

    private static byte[] Sign(Secp256k1Key key, Bytes32 digest) => key.SignDigest(digest.ToArray()).ToBytes65();

    private async Task<DeviceRecord> DeviceAsync(Master master) => (await chain.Reader.GetDeviceAsync(master.Device, default))!;

    private async Task<ulong> DeadlineAsync() => (await chain.Reader.GetHeadAsync(default)).Timestamp + 3600;

    /// <summary>The chain's clock; an empty block shows it.</summary>
    private async Task AdvanceAsync(ulong seconds)
    {
        using var http = new HttpClient();
        foreach (var (method, arguments) in new[] { ("evm_increaseTime", new object[] { seconds }), ("evm_mine", []) })
            (await http.PostAsJsonAsync(chain.Url, new { jsonrpc = "2.0", id = 1, method, @params = arguments })).EnsureSuccessStatusCode();
    }
}
