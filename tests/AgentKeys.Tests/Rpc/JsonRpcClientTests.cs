using AgentKeys.Ethereum.Rpc;
using AgentKeys.Testing.Chain;
using Xunit;

namespace AgentKeys.Tests.Rpc;

public class JsonRpcClientTests
{
    // Patient with answers that come, on a machine that does a hundred other things.
    private static readonly RpcOptions Quick = new()
    {
        Deadline = TimeSpan.FromSeconds(30),
        AttemptTimeout = TimeSpan.FromSeconds(10),
        RetryDelay = TimeSpan.FromMilliseconds(5),
        MaxResponseBytes = 4096,
    };

    // For those that do not come.
    private static readonly RpcOptions Impatient = Quick with { AttemptTimeout = TimeSpan.FromSeconds(1) };

    private const string Good = """{"jsonrpc":"2.0","id":1,"result":"0x7a69"}""";

    [Fact]
    public async Task Sends_one_call_and_reads_its_result()
    {
        await using var node = new FaultyNode((_, _) => NodeReply.Http(200, Good));
        using var rpc = new JsonRpcClient(node.Url, Quick);

        Assert.Equal(31337UL, await rpc.SendAsync(EthereumCalls.ChainId(), default));
        Assert.Equal("""{"jsonrpc":"2.0","id":1,"method":"eth_chainId","params":[]}""", node.Requests.Single());
    }

    public static TheoryData<string, RpcTransportFault, Func<NodeReply>> TransportFaults => new()
    {
        { "silence", RpcTransportFault.TimedOut, () => NodeReply.Silence },
        { "hang up", RpcTransportFault.Interrupted, () => NodeReply.HangUp },
        { "half open", RpcTransportFault.TimedOut, () => NodeReply.Cut("{", 100, hang: true) },
        { "cut", RpcTransportFault.Interrupted, () => NodeReply.Cut("{", 100, hang: false) },
        { "408", RpcTransportFault.Busy, () => NodeReply.Http(408, "") },
        { "429", RpcTransportFault.Busy, () => NodeReply.Http(429, """{"jsonrpc":"2.0","id":1,"error":{"code":-32005,"message":"limit"}}""") },
        { "502", RpcTransportFault.Busy, () => NodeReply.Http(502, "<html>") },
        { "503", RpcTransportFault.Busy, () => NodeReply.Http(503, "") },
        { "504", RpcTransportFault.Busy, () => NodeReply.Http(504, "") },
    };

    [Theory]
    [MemberData(nameof(TransportFaults))]
    public async Task Tries_a_read_again_after_a_transport_fault(string name, RpcTransportFault fault, Func<NodeReply> reply)
    {
        await using var healed = new FaultyNode((n, _) => n < 3 ? reply() : NodeReply.Http(200, Good));
        using var rpc = new JsonRpcClient(healed.Url, fault == RpcTransportFault.TimedOut ? Impatient : Quick);
        Assert.Equal(31337UL, await rpc.SendAsync(EthereumCalls.ChainId(), default));

        await using var broken = new FaultyNode((_, _) => reply());
        using var failing = new JsonRpcClient(broken.Url, fault == RpcTransportFault.TimedOut ? Impatient : Quick);
        var e = await Assert.ThrowsAsync<RpcTransportException>(() => failing.SendAsync(EthereumCalls.ChainId(), default));

        Assert.Equal((name, fault), (name, e.Fault));
        Assert.Equal(3, broken.Requests.Count);
    }

    [Theory]
    [MemberData(nameof(TransportFaults))]
    public async Task Never_sends_a_transaction_twice(string name, RpcTransportFault fault, Func<NodeReply> reply)
    {
        await using var node = new FaultyNode((_, _) => reply());
        using var rpc = new JsonRpcClient(node.Url, fault == RpcTransportFault.TimedOut ? Impatient : Quick);

        var e = await Assert.ThrowsAsync<RpcTransportException>(() => new EthereumClient(rpc).SendRawTransactionAsync(new byte[] { 1 }, default));

        Assert.Equal((name, fault), (name, e.Fault));
        Assert.Single(node.Requests);
    }

    [Fact]
    public async Task A_node_that_is_not_there_is_unreachable()
    {
        var node = new FaultyNode((_, _) => NodeReply.Silence);
        var url = node.Url;
        await node.DisposeAsync();
        using var rpc = new JsonRpcClient(url, Quick);

        var e = await Assert.ThrowsAsync<RpcTransportException>(() => rpc.SendAsync(EthereumCalls.ChainId(), default));

        Assert.Equal(RpcTransportFault.Unreachable, e.Fault);
    }

