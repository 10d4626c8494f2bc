using AgentKeys.Chain;
using AgentKeys.Ethereum;
using AgentKeys.Ethereum.Rpc;
using AgentKeys.Testing.Chain;
using AgentKeys.Testing.Storage;
using Xunit;

namespace AgentKeys.Tests.Chain;

public sealed class ContractDeployerTests(DeployedChain chain) : IClassFixture<DeployedChain>, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string File => _folder["addresses.json"];

    private string Journal => File + ".journal";

    public void Dispose() => _folder.Dispose();

    [AnvilFact]
    public async Task Seven_contracts_are_deployed_once_however_often_it_is_run()
    {
        var deployer = await chain.NewWalletAsync();

        var first = await DeployAsync(deployer);
        var again = await DeployAsync(deployer);

        Assert.Equal(first, again);
        Assert.Equal(first, DeploymentJson.Parse(await System.IO.File.ReadAllTextAsync(File)));
        Assert.Equal(6UL, await SentBy(deployer));
        var report = await StartupChecks.RunAsync(chain.Client, first, default);
        Assert.Equal((Anvil.ChainId, 1UL, P256Path.Solidity), (report.ChainId, report.Epoch, report.P256Path));
        Assert.True(report.Head.Number >= first.Block);
    }

    [AnvilFact]
    public async Task Stopped_at_any_point_it_goes_on_and_deploys_nothing_twice()
    {
        var deployer = await chain.NewWalletAsync();
        var stops = 0;

        // Every report is a place to stop: before each transaction leaves (it is noted already) and after each is verified.
        foreach (var stage in new[] { DeployStage.Sent, DeployStage.Verified })
        {
            // The registry makes RecoveryProposals: no transaction of its own.
            foreach (var contract in chain.Deployment.Contracts.Select(c => c.Contract).Where(c => stage == DeployStage.Verified || c != ContractNames.RecoveryProposals))
            {
                var reporter = new StopAt(contract, stage);
                if (await Stopped(() => DeployAsync(deployer, reporter)))
                    stops++;
                Assert.False(System.IO.File.Exists(File));
            }
        }

        await DeployAsync(deployer);

        Assert.Equal(13, stops);
        Assert.Equal(6UL, await SentBy(deployer));
    }

    [AnvilFact]
    public async Task A_transaction_that_can_never_be_mined_is_made_anew()
    {
        var deployer = await chain.NewWalletAsync();
        await Stopped(() => DeployAsync(deployer, new StopAt(ContractNames.P256Verifier, DeployStage.Sent)));
        using var nonces = new NonceManager(chain.Client, deployer.Address);
        await new TransactionSender(chain.Client, deployer, Anvil.ChainId, GasModel.Legacy, nonces).SendAsync(deployer.Address, default, default);

        await DeployAsync(deployer);

        Assert.Equal(7UL, await SentBy(deployer));
    }

    [AnvilFact]
    public async Task A_line_that_was_cut_off_was_never_sent()
    {
        var deployer = await chain.NewWalletAsync();
        await Stopped(() => DeployAsync(deployer, new StopAt(ContractNames.K11Verifier, DeployStage.Sent)));
        var text = await System.IO.File.ReadAllTextAsync(Journal);
        await System.IO.File.WriteAllTextAsync(Journal, text[..^10]);

        await DeployAsync(deployer);

        Assert.Equal(6UL, await SentBy(deployer));
    }

    [AnvilFact]
    public async Task A_journal_that_is_not_ours_stops_everything()
    {
        var deployer = await chain.NewWalletAsync();
        await Stopped(() => DeployAsync(deployer, new StopAt(ContractNames.CapLens, DeployStage.Sent)));
        var lines = await System.IO.File.ReadAllLinesAsync(Journal);

        Assert.Equal(DeployFault.JournalOfAnother, await FaultWith([lines[0].Replace("31337", "31338", StringComparison.Ordinal), .. lines[1..]]));
        Assert.Equal(DeployFault.JournalDamaged, await FaultWith([lines[0], "{}", .. lines[1..]]));
        Assert.Equal(DeployFault.JournalDamaged, await FaultWith([lines[0], "x", .. lines[1..]]));
        Assert.Equal(DeployFault.JournalDamaged, await FaultWith([lines[0], lines[1].Replace("\"raw\":\"0x", "\"raw\":\"", StringComparison.Ordinal)]));
        await System.IO.File.WriteAllLinesAsync(Journal, lines);
        Assert.Equal(
            DeployFault.JournalOfAnotherRelease,
            (await Assert.ThrowsAsync<DeployException>(() => DeployAsync(deployer, governance: deployer.Address))).Fault);
        using (new FileStream(Journal, FileMode.Open, FileAccess.ReadWrite, FileShare.None))
            Assert.Equal(DeployFault.InUse, (await Assert.ThrowsAsync<DeployException>(() => DeployAsync(deployer))).Fault);
        Assert.Equal(5UL, await SentBy(deployer));

        async Task<DeployFault> FaultWith(string[] changed)
        {
            await System.IO.File.WriteAllLinesAsync(Journal, changed);
            return (await Assert.ThrowsAsync<DeployException>(() => DeployAsync(deployer))).Fault;
        }
    }

    [AnvilFact]
    public async Task Without_money_nothing_is_deployed()
    {
        var e = await Assert.ThrowsAsync<TransactionRefusedException>(() => DeployAsync(Secp256k1Key.Generate()));

        Assert.Equal(TransactionRefusal.InsufficientFunds, e.Refusal);
    }

    [AnvilFact]
    public async Task A_deployment_that_is_not_what_it_says_is_refused()
    {
        var good = chain.Deployment;
        var other = await DeployAsync(await chain.NewWalletAsync());
        var nobody = Address.Parse("0x00000000000000000000000000000000000000ff");

        await StartupChecks.RunAsync(chain.Client, good, default);
        Assert.Equal(ChainFault.WrongChain, await FaultOf(good with { ChainId = 1 }));
        Assert.Equal(ChainFault.NoCode, await FaultOf(good with { Lens = nobody }));
        Assert.Equal(ChainFault.WrongVersion, await FaultOf(good with { Lens = good.Scope }));

        // Genuine code, but wired to something else.
        Assert.Equal(ChainFault.WrongVersion, await FaultOf(good with { Lens = other.Lens }));
        Assert.Equal(ChainFault.WrongVersion, await FaultOf(good with { Scope = other.Scope }));
        Assert.Equal(ChainFault.WrongVersion, await FaultOf(good with { Epoch = other.Epoch }));
        Assert.Equal(ChainFault.WrongVersion, await FaultOf(good with { Registry = other.Registry }));
        Assert.Equal(ChainFault.WrongVersion, await FaultOf(good with { K11 = other.K11 }));
        Assert.Equal(ChainFault.WrongVersion, await FaultOf(good with { P256 = other.P256 }));
    }

    [AnvilFact]
    public async Task What_differs_is_named()
    {
        var made = await DeployAsync(await chain.NewWalletAsync());
        var code = await chain.Client.GetCodeAsync(made.Lens, BlockId.Latest, default);

        Assert.Equal($"(CapLens: {code.Length - 1} bytes of code, this release's has {code.Length})", await DifferenceAsync(code[..^1]));
        code[100] ^= 1;
        Assert.Equal($"(CapLens: byte 100 is 0x{code[100]:x2}, this release's is 0x{code[100] ^ 1:x2})", await DifferenceAsync(code));
        code[100] ^= 1;
        foreach (var (name, address) in new[] { ("registry", made.Registry), ("scope", made.Scope), ("epochs", made.Epoch) })
        {
            var all = Replaced(code, address, address.ToArray()[..19].Append((byte)(address.ToArray()[19] ^ 1)).ToArray(), int.MaxValue);
            Assert.StartsWith($"(CapLens: immutable {name} is 0x000000000000000000000000", await DifferenceAsync(all), StringComparison.Ordinal);
        }

        var one = Replaced(code, made.Registry, new byte[20], 1);
        Assert.Equal("(CapLens: immutable registry is not the same in all its places)", await DifferenceAsync(one));
        await DifferenceAsync(code, same: true);

        async Task<string> DifferenceAsync(byte[] bent, bool same = false)
        {
            await chain.SetCodeAsync(made.Lens, bent);
            if (same)
            {
                await DeploymentCheck.VerifyAsync(chain.Client, made, default);
                return "";
            }

            var e = await Assert.ThrowsAsync<ChainUnavailableException>(() => DeploymentCheck.VerifyAsync(chain.Client, made, default));
            Assert.Equal(ChainFault.WrongVersion, e.Fault);
            return e.Message[e.Message.IndexOf('(', StringComparison.Ordinal)..];
        }
    }

    [AnvilFact]
    public async Task Proposals_that_wait_another_time_than_the_file_says_are_refused()
    {
        var made = await DeployAsync(await chain.NewWalletAsync());

        var e = await Assert.ThrowsAsync<ChainUnavailableException>(() => DeploymentCheck.VerifyAsync(
            chain.Client, made with { RecoveryDelaySeconds = made.RecoveryDelaySeconds + 1 }, default));

        Assert.Equal(ChainFault.WrongVersion, e.Fault);
        Assert.Contains("(RecoveryProposals: immutable DELAY is 0x", e.Message, StringComparison.Ordinal);
    }

    [AnvilFact]
    public async Task A_probe_that_answered_neither_yes_nor_no_is_refused()
    {
        var made = await DeployAsync(await chain.NewWalletAsync());
        var code = await chain.Client.GetCodeAsync(made.P256, BlockId.Latest, default);
        await chain.SetCodeAsync(made.P256, ProbeSaysTwo(code));

        var e = await Assert.ThrowsAsync<ChainUnavailableException>(() => DeploymentCheck.VerifyAsync(chain.Client, made, default));
        Assert.EndsWith("immutable hasPrecompile is 0x" + new string('0', 63) + "2, neither 0 nor 1)", e.Message, StringComparison.Ordinal);
    }

    /// <summary>The probe's word becomes 2 in all its places: those bytes of which the comparison says nothing.</summary>
    private static byte[] ProbeSaysTwo(byte[] code)
    {
        var artifact = ContractArtifacts.Get(ContractNames.P256Verifier);
        var bent = code.ToArray();
        var inside = 0;
        for (var i = 0; i < code.Length; i++)
        {
            code[i] ^= 0xff;
            inside = artifact.DifferenceOf(code) is null ? inside + 1 : 0;
            code[i] ^= 0xff;
            if (inside % 32 == 0 && inside > 0)
                bent[i] = 2;
        }

        Assert.False(bent.AsSpan().SequenceEqual(code));
        return bent;
    }

    private static byte[] Replaced(byte[] code, Address address, byte[] by, int most)
    {
        var changed = code.ToArray();
        for (var i = 0; i + 20 <= code.Length && most > 0; i++)
        {
            if (!code.AsSpan(i, 20).SequenceEqual(address.ToArray()))
                continue;
            by.CopyTo(changed.AsSpan(i));
            most--;
        }

        return changed;
    }

    private async Task<ChainFault> FaultOf(Deployment deployment) =>
        (await Assert.ThrowsAsync<ChainUnavailableException>(() => StartupChecks.RunAsync(chain.Client, deployment, default))).Fault;

    private Task<Deployment> DeployAsync(Secp256k1Key deployer, IProgress<DeployProgress>? progress = null, Address? governance = null) =>
        new ContractDeployer(chain.Client, deployer, Anvil.ChainId, GasModel.Eip1559, DeployedChain.RecoveryDelay)
            .DeployAsync(governance ?? chain.Governance.Address, File, progress, default);

    private Task<ulong> SentBy(Secp256k1Key key) => chain.Client.GetTransactionCountAsync(key.Address, BlockId.Latest, default);

    private static async Task<bool> Stopped(Func<Task> run)
    {
        try
        {
            await run();
            return false;
        }
        catch (OperationCanceledException)
        {
            return true;
        }
    }

    private sealed class StopAt(string contract, DeployStage stage) : IProgress<DeployProgress>
    {
        public void Report(DeployProgress value)
        {
            if (value.Contract == contract && value.Stage == stage)
                throw new OperationCanceledException();
        }
    }
}
