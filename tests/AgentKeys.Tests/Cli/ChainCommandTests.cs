using System.Text.Json.Nodes;
using AgentKeys.Chain;
using AgentKeys.Cli;
using AgentKeys.Client;
using AgentKeys.Testing.Chain;
using AgentKeys.Tests.Chain;
using Xunit;

namespace AgentKeys.Tests.Cli;

public sealed class ChainCommandTests(DeployedChain chain) : IClassFixture<DeployedChain>, IDisposable
{
    private readonly FakeTerminal _terminal = new();

    private string Addresses => _terminal.Folder["addresses.json"];

    public void Dispose() => _terminal.Dispose();

    [Fact]
    public async Task A_profile_that_is_listed_is_a_profile_file()
    {
        Assert.Equal(ExitCode.Ok, await _terminal.RunAsync("chain", "profiles", "--json"));

        var listed = JsonNode.Parse(_terminal.Output)!.AsArray().Select(p => ChainProfileJson.Parse(p!.ToJsonString())).ToList();
        Assert.Equal(ChainProfiles.All.Select(p => p with { RpcUrls = [] }), listed.Select(p => p with { RpcUrls = [] }), EqualityOfRest);
        Assert.Equal(ChainProfiles.All.Select(p => p.RpcUrls[0]), listed.Select(p => Assert.Single(p.RpcUrls)));
        Assert.Empty(_terminal.Error);
    }

    [AnvilFact]
    public async Task Redeploying_says_what_is_lost_and_asks_first()
    {
        await PrepareAsync();
        Assert.Equal(ExitCode.Ok, await Deploy());
        var old = await File.ReadAllTextAsync(Addresses);
        var journal = await File.ReadAllTextAsync(Addresses + ".journal");

        Assert.Equal(ExitCode.Failure, await Deploy("--redeploy"));

        Assert.Equal((old, journal), (await File.ReadAllTextAsync(Addresses), await File.ReadAllTextAsync(Addresses + ".journal")));
        foreach (var lost in new[] { "operators:", "scopes:", "logs:", "epochs:", "caps and sessions" })
            Assert.Contains(lost, _terminal.Error, StringComparison.Ordinal);
        foreach (var address in new[] { DeploymentJson.Parse(old).Registry, DeploymentJson.Parse(old).Scope, DeploymentJson.Parse(old).Epoch })
            Assert.Contains(address.ToChecksumString(), _terminal.Error, StringComparison.Ordinal);
        Assert.Contains("--redeploy changes nothing without --yes", _terminal.Error, StringComparison.Ordinal);

        Assert.Equal(ExitCode.Ok, await Deploy("--redeploy", "--yes"));

        var renewed = DeploymentJson.Parse(await File.ReadAllTextAsync(Addresses));
        Assert.Empty(renewed.Contracts.Select(c => c.Address).Intersect(DeploymentJson.Parse(old).Contracts.Select(c => c.Address)));
        var aside = Addresses + ".before-" + DeploymentJson.Parse(old).Block;
        Assert.Equal(old, await File.ReadAllTextAsync(aside));
        Assert.Contains(aside, _terminal.Error, StringComparison.Ordinal);
        Assert.Equal(journal, await File.ReadAllTextAsync($"{Addresses}.journal.before-{DeploymentJson.Parse(old).Block}"));
    }

    // Interrupted after the old files were set aside: the journal is the new deployment's, and must not be set aside as well.
    [AnvilFact]
    public async Task An_interrupted_redeployment_goes_on()
    {
        await PrepareAsync();
        Assert.Equal(ExitCode.Ok, await Deploy());
        var first = DeploymentJson.Parse(await File.ReadAllTextAsync(Addresses));
        File.Delete(Addresses);

        Assert.Equal(ExitCode.Ok, await Deploy("--redeploy", "--yes"));

        Assert.Equal(first.Registry, DeploymentJson.Parse(await File.ReadAllTextAsync(Addresses)).Registry);
    }

    private async Task PrepareAsync()
    {
        using var wallet = await chain.NewWalletAsync();
        await File.WriteAllBytesAsync(_terminal.Folder["wallet.json"], KeyFile.Encode(wallet, KeyPurpose.Wallet));
        File.SetUnixFileMode(_terminal.Folder["wallet.json"], UnixFileMode.UserRead | UnixFileMode.UserWrite);
        await File.WriteAllTextAsync(_terminal.Folder["profile.json"], $$"""
            {"name":"test","chainId":31337,"rpcUrls":["{{chain.Url}}"],"blocks":"on-demand","confirmations":0,"gasModel":"eip1559","dev":true}
            """);
    }

    private Task<int> Deploy(params string[] more) => _terminal.RunAsync(
        ["chain", "deploy", "--profile", _terminal.Folder["profile.json"], "--key-file", _terminal.Folder["wallet.json"], "--out", Addresses, .. more]);

    private static bool EqualityOfRest(ChainProfile a, ChainProfile b) => a with { RpcUrls = b.RpcUrls } == b;
}
