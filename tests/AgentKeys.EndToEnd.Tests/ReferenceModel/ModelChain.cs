using System.Net.Http.Json;
using System.Text.Json;
using AgentKeys.Chain;
using AgentKeys.Ethereum;
using AgentKeys.Ethereum.Abi;
using AgentKeys.Testing.Chain;
using AgentKeys.Testing.Reference;

namespace AgentKeys.EndToEnd.Tests.ReferenceModel;

/// <summary>What the contracts made of a call.</summary>
/// <param name="Error">Name of the error it reverted with; null: accepted.</param>
internal sealed record ChainOutcome(string? Error);

/// <summary>
/// The real contracts on a node of its own: blocks and their times are made by hand, every account may send, gas costs nothing. With
/// the P-256 precompile (osaka), because a run checks tens of thousands of assertions.
/// </summary>
internal sealed class ModelChain : IDisposable
{
    /// <summary>Of the first block of every run: long after the deployment's, so that runs of one seed are the same.</summary>
    public const ulong Start = 2_000_100_000;

    private static readonly string[] Contracts =
        [ContractNames.SidecarRegistry, "RecoveryProposals", ContractNames.AgentKeysScope, ContractNames.K11Verifier, ContractNames.K3EpochCounter, ContractNames.CapLens];

    private readonly Anvil _anvil = Anvil.Start(
        "osaka", "--order", "fifo", "--timestamp", "2000000000", "--gas-price", "0", "--block-base-fee-per-gas", "0", "--disable-min-priority-fee",
        "--auto-impersonate", "--disable-block-gas-limit");

    private readonly HttpClient _http = new();
    private int _id;

    /// <summary>Of each contract, by the model's name for it, and of <c>lens</c>.</summary>
    public Dictionary<string, string> Addresses { get; } = [];

    /// <summary>Of recovery proposals: other than a deadline's week, so that their edges do not fall together.</summary>
    public ulong Delay { get; } = 2 * 24 * 3600;

    public string Governance { get; } = Word.Omni(Word.ZeroAddress)[..40];

    /// <summary>The contracts of this release on a new node.</summary>
    public static async Task<ModelChain> StartAsync()
    {
        var chain = new ModelChain();
        var p256 = await chain.DeployAsync(ContractNames.P256Verifier);
        var k11 = await chain.DeployAsync(ContractNames.K11Verifier, p256);
        var registry = await chain.DeployAsync(ContractNames.SidecarRegistry, k11, chain.Delay);
        var scope = await chain.DeployAsync(ContractNames.AgentKeysScope, registry);
        var epochs = await chain.DeployAsync(ContractNames.K3EpochCounter, CallEncoder.Account(chain.Governance));
        var lens = await chain.DeployAsync(ContractNames.CapLens, registry, scope, epochs);
        (chain.Addresses[Call.Registry], chain.Addresses[Call.Scope], chain.Addresses[Call.Epochs], chain.Addresses["lens"]) = (Text(registry), Text(scope), Text(epochs), Text(lens));
        var recovery = ContractArtifacts.Get(ContractNames.SidecarRegistry).Abi.Function("recovery");
        var answer = (await chain.ReadAsync([(Text(registry), recovery.Encode())]))[0];
        chain.Addresses[Call.Proposals] = recovery.DecodeResult(answer, out var results) == AbiFault.None ? Text((Address)results[0]) : throw new InvalidOperationException("No proposals.");
        await chain.RpcAsync("evm_setAutomine", false);
        return chain;
    }

