#if NETHEREUM
using System.Globalization;
using System.Numerics;
using System.Reflection;
using System.Security.Cryptography;
using System.Text.Json;
using AgentKeys.Chain;
using AgentKeys.Chain.Nethereum;
using AgentKeys.Ethereum;
using AgentKeys.Ethereum.Rpc;
using AgentKeys.Protocol;
using AgentKeys.Testing.Chain;
using Nethereum.ABI.FunctionEncoding.Attributes;
using Nethereum.Contracts;
using Nethereum.Signer;
using Xunit;

namespace AgentKeys.Tests.Chain;

/// <summary>Two implementations that share no code, byte for byte: calldata, unsigned payloads, signed transactions, recovered senders.</summary>
public class NethereumBytesTests
{
    private static readonly Deployment Deployment = new()
    {
        ChainId = 31337,
        Registry = Place(1),
        Scope = Place(2),
        Epoch = Place(3),
        Lens = Place(4),
        K11 = Place(5),
        P256 = Place(6),
        Recovery = Place(7),
        RecoveryDelaySeconds = 10,
        Block = 1,
    };

    private static readonly Dictionary<string, Func<IRegistryWriter, ISecp256k1Signer, Task>> Operations = new()
    {
        [nameof(IRegistryWriter.RegisterFirstMasterAsync)] = (w, s) => w.RegisterFirstMasterAsync(
            s, new FirstMasterRegistration(Device(1), Key(2), Account(3), 4, Bytes(65), Proof()), default),
        [nameof(IRegistryWriter.RegisterAgentDeviceAsync)] = (w, s) => w.RegisterAgentDeviceAsync(
            s, new AgentDeviceRegistration(Device(1), Somebody(2), Somebody(3), ulong.MaxValue, Bytes(65), [Approval(), Approval()]), default),
        [nameof(IRegistryWriter.RevokeAgentDeviceAsync)] = (w, s) => w.RevokeAgentDeviceAsync(s, Device(1), [], default),
        [nameof(IRegistryWriter.SetScopeAsync)] = (w, s) => w.SetScopeAsync(
            s, Somebody(1), Somebody(2), 3, [new ScopeGrant(Hash(4), 5, true, 6, 7, 8), new ScopeGrant(Hash(9), 255, false, ulong.MaxValue, uint.MaxValue, uint.MaxValue)], [Approval()], default),
        [nameof(IRegistryWriter.RevokeScopeAsync)] = (w, s) => w.RevokeScopeAsync(s, Somebody(1), Somebody(2), [Approval()], default),
        [nameof(IRegistryWriter.RegisterAgentRootedAsync)] = (w, s) => w.RegisterAgentRootedAsync(s, new AgentRootedRegistration(Device(1), Account(2), 3, Bytes(65)), default),
        [nameof(IRegistryWriter.UpgradeToHumanAnchoredAsync)] = (w, s) => w.UpgradeToHumanAnchoredAsync(
            s, new HumanAnchoredUpgrade(Account(1), Device(2), Key(3), Account(4), 5, Bytes(65), Bytes(64), Proof()), default),
        [nameof(IRegistryWriter.RegisterAdditionalMasterAsync)] = (w, s) => w.RegisterAdditionalMasterAsync(
            s, new AdditionalMasterRegistration(Device(1), Somebody(2), Key(3), (DeviceRoles)7, 2, 1, 9, Bytes(65), Proof(), [Approval(), Approval()]), default),
        [nameof(IRegistryWriter.SetDeviceRolesAsync)] = (w, s) => w.SetDeviceRolesAsync(s, Device(1), DeviceRoles.Recovery, [Approval()], default),
        [nameof(IRegistryWriter.SetRecoveryThresholdAsync)] = (w, s) => w.SetRecoveryThresholdAsync(s, Somebody(1), 255, [Approval()], default),
        [nameof(IRegistryWriter.SetGrantThresholdAsync)] = (w, s) => w.SetGrantThresholdAsync(s, Somebody(1), 1, [Approval()], default),
        [nameof(IRegistryWriter.RotateMasterWalletAsync)] = (w, s) => w.RotateMasterWalletAsync(s, new WalletRotation(Somebody(1), Account(2), 3, Bytes(65), [Approval()]), default),
        [nameof(IRegistryWriter.RevokeMasterDeviceAsync)] = (w, s) => w.RevokeMasterDeviceAsync(s, Device(1), ulong.MaxValue, [Approval()], default),
        [nameof(IRegistryWriter.SetCompromisedSinceAsync)] = (w, s) => w.SetCompromisedSinceAsync(s, Device(1), 2, [Approval()], default),
        [nameof(IRegistryWriter.VoidApprovalsAsync)] = (w, s) => w.VoidApprovalsAsync(s, Device(1), [Approval()], default),
        [nameof(IRegistryWriter.SetAuditRelayAsync)] = (w, s) => w.SetAuditRelayAsync(s, Somebody(1), default, [Approval()], default),
        [nameof(IRegistryWriter.ProposeRecoveryAsync)] = (w, s) => w.ProposeRecoveryAsync(s, Somebody(1), Device(2), 3, Approval(), default),
        [nameof(IRegistryWriter.CancelRecoveryAsync)] = (w, s) => w.CancelRecoveryAsync(s, Device(1), Approval(), default),
        [nameof(IRegistryWriter.WithdrawRecoveryAsync)] = (w, s) => w.WithdrawRecoveryAsync(s, Device(1), Approval(), default),
        [nameof(IRegistryWriter.ExecuteRecoveryAsync)] = (w, s) => w.ExecuteRecoveryAsync(s, Device(1), default),
        [nameof(IRegistryWriter.AdvanceEpochAsync)] = (w, s) => w.AdvanceEpochAsync(s, default),
    };

