using AgentKeys.Ethereum.Rpc;
using AgentKeys.Testing.Chain;
using Xunit;

namespace AgentKeys.Tests.Rpc;

public class JsonRpcBatchTests
{
    [Fact]
    public async Task Answers_find_their_calls_in_any_order()
    {
        await using var node = new FaultyNode((_, _) => NodeReply.Http(200,
            """[{"jsonrpc":"2.0","id":2,"result":"0x2"},{"jsonrpc":"2.0","id":1,"result":"0x1"},{"jsonrpc":"2.0","id":3,"error":{"code":-32001,"message":"no"}}]"""));
        using var rpc = new JsonRpcClient(node.Url);
        var one = EthereumCalls.ChainId();
        var two = EthereumCalls.BlockNumber();
        var three = EthereumCalls.GasPrice();

        await rpc.SendBatchAsync([one, two, three], default);

        Assert.Equal(1UL, one.Result);
        Assert.Equal(2UL, two.Result);
        Assert.Equal(-32001, Assert.Throws<RpcErrorException>(() => three.Result).Code);
        Assert.StartsWith("[{", node.Requests.Single(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("1")]
    [InlineData("[1]")]
    [InlineData("""[{"jsonrpc":"2.0","id":1,"result":"0x1"}]""")]
    [InlineData("""[{"jsonrpc":"2.0","id":1,"result":"0x1"},{"jsonrpc":"2.0","id":1,"result":"0x1"}]""")]
    [InlineData("""[{"jsonrpc":"2.0","id":1,"result":"0x1"},{"jsonrpc":"2.0","id":3,"result":"0x1"}]""")]
    [InlineData("""[{"jsonrpc":"2.0","id":1,"result":"0x1"},{"jsonrpc":"2.0","id":null,"result":"0x1"}]""")]
    [InlineData("""[{"jsonrpc":"2.0","id":1,"result":"0x1"},{"jsonrpc":"2.0","id":2,"result":"0x1"},{"jsonrpc":"2.0","id":2,"result":"0x1"}]""")]
    [InlineData("""[{"jsonrpc":"2.0","id":1,"result":"0x1"},{"jsonrpc":"2.0","id":2,"result":"0x1"},7]""")]
    [InlineData("""[{"jsonrpc":"2.0","id":1,"result":"0x1"},{"jsonrpc":"2.0","id":2,"result":"0x1"}""")]
    [InlineData("""[{"jsonrpc":"2.0","id":1,"result":"0x1"},{"jsonrpc":"2.0","id":2,"result":"0x1"}]]""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"result":"0x1"}""")]
    public async Task Refuses_an_incomplete_or_wrong_batch(string body)
    {
        await using var node = new FaultyNode((_, _) => NodeReply.Http(200, body));
        using var rpc = new JsonRpcClient(node.Url);

        await Assert.ThrowsAsync<RpcProtocolException>(() => rpc.SendBatchAsync([EthereumCalls.ChainId(), EthereumCalls.BlockNumber()], default));

        Assert.Single(node.Requests);
    }

    [Fact]
    public async Task A_node_may_refuse_a_batch_as_a_whole()
    {
        await using var node = new FaultyNode((_, _) => NodeReply.Http(200, """{"jsonrpc":"2.0","id":null,"error":{"code":-32600,"message":"batch too large"}}"""));
        using var rpc = new JsonRpcClient(node.Url);

        await Assert.ThrowsAsync<RpcErrorException>(() => rpc.SendBatchAsync([EthereumCalls.ChainId(), EthereumCalls.BlockNumber()], default));
    }

    [Fact]
    public async Task Nothing_to_ask_asks_nothing()
    {
        await using var node = new FaultyNode((_, _) => NodeReply.HangUp);
        using var rpc = new JsonRpcClient(node.Url);

        await rpc.SendBatchAsync([], default);

        Assert.Empty(node.Requests);
    }

    [Fact]
    public void A_call_that_was_not_sent_has_no_result() =>
        Assert.Throws<InvalidOperationException>(() => EthereumCalls.ChainId().Result);
}
