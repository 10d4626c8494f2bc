using System.Text.Json;
using AgentKeys.Chain;
using AgentKeys.Ethereum;
using AgentKeys.Ethereum.Abi;
using AgentKeys.Ethereum.Rpc;
using AgentKeys.Protocol;
using AgentKeys.Testing.Chain;
using Xunit;

namespace AgentKeys.Tests.Chain;

/// <summary>Facts as a node may send them, right and wrong, through the reader.</summary>
public abstract class CapLensCodecTests(IChainClient chainClient)
{
    private static readonly AbiFunction Single = ContractArtifacts.Get(ContractNames.CapLens).Abi.Function("capFacts");
    private static readonly AbiFunction Batch = ContractArtifacts.Get(ContractNames.CapLens).Abi.Function("capFactsBatch");
    private static readonly IReadOnlyList<AbiParameter> Members = Single.Results[0].Type.Components;

    private static readonly Deployment Deployment = new()
    {
        ChainId = 5,
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

    [Fact]
    public async Task Every_member_arrives_where_it_belongs()
    {
        var facts = await ReadAsync(Answer());

        Assert.Equal(new ChainRef(5, Numbered(1).ToAccount()), facts.Chain);
        Assert.Equal(new HeadFacts(103, 104, Hash(105)), facts.Head);
        Assert.Equal(106UL, facts.Epoch);
        Assert.Equal(new DeviceFacts(107, true, false, DeviceTier.Agent, (DeviceRoles)3, new Omni(Hash(112)), new Omni(Hash(113))), facts.Device);
        Assert.Equal(new Omni(Hash(114)), facts.ActorOperator);
        Assert.Equal(new Omni(Hash(115)), facts.WalletOperator);
        Assert.True(facts.WalletEverUsed);
        Assert.Equal(new OperatorFacts(TrustTier.AgentRooted, Numbered(118).ToAccount(), 119, 120, 121, 122, Numbered(123).ToAccount()), facts.Operator);
        Assert.Equal(new GrantFacts(true, 125, true, 127, 128, 129, 130, true), facts.Grant);
    }

    [Fact]
    public async Task The_query_is_what_the_contracts_abi_says()
    {
        var query = new FactsQuery
        {
            Operator = new Omni(Hash(1)),
            Actor = new Omni(Hash(2)),
            Device = new DeviceKeyHash(Hash(3)),
            DataClass = DataClass.Email,
            Service = ServiceName.Parse("smtp"),
            SessionWallet = Numbered(6).ToAccount(),
        };
        object[] words = [Hash(1).ToArray(), Hash(2).ToArray(), Hash(3).ToArray(), 4, ServiceName.Parse("smtp").Hash.ToArray(), Numbered(6)];
        var bodies = new List<string>();
        await using var node = new FaultyNode((_, body) =>
        {
            bodies.Add(body);
            return NodeReply.HangUp;
        });
        using var rpc = chainClient.Connect(node.Url, new RpcOptions { Retries = 0 });
        var reader = chainClient.Reader(new EthereumClient(rpc), Deployment);

        await Assert.ThrowsAsync<ChainUnavailableException>(() => reader.GetFactsAsync(query, default));
        await Assert.ThrowsAsync<ChainUnavailableException>(() => reader.GetFactsAsync([query, query], default));

        Assert.Contains(Hex.Encode(Single.Encode((object)words)), bodies[0], StringComparison.Ordinal);
        Assert.Contains(Hex.Encode(Batch.Encode((object)new object[] { words, words })), bodies[1], StringComparison.Ordinal);
    }

    public static TheoryData<string, object, ChainFault> WrongMembers => new()
    {
        { "version", 1, ChainFault.WrongVersion },
        { "version", 3, ChainFault.WrongVersion },
        { "version", 0, ChainFault.WrongVersion },
        { "chainId", 6, ChainFault.WrongChain },
        { "registry", 2, ChainFault.WrongChain },
        { "deviceTier", 3, ChainFault.BadAnswer },
        { "deviceRoles", 8, ChainFault.BadAnswer },
        { "operatorTier", 3, ChainFault.BadAnswer },
    };

    [Theory]
    [MemberData(nameof(WrongMembers))]
    public async Task Facts_of_elsewhere_or_of_tomorrow_are_refused(string member, object value, ChainFault fault) =>
        Assert.Equal(fault, await FaultOf(Answer(member, member == "registry" ? Numbered((int)value) : value)));

    [Fact]
    public async Task Damaged_facts_are_refused()
    {
        Assert.Equal(ChainFault.NoCode, await FaultOf([]));
        Assert.Equal(ChainFault.BadAnswer, await FaultOf(Answer()[..^1]));
        Assert.Equal(ChainFault.BadAnswer, await FaultOf(Answer()[..^32]));
        Assert.Equal(ChainFault.BadAnswer, await FaultOf([.. Answer(), .. new byte[32]]));

        // One bit of padding in every word that has padding.
        for (var i = 0; i < Members.Count; i++)
        {
            if (Members[i].Type == AbiType.Bytes32 || Members[i].Type == AbiType.UInt256)
                continue;
            var damaged = Answer();
            damaged[i * 32] = 1;
            Assert.Equal(ChainFault.BadAnswer, await FaultOf(damaged));
        }
    }

    [Fact]
    public async Task A_batch_has_as_many_facts_as_were_asked_for_and_one_block()
    {
        var other = Values();
        other[3] = 104;

        Assert.Equal(2, (await ReadBatchAsync(Values(), Values())).Count);
        await Assert.ThrowsAsync<ChainUnavailableException>(() => ReadBatchAsync(Values()));
        await Assert.ThrowsAsync<ChainUnavailableException>(() => ReadBatchAsync(Values(), Values(), Values()));
        await Assert.ThrowsAsync<ChainUnavailableException>(() => ReadBatchAsync(Values(), other));
    }

    /// <summary>A reorganisation between the calls, or a node that answers about another block than the one asked for.</summary>
    [Theory]
    [InlineData(103, true)]
    [InlineData(102, false)]
    [InlineData(104, false)]
    public async Task What_is_below_the_head_is_of_the_block_that_was_asked_for(int answered, bool good)
    {
        await using var node = new FaultyNode((_, body) =>
        {
            using var json = JsonDocument.Parse(body);
            if (json.RootElement.ValueKind == JsonValueKind.Object)
                return NodeReply.Http(200, $$"""{"jsonrpc":"2.0","id":{{json.RootElement.GetProperty("id").GetInt64()}},"result":"0x6c"}""");
            byte[][] answers = [Answer("blockNumber", 108), Answer("blockNumber", answered)];
            return NodeReply.Http(200, "[" + string.Join(',', json.RootElement.EnumerateArray().Zip(answers, (call, answer) =>
                $$"""{"jsonrpc":"2.0","id":{{call.GetProperty("id").GetInt64()}},"result":"{{Hex.Encode(answer)}}"}""")) + "]");
        });
        using var rpc = chainClient.Connect(node.Url, new RpcOptions { Retries = 0 });
        var reading = chainClient.Reader(new EthereumClient(rpc), Deployment).GetFactsAsync(new FactsQuery(), confirmations: 5, default);

        if (good)
            Assert.Equal((108UL, 103UL), ((await reading).Latest.Head.Number, (await reading).Confirmed!.Head.Number));
        else
            Assert.Equal(ChainFault.BadAnswer, (await Assert.ThrowsAsync<ChainUnavailableException>(() => reading)).Fault);
        Assert.Contains("\"0x67\"", node.Requests.Last(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_node_without_an_answer_is_told_apart()
    {
        Assert.Equal(ChainFault.BadAnswer, await FaultOf(id => NodeReply.Http(200, $$$"""{"jsonrpc":"2.0","id":{{{id}}},"error":{"code":-32000,"message":"secret"}}""")));
        Assert.Equal(ChainFault.BadAnswer, await FaultOf(_ => NodeReply.Http(200, "secret")));
        Assert.Equal(ChainFault.Unreachable, await FaultOf(_ => NodeReply.HangUp));
        Assert.Equal(ChainFault.Unreachable, await FaultOf(_ => NodeReply.Http(429, "secret")));
        Assert.Equal(ChainFault.TimedOut, await FaultOf(_ => NodeReply.Silence));
    }

    /// <summary>Every member another value: 100 and its place, or what its type and meaning allow.</summary>
    private static object[] Values(string? change = null, object? value = null)
    {
        var values = Members.Select((m, i) => m.Type.Kind switch
        {
            AbiKind.FixedBytes => Hash(100 + i).ToArray(),
            AbiKind.Address => m.Name == "registry" ? Numbered(1) : Numbered(100 + i),
            AbiKind.Bool => i != 9,
            _ => (object)(m.Name switch { "version" => 2, "chainId" => 5, "deviceTier" => 2, "deviceRoles" => 3, "operatorTier" => 1, _ => 100 + i }),
        }).ToArray();
        if (change is not null)
            values[Members.Select(m => m.Name).ToList().IndexOf(change)] = value!;
        return values;
    }

    private static byte[] Answer(string? change = null, object? value = null) =>
        AbiEncoder.Encode(AbiType.TupleOf(Single.Results), (object)Values(change, value));

    private Task<CapFacts> ReadAsync(byte[] answer) => ReadAsync(id => Result(id, answer), reader => reader.GetFactsAsync(new FactsQuery(), default));

    private Task<IReadOnlyList<CapFacts>> ReadBatchAsync(params object[][] facts) => ReadAsync(
        id => Result(id, AbiEncoder.Encode(AbiType.TupleOf(Batch.Results), (object)facts)), reader => reader.GetFactsAsync([new FactsQuery(), new FactsQuery()], default));

    private Task<ChainFault> FaultOf(byte[] answer) => FaultOf(id => Result(id, answer));

    private async Task<ChainFault> FaultOf(Func<long, NodeReply> reply)
    {
        var e = await Assert.ThrowsAsync<ChainUnavailableException>(() => ReadAsync(reply, reader => reader.GetFactsAsync(new FactsQuery(), default)));
        Assert.DoesNotContain("secret", e.Message, StringComparison.Ordinal);
        return e.Fault;
    }

    private async Task<T> ReadAsync<T>(Func<long, NodeReply> reply, Func<IRegistryReader, Task<T>> read)
    {
        await using var node = new FaultyNode((_, body) => reply(JsonDocument.Parse(body).RootElement.GetProperty("id").GetInt64()));
        using var rpc = chainClient.Connect(node.Url, new RpcOptions { Retries = 0, AttemptTimeout = TimeSpan.FromSeconds(3) });
        return await read(chainClient.Reader(new EthereumClient(rpc), Deployment));
    }

    private static NodeReply Result(long id, byte[] answer) => NodeReply.Http(200, $$"""{"jsonrpc":"2.0","id":{{id}},"result":"{{Hex.Encode(answer)}}"}""");

    private static Address Numbered(int number)
    {
        var bytes = new byte[20];
        bytes[19] = (byte)number;
        return Address.FromBytes(bytes);
    }

    private static Bytes32 Hash(int number)
    {
        var bytes = new byte[32];
        bytes[0] = (byte)number;
        bytes[31] = (byte)number;
        return new Bytes32(bytes);
    }
}
