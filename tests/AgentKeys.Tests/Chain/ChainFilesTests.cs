using AgentKeys.Chain;
using AgentKeys.Ethereum.Rpc;
using Xunit;

namespace AgentKeys.Tests.Chain;

public class ChainFilesTests
{
    private const string Profile = """
        {"name":"mine","chainId":7,"rpcUrls":["https://a.example/key","http://b.example"],"blocks":"continuous","confirmations":3,
         "maxHeadAgeSeconds":60,"gasModel":"legacy","explorer":"https://e.example","dev":true}
        """;

    private const string Addresses = """
        {"chainId":7,"registry":"0x0000000000000000000000000000000000000001","scope":"0x0000000000000000000000000000000000000002",
         "epoch":"0x0000000000000000000000000000000000000003","lens":"0x0000000000000000000000000000000000000004",
         "k11":"0x0000000000000000000000000000000000000005","p256":"0x0000000000000000000000000000000000000006","recovery":"0x0000000000000000000000000000000000000007","recoveryDelaySeconds":10,"block":9}
        """;

    [Fact]
    public void A_profile_is_read_whole()
    {
        var profile = ChainProfileJson.Parse(Profile);

        Assert.Equal(("mine", 7UL, BlockProduction.Continuous, 3, (int?)60), (profile.Name, profile.ChainId, profile.Blocks, profile.Confirmations, profile.MaxHeadAgeSeconds));
        Assert.Equal(["https://a.example/key", "http://b.example/"], profile.RpcUrls.Select(u => u.ToString()));
        Assert.Equal((GasModel.Legacy, "https://e.example/", true), (profile.GasModel, profile.Explorer!.ToString(), profile.Dev));
        var sparse = ChainProfileJson.Parse("""{"name":"dev","chainId":1,"rpcUrls":["http://localhost:1"],"blocks":"on-demand","confirmations":0,"gasModel":"eip1559"}""");
        Assert.Equal((null, null, false), ((object?)sparse.MaxHeadAgeSeconds, (object?)sparse.Explorer, sparse.Dev));
    }

    [Theory]
    [InlineData("\"mine\"", "\"MINE\"", "name")]
    [InlineData("\"mine\"", "\"\"", "name")]
    [InlineData(":7,", ":0,", "chainId")]
    [InlineData(":7,", ":\"7\",", "chainId")]
    [InlineData(":7,", ":7.5,", "chainId")]
    [InlineData("http://b.example", "ftp://b.example", "rpcUrls")]
    [InlineData("[\"https://a.example/key\",\"http://b.example\"]", "[]", "rpcUrls")]
    [InlineData("[\"https://a.example/key\",\"http://b.example\"]", "\"https://a.example\"", "rpcUrls")]
    [InlineData("continuous", "sometimes", "blocks")]
    [InlineData("continuous", "on-demand", "maxHeadAgeSeconds")]
    [InlineData(":60", ":0", "maxHeadAgeSeconds")]
    [InlineData(":60", ":null", "maxHeadAgeSeconds")]
    [InlineData(":3,", ":-1,", "confirmations")]
    [InlineData("legacy", "Legacy", "gasModel")]
    [InlineData("https://e.example", "e.example", "explorer")]
    [InlineData("true}", "1}", "dev")]
    [InlineData("true}", "true,\"more\":1}", "more")]
    [InlineData("true}", "true,\"dev\":true}", "twice")]
    [InlineData("\"gasModel\":\"legacy\",", "", "gasModel: missing")]
    [InlineData("true}", "true", "JSON")]
    [InlineData("true}", "true}x", "JSON")]
    public void A_wrong_profile_says_what_is_wrong(string right, string wrong, string said)
    {
        Assert.Contains(right, Profile, StringComparison.Ordinal);
        var e = Assert.Throws<FormatException>(() => ChainProfileJson.Parse(Profile.Replace(right, wrong, StringComparison.Ordinal)));
        Assert.Contains(said, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void All_mistakes_are_named_at_once()
    {
        var e = Assert.Throws<FormatException>(() => ChainProfileJson.Parse("""{"name":1,"chainId":0,"blocks":"x","other\u001b":1}"""));

        foreach (var member in new[] { "name", "chainId", "rpcUrls: missing", "blocks", "confirmations: missing", "gasModel: missing", "other" })
            Assert.Contains(member, e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', e.Message);
    }

    [Fact]
    public void The_known_chains_are_what_their_file_could_say()
    {
        Assert.Equal(
            [("anvil", 31337UL), ("heima", 212013), ("base", 8453), ("base-sepolia", 84532), ("sepolia", 11155111), ("ethereum", 1)],
            ChainProfiles.All.Select(p => (p.Name, p.ChainId)));
        Assert.All(ChainProfiles.All, p => Assert.Equal(p.Blocks == BlockProduction.OnDemand, p.MaxHeadAgeSeconds is null));
        Assert.Equal(["anvil"], ChainProfiles.All.Where(p => p.Dev).Select(p => p.Name));
        Assert.Same(ChainProfiles.All[1], ChainProfiles.Find("heima"));
        Assert.Null(ChainProfiles.Find("Heima"));
    }

    [Fact]
    public void Addresses_go_round()
    {
        var deployment = DeploymentJson.Parse(Addresses);

        Assert.Equal("eip155:7:0x0000000000000000000000000000000000000001", deployment.Chain.ToString());
        Assert.Equal(9UL, deployment.Block);
        Assert.Equal(deployment, DeploymentJson.Parse(DeploymentJson.Write(deployment)));
    }

    [Theory]
    [InlineData("0000000000000000000000000000000000000004", "0000000000000000000000000000000000000003", "two contracts")]
    [InlineData("0000000000000000000000000000000000000004", "0000000000000000000000000000000000000000", "lens")]
    [InlineData("0000000000000000000000000000000000000004", "04", "lens")]
    [InlineData("\"k11\"", "\"K11\"", "k11: missing")]
    [InlineData(":9}", ":\"9\"}", "block")]
    [InlineData(":7,", ":07,", "JSON")]
    public void Wrong_addresses_say_what_is_wrong(string right, string wrong, string said)
    {
        var e = Assert.Throws<FormatException>(() => DeploymentJson.Parse(Addresses.Replace(right, wrong, StringComparison.Ordinal)));
        Assert.Contains(said, e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("")]
    public void Nothing_is_no_file(string text)
    {
        Assert.Throws<FormatException>(() => DeploymentJson.Parse(text));
        Assert.Throws<FormatException>(() => ChainProfileJson.Parse(text));
    }
}
