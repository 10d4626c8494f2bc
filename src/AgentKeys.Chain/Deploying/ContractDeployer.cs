using System.Globalization;
using AgentKeys.Ethereum;
using AgentKeys.Ethereum.Abi;
using AgentKeys.Ethereum.Rpc;

namespace AgentKeys.Chain;

/// <summary>
/// Puts AgentKeys' seven contracts on a chain, in the order in which they name each other, and writes the addresses file once all
/// of them are there with this release's code.
/// <para>Run again after any interruption: every transaction was noted, signed, before it was sent, so it is looked after or sent
/// again as the same bytes. A contract is deployed anew only when its transaction certainly can never be mined.</para>
/// <para>A node that is away, or an answer that does not come, is such an interruption too: it goes on by itself, from the
/// journal, a bounded number of times (<see cref="DeployRetry"/>), and reports each.</para>
/// </summary>
/// <param name="recoveryDelay">Seconds that a recovery proposal waits; fixed for ever: <see cref="ChainProfile.RecoveryDelaySeconds"/>.</param>
/// <param name="deployer">Pays; has no authority over the contracts afterwards.</param>
/// <param name="signing">Encodes and signs the transactions; null: the built-in code.</param>
public sealed class ContractDeployer(
    EthereumClient client, ISecp256k1Signer deployer, ulong chainId, GasModel gasModel, ulong recoveryDelay, SenderOptions? options = null,
    TimeProvider? time = null, DeployRetry? retry = null, TransactionSigning? signing = null)
{
    private readonly DeployRetry _retry = retry ?? new DeployRetry();
    private readonly TimeProvider _time = time ?? TimeProvider.System;

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
            var deployment = await PersistAsync(governance, JournalOf(addressesFile), new Watched(progress), cancel);
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

    /// <summary>The journal of an addresses file.</summary>
    public static string JournalOf(string addressesFile) => addressesFile + ".journal";

    /// <summary>Once more after what may pass; the journal says where it stopped. A contract that is there starts the count anew.</summary>
    private async Task<Deployment> PersistAsync(Address governance, string journalFile, Watched progress, CancellationToken cancel)
    {
        var verified = 0;
        for (var failed = 1; ; failed++)
        {
            try
            {
                var deployment = await DeployAllAsync(governance, journalFile, progress, cancel);
                await DeploymentCheck.VerifyAsync(client, deployment, cancel);
                return deployment;
            }
            catch (Exception e) when (MayPass(e))
            {
                failed = progress.Verified > verified ? 1 : failed;
                verified = progress.Verified;
                if (failed > _retry.Retries)
                    throw;
                var pause = _retry.PauseAfter(failed);
                progress.Report(new DeployProgress("deployment", DeployStage.Interrupted, string.Create(
                    CultureInfo.InvariantCulture, $"{e.Message} Going on in {pause.TotalSeconds:0.#} s, attempt {failed} of {_retry.Retries}.")));
                await Task.Delay(pause, _time, cancel);
            }
        }
    }

    /// <summary>The node was away, or its answer; nothing that a node said.</summary>
    private static bool MayPass(Exception e) => e is RpcTransportException
        or ChainUnavailableException { InnerException: RpcTransportException }
        or DeployException { Fault: DeployFault.Uncertain };

    private async Task<Deployment> DeployAllAsync(Address governance, string journalFile, IProgress<DeployProgress>? progress, CancellationToken cancel)
    {
        if (await client.GetChainIdAsync(cancel) != chainId)
            throw new ChainUnavailableException(ChainFault.WrongChain);
        var first = await client.GetBlockAsync(BlockId.Number(0), cancel) ?? throw new ChainUnavailableException(ChainFault.BadAnswer);
        using var journal = DeployJournal.Open(journalFile, chainId, first.Hash);
        using var nonces = new NonceManager(client, deployer.Address);
        var run = new Run(journal, new TransactionSender(client, deployer, chainId, gasModel, nonces, options, time, signing), progress, cancel);

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
            RecoveryDelaySeconds = recoveryDelay,
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
            throw Uncertain(contract, e);
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

        // No receipt is no proof: the node may not have indexed it yet. Whose the nonce is, one block says.
        return await NonceIsOpenAsync(from, nonce, run.Cancel) ? await ResendAsync(run, contract, entry)
            : await IsCreatedAsync(entry.Address, from, nonce, run.Cancel) ? await WaitAsync(run, contract, hash)
            : null;
    }

    private async Task<bool> NonceIsOpenAsync(Address from, ulong nonce, CancellationToken cancel) =>
        await client.GetTransactionCountAsync(from, BlockId.Latest, cancel) <= nonce;

    /// <summary>
    /// Whether the transaction made its contract. Count and code are asked of one block, by its number, so that a node which lags
    /// behind the one that answered before cannot make a contract look absent. Code at an address that only this sender with this
    /// nonce can create is this transaction's.
    /// </summary>
    private async Task<bool> IsCreatedAsync(Address created, Address from, ulong nonce, CancellationToken cancel)
    {
        var head = await client.GetBlockAsync(BlockId.Latest, cancel) ?? throw new ChainUnavailableException(ChainFault.BadAnswer);
        var block = BlockId.Number(head.Number);
        if (await client.GetTransactionCountAsync(from, block, cancel) <= nonce)
            throw new DeployException(DeployFault.Uncertain, $"The node's answers about {from} contradict each other; run again.");
        return (await client.GetCodeAsync(created, block, cancel)).Length > 0;
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

        return await WaitAsync(run, contract, entry.Transaction.Hash);
    }

    private static async Task<TransactionReceipt> WaitAsync(Run run, string contract, Hash32 transaction)
    {
        try
        {
            return await run.Sender.WaitAsync(transaction, run.Cancel);
        }
        catch (TransactionOutcomeUnknownException e)
        {
            throw Uncertain(contract, e);
        }
    }

    private static DeployException Uncertain(string contract, TransactionOutcomeUnknownException e) =>
        new(DeployFault.Uncertain, $"It is not known what became of {contract} ({e.Transaction}); run again.", e);

    /// <summary>The address of the contract that a transaction creates: the last 20 bytes of keccak256(rlp([sender, nonce])).</summary>
    internal static Address CreatedBy(PreparedTransaction transaction) => Address.FromBytes(
        Keccak256.Hash(Rlp.EncodeList(Rlp.EncodeBytes(transaction.From.ToArray()), Rlp.EncodeInteger(transaction.Nonce))).AsSpan(12));

    /// <summary>Passes reports on and counts the contracts that are there.</summary>
    private sealed class Watched(IProgress<DeployProgress>? inner) : IProgress<DeployProgress>
    {
        private readonly HashSet<string> _verified = [];

        public int Verified => _verified.Count;

        public void Report(DeployProgress value)
        {
            if (value.Stage == DeployStage.Verified)
                _verified.Add(value.Contract);
            inner?.Report(value);
        }
    }

    private sealed class Run(DeployJournal journal, TransactionSender sender, IProgress<DeployProgress>? progress, CancellationToken cancel)
    {
        public DeployJournal Journal => journal;

        public TransactionSender Sender => sender;

        public IProgress<DeployProgress>? Progress => progress;

        public CancellationToken Cancel => cancel;

        public ulong LastBlock { get; set; }
    }
}
