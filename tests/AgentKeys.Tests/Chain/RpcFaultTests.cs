using System.Diagnostics;
using System.Text.Json;
using AgentKeys.Chain;
using AgentKeys.Ethereum;
using AgentKeys.Ethereum.Rpc;
using AgentKeys.Protocol;
using AgentKeys.Testing.Chain;
using Xunit;

namespace AgentKeys.Tests.Chain;

/// <summary>What nodes and networks do wrong, through the ports: the same reasons, within the deadline, whoever carries the calls.</summary>
public abstract class RpcFaultTests(IChainClient chainClient)
{
    private static readonly Deployment Deployment = new()
    {
        ChainId = 31337,
        Registry = Numbered(1),
        Scope = Numbered(2),
        Epoch = Numbered(3),
        Lens = Numbered(4),
        K11 = Numbered(5),
        P256 = Numbered(6),
        Recovery = Numbered(7),
        RecoveryDelaySeconds = 10,
        Block = 1,
    };

    private static readonly RpcOptions Quick = new()
    {
        Deadline = TimeSpan.FromSeconds(4),
        AttemptTimeout = TimeSpan.FromSeconds(2),
        Retries = 1,
        RetryDelay = TimeSpan.FromMilliseconds(10),
        MaxResponseBytes = 20_000,
    };

    public static TheoryData<string, ChainFault> Faults => new()
    {
        { "silence", ChainFault.TimedOut },
        { "half-open", ChainFault.TimedOut },
        { "hang-up", ChainFault.Unreachable },
        { "cut", ChainFault.Unreachable },
        { "429", ChainFault.Unreachable },
        { "503", ChainFault.Unreachable },
        { "401 html", ChainFault.Unreachable },
        { "500 html", ChainFault.Unreachable },
        { "302", ChainFault.Unreachable },
        { "500 error", ChainFault.BadAnswer },
        { "error", ChainFault.BadAnswer },
        { "html", ChainFault.BadAnswer },
        { "nothing", ChainFault.BadAnswer },
        { "cut json", ChainFault.BadAnswer },
        { "not an answer", ChainFault.BadAnswer },
        { "another version", ChainFault.BadAnswer },
        { "another id", ChainFault.BadAnswer },
        { "text id", ChainFault.BadAnswer },
        { "both", ChainFault.BadAnswer },
        { "null", ChainFault.BadAnswer },
        { "number", ChainFault.BadAnswer },
        { "odd hex", ChainFault.BadAnswer },
        { "no hex", ChainFault.BadAnswer },
        { "too large", ChainFault.BadAnswer },
        { "too large, unannounced", ChainFault.BadAnswer },
        { "empty", ChainFault.NoCode },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task Every_fault_has_its_reason_in_time_and_nothing_of_the_node_in_its_words(string fault, ChainFault expected)
    {
        await using var node = new FaultyNode((_, body) => Reply(fault, IdOf(body)));
        using var rpc = chainClient.Connect(node.Url, Quick);
        var reader = chainClient.Reader(new EthereumClient(rpc), Deployment);
        var watch = Stopwatch.StartNew();

        var e = await Assert.ThrowsAsync<ChainUnavailableException>(() => reader.GetFactsAsync(new FactsQuery(), default));
        var view = await Assert.ThrowsAsync<ChainUnavailableException>(() => reader.GetDeviceAsync(default, default));

        Assert.Equal((expected, expected), (e.Fault, view.Fault));
        Assert.DoesNotContain("secret", e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("127.0.0.1", e.Message, StringComparison.Ordinal);
        Assert.True(watch.Elapsed < 2 * Quick.Deadline + TimeSpan.FromSeconds(4), $"{watch.Elapsed}");
    }

    [Fact]
    public async Task A_read_is_tried_again_after_a_fault_of_the_transport_and_only_then()
    {
        await using var busy = new FaultyNode((n, body) => n == 1 ? NodeReply.Http(429, "secret") : Result(IdOf(body), "\"0x7a69\""));
        using var rpc = chainClient.Connect(busy.Url, Quick);
        Assert.Equal(31337UL, await new EthereumClient(rpc).GetChainIdAsync(default));
        Assert.Equal(2, busy.Requests.Count);

        await using var wrong = new FaultyNode((_, body) => Reply("error", IdOf(body)));
        using var other = chainClient.Connect(wrong.Url, Quick);
        await Assert.ThrowsAsync<RpcErrorException>(() => new EthereumClient(other).GetChainIdAsync(default));
        Assert.Single(wrong.Requests);
    }

    [Fact]
    public async Task The_caller_is_heard_at_once()
    {
        await using var node = new FaultyNode((_, _) => NodeReply.Silence);
        using var rpc = chainClient.Connect(node.Url, new RpcOptions { Deadline = TimeSpan.FromMinutes(1), AttemptTimeout = TimeSpan.FromMinutes(1) });
        using var caller = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));
        var watch = Stopwatch.StartNew();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => new EthereumClient(rpc).GetChainIdAsync(caller.Token));

        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task A_node_that_is_not_there_certainly_got_nothing()
    {
        var node = new FaultyNode((_, _) => NodeReply.HangUp);
        await node.DisposeAsync();
        using var rpc = chainClient.Connect(node.Url, Quick);

        var e = await Assert.ThrowsAsync<RpcTransportException>(() => new EthereumClient(rpc).SendRawTransactionAsync(new byte[] { 1 }, default));

        Assert.Equal(RpcTransportFault.Unreachable, e.Fault);
    }

