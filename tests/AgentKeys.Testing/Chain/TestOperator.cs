using AgentKeys.Chain;
using AgentKeys.Ethereum;
using AgentKeys.Protocol;
using AgentKeys.Testing.WebAuthn;

namespace AgentKeys.Testing.Chain;

/// <summary>An agent: one device key, one omni.</summary>
public sealed record TestAgent(Secp256k1Key Key)
{
    public AccountAddress Address => Key.Address.ToAccount();

    public DeviceKeyHash Device => DeviceKeyHash.OfAddress(Address);

    public Omni Omni => Omni.OfAddress(Address);
}

/// <summary>An operator with one master, whose passkey is in software: does real ceremonies against the real contracts.</summary>
public sealed class TestOperator(DeployedChain chain, Secp256k1Key wallet)
{
    public const string Origin = "http://localhost:9091";

    private readonly SoftwareAuthenticator _passkey = SoftwareAuthenticator.New("localhost");

    private MasterHand Hand => new(chain.Reader, chain.Deployment, _passkey, Device, Omni);

    public Secp256k1Key Wallet => wallet;

    public Omni Omni { get; } = Omni.OfAddress(wallet.Address.ToAccount());

    /// <summary>The master's K10.</summary>
    public Secp256k1Key DeviceKey { get; } = Secp256k1Key.Generate();

    public DeviceKeyHash Device => DeviceKeyHash.OfAddress(DeviceKey.Address.ToAccount());

    public Passkey Passkey => _passkey.ToPasskey(Origin);

    public async Task<TransactionInfo> RegisterAsync() =>
        await chain.Writer.RegisterFirstMasterAsync(wallet, await FirstMasterAsync(), default);

    /// <summary>A registration that the contract takes, for bending.</summary>
    public async Task<FirstMasterRegistration> FirstMasterAsync()
    {
        var deadline = await Hand.DeadlineAsync();
        var relay = default(AccountAddress);
        var proof = new DeviceRegistration(
            ApprovalOperation.RegisterFirstMaster, Omni, Omni, DeviceTier.Master, DeviceRoles.CapMint | DeviceRoles.Recovery | DeviceRoles.ScopeMgmt, Passkey.Hash, deadline);
        var challenge = Hand.Challenge(
            ApprovalOperation.RegisterFirstMaster, ApprovingContract.Registry, 0, deadline, ApprovalFields.RegisterFirstMaster(Device, Passkey, relay, deadline));
        return new FirstMasterRegistration(Device, Passkey, relay, deadline, Sign(DeviceKey, proof), _passkey.Assert(challenge, Origin));
    }

    /// <summary>Gives a new agent its first device.</summary>
    public async Task<TestAgent> AddAgentAsync()
    {
        var agent = new TestAgent(Secp256k1Key.Generate());
        await chain.Writer.RegisterAgentDeviceAsync(wallet, await AgentDeviceAsync(agent), default);
        return agent;
    }

    /// <summary>A registration that the contract takes, for bending.</summary>
    public async Task<AgentDeviceRegistration> AgentDeviceAsync(TestAgent agent)
    {
        var deadline = await Hand.DeadlineAsync();
        var proof = new DeviceRegistration(ApprovalOperation.RegisterAgentDevice, Omni, agent.Omni, DeviceTier.Agent, DeviceRoles.CapMint, default, deadline);
        var approval = await ApproveAsync(
            ApprovalOperation.RegisterAgentDevice, ApprovingContract.Registry, ApprovalFields.RegisterAgentDevice(agent.Device, Omni, agent.Omni, deadline));
        return new AgentDeviceRegistration(agent.Device, Omni, agent.Omni, deadline, Sign(agent.Key, proof), [approval]);
    }

    public async Task<TransactionInfo> SetScopeAsync(TestAgent agent, params ScopeGrant[] grants)
    {
        var generation = (await chain.Reader.GetScopeAsync(agent.Omni, default)).Generation + 1;
        var approval = await ApproveAsync(ApprovalOperation.SetScope, ApprovingContract.Scope, ApprovalFields.SetScope(Omni, agent.Omni, generation, grants));
        return await chain.Writer.SetScopeAsync(wallet, Omni, agent.Omni, generation, grants, [approval], default);
    }

    /// <summary>The master's passkey over an operation, with its next nonce.</summary>
    public Task<MasterApproval> ApproveAsync(ApprovalOperation operation, ApprovingContract contract, Bytes32 fieldsHash) => Hand.ApproveAsync(operation, contract, fieldsHash);

    private byte[] Sign(Secp256k1Key key, DeviceRegistration proof) =>
        key.SignDigest(proof.Digest(Anvil.ChainId, chain.Deployment.Registry.ToAccount()).ToArray()).ToBytes65();
}
