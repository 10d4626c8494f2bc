using System.Text.Json;
using AgentKeys.Ethereum;
using AgentKeys.Ethereum.Abi;
using Xunit;

namespace AgentKeys.Tests.Abi;

public class AbiDeclarationTests
{
    private static readonly Address Someone = Address.Parse("0x00000000000000000000000000000000000000ff");

    [Theory]
    [InlineData("baz(uint32 x, bool y)", "cdcd77c0")]
    [InlineData("bar(bytes3[2])", "fce353f6")]
    [InlineData("sam(bytes,bool,uint256[])", "a5643bf2")]
    [InlineData("f(uint256,uint32[],bytes10,bytes)", "8be65246")]
    [InlineData("g(uint256[][],string[])", "2289b18c")]
    [InlineData("transfer(address to, uint256 amount)", "a9059cbb")]
    [InlineData("Panic(uint256)", "4e487b71")]
    [InlineData("Error(string)", "08c379a0")]
    public void Selectors_are_the_known_ones(string signature, string selector) =>
        Assert.Equal(selector, Convert.ToHexStringLower(AbiSignature.Parse(signature).Selector));

    [Theory]
    [InlineData("")]
    [InlineData("(uint256)")]
    [InlineData("f")]
    [InlineData("f(uint256")]
    [InlineData("f(uint256) returns (bool)")]
    [InlineData("f(uint)")]
    public void Refuses_what_is_no_signature(string text) => Assert.Throws<FormatException>(() => AbiSignature.Parse(text));

    [Fact]
    public void Calldata_goes_round_and_another_selector_is_refused()
    {
        var transfer = new AbiFunction("transfer(address to, uint256 amount)", "(bool)");
        var calldata = transfer.Encode(Someone, 5);

        Assert.Equal(68, calldata.Length);
        Assert.Equal(AbiFault.None, transfer.DecodeCall(calldata, out var arguments));
        Assert.Equal(Someone, arguments[0]);
        calldata[0] ^= 1;
        Assert.Equal(AbiFault.WrongSelector, transfer.DecodeCall(calldata, out _));
        Assert.Equal(AbiFault.WrongSelector, transfer.DecodeCall([1, 2, 3], out _));
    }

    [Fact]
    public void An_empty_answer_is_not_a_result()
    {
        var function = new AbiFunction("f()", "(bool ok)");

        Assert.Equal(AbiFault.Truncated, function.DecodeResult([], out _));
        Assert.Equal(AbiFault.None, function.DecodeResult(AbiVectors.Words(["1"]), out var results));
        Assert.Equal(true, results[0]);
    }

    [Fact]
    public void Events_take_values_from_topics_and_data()
    {
        var transfer = new AbiEvent("Transfer(address indexed from, uint256 amount, string indexed memo, uint64 at)");
        Assert.Equal("8be0079c531659141344cd1fd0a4f28419497f9722a3daafe3b4186f6b6457e0",
            Convert.ToHexStringLower(new AbiEvent("OwnershipTransferred(address indexed a, address indexed b)").Topic));

        byte[][] topics = [transfer.Topic.ToArray(), AbiVectors.Words(["ff"]), AbiVectors.Words(["abc"])];
        Assert.Equal(AbiFault.None, transfer.Decode(topics, AbiVectors.Words(["5", "6"]), out var values));

        Assert.Equal(Someone, values[0]);
        Assert.Equal(new System.Numerics.BigInteger(5), values[1]);
        Assert.Equal(AbiVectors.Words(["abc"]), values[2]);
        Assert.Equal(new System.Numerics.BigInteger(6), values[3]);

        Assert.Equal(AbiFault.WrongSelector, transfer.Decode([], [], out _));
        Assert.Equal(AbiFault.WrongSelector, transfer.Decode([topics[1], topics[1], topics[1]], [], out _));
        Assert.Equal(AbiFault.WrongTopicCount, transfer.Decode([topics[0], topics[1]], [], out _));
        Assert.Equal(AbiFault.WrongTopicCount, transfer.Decode([topics[0], topics[1], [1]], [], out _));
        Assert.Equal(AbiFault.Truncated, transfer.Decode(topics, AbiVectors.Words(["5"]), out _));
        Assert.Equal(AbiFault.BadPadding, transfer.Decode([topics[0], AbiVectors.Words(["ff<"]), topics[2]], AbiVectors.Words(["5", "6"]), out _));
        Assert.Throws<FormatException>(() => new AbiEvent("E(bool indexed a, bool indexed b, bool indexed c, bool indexed d)"));
    }

    [Fact]
    public void Reads_the_compilers_json_and_finds_errors_by_their_data()
    {
        using var json = JsonDocument.Parse("""
            [
              {"type":"constructor","inputs":[{"name":"verifier","type":"address"}]},
              {"type":"function","name":"set","inputs":[{"name":"grants","type":"tuple[]","components":[{"name":"service","type":"bytes32"},{"name":"until","type":"uint64"}]}],"outputs":[]},
              {"type":"function","name":"get","inputs":[],"outputs":[{"name":"","type":"tuple[2][]","components":[{"name":"a","type":"bool"}]}]},
              {"type":"function","name":"twice","inputs":[],"outputs":[]},
              {"type":"function","name":"twice","inputs":[{"name":"","type":"uint8"}],"outputs":[]},
              {"type":"event","name":"Set","anonymous":false,"inputs":[{"name":"by","type":"address","indexed":true}]},
              {"type":"error","name":"TooFew","inputs":[{"name":"needed","type":"uint256"},{"name":"given","type":"uint256"}]},
              {"type":"receive","stateMutability":"payable"}
            ]
            """);
        var contract = AbiContract.FromJson(json.RootElement);

        Assert.Equal("verifier", contract.ConstructorParameters[0].Name);
        Assert.Equal("set((bytes32,uint64)[])", contract.Function("set").Signature.Text);
        Assert.Equal("(bool)[2][]", contract.Function("get").Results[0].Type.ToString());
        Assert.Equal("twice(uint8)", contract.Function("twice(uint8)").Signature.Text);
        Assert.Throws<KeyNotFoundException>(() => contract.Function("twice"));
        Assert.Throws<KeyNotFoundException>(() => contract.Function("absent"));
        Assert.True(contract.Event("Set").Signature.Parameters[0].Indexed);

        var tooFew = contract.Errors.Single();
        var data = tooFew.Encode(2, 1);
        Assert.Same(tooFew, contract.FindError(data));
        Assert.Equal(AbiFault.None, tooFew.Decode(data, out var arguments));
        Assert.Equal(new System.Numerics.BigInteger(2), arguments[0]);
        Assert.Same(AbiError.Text, contract.FindError(AbiError.Text.Encode("no")));
        Assert.Same(AbiError.Panic, contract.FindError(AbiError.Panic.Encode(0x11)));
        Assert.Null(contract.FindError([1, 2, 3, 4]));
        Assert.Null(contract.FindError([]));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[1]")]
    [InlineData("[{}]")]
    [InlineData("""[{"type":"error","name":"E","inputs":[{"name":"x","type":"uint"}]}]""")]
    [InlineData("""[{"type":"error","name":"E","inputs":[{"name":"x","type":"tuplex","components":[{"name":"a","type":"bool"}]}]}]""")]
    public void Refuses_what_is_no_json_abi(string text)
    {
        using var json = JsonDocument.Parse(text);
        Assert.Throws<FormatException>(() => AbiContract.FromJson(json.RootElement));
    }
}
