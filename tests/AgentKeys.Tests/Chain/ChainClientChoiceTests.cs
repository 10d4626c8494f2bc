using AgentKeys.Chain;
using Xunit;

namespace AgentKeys.Tests.Chain;

/// <summary>The words of a configuration against what a program was built with.</summary>
public class ChainClientChoiceTests
{
    private static readonly IChainClient BuiltIn = new BuiltInChainClient();

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("auto")]
    [InlineData("builtin")]
    public void What_is_there_is_taken(string? setting)
    {
        Assert.Same(BuiltIn, ChainClientChoice.Choose(setting, [BuiltIn], out var error));
        Assert.Empty(error);
    }

    [Fact]
    public void What_is_not_compiled_in_is_an_error_that_says_what_to_do()
    {
        Assert.Null(ChainClientChoice.Choose("nethereum", [BuiltIn], out var error));
        Assert.Contains("dotnet build Chain.sln -p:WithNethereum=true", error, StringComparison.Ordinal);
        Assert.Contains("builtin", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Nethereum")]
    [InlineData("web3")]
    [InlineData(" builtin")]
    public void What_nobody_knows_is_an_error_that_names_all(string setting)
    {
        Assert.Null(ChainClientChoice.Choose(setting, [BuiltIn], out var error));
        Assert.Equal("one of auto, nethereum, builtin", error);
    }

    [Fact]
    public void Auto_takes_the_first()
    {
        var other = new Named("nethereum");
        Assert.Same(other, ChainClientChoice.Choose("auto", [other, BuiltIn], out _));
        Assert.Same(other, ChainClientChoice.Choose("nethereum", [other, BuiltIn], out _));
        Assert.Same(BuiltIn, ChainClientChoice.Choose("builtin", [other, BuiltIn], out _));
    }

    private sealed class Named(string name) : IChainClient
    {
        public string Name => name;

        public AgentKeys.Ethereum.TransactionSigning? Signing => null;

        public AgentKeys.Ethereum.Rpc.IRpcTransport Connect(Uri url, AgentKeys.Ethereum.Rpc.RpcOptions? options = null, TimeProvider? time = null) => throw new NotSupportedException();

        public IRegistryReader Reader(AgentKeys.Ethereum.Rpc.EthereumClient node, Deployment deployment) => throw new NotSupportedException();

        public IRegistryWriter Writer(
            AgentKeys.Ethereum.Rpc.EthereumClient node, Deployment deployment, AgentKeys.Ethereum.Rpc.GasModel gasModel, AgentKeys.Ethereum.Rpc.SenderOptions? options = null, TimeProvider? time = null) =>
            throw new NotSupportedException();
    }
}
