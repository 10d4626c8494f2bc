using System.Diagnostics;
using AgentKeys.Chain;
using AgentKeys.Protocol;
using AgentKeys.Services.Tests.Worker;
using AgentKeys.Testing.Chain;
using Xunit;

namespace AgentKeys.Services.Tests.WrongMoves;

/// <summary>
/// A chain that is down, hangs, lies or says nothing: every verifier refuses inside its deadline, changes nothing, stays alive and says that it
/// is not ready. A chain that is only behind what the caller asked for is ready: the caller may ask again.
/// </summary>
public sealed class ChainFaultTests(MatrixStage stage) : IClassFixture<MatrixStage>
{
    private static readonly Uri s_healthz = new("/healthz", UriKind.Relative);
    private static readonly Uri s_readyz = new("/readyz", UriKind.Relative);

    internal static IReadOnlyDictionary<string, Action<FakeRegistry>> Faults { get; } = new Dictionary<string, Action<FakeRegistry>>
    {
        ["down"] = c => c.Fault = new ChainUnavailableException(ChainFault.Unreachable),
        ["hung"] = c => c.Hangs = true,
        ["lying about its id"] = c => c.Bend = f => f with { Chain = f.Chain with { ChainId = 1 } },
        ["lying about the registry"] = c => c.Bend = f => f with { Chain = f.Chain with { Registry = new AccountAddress(new byte[20]) } },
        ["with an empty answer"] = c => c.Fault = new ChainUnavailableException(ChainFault.BadAnswer),
    };

    public static TheoryData<string> Names => [.. Faults.Keys];

    [Theory, MemberData(nameof(Names))]
    public async Task The_broker_refuses_in_time(string fault)
    {
        var (mint, explain) = (stage.NewBrokerCall().Build(), stage.NewBrokerCall(explains: true).Build());
        await RefusedInTimeAsync(fault, stage.Broker.Registry, stage.Broker.Http, () => stage.SendToBrokerAsync(mint), () => stage.SendToBrokerAsync(explain));
    }

    [Theory, MemberData(nameof(Names))]
    public async Task The_worker_refuses_in_time(string fault)
    {
        await Task.WhenAll(((VaultStack[])[stage.Vault, stage.Notes]).Select(async vault =>
        {
            using var http = vault.WorkerHttp();
            var request = vault.StoreCall([2]).Build();
            await RefusedInTimeAsync(fault, vault.Chain, http, () => vault.SendAsync(request));
        }));
    }

    [Theory, MemberData(nameof(Names))]
    public async Task The_signer_refuses_in_time(string fault)
    {
        using var http = stage.Vault.SignerHttp();
        var request = stage.Vault.StoreCall([2]).Build();
        await RefusedInTimeAsync(fault, stage.Vault.SignerChain, http, () => stage.SendToSignerAsync(request, CapOp.Store));
    }

    private async Task RefusedInTimeAsync(string fault, FakeRegistry chain, HttpClient http, params Func<Task<WireAnswer>>[] sends)
    {
        var before = stage.Trace();
        try
        {
            Faults[fault](chain);
            var clock = Stopwatch.StartNew();
            Assert.All(await Task.WhenAll(sends.Select(send => send())), answer => Assert.Equal("chain_unavailable", answer.Code));
            Assert.True(clock.Elapsed < MatrixStage.Deadline * 3, $"{fault}: {clock.Elapsed}");
            Assert.Equal(200, await StatusAsync(http, s_healthz));
            Assert.Equal(503, await StatusAsync(http, s_readyz));
        }
        finally
        {
            (chain.Bend, chain.Fault, chain.Hangs) = (null, null, false);
        }
        Assert.Equal(before, stage.Trace());
        Assert.Equal(200, await StatusAsync(http, s_readyz));
    }

    private static async Task<int> StatusAsync(HttpClient http, Uri path)
    {
        using var answer = await http.GetAsync(path);
        return (int)answer.StatusCode;
    }
}
