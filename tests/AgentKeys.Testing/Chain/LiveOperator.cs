using System.Text.Json;
using AgentKeys.Chain;
using AgentKeys.Ethereum;
using AgentKeys.Ethereum.Rpc;
using AgentKeys.Protocol;
using AgentKeys.Testing.WebAuthn;

namespace AgentKeys.Testing.Chain;

/// <summary>An operator that the command line made, from the files of its home: for the operations that no command makes.</summary>
public sealed class LiveOperator : IDisposable
{
    private readonly JsonRpcClient _rpc;
    private readonly Deployment _deployment;
    private readonly RegistryWriter _writer;
    private readonly Secp256k1Key _wallet;
    private readonly SoftwareAuthenticator _passkey;
    private readonly DeviceKeyHash _device;
    private readonly Omni _omni;
    private readonly MasterHand _hand;

    /// <param name="home">with device.json and wallet.json.</param>
    public LiveOperator(Uri node, string deploymentFile, string home, string passkeyFile)
    {
        _rpc = new JsonRpcClient(node);
        var client = new EthereumClient(_rpc);
        _deployment = DeploymentJson.Parse(File.ReadAllText(deploymentFile));
        _writer = new RegistryWriter(client, _deployment, GasModel.Eip1559);
        _wallet = ReadKey(Path.Combine(home, "wallet.json"));
        using (var device = ReadKey(Path.Combine(home, "device.json")))
            _device = DeviceKeyHash.OfAddress(device.Address.ToAccount());
        _omni = Omni.OfAddress(_wallet.Address.ToAccount());
        _passkey = AuthenticatorFile.Load(passkeyFile);
        _hand = new MasterHand(new RegistryReader(client, _deployment), _deployment, _passkey, _device, _omni);
    }

    /// <summary>Of its own master, which has to keep RECOVERY.</summary>
    public async Task SetRolesAsync(DeviceRoles roles, CancellationToken cancel)
    {
        var approval = await _hand.ApproveAsync(ApprovalOperation.SetDeviceRoles, ApprovingContract.Registry, ApprovalFields.SetDeviceRoles(_device, roles));
        await _writer.SetDeviceRolesAsync(_wallet, _device, roles, [approval], cancel);
    }

    /// <summary>To a wallet that nobody has kept: the old one is nobody's from then on.</summary>
    public async Task RotateWalletAsync(CancellationToken cancel)
    {
        using var next = Secp256k1Key.Generate();
        var deadline = await _hand.DeadlineAsync();
        var consent = new WalletConsent(ApprovalOperation.RotateMasterWallet, _omni, next.Address.ToAccount(), deadline);
        var signature = next.SignDigest(consent.Digest(_deployment.ChainId, _deployment.Registry.ToAccount()).ToArray()).ToBytes65();
        var fields = ApprovalFields.RotateMasterWallet(_omni, next.Address.ToAccount(), deadline);
        var approval = await _hand.ApproveAsync(ApprovalOperation.RotateMasterWallet, ApprovingContract.Registry, fields);
        await _writer.RotateMasterWalletAsync(_wallet, new WalletRotation(_omni, next.Address.ToAccount(), deadline, signature, [approval]), cancel);
    }

    public void Dispose()
    {
        _writer.Dispose();
        _passkey.Dispose();
        _wallet.Dispose();
        _rpc.Dispose();
    }

    private static Secp256k1Key ReadKey(string path)
    {
        using var file = JsonDocument.Parse(File.ReadAllBytes(path));
        return Secp256k1Key.FromPrivateKey(Hex.Decode(file.RootElement.GetProperty("private_key").GetString()!));
    }
}