    [Fact]
    public async Task Every_operation_makes_the_same_calldata_for_the_same_contract()
    {
        Assert.Equal(typeof(IRegistryWriter).GetMethods().Select(m => m.Name).Order(), Operations.Keys.Order());
        foreach (var (name, operation) in Operations)
            Assert.Equal((name, await CallOf(new BuiltInChainClient(), operation)), (name, await CallOf(new NethereumChainClient(), operation)));
    }

    [Fact]
    public async Task Every_question_makes_the_same_calldata_for_the_same_contract()
    {
        var query = new FactsQuery
        {
            Operator = Somebody(1),
            Actor = Somebody(2),
            Device = Device(3),
            DataClass = DataClass.Email,
            Service = ServiceName.Parse("smtp"),
            SessionWallet = Account(6),
        };
        List<Func<IRegistryReader, Task>> questions =
        [
            r => r.GetFactsAsync(query, default),
            r => r.GetFactsAsync(new FactsQuery(), default),
            r => r.GetFactsAsync([query, new FactsQuery()], default),
            r => r.GetScopeAsync(Somebody(1), default),
            r => r.GetDeviceAsync(Device(1), default),
            r => r.GetOperatorAsync(Somebody(1), default),
            r => r.GetDevicesAsync(Somebody(1), 3, int.MaxValue, default),
            r => r.GetProposalAsync(Device(1), default),
            r => r.GetChallengeNonceAsync(Device(1), ApprovingContract.Scope, ApprovalKind.Take, default),
            r => r.GetRecoveryNonceAsync(Somebody(1), ApprovingContract.Recovery, default),
            r => r.GetP256PathAsync(default),
            r => r.GetHeadAsync(default),
        ];
        foreach (var ask in questions)
            Assert.Equal(await ParametersOf(new BuiltInChainClient(), ask), await ParametersOf(new NethereumChainClient(), ask));
    }

    [Fact]
    public async Task Unsigned_payloads_and_signed_transactions_are_the_same_bytes()
    {
        for (var i = 0; i < 200; i++)
        {
            // The portable signer's signatures are deterministic: two encoders of one transaction must come to the same bytes.
            using var key = Secp256k1Key.Generate(Secp256k1Backend.Portable);
            var transaction = AnyTransaction(i);

            var ours = transaction.Sign(key);
            var theirs = await NethereumSigning.SignAsync(transaction, key);

            Assert.Equal(Hex.Encode(transaction.SigningHash()), Hex.Encode(Keccak256.Hash(NethereumSigning.UnsignedPayload(transaction))));
            Assert.Equal(Hex.Encode(ours.Raw), Hex.Encode(theirs.Raw));
            Assert.Equal(Hex.Encode(ours.Hash), Hex.Encode(theirs.Hash));
        }
    }

