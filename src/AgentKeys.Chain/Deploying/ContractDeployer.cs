using AgentKeys.Ethereum;
using AgentKeys.Ethereum.Abi;
using AgentKeys.Ethereum.Rpc;

namespace AgentKeys.Chain;

/// <summary>
/// Puts AgentKeys' seven contracts on a chain, in the order in which they name each other, and writes the addresses file once all
/// of them are there with this release's code.
/// <para>Run again after any interruption: every transaction was noted, signed, before it was sent, so it is looked after or sent
/// again as the same bytes. A contract is deployed anew only when its transaction certainly can never be mined.</para>
/// </summary>
/// <param name="recoveryDelay">Seconds that a recovery proposal waits; fixed for ever: <see cref="ChainProfile.RecoveryDelaySeconds"/>.</param>
/// <param name="deployer">Pays; has no authority over the contracts afterwards.</param>
public sealed class ContractDeployer(
    EthereumClient client, ISecp256k1Signer deployer, ulong chainId, GasModel gasModel, ulong recoveryDelay, SenderOptions? options = null, TimeProvider? time = null)
{
    /// <param name="governance">Who will advance the key epoch.</param>
    /// <param name="addressesFile">Written at the end; if it is there already, it is verified and nothing is deployed. The
    /// journal stands beside it, with <c>.journal</c> behind the name.</param>
    /// <returns>A deployment that <see cref="DeploymentCheck"/> found in order.</returns>
    /// <exception cref="DeployException">It stopped; see <see cref="DeployFault"/>.</exception>
    /// <exception cref="TransactionRefusedException">The node does not take the transactions (no funds, say).</exception>
    /// <exception cref="ChainUnavailableException">Another chain, or other contracts at the file's addresses, or no node.</exception>
    /// <exception cref="FormatException">The addresses file that is there is not one.</exception>
    public async Task<Deployment> DeployAsync(
        Address governance, string addressesFile, IProgress<DeployProgress>? progress, CancellationToken cancel)
    {
        ArgumentException.ThrowIfNullOrEmpty(addressesFile);
        if (File.Exists(addressesFile))
        {
            var present = DeploymentJson.Parse(await File.ReadAllTextAsync(addressesFile, cancel));
            await DeploymentCheck.VerifyAsync(client, present, cancel);
            return present;
        }

        try
        {
            var deployment = await DeployAllAsync(governance, addressesFile + ".journal", progress, cancel);
            await DeploymentCheck.VerifyAsync(client, deployment, cancel);
            AtomicFile.Write(addressesFile, DeploymentJson.Write(deployment));
            return deployment;
        }
        catch (RpcErrorException e)
        {
            throw TransactionRefusedException.From(e);
        }
        catch (RpcException e)
        {
            throw ChainUnavailableException.From(e);
        }
    }

    private async Task<Deployment> DeployAllAsync(Address governance, string journalFile, IProgress<DeployProgress>? progress, CancellationToken cancel)
    {
        if (await client.GetChainIdAsync(cancel) != chainId)
            throw new ChainUnavailableException(ChainFault.WrongChain);
        var first = await client.GetBlockAsync(BlockId.Number(0), cancel) ?? throw new ChainUnavailableException(ChainFault.BadAnswer);
        using var journal = DeployJournal.Open(journalFile, chainId, first.Hash);
        using var nonces = new NonceManager(client, deployer.Address);
        var run = new Run(journal, new TransactionSender(client, deployer, chainId, gasModel, nonces, options, time), progress, cancel);

        var p256 = await DeployAsync(run, ContractNames.P256Verifier);
        var k11 = await DeployAsync(run, ContractNames.K11Verifier, p256);
        var registry = await DeployAsync(run, ContractNames.SidecarRegistry, k11, recoveryDelay);
        var recovery = await MadeByRegistryAsync(run, registry);
        var scope = await DeployAsync(run, ContractNames.AgentKeysScope, registry);
        var epoch = await DeployAsync(run, ContractNames.K3EpochCounter, governance);
        var lens = await DeployAsync(run, ContractNames.CapLens, registry, scope, epoch);
        return new Deployment
        {
            ChainId = chainId,
            Registry = registry,
            Recovery = recovery,
            Scope = scope,
            Epoch = epoch,
            Lens = lens,
            K11 = k11,
            P256 = p256,
            Block = run.LastBlock,
        };
    }

    /// <summary>The registry's constructor deploys RecoveryProposals: its address is asked for, its code looked at like the others'.</summary>
    private async Task<Address> MadeByRegistryAsync(Run run, Address registry)
    {
        var getter = ContractArtifacts.Get(ContractNames.SidecarRegistry).Abi.Function("recovery");
        var call = EthereumCalls.Call(new CallMessage(registry, getter.Encode()), BlockId.Latest);
        await client.Rpc.SendAsync(call, run.Cancel);
        if (getter.DecodeResult(call.Result, out var results) != AbiFault.None)
            throw new ChainUnavailableException(ChainFault.BadAnswer);
        var address = (Address)results[0];
        DeploymentCheck.CheckCode(ContractNames.RecoveryProposals, await client.GetCodeAsync(address, BlockId.Latest, run.Cancel));
        run.Progress?.Report(new DeployProgress(ContractNames.RecoveryProposals, DeployStage.Verified, address.ToString()));
        return address;
    }

    private async Task<Address> DeployAsync(Run run, string contract, params object?[] arguments)
    {
        var initCode = ContractArtifacts.Get(contract).CreationCode(arguments);
        var receipt = await ResumeAsync(run, contract, initCode) ?? await SendAsync(run, contract, initCode);
        if (!receipt.Succeeded || receipt.ContractAddress is not { } address)
            throw new DeployException(DeployFault.Reverted, $"Deploying {contract} reverted ({receipt.TransactionHash}).");

        DeploymentCheck.CheckCode(contract, await client.GetCodeAsync(address, BlockId.Latest, run.Cancel));
        run.LastBlock = Math.Max(run.LastBlock, receipt.BlockNumber);
        run.Progress?.Report(new DeployProgress(contract, DeployStage.Verified, address.ToString()));
        return address;
    }

    private async Task<TransactionReceipt> SendAsync(Run run, string contract, byte[] initCode)
    {
        try
        {
            return await run.Sender.SendAsync(null, initCode, run.Cancel, beforeSend: transaction =>
            {
                var entry = new JournalEntry(contract, new Hash32(Keccak256.Hash(initCode)), transaction, CreatedBy(transaction));
                run.Journal.Append(entry);
                run.Progress?.Report(new DeployProgress(contract, DeployStage.Sent, transaction.Hash.ToString()));
                return Task.CompletedTask;
            });
        }
        catch (TransactionRevertedException e)
        {
            throw new DeployException(DeployFault.Reverted, $"Deploying {contract} would revert.", e);
        }
        catch (TransactionOutcomeUnknownException e)
        {
            throw new DeployException(DeployFault.Uncertain, $"It is not known what became of {contract} ({e.Transaction}); run again.", e);
        }
    }

    /// <summary>The receipt of what an earlier run sent; null if nothing, or if it can never be mined.</summary>
    private async Task<TransactionReceipt?> ResumeAsync(Run run, string contract, byte[] initCode)
    {
        if (run.Journal.Find(contract) is not { } entry)
            return null;
        if (entry.InitCodeHash != new Hash32(Keccak256.Hash(initCode)))
            throw new DeployException(DeployFault.JournalOfAnotherRelease, $"The journal tells of another {contract} than this release's or these arguments'.");

        var (hash, nonce, from) = (entry.Transaction.Hash, entry.Transaction.Nonce, entry.Transaction.From);
        run.Progress?.Report(new DeployProgress(contract, DeployStage.Resumed, hash.ToString()));
        if (await client.GetReceiptAsync(hash, run.Cancel) is { } receipt)
            return receipt;

        // Not mined. If another transaction has its nonce, it never will be; one answer of one node, so asked in this order.
        if (await client.GetTransactionCountAsync(from, BlockId.Latest, run.Cancel) > nonce)
            return await client.GetReceiptAsync(hash, run.Cancel);
        return await ResendAsync(run, contract, entry);
    }

    private async Task<TransactionReceipt> ResendAsync(Run run, string contract, JournalEntry entry)
    {
        try
        {
            await client.SendRawTransactionAsync(entry.Transaction.Raw, run.Cancel);
        }
        catch (RpcErrorException)
        {
            // Refused just now, perhaps because it is being mined: only the receipt, or none in time, says more.
        }

        try
        {
            return await run.Sender.WaitAsync(entry.Transaction.Hash, run.Cancel);
        }
        catch (TransactionOutcomeUnknownException e)
        {
            throw new DeployException(DeployFault.Uncertain, $"It is not known what became of {contract} ({e.Transaction}); run again.", e);
        }
    }

    /// <summary>The address of the contract that a transaction creates: the last 20 bytes of keccak256(rlp([sender, nonce])).</summary>
    internal static Address CreatedBy(PreparedTransaction transaction) => Address.FromBytes(
        Keccak256.Hash(Rlp.EncodeList(Rlp.EncodeBytes(transaction.From.ToArray()), Rlp.EncodeInteger(transaction.Nonce))).AsSpan(12));

    private sealed class Run(DeployJournal journal, TransactionSender sender, IProgress<DeployProgress>? progress, CancellationToken cancel)
    {
        public DeployJournal Journal => journal;

        public TransactionSender Sender => sender;

        public IProgress<DeployProgress>? Progress => progress;

        public CancellationToken Cancel => cancel;

        public ulong LastBlock { get; set; }
    }
}
