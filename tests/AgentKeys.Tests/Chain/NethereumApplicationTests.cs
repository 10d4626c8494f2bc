#if NETHEREUM
using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;
using AgentKeys.Chain;
using AgentKeys.Chain.Nethereum;
using AgentKeys.Chain.Nethereum.Contracts;
using AgentKeys.Ethereum;
using AgentKeys.Ethereum.Rpc;
using AgentKeys.Protocol;
using AgentKeys.Testing.Chain;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Nethereum.Model;
using Nethereum.RPC.Eth.DTOs;
using Nethereum.Signer;
using Nethereum.Signer.Crypto;
using Nethereum.Web3;
using Account = Nethereum.Web3.Accounts.Account;
using LegacyTransaction = Nethereum.Model.LegacyTransaction;
using Xunit;

namespace AgentKeys.Tests.Chain;

/// <summary>As an application that has Nethereum already would: its own Web3, its own account, its own vault.</summary>
public sealed class NethereumApplicationTests(NethereumChain chain) : IClassFixture<NethereumChain>
{
    [AnvilFact]
    public async Task An_application_brings_its_web3_and_its_account()
    {
        var web3 = new Web3(new Account(PrivateKey(chain.Key(1)), (long)Anvil.ChainId), chain.Url.AbsoluteUri);
        using var host = Host(services => services.AddNethereumChain(chain.Deployment, web3));
        await host.StartAsync();
        var (reader, writer) = (host.Services.GetRequiredService<IRegistryReader>(), host.Services.GetRequiredService<IRegistryWriter>());
        var signer = host.Services.GetRequiredService<ISecp256k1Signer>();

        var before = (await reader.GetFactsAsync(new FactsQuery(), default)).Epoch;
        await writer.AdvanceEpochAsync(signer, default);

        Assert.Equal("nethereum", reader.ClientName);
        Assert.Equal(chain.Governance.Address, signer.Address);
        Assert.True((await reader.GetFactsAsync(new FactsQuery(), default)).Epoch > before);

        // The application's own transactions go on beside.
        var receipt = await web3.Eth.GetEtherTransferService().TransferEtherAndWaitForReceiptAsync("0x00000000000000000000000000000000000000ff", 0.001m);
        Assert.Equal(1, receipt.Status.Value);
        await writer.AdvanceEpochAsync(signer, default);

        // So do the contracts' events, by Nethereum's own means.
        var advances = web3.Eth.GetEvent<K3EpochCounterEpochAdvancedEvent>(chain.Deployment.Epoch.ToString());
        var seen = await advances.GetAllChangesAsync(advances.CreateFilterInput(new BlockParameter(chain.Deployment.Block), BlockParameter.CreateLatest()));
        Assert.Equal((await reader.GetFactsAsync(new FactsQuery(), default)).Epoch, seen[^1].Event.Epoch);
    }

    [AnvilFact]
    public async Task Another_chain_ends_the_host_when_it_starts()
    {
        using var host = Host(services => services.AddNethereumChain(chain.Deployment with { Lens = chain.Deployment.Scope }, new Web3(chain.Url.AbsoluteUri)));

        var e = await Assert.ThrowsAsync<ChainUnavailableException>(() => host.StartAsync());

        Assert.Equal(ChainFault.WrongVersion, e.Fault);
    }

    [AnvilFact]
    public async Task An_external_signer_sends_in_both_gas_models()
    {
        var vault = new Vault(new EthECKey(PrivateKey(chain.Key(2)), true));
        var account = await NethereumAccount.FromExternalSignerAsync(vault);
        foreach (var model in new[] { GasModel.Legacy, GasModel.Eip1559 })
        {
            using var nonces = new NonceManager(chain.Client, account.Address);
            var sender = new TransactionSender(chain.Client, account, Anvil.ChainId, model, nonces, signing: NethereumSigning.SignAsync);
            Assert.True((await sender.SendAsync(Address.Parse("0x00000000000000000000000000000000000000ff"), new byte[] { 1, 2 }, default, value: 5)).Succeeded);
        }

        Assert.Equal(2, vault.Asked);
        Assert.Equal(chain.Key(2).Address, account.Address);
        Assert.True(Secp256k1.TryRecoverAddress(new byte[32], account.SignDigest(new byte[32]), out var recovered));
        Assert.Equal(account.Address, recovered);
    }