    [Theory]
    [InlineData("hang-up")]
    [InlineData("429")]
    public async Task What_sends_is_never_tried_again(string fault)
    {
        await using var node = new FaultyNode((_, body) => Reply(fault, IdOf(body)));
        using var rpc = chainClient.Connect(node.Url, Quick);

        await Assert.ThrowsAsync<RpcTransportException>(() => new EthereumClient(rpc).SendRawTransactionAsync(new byte[] { 1 }, default));

        Assert.Single(node.Requests);
    }

    [Fact]
    public async Task A_writer_sends_nothing_to_another_chain()
    {
        await using var node = new FaultyNode((_, body) => Result(IdOf(body), "\"0x1\""));
        using var rpc = chainClient.Connect(node.Url, Quick);
        var writer = chainClient.Writer(new EthereumClient(rpc), Deployment, GasModel.Legacy);
        using var key = Secp256k1Key.Generate();

        var e = await Assert.ThrowsAsync<ChainUnavailableException>(() => writer.AdvanceEpochAsync(key, default));

        Assert.Equal(ChainFault.WrongChain, e.Fault);
        Assert.All(node.Requests, r => Assert.Contains("eth_chainId", r, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("one missing")]
    [InlineData("one twice")]
    [InlineData("nobody's")]
    [InlineData("one answer")]
    [InlineData("refused")]
    public async Task A_batch_is_whole_or_no_answer(string bend)
    {
        await using var node = new FaultyNode((_, body) => Batch(bend, body));
        using var rpc = chainClient.Connect(node.Url, Quick);
        var reader = chainClient.Reader(new EthereumClient(rpc), Deployment);

        var e = await Assert.ThrowsAsync<ChainUnavailableException>(() => reader.GetFactsAsync(new FactsQuery(), 5, default));

        Assert.Equal(ChainFault.BadAnswer, e.Fault);
    }

    [Fact]
    public async Task Errors_in_a_batch_stay_with_their_calls()
    {
        await using var node = new FaultyNode((_, body) =>
        {
            using var calls = JsonDocument.Parse(body);
            var ids = calls.RootElement.EnumerateArray().Select(c => c.GetProperty("id").GetInt64()).ToList();
            return NodeReply.Http(200, $$$"""[{"jsonrpc":"2.0","id":{{{ids[1]}}},"error":{"code":3,"message":"no","data":"0x0102"}},{"jsonrpc":"2.0","id":{{{ids[0]}}},"result":"0x7a69"}]""");
        });
        using var rpc = chainClient.Connect(node.Url, Quick);
        var (first, second) = (EthereumCalls.ChainId(), EthereumCalls.ChainId());

        await rpc.SendBatchAsync([first, second], default);

        Assert.Equal(31337UL, first.Result);
        var e = Assert.Throws<RpcErrorException>(() => second.Result);
        Assert.Equal((3L, "no"), (e.Code, e.UpstreamMessage));
        Assert.Equal([1, 2], e.RevertData);
    }

    private static NodeReply Reply(string fault, long id)
    {
        var good = $$"""{"jsonrpc":"2.0","id":{{id}},"result":"0x01"}""";
        var error = $$$"""{"jsonrpc":"2.0","id":{{{id}}},"error":{"code":-32000,"message":"secret"}}""";
        return fault switch
        {
            "silence" => NodeReply.Silence,
            "half-open" => NodeReply.Cut(good[..10], good.Length, hang: true),
            "hang-up" => NodeReply.HangUp,
            "cut" => NodeReply.Cut(good[..10], good.Length, hang: false),
            "429" => NodeReply.Http(429, "secret"),
            "503" => NodeReply.Http(503, "secret"),
            "401 html" => NodeReply.Http(401, "<html>secret</html>"),
            "500 html" => NodeReply.Http(500, "<html>secret</html>"),
            "302" => NodeReply.Http(302, "secret"),
            "500 error" => NodeReply.Http(500, error),
            "error" => NodeReply.Http(200, error),
            "html" => NodeReply.Http(200, "<html>secret</html>"),
            "nothing" => NodeReply.Http(200, ""),
            "cut json" => NodeReply.Http(200, good[..^4]),
            "not an answer" => NodeReply.Http(200, "[1]"),
            "another version" => NodeReply.Http(200, good.Replace("2.0", "1.0", StringComparison.Ordinal)),
            "another id" => Result(id + 1, "\"0x01\""),
            "text id" => NodeReply.Http(200, $$"""{"jsonrpc":"2.0","id":"{{id}}","result":"0x01"}"""),
            "both" => NodeReply.Http(200, $$$"""{"jsonrpc":"2.0","id":{{{id}}},"result":"0x01","error":{"code":1,"message":"secret"}}"""),
            "null" => Result(id, "null"),
            "number" => Result(id, "1"),
            "odd hex" => Result(id, "\"0x012\""),
            "no hex" => Result(id, "\"secret\""),
            "too large" => Result(id, $"\"0x{new string('0', 30_000)}\""),
            "too large, unannounced" => NodeReply.Unannounced($$"""{"jsonrpc":"2.0","id":{{id}},"result":"0x{{new string('0', 30_000)}}"}"""),
            _ => Result(id, "\"0x\""),
        };
    }

    private static NodeReply Batch(string bend, string body)
    {
        using var json = JsonDocument.Parse(body);
        if (json.RootElement.ValueKind == JsonValueKind.Object)
            return Result(IdOf(body), "\"0x64\"");
        var answers = json.RootElement.EnumerateArray().Select(c => $$"""{"jsonrpc":"2.0","id":{{c.GetProperty("id").GetInt64()}},"result":"0x01"}""").ToList();
        return NodeReply.Http(200, bend switch
        {
            "one missing" => $"[{answers[0]}]",
            "one twice" => $"[{answers[0]},{answers[0]}]",
            "nobody's" => $"[{answers[0]},{answers[1].Replace("\"id\":", "\"id\":9", StringComparison.Ordinal)}]",
            "one answer" => answers[0],
            _ => """{"jsonrpc":"2.0","id":null,"error":{"code":-32600,"message":"secret"}}""",
        });
    }

    private static long IdOf(string body)
    {
        using var json = JsonDocument.Parse(body);
        return json.RootElement.GetProperty("id").GetInt64();
    }

    private static NodeReply Result(long id, string result) => NodeReply.Http(200, $$"""{"jsonrpc":"2.0","id":{{id}},"result":{{result}}}""");

    private static Address Numbered(int number)
    {
        var bytes = new byte[20];
        bytes[19] = (byte)number;
        return Address.FromBytes(bytes);
    }
}
