using AgentKeys.Chain;
using AgentKeys.Ethereum;
using AgentKeys.Ethereum.Rpc;
using AgentKeys.Protocol;
using AgentKeys.Testing.Chain;
using AgentKeys.Testing.Storage;
using AgentKeys.Testing.Tokens;
using AgentKeys.Tests.Chain;
using AgentKeys.Verification;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Xunit;

namespace AgentKeys.Tests.Verification;

/// <summary>Before anything is decided: the configured chain, with this release's contracts, wired to each other.</summary>
public sealed class StartCheckTests(DeployedChain chain) : IClassFixture<DeployedChain>, IDisposable
{
    private static readonly Address s_nobody = Address.Parse("0x00000000000000000000000000000000000000ff");

    private readonly TemporaryFolder _folder = new();
    private readonly TestTokens _tokens = new();

    [AnvilFact]
    public Task Another_chain_does_not_start() => ExpectEnd(
        chain.Deployment with { ChainId = 4711 }, "The node speaks for another chain or registry than the configured one.");

    [AnvilFact]
    public Task An_address_without_code_does_not_start() => ExpectEnd(
        chain.Deployment with { Lens = s_nobody }, "Nothing is deployed at the configured address. (CapLens)");

    [AnvilFact]
    public async Task Foreign_code_does_not_start()
    {
        var foreign = Address.Parse("0x00000000000000000000000000000000000000fe");
        Forward($$"""{"jsonrpc":"2.0","id":1,"method":"anvil_setCode","params":["{{foreign}}","0x6000"]}""");
        var length = (await chain.Client.GetCodeAsync(chain.Deployment.Lens, BlockId.Latest, default)).Length;
        await ExpectEnd(
            chain.Deployment with { Lens = foreign },
            $"The contracts on chain are of another version than this release. (CapLens: 2 bytes of code, this release's has {length})");
    }

    [AnvilFact]
    public async Task Genuine_code_wired_to_another_registry_does_not_start()
    {
        var other = await new ContractDeployer(chain.Client, await chain.NewWalletAsync(), Anvil.ChainId, GasModel.Eip1559, DeployedChain.RecoveryDelay)
            .DeployAsync(chain.Governance.Address, _folder["other.json"], null, default);
        await ExpectEnd(
            chain.Deployment with { Scope = other.Scope },
            "The contracts on chain are of another version than this release. (AgentKeysScope: immutable registry is 0x"
            + $"{new string('0', 24)}{other.Registry.ToString()[2..]}, not 0x{new string('0', 24)}{chain.Deployment.Registry.ToString()[2..]})");
    }

    [AnvilFact]
    public async Task The_right_chain_starts_and_decides()
    {
        using var host = Build(chain.Url, chain.Deployment);
        await host.StartAsync();
        var ready = await FactsOf(host).ProbeAsync(default);
        Assert.True(ready.Ok);
        Assert.Null(ready.MissingCheck);
        Assert.Equal("builtin", ready.Client);
        Assert.True((await JudgeAsync(host)).IsOk(out _, out _));
    }

    [AnvilFact]
    public async Task A_chain_that_comes_later_is_checked_before_the_first_decision()
    {
        var (up, asked) = (false, 0);
        await using var node = new FaultyNode((_, body) =>
        {
            asked += body.Contains("eth_getCode", StringComparison.Ordinal) && up ? 1 : 0;
            return up ? Forward(body) : NodeReply.HangUp;
        });
        using var host = Build(node.Url, chain.Deployment);
        await host.StartAsync();
        var down = await FactsOf(host).ProbeAsync(default);
        Assert.Equal((false, "chain_unavailable", "The chain's node cannot be reached."), (down.Ok, down.Reason, down.MissingCheck));
        Assert.Equal(RefusalCode.ChainUnavailable, (await JudgeAsync(host)).Refusal?.Code);

        up = true;
        Assert.True((await JudgeAsync(host)).IsOk(out _, out _));
        var checkedOnce = asked; // a slow machine asks again within one check
        Assert.True((await JudgeAsync(host)).IsOk(out _, out _));
        Assert.InRange(asked, 1, checkedOnce);
        Assert.True((await FactsOf(host).ProbeAsync(default)).Ok);
    }

    [AnvilFact]
    public async Task A_wrong_chain_that_comes_later_never_decides()
    {
        var up = false;
        await using var node = new FaultyNode((_, body) => up ? Forward(body) : NodeReply.HangUp);
        // Genuine contracts that answer facts of the right identity: only the check finds the one that is not there.
        using var host = Build(node.Url, chain.Deployment with { K11 = s_nobody });
        await host.StartAsync();
        up = true;
        Assert.Equal(RefusalCode.ChainUnavailable, (await JudgeAsync(host)).Refusal?.Code);
        Assert.Equal("Nothing is deployed at the configured address. (K11Verifier)", (await FactsOf(host).ProbeAsync(default)).MissingCheck);
    }

    public void Dispose()
    {
        _folder.Dispose();
        _tokens.Dispose();
    }

    /// <summary>One error, which <c>ServiceStart</c> turns into one line and exit code 78.</summary>
    private async Task ExpectEnd(Deployment deployment, string message)
    {
        using var host = Build(chain.Url, deployment);
        var e = await Assert.ThrowsAsync<AggregateException>(() => host.StartAsync());
        var error = Assert.IsType<InvalidDataException>(Assert.Single(e.InnerExceptions));
        Assert.Equal($"AgentKeys:Chain: {chain.Url.GetLeftPart(UriPartial.Authority)}: {message}", error.Message);
    }

    private static IFactsSource FactsOf(IHost host) => host.Services.GetRequiredService<IFactsSource>();

    private static Task<Result<CapFacts>> JudgeAsync(IHost host) => FactsOf(host).JudgeAsync(new FactsQuery(), _ => null, 0, default);

    private NodeReply Forward(string body)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, chain.Url) { Content = new StringContent(body, System.Text.Encoding.UTF8, "application/json") };
        using var answer = http.Send(request);
        using var reader = new StreamReader(answer.Content.ReadAsStream());
        return NodeReply.Http(200, reader.ReadToEnd());
    }

    private IHost Build(Uri url, Deployment deployment)
    {
        File.WriteAllText(_folder["deployment.json"], DeploymentJson.Write(deployment));
        File.WriteAllText(_folder["profile.json"], $$"""{"name":"test","chainId":{{deployment.ChainId}},"rpcUrls":["{{url}}"],"blocks":"on-demand","confirmations":0,"gasModel":"eip1559"}""");
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { ContentRootPath = _folder.Path });
        var settings = new Dictionary<string, string?>
        {
            ["AgentKeys:Chain:Profile"] = "profile.json",
            ["AgentKeys:Chain:Deployment"] = "deployment.json",
            ["AgentKeys:Trust:Issuer"] = _tokens.Issuer,
        };
        VerificationSettingsTests.AddKey(settings, "CapKeys:0", _tokens.K1);
        VerificationSettingsTests.AddKey(settings, "StorageKeys:0", _tokens.K2);
        builder.Configuration.AddInMemoryCollection(settings);
        builder.Services.AddVerification(builder.Configuration);
        return builder.Build();
    }
}