    [Fact]
    public void A_key_of_nethereum_signs_low_and_both_recover_the_same_sender()
    {
        Assert.True(EthECKey.SignRecoverable || new NethereumChainClient().Name.Length > 0);
        for (var i = 0; i < 50; i++)
        {
            var bytes = PrivateKey();
            bytes[0] *= (byte)(i % 2); // one in 256 keys begins so
            using var ours = Secp256k1Key.FromPrivateKey(bytes);
            using var theirs = NethereumAccount.FromKey(new EthECKey(bytes, true));
            var digest = RandomNumberGenerator.GetBytes(32);

            var signature = theirs.SignDigest(digest);

            Assert.Equal(ours.Address, theirs.Address);
            Assert.Equal(ours.PublicKey, theirs.PublicKey);
            Assert.True(signature.IsLowS);
            Assert.True(Secp256k1.Verify(digest, signature.ToBytes64(), ours.PublicKey));
            Assert.True(Secp256k1.TryRecoverAddress(digest, signature, out var recovered));
            Assert.Equal(ours.Address, recovered);
            Assert.Equal(ours.Address, NethereumRecovery.OfDigest(digest, ours.SignDigest(digest).ToBytes65()));
            Assert.NotEqual(ours.Address, NethereumRecovery.OfDigest(RandomNumberGenerator.GetBytes(32), ours.SignDigest(digest).ToBytes65()));
        }
    }

    [Fact]
    public void Messages_and_typed_data_recover_to_the_same_sender()
    {
        using var key = Secp256k1Key.Generate();
        const string Siwe = "agentkeys.example wants you to sign in with your Ethereum account:\n0x0000000000000000000000000000000000000001\n\nURI: https://agentkeys.example\nVersion: 1\nChain ID: 1\nNonce: abcdefgh\nIssued At: 2026-01-01T00:00:00Z";
        var message = key.SignDigest(Eip191.HashMessage(System.Text.Encoding.UTF8.GetBytes(Siwe))).ToBytes65();
        Assert.Equal(key.Address, NethereumRecovery.OfMessage(Siwe, message));
        Assert.NotEqual(key.Address, NethereumRecovery.OfMessage(Siwe + " ", message));

        var proof = new DeviceRegistration(
            ApprovalOperation.RegisterAgentDevice, Somebody(1), Somebody(2), DeviceTier.Agent, DeviceRoles.CapMint, Hash(3), 1_900_000_000);
        var typed = key.SignDigest(proof.Digest(31337, Account(9)).ToArray()).ToBytes65();
        Assert.Equal(key.Address, NethereumRecovery.OfTypedData(TypedData(proof, 31337), typed));
        Assert.NotEqual(key.Address, NethereumRecovery.OfTypedData(TypedData(proof, 31338), typed));

        Assert.Null(NethereumRecovery.OfMessage(Siwe, new byte[65]));
        Assert.Null(NethereumRecovery.OfDigest(new byte[32], [1, 2, 3]));
    }

    /// <summary>Made from the artifacts by a tool; this is what keeps them so.</summary>
    [Fact]
    public void Every_function_event_and_error_of_every_contract_has_its_typed_message()
    {
        var types = typeof(NethereumChainClient).Assembly.GetTypes();
        foreach (var name in ContractNames())
        {
            var abi = ContractArtifacts.Get(name).Abi;
            foreach (var function in abi.Functions)
            {
                var message = types.Single(t => t.Name == name + Pascal(function.Signature.Name) + "Function");
                var made = ((FunctionMessage)Activator.CreateInstance(message)!, message.GetCustomAttribute<FunctionAttribute>()!.Name);
                Assert.Equal(function.Signature.Name, made.Name);
                Assert.Equal(function.Signature.Parameters.Select(p => p.Name), message.GetProperties()
                    .Select(p => p.GetCustomAttribute<ParameterAttribute>()).OfType<ParameterAttribute>().OrderBy(p => p.Order).Select(p => p.Name));
            }

            Assert.All(abi.Events, e => Assert.Contains(types, t => t.Name == name + e.Signature.Name + "Event"));
            Assert.All(abi.Errors, e => Assert.Contains(types, t => t.Name == name + e.Signature.Name + "Error"));
        }
    }

    private static IEnumerable<string> ContractNames() => typeof(ContractNames).GetFields(BindingFlags.Public | BindingFlags.Static).Select(f => (string)f.GetValue(null)!);

    private static string Pascal(string name) => char.ToUpperInvariant(name[0]) + name[1..];

    /// <summary>What the estimate is asked for: the contract and the calldata.</summary>
    private static async Task<string> CallOf(IChainClient client, Func<IRegistryWriter, ISecp256k1Signer, Task> operation)
    {
        using var key = Secp256k1Key.FromPrivateKey([.. new byte[31], 1]);
        var asked = "";
        await using var node = new FaultyNode((_, body) =>
        {
            using var call = JsonDocument.Parse(body);
            var id = call.RootElement.GetProperty("id").GetInt64();
            if (body.Contains("eth_chainId", StringComparison.Ordinal))
                return NodeReply.Http(200, $$"""{"jsonrpc":"2.0","id":{{id}},"result":"0x7a69"}""");
            var message = call.RootElement.GetProperty("params")[0];
            asked = $"{message.GetProperty("from")} {message.GetProperty("to")} {message.GetProperty("data")}";
            return NodeReply.Http(200, $$$"""{"jsonrpc":"2.0","id":{{{id}}},"error":{"code":3,"message":"no","data":"0x"}}""");
        });
        using var rpc = client.Connect(node.Url);
        await Assert.ThrowsAsync<RegistryRevertedException>(() => operation(client.Writer(new EthereumClient(rpc), Deployment, GasModel.Eip1559), key));
        return asked;
    }