    /// <summary>One block with these calls in this order.</summary>
    public async Task<IReadOnlyList<ChainOutcome>> MineAsync(ulong time, IReadOnlyList<Call> calls, CallEncoder encoder)
    {
        var hashes = new List<string>();
        foreach (var call in calls)
        {
            var (to, data) = encoder.Encode(call);
            var sent = new { from = "0x" + call.Sender, to = "0x" + to, data = "0x" + Convert.ToHexStringLower(data), gas = "0xf42400", gasPrice = "0x0" };
            hashes.Add((await RpcAsync("eth_sendTransaction", sent)).GetString()!);
        }

        await RpcAsync("evm_mine", time);
        var receipts = await BatchAsync([.. hashes.Select(h => ("eth_getTransactionReceipt", (object)h))]);
        for (var i = 0; i < hashes.Count; i++)
        {
            if (receipts[i].GetProperty("transactionIndex").GetString() != "0x" + i.ToString("x", null))
                throw new InvalidOperationException("The node changed the order of the calls.");
        }

        var outcomes = receipts.Select(r => new ChainOutcome(r.GetProperty("status").GetString() == "0x1" ? null : "")).ToArray();
        var refused = Enumerable.Range(0, hashes.Count).Where(i => outcomes[i].Error is not null).ToList();
        var traces = await BatchAsync([.. refused.Select(i => ("debug_traceTransaction", (object)new Also(hashes[i], new { tracer = "callTracer", tracerConfig = new { onlyTopCall = true } })))]);
        for (var i = 0; i < refused.Count; i++)
            outcomes[refused[i]] = new ChainOutcome(ErrorName(traces[i]));
        return outcomes;
    }

    /// <summary>The same head again, whatever happens in between.</summary>
    public async Task<string> SnapshotAsync() => (await RpcAsync("evm_snapshot")).GetString()!;

    public Task RevertAsync(string snapshot) => RpcAsync("evm_revert", snapshot);

    /// <summary>Return data of each call, at the head.</summary>
    public async Task<IReadOnlyList<byte[]>> ReadAsync(IReadOnlyList<(string To, byte[] Data)> calls)
    {
        var read = new List<byte[]>();
        foreach (var part in calls.Chunk(100))
        {
            var answers = await BatchAsync([.. part.Select(c => ("eth_call", (object)new Also(new { to = "0x" + c.To, data = "0x" + Convert.ToHexStringLower(c.Data) }, "latest")))]);
            read.AddRange(answers.Select(a => Hex.Decode(a.GetString()!)));
        }

        return read;
    }

    public void Dispose()
    {
        _http.Dispose();
        _anvil.Dispose();
    }

    private static string Text(Address address) => Convert.ToHexStringLower(address.ToArray());

    private async Task<Address> DeployAsync(string contract, params object?[] arguments)
    {
        var code = ContractArtifacts.Get(contract).CreationCode(arguments);
        var receipt = await RpcAsync("eth_sendTransactionSync", new { from = "0x" + Governance, data = "0x" + Convert.ToHexStringLower(code), gas = "0xf42400", gasPrice = "0x0" });
        return Address.Parse(receipt.GetProperty("contractAddress").GetString()!);
    }

    private static string ErrorName(JsonElement trace)
    {
        var data = trace.TryGetProperty("output", out var output) ? Hex.Decode(output.GetString()!) : [];
        var known = Contracts.Select(c => ContractArtifacts.Get(c).Abi.FindError(data)).FirstOrDefault(e => e is not null);
        return known?.Signature.Name ?? $"{trace.GetProperty("error").GetString()} 0x{Convert.ToHexStringLower(data)}";
    }

    private async Task<JsonElement> RpcAsync(string method, params object[] parameters) => Result(await PostAsync(Request(method, parameters)), method);

    private async Task<IReadOnlyList<JsonElement>> BatchAsync(IReadOnlyList<(string Method, object Parameter)> calls)
    {
        if (calls.Count == 0)
            return [];
        var first = _id;
        var answers = await PostAsync(calls.Select(c => Request(c.Method, c.Parameter is Also two ? [two.First, two.Second] : [c.Parameter])).ToList());
        var byId = answers.EnumerateArray().ToDictionary(a => a.GetProperty("id").GetInt32());
        return [.. calls.Select((c, i) => Result(byId[first + i], c.Method))];
    }

    private object Request(string method, object[] parameters) => new { jsonrpc = "2.0", id = _id++, method, @params = parameters };

    private async Task<JsonElement> PostAsync(object body)
    {
        using var answer = await _http.PostAsJsonAsync(_anvil.Url, body);
        return await answer.Content.ReadFromJsonAsync<JsonElement>();
    }

    private static JsonElement Result(JsonElement answer, string method) =>
        answer.TryGetProperty("result", out var result) ? result : throw new InvalidOperationException($"{method}: {answer}");

    /// <summary>Two parameters of one request.</summary>
    private sealed record Also(object First, object Second);
}
