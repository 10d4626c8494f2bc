using AgentKeys.Chain;
using AgentKeys.Ethereum;
using AgentKeys.Ethereum.Rpc;
using AgentKeys.Testing.Storage;

namespace AgentKeys.Testing.Chain;

/// <summary>
/// An anvil of its own with the real contracts on it, for one test class. Every test makes its own operator, so tests do not
/// see each other. Without anvil it is empty, and its members throw with what to run.
/// </summary>
public class DeployedChain : IDisposable
{
    /// <summary>Seconds that a proposal waits; as on development chains.</summary>
    public const ulong RecoveryDelay = 10;

    private readonly Anvil _anvil = new();
    private readonly TemporaryFolder _folder = new();
    private readonly Deployment? _deployment;
    private readonly IRegistryWriter? _writer;
    private readonly NonceManager? _nonces;
    private readonly IRpcTransport? _rpc;

    public DeployedChain()
        : this(new BuiltInChainClient())
    {
    }

    /// <param name="chainClient">Deploys, reads and writes.</param>
    protected DeployedChain(IChainClient chainClient)
    {
        ArgumentNullException.ThrowIfNull(chainClient);
        ChainClient = chainClient;
        if (Anvil.Missing is not null)
            return;
        _rpc = chainClient.Connect(_anvil.Url);
        var deployer = Key(0);
        _deployment = new ContractDeployer(Client, deployer, Anvil.ChainId, GasModel.Eip1559, RecoveryDelay, signing: chainClient.Signing)
            .DeployAsync(Governance.Address, Path.Combine(_folder.Path, "anvil.json"), null, default).GetAwaiter().GetResult();
        _writer = chainClient.Writer(Client, _deployment, GasModel.Eip1559);
        _nonces = new NonceManager(Client, deployer.Address);
    }

    public IChainClient ChainClient { get; }

    public Uri Url => _anvil.Url;

    public EthereumClient Client => new(_rpc ?? throw Missing());

    public Deployment Deployment => _deployment ?? throw Missing();

    public IRegistryReader Reader => ChainClient.Reader(Client, Deployment);

    public IRegistryWriter Writer => _writer ?? throw Missing();

    /// <summary>Who may advance the epoch.</summary>
    public ISecp256k1Signer Governance => Key(1);

    /// <summary>A new account with ten ether.</summary>
    public async Task<Secp256k1Key> NewWalletAsync()
    {
        var wallet = Secp256k1Key.Generate();
        var sender = new TransactionSender(Client, Key(0), Anvil.ChainId, GasModel.Eip1559, _nonces ?? throw Missing());
        await sender.SendAsync(wallet.Address, default, default, value: System.Numerics.BigInteger.Pow(10, 19));
        return wallet;
    }

    /// <summary>Puts other code at an address, as no chain would.</summary>
    public async Task SetCodeAsync(Address address, byte[] code)
    {
        using var http = new HttpClient();
        var request = $$"""{"jsonrpc":"2.0","id":1,"method":"anvil_setCode","params":["{{address}}","{{Hex.Encode(code)}}"]}""";
        using var content = new StringContent(request, System.Text.Encoding.UTF8, "application/json");
        using var response = await http.PostAsync(Url, content);
        response.EnsureSuccessStatusCode();
    }

    /// <summary>A new operator, registered with one master.</summary>
    public async Task<TestOperator> NewOperatorAsync()
    {
        var made = new TestOperator(this, await NewWalletAsync());
        await made.RegisterAsync();
        return made;
    }

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
        (_writer as IDisposable)?.Dispose();
        _nonces?.Dispose();
        _rpc?.Dispose();
        _anvil.Dispose();
        _folder.Dispose();
    }

    /// <summary>One of anvil's endowed accounts.</summary>
    public Secp256k1Key Key(int index) => Secp256k1Key.FromPrivateKey(Hex.Decode(_anvil.Keys[index]));

    private static InvalidOperationException Missing() => new(Anvil.Missing);
}