    private static async Task<string> ParametersOf(IChainClient client, Func<IRegistryReader, Task> ask)
    {
        var asked = "";
        await using var node = new FaultyNode((_, body) =>
        {
            using var call = JsonDocument.Parse(body);
            asked = call.RootElement.GetProperty("method").GetString() + JsonSerializer.Serialize(call.RootElement.GetProperty("params"));
            return NodeReply.Http(401, "no");
        });
        using var rpc = client.Connect(node.Url);
        await Assert.ThrowsAsync<ChainUnavailableException>(() => ask(client.Reader(new EthereumClient(rpc), Deployment)));
        return asked;
    }

    private static UnsignedTransaction AnyTransaction(int i)
    {
        var data = RandomNumberGenerator.GetBytes(i % 4 == 0 ? 0 : RandomNumberGenerator.GetInt32(1, 500));
        BigInteger fee = RandomNumberGenerator.GetInt32(1, int.MaxValue);
        return new UnsignedTransaction(
            (ulong)RandomNumberGenerator.GetInt32(1, int.MaxValue), i % 5 == 0 ? 0 : (ulong)RandomNumberGenerator.GetInt32(1 << 20), (ulong)RandomNumberGenerator.GetInt32(21_000, 30_000_000),
            fee * 1000, i % 2 == 0 ? null : fee, i % 7 == 0 ? null : Address.FromBytes(RandomNumberGenerator.GetBytes(20)),
            i % 3 == 0 ? 0 : BigInteger.Pow(10, i % 25), data);
    }

    private static string TypedData(DeviceRegistration proof, ulong chainId) => string.Create(CultureInfo.InvariantCulture, $$$"""
        {"types":{"EIP712Domain":[{"name":"name","type":"string"},{"name":"version","type":"string"},{"name":"chainId","type":"uint256"},{"name":"verifyingContract","type":"address"}],
        "Registration":[{"name":"op","type":"bytes32"},{"name":"operator","type":"bytes32"},{"name":"actor","type":"bytes32"},{"name":"tier","type":"uint8"},{"name":"roles","type":"uint8"},{"name":"passkeyHash","type":"bytes32"},{"name":"deadline","type":"uint64"}]},
        "primaryType":"Registration","domain":{"name":"AgentKeys","version":"1","chainId":{{{chainId}}},"verifyingContract":"{{{Account(9).ToAddress()}}}"},
        "message":{"op":"{{{proof.Operation.Id}}}","operator":"{{{proof.Operator}}}","actor":"{{{proof.Actor}}}","tier":{{{(byte)proof.Tier}}},"roles":{{{(byte)proof.Roles}}},"passkeyHash":"{{{proof.PasskeyHash}}}","deadline":{{{proof.Deadline}}}}}
        """);

    private static byte[] PrivateKey()
    {
        using var key = Secp256k1Key.Generate();
        var bytes = new byte[Secp256k1Key.Size];
        key.ExportPrivateKey(bytes);
        return bytes;
    }

    private static MasterApproval Approval() => new(Device(11), 12, Proof());

    private static WebAuthnAssertion Proof() => new(
        Bytes(37), System.Text.Encoding.UTF8.GetBytes("""{"type":"webauthn.get","challenge":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA","origin":"http://localhost:9091"}"""), Hash(13), Hash(14));

    private static Passkey Key(int n) => new(Hash(n), Hash(n + 1), Hash(255), Hash(n + 3), default);

    private static Omni Somebody(int n) => new(Hash(n));

    private static DeviceKeyHash Device(int n) => new(Hash(n));

    private static AccountAddress Account(int n) => Place(n).ToAccount();

    private static Address Place(int n) => Address.FromBytes([(byte)n, .. new byte[18], (byte)n]);

    /// <summary>The first byte matters: a word above 2^255 must not become a negative number.</summary>
    private static Bytes32 Hash(int n) => new([(byte)n, .. new byte[30], (byte)(n + 1)]);

    private static byte[] Bytes(int count) => [.. Enumerable.Range(1, count).Select(i => (byte)i)];
}
#endif