    [Fact]
    public async Task The_deadline_ends_all_attempts_together()
    {
        await using var node = new FaultyNode((_, _) => NodeReply.Silence);
        using var rpc = new JsonRpcClient(node.Url, Impatient with { AttemptTimeout = TimeSpan.FromMilliseconds(300), Deadline = TimeSpan.FromMilliseconds(450), Retries = 50 });
        var clock = System.Diagnostics.Stopwatch.StartNew();

        var e = await Assert.ThrowsAsync<RpcTransportException>(() => rpc.SendAsync(EthereumCalls.ChainId(), default));

        Assert.Equal(RpcTransportFault.TimedOut, e.Fault);
        Assert.InRange(clock.ElapsedMilliseconds, 300, 15_000);
        Assert.InRange(node.Requests.Count, 1, 3);
    }

    [Fact]
    public async Task The_callers_cancellation_is_not_a_fault_of_the_node()
    {
        await using var node = new FaultyNode((_, _) => NodeReply.Silence);
        using var rpc = new JsonRpcClient(node.Url, Quick);
        using var cancel = new CancellationTokenSource(50);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => rpc.SendAsync(EthereumCalls.ChainId(), cancel.Token));
    }

    public static TheoryData<string> WrongAnswers =>
    [
        "",
        " ",
        "null",
        "1",
        "{",
        "{}",
        "[]",
        "<html>429</html>",
        Good + "x",
        Good + Good,
        """{"id":1,"result":"0x1"}""",
        """{"jsonrpc":"1.0","id":1,"result":"0x1"}""",
        """{"jsonrpc":2.0,"id":1,"result":"0x1"}""",
        """{"jsonrpc":"2.0","result":"0x1"}""",
        """{"jsonrpc":"2.0","id":2,"result":"0x1"}""",
        """{"jsonrpc":"2.0","id":"1","result":"0x1"}""",
        """{"jsonrpc":"2.0","id":null,"result":"0x1"}""",
        """{"jsonrpc":"2.0","id":1.5,"result":"0x1"}""",
        """{"jsonrpc":"2.0","id":1}""",
        """{"jsonrpc":"2.0","id":1,"result":"0x1","error":null}""",
        """{"jsonrpc":"2.0","id":1,"result":"0x1","error":{"code":1,"message":""}}""",
        """{"jsonrpc":"2.0","id":1,"result":"0x1","result":"0x2"}""",
        """{"jsonrpc":"2.0","id":1,"id":1,"result":"0x1"}""",
        """{"jsonrpc":"2.0","jsonrpc":"2.0","id":1,"result":"0x1"}""",
        """{"jsonrpc":"2.0","id":1,"error":null}""",
        """{"jsonrpc":"2.0","id":1,"error":{"code":"1","message":""}}""",
        """{"jsonrpc":"2.0","id":1,"error":{"code":1}}""",
        """{"jsonrpc":"2.0","id":1,"error":{"code":1,"message":"\ud800"}}""",
        """{"jsonrpc":"2.0","id":1,"error":"x"}""",
        """{"jsonrpc":"2.0","id":1,"result":null}""",
        """{"jsonrpc":"2.0","id":1,"result":1}""",
        """{"jsonrpc":"2.0","id":1,"result":{}}""",
        """{"jsonrpc":"2.0","id":1,"result":""}""",
        """{"jsonrpc":"2.0","id":1,"result":"0x"}""",
        """{"jsonrpc":"2.0","id":1,"result":"0x01"}""",
        """{"jsonrpc":"2.0","id":1,"result":"1"}""",
        """{"jsonrpc":"2.0","id":1,"result":"0x+1"}""",
        """{"jsonrpc":"2.0","id":1,"result":"0xg"}""",
        """{"jsonrpc":"2.0","id":1,"result":"0x10000000000000000"}""",
        """{"jsonrpc":"2.0","id":1,"result":"\ud800"}""",
        """{"jsonrpc":"2.0","id":1,"result":"0x1","more":}""",
    ];

    [Theory]
    [MemberData(nameof(WrongAnswers))]
    public async Task Refuses_a_wrong_answer_without_asking_again(string body)
    {
        await using var node = new FaultyNode((_, _) => NodeReply.Http(200, body));
        using var rpc = new JsonRpcClient(node.Url, Quick);

        await Assert.ThrowsAsync<RpcProtocolException>(() => rpc.SendAsync(EthereumCalls.ChainId(), default));

        Assert.Single(node.Requests);
    }

    [Fact]
    public async Task Other_members_and_another_order_are_fine()
    {
        await using var node = new FaultyNode((_, _) => NodeReply.Http(200, """ { "result" : "0x1", "usage": {"id":[1]}, "id":1, "jsonrpc":"2.0" } """));
        using var rpc = new JsonRpcClient(node.Url, Quick);

        Assert.Equal(1UL, await rpc.SendAsync(EthereumCalls.ChainId(), default));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_answer_beyond_the_limit_is_not_read_to_its_end(bool announced)
    {
        var body = "\"" + new string('x', 100_000) + "\"";
        await using var node = new FaultyNode((_, _) => announced ? NodeReply.Http(200, body) : NodeReply.Unannounced(body));
        using var rpc = new JsonRpcClient(node.Url, Quick);

        await Assert.ThrowsAsync<RpcProtocolException>(() => rpc.SendAsync(EthereumCalls.ChainId(), default));

        Assert.Single(node.Requests);
    }

    [Theory]
    [InlineData(200)]
    [InlineData(400)]
    [InlineData(500)]
    public async Task An_error_is_the_nodes_word_and_asked_for_once(int status)
    {
        await using var node = new FaultyNode((_, _) => NodeReply.Http(status, """{"jsonrpc":"2.0","id":1,"error":{"code":3,"message":"execution reverted: secret","data":"0x08c379a0"}}"""));
        using var rpc = new JsonRpcClient(node.Url, Quick);

        var e = await Assert.ThrowsAsync<RpcErrorException>(() => rpc.SendAsync(EthereumCalls.ChainId(), default));

        Assert.Equal(3, e.Code);
        Assert.Equal([0x08, 0xc3, 0x79, 0xa0], e.RevertData);
        Assert.Equal("execution reverted: secret", e.UpstreamMessage);
        Assert.DoesNotContain("secret", e.Message, StringComparison.Ordinal);
        Assert.Single(node.Requests);
    }

    [Theory]
    [InlineData("""{"code":3,"message":"","data":{"data":"0x01"}}""", "0x01")]
    [InlineData("""{"code":3,"message":"","data":"Reverted 0x01"}""", null)]
    [InlineData("""{"code":3,"message":"","data":null}""", null)]
    [InlineData("""{"code":3,"message":"","data":7}""", null)]
    [InlineData("""{"code":3,"message":""}""", null)]
    public async Task Revert_data_comes_as_text_or_wrapped_once_more(string error, string? data)
    {
        await using var node = new FaultyNode((_, _) => NodeReply.Http(200, $$"""{"jsonrpc":"2.0","id":1,"error":{{error}}}"""));
        using var rpc = new JsonRpcClient(node.Url, Quick);

        var e = await Assert.ThrowsAsync<RpcErrorException>(() => rpc.SendAsync(EthereumCalls.ChainId(), default));

        Assert.Equal(data, e.RevertData is null ? null : AgentKeys.Ethereum.Hex.Encode(e.RevertData));
    }

    [Theory]
    [InlineData(301)]
    [InlineData(401)]
    [InlineData(404)]
    [InlineData(500)]
    public async Task Another_status_is_a_refusal_and_not_tried_again(int status)
    {
        await using var node = new FaultyNode((_, _) => NodeReply.Http(status, "<html>token=secret</html>"));
        using var rpc = new JsonRpcClient(node.Url, Quick);

        var e = await Assert.ThrowsAsync<RpcTransportException>(() => rpc.SendAsync(EthereumCalls.ChainId(), default));

        Assert.Equal((RpcTransportFault.HttpStatus, status), (e.Fault, e.HttpStatus));
        Assert.DoesNotContain("secret", e.Message, StringComparison.Ordinal);
        Assert.Single(node.Requests);
    }

    [Theory]
    [InlineData("already known")]
    [InlineData("AlreadyKnown")]
    [InlineData("transaction already imported")]
    public async Task A_transaction_that_the_node_has_already_was_sent(string message)
    {
        await using var node = new FaultyNode((_, _) => NodeReply.Http(200, $$$"""{"jsonrpc":"2.0","id":1,"error":{"code":-32000,"message":"{{{message}}}"}}"""));
        using var rpc = new JsonRpcClient(node.Url, Quick);

        var hash = await new EthereumClient(rpc).SendRawTransactionAsync(new byte[] { 1 }, default);

        Assert.Equal(AgentKeys.Ethereum.Keccak256.Hash([1]), hash.ToArray());
    }

    [Fact]
    public async Task A_node_that_names_another_transaction_is_wrong()
    {
        await using var node = new FaultyNode((_, _) => NodeReply.Http(200, $$"""{"jsonrpc":"2.0","id":1,"result":"0x{{new string('1', 64)}}"}"""));
        using var rpc = new JsonRpcClient(node.Url, Quick);

        await Assert.ThrowsAsync<RpcProtocolException>(() => new EthereumClient(rpc).SendRawTransactionAsync(new byte[] { 1 }, default));
    }

    [Fact]
    public void Endpoints_are_http()
    {
        Assert.Throws<ArgumentException>(() => new JsonRpcClient(new Uri("file:///etc/passwd")));
        Assert.Throws<ArgumentException>(() => new JsonRpcClient(new Uri("ws://127.0.0.1")));
    }
}
