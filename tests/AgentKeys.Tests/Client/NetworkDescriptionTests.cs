using System.Text;
using AgentKeys.Client;
using AgentKeys.Protocol;
using Xunit;

namespace AgentKeys.Tests.Client;

public class NetworkDescriptionTests
{
    private const string Good =
        """{"broker":"https://broker.example","workers":{"credentials":"https://vault.example/cred"},"profile":"anvil","rpc_urls":["http://127.0.0.1:8545"],"deployment":{"chainId":31337},"store":"agentkeys:store:dev:credentials"}""";

    [Fact]
    public void Reads_what_it_writes()
    {
        var network = NetworkDescription.Parse(Encoding.UTF8.GetBytes(Good));
        var again = NetworkDescription.Parse(network.ToJson());
        Assert.Equal(new Uri("https://vault.example/cred"), again.Worker(DataClass.Credentials));
        Assert.Equal(31337, again.Deployment.GetProperty("chainId").GetInt32());
        Assert.Equal((network.Broker, network.Profile, network.Store), (again.Broker, again.Profile, again.Store));
        Assert.Equal(network.RpcUrls, again.RpcUrls);
    }

    [Theory]
    [InlineData("https://broker.example\"", "ftp://broker.example\"")]
    [InlineData("https://broker.example\"", "broker.example\"")]
    [InlineData("http://127.0.0.1:8545", "file:///etc/passwd")]
    [InlineData("https://vault.example/cred", "/cred")]
    [InlineData("\"profile\":\"anvil\",", "")]
    [InlineData("\"profile\":\"anvil\"", "\"profile\":null")]
    [InlineData("\"profile\":\"anvil\"", "\"profile\":\"anvil\",\"profile\":\"base\"")]
    public void Refuses_what_is_none(string from, string to)
    {
        Assert.Contains(from, Good, StringComparison.Ordinal);
        Assert.Throws<NetworkDescriptionException>(() => NetworkDescription.Parse(Encoding.UTF8.GetBytes(Good.Replace(from, to, StringComparison.Ordinal))));
    }

    [Fact]
    public void Names_the_class_that_has_no_worker_and_the_file_that_is_not_there()
    {
        var network = NetworkDescription.Parse(Encoding.UTF8.GetBytes(Good));
        Assert.Contains("memory", Assert.Throws<NetworkDescriptionException>(() => network.Worker(DataClass.Memory)).Message, StringComparison.Ordinal);
        Assert.Contains("/nowhere/network.json", Assert.Throws<NetworkDescriptionException>(() => NetworkDescription.Load("/nowhere/network.json")).Message, StringComparison.Ordinal);
    }
}