    [AnvilTheory]
    [InlineData("another key")]
    [InlineData("another transaction")]
    [InlineData("high s")]
    [InlineData("wrong parity")]
    [InlineData("nothing")]
    public async Task What_an_external_signer_bends_is_not_sent(string bend)
    {
        var vault = new Vault(new EthECKey(PrivateKey(chain.Key(3)), true)) { Bend = bend };
        var account = await NethereumAccount.FromExternalSignerAsync(vault);
        using var nonces = new NonceManager(chain.Client, account.Address);
        var sender = new TransactionSender(chain.Client, account, Anvil.ChainId, GasModel.Eip1559, nonces, signing: NethereumSigning.SignAsync);
        var sent = await chain.Client.GetTransactionCountAsync(account.Address, BlockId.Pending, default);

        await Assert.ThrowsAsync<CryptographicException>(() => sender.SendAsync(chain.Key(0).Address, default, default, value: 5));

        Assert.Equal(sent, await chain.Client.GetTransactionCountAsync(account.Address, BlockId.Pending, default));
    }

    [Fact]
    public async Task A_client_that_cannot_be_interrupted_still_ends_in_time()
    {
        await using var node = new FaultyNode((_, _) => NodeReply.Silence);
        using var rpc = new NethereumChainClient(new Web3(node.Url.AbsoluteUri)).Connect(
            node.Url, new RpcOptions { Deadline = TimeSpan.FromMilliseconds(300), AttemptTimeout = TimeSpan.FromMilliseconds(300), Retries = 0 });

        var e = await Assert.ThrowsAsync<RpcTransportException>(() => new EthereumClient(rpc).GetChainIdAsync(default));

        Assert.Equal(RpcTransportFault.TimedOut, e.Fault);
    }

    private static IHost Host(Action<IServiceCollection> add)
    {
        var builder = new HostApplicationBuilder();
        add(builder.Services);
        return builder.Build();
    }

    private static byte[] PrivateKey(Secp256k1Key key)
    {
        var bytes = new byte[Secp256k1Key.Size];
        key.ExportPrivateKey(bytes);
        return bytes;
    }

    /// <summary>Signs what it is sent and keeps the key.</summary>
    private sealed class Vault(EthECKey key) : EthExternalSignerBase
    {
        public string Bend { get; init; } = "";

        public int Asked { get; private set; }

        public override bool Supported1559 => true;

        public override ExternalSignerTransactionFormat ExternalSignerTransactionFormat { get; protected set; } = ExternalSignerTransactionFormat.Hash;

        public override bool CalculatesV { get; protected set; }

        public override async Task SignAsync(LegacyTransactionChainId transaction) => await SignHashTransactionAsync(Counted(transaction));

        public override async Task SignAsync(LegacyTransaction transaction) => await SignHashTransactionAsync(Counted(transaction));

        public override Task SignAsync(Transaction7702 transaction) => throw new NotSupportedException();

        public override async Task SignAsync(Transaction1559 transaction)
        {
            Counted(transaction);
            switch (Bend)
            {
                case "nothing":
                    return;
                case "another key":
                    transaction.SetSignature(EthECKey.GenerateKey().SignAndCalculateYParityV(transaction.RawHash));
                    return;
                case "another transaction":
                    transaction.SetSignature(key.SignAndCalculateYParityV(new byte[32]));
                    return;
                case "high s":
                    var low = key.SignAndCalculateYParityV(transaction.RawHash);
                    transaction.SetSignature(EthECDSASignatureFactory.FromComponents(low.R, Negated(low.S), [(byte)(1 - Parity(low))]));
                    return;
                case "wrong parity":
                    var right = key.SignAndCalculateYParityV(transaction.RawHash);
                    transaction.SetSignature(EthECDSASignatureFactory.FromComponents(right.R, right.S, [(byte)(1 - Parity(right))]));
                    return;
                default:
                    await SignHashTransactionAsync(transaction);
                    return;
            }
        }

        protected override Task<byte[]> GetPublicKeyAsync() => Task.FromResult(key.GetPubKey());

        protected override Task<ECDSASignature> SignExternallyAsync(byte[] bytes)
        {
            return Task.FromResult(ECDSASignature.FromDER(key.Sign(bytes).ToDER()));
        }

        private static int Parity(EthECDSASignature signature) => signature.V.Length == 0 ? 0 : signature.V[0];

        /// <summary>The other s that signs the same.</summary>
        private static byte[] Negated(byte[] s) => (Order - new BigInteger(s, isUnsigned: true, isBigEndian: true)).ToByteArray(isUnsigned: true, isBigEndian: true);

        private static BigInteger Order { get; } =
            BigInteger.Parse("00FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141", NumberStyles.HexNumber, CultureInfo.InvariantCulture);

        private T Counted<T>(T transaction)
        {
            Asked++;
            return transaction;
        }
    }
}
#endif
