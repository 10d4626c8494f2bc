using System.Text.Json.Nodes;
using AgentKeys.Chain;
using AgentKeys.Ethereum;
using AgentKeys.Ethereum.Rpc;
using AgentKeys.Testing.Chain;
using AgentKeys.Testing.Storage;
using Xunit;

namespace AgentKeys.Tests.Chain;

/// <summary>A real node behind a line that breaks. Whatever it loses, each contract is deployed once.</summary>
public abstract class DeployFaultTests(DeployedChain chain) : IDisposable
{
    private static readonly DeployRetry s_soon = new() { FirstPause = TimeSpan.FromMilliseconds(1), LongestPause = TimeSpan.FromMilliseconds(1) };

    private readonly TemporaryFolder _folder = new();
    private readonly Reports _reports = new();

    private string File => _folder["addresses.json"];

    /// <summary>A transaction for each contract but RecoveryProposals, which the registry makes.</summary>
    private ulong All => (ulong)chain.Deployment.Contracts.Count - 1;

    public void Dispose()
    {
        _folder.Dispose();
        GC.SuppressFinalize(this);
    }

    [AnvilFact]
    public Task Each_transaction_fails_once_unapplied_and_each_contract_is_deployed_once() => LoseEachTransactionOnce(Loss.Request);

    [AnvilFact]
    public Task Each_transaction_fails_once_applied_and_each_contract_is_deployed_once() => LoseEachTransactionOnce(Loss.Answer);

    private async Task LoseEachTransactionOnce(Loss loss)
    {
        var deployer = await chain.NewWalletAsync();
        var seen = new HashSet<string>();
        await using var proxy = new LossyProxy(chain.Url, (method, request) =>
            method == "eth_sendRawTransaction" && seen.Add(request["params"]!.ToJsonString()) ? loss : Loss.None);

        var deployment = await DeployAsync(proxy.Url, deployer);

        Assert.Equal((int)All, seen.Count);
        Assert.Equal(All, await SentBy(deployer));
        await DeploymentCheck.VerifyAsync(chain.Client, deployment, default);
    }

    [AnvilFact]
    public async Task Every_request_is_lost_and_every_answer_too_before_one_comes_through()
    {
        var deployer = await chain.NewWalletAsync();
        var times = new Dictionary<string, int>();
        await using var proxy = new LossyProxy(chain.Url, (_, request) =>
        {
            var key = Key(request);
            return (times[key] = times.GetValueOrDefault(key) + 1) switch { 1 => Loss.Request, 2 => Loss.Answer, _ => Loss.None };
        });

        await DeployAsync(proxy.Url, deployer, s_soon with { Retries = 60 });

        Assert.True(times.Count > 4 * (int)All, "every step asked");
        Assert.Equal(All, await SentBy(deployer));
    }

    [AnvilFact]
    public async Task A_node_that_stays_away_ends_it_in_words_and_the_next_run_goes_on()
    {
        var deployer = await chain.NewWalletAsync();
        await using var proxy = new LossyProxy(chain.Url, (_, _) => _reports.Verified < 2 ? Loss.None : Loss.Request);

        var e = await Assert.ThrowsAsync<ChainUnavailableException>(() => DeployAsync(proxy.Url, deployer, s_soon with { Retries = 3 }));

        Assert.Equal(ChainFault.Unreachable, e.Fault);
        Assert.Equal(3, _reports.Interruptions.Count);
        Assert.Equal("The connection to the node broke off. Going on in 0 s, attempt 1 of 3.", _reports.Interruptions[0]);
        Assert.False(System.IO.File.Exists(File));
        Assert.Equal(2UL, await SentBy(deployer));

        await DeployAsync(chain.Url, deployer);
        Assert.Equal(All, await SentBy(deployer));
    }

    [AnvilFact]
    public async Task Progress_between_interruptions_counts_anew()
    {
        var deployer = await chain.NewWalletAsync();
        var seen = new HashSet<string>();
        await using var proxy = new LossyProxy(chain.Url, (method, request) =>
            method == "eth_getCode" && seen.Add(Key(request)) ? Loss.Answer : Loss.None);

        await DeployAsync(proxy.Url, deployer, s_soon with { Retries = 1 });

        Assert.Equal(chain.Deployment.Contracts.Count, _reports.Interruptions.Count);
    }

    // A node whose index of receipts lags says "no receipt" of a transaction that was mined.
    [AnvilFact]
    public async Task A_mined_transaction_without_a_receipt_is_looked_for_and_never_sent_as_another()
    {
        var deployer = await chain.NewWalletAsync();
        await using var proxy = new LossyProxy(chain.Url, (_, _) => Loss.None, (method, _, answer) =>
        {
            if (method == "eth_getTransactionReceipt")
                answer["result"] = null;
            return answer;
        });

        var e = await Assert.ThrowsAsync<DeployException>(() => DeployAsync(proxy.Url, deployer, s_soon with { Retries = 2 }));

        Assert.Equal(DeployFault.Uncertain, e.Fault);
        Assert.Equal(1UL, await SentBy(deployer));
        await DeployAsync(chain.Url, deployer);
        Assert.Equal(All, await SentBy(deployer));
    }

    // Two nodes behind one address: the one that answers for the block does not know what the other counted.
    [AnvilFact]
    public async Task Answers_that_contradict_each_other_are_no_reason_to_send_another()
    {
        var deployer = await chain.NewWalletAsync();
        await using var proxy = new LossyProxy(chain.Url, (_, _) => Loss.None, (method, request, answer) =>
        {
            if (method == "eth_getTransactionReceipt")
                answer["result"] = null;
            if (method == "eth_getCode" || (method == "eth_getTransactionCount" && ((string)request["params"]![1]!).StartsWith("0x", StringComparison.Ordinal)))
                answer["result"] = "0x";
            if (method == "eth_getTransactionCount" && (string)answer["result"]! == "0x")
                answer["result"] = "0x0";
            return answer;
        });

        var e = await Assert.ThrowsAsync<DeployException>(() => DeployAsync(proxy.Url, deployer, s_soon with { Retries = 2 }));

        Assert.Equal(DeployFault.Uncertain, e.Fault);
        Assert.Equal(1UL, await SentBy(deployer));
    }

    private async Task<Deployment> DeployAsync(Uri node, Secp256k1Key deployer, DeployRetry? retry = null)
    {
        using var rpc = chain.ChainClient.Connect(node, new RpcOptions { Retries = 0 });
        var options = new SenderOptions { ReceiptDeadline = TimeSpan.FromMilliseconds(400) };
        return await new ContractDeployer(new EthereumClient(rpc), deployer, Anvil.ChainId, GasModel.Eip1559, DeployedChain.RecoveryDelay, options, retry: retry ?? s_soon, signing: chain.ChainClient.Signing)
            .DeployAsync(chain.Governance.Address, File, _reports, default);
    }

    private Task<ulong> SentBy(Secp256k1Key key) => chain.Client.GetTransactionCountAsync(key.Address, BlockId.Latest, default);

    /// <summary>The request without its id, which is new each time.</summary>
    private static string Key(JsonNode request) => string.Join('\n', (request is JsonArray batch ? batch.ToList() : [request])
        .Select(one => (string)one!["method"]! + one["params"]!.ToJsonString()));

    private sealed class Reports : IProgress<DeployProgress>
    {
        public List<string> Interruptions { get; } = [];

        public int Verified { get; private set; }

        public void Report(DeployProgress value)
        {
            Verified += value.Stage == DeployStage.Verified ? 1 : 0;
            if (value.Stage == DeployStage.Interrupted)
                Interruptions.Add(value.Detail);
        }
    }
}
