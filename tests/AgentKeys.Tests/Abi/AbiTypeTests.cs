using AgentKeys.Ethereum.Abi;
using Xunit;

namespace AgentKeys.Tests.Abi;

public class AbiTypeTests
{
    [Theory]
    [InlineData("uint256", AbiKind.UInt, false, 32)]
    [InlineData("int8", AbiKind.Int, false, 32)]
    [InlineData("bytes", AbiKind.Bytes, true, 32)]
    [InlineData("bytes32", AbiKind.FixedBytes, false, 32)]
    [InlineData("uint64[3]", AbiKind.FixedArray, false, 96)]
    [InlineData("uint64[3][2]", AbiKind.FixedArray, false, 192)]
    [InlineData("string[2]", AbiKind.FixedArray, true, 32)]
    [InlineData("(bytes32,uint64)[]", AbiKind.Array, true, 32)]
    [InlineData("(bytes32,(bool,address)[2])", AbiKind.Tuple, false, 160)]
    [InlineData("(bytes32,(bool,bytes)[2])", AbiKind.Tuple, true, 32)]
    public void Reads_types_and_writes_them_back(string text, AbiKind kind, bool dynamic, int headSize)
    {
        var type = AbiType.Parse(text);

        Assert.Equal(kind, type.Kind);
        Assert.Equal(dynamic, type.IsDynamic);
        Assert.Equal(headSize, type.HeadSize);
        Assert.Equal(text, type.ToString());
    }

    [Fact]
    public void Names_of_members_are_kept_and_do_not_count()
    {
        var named = AbiType.Parse("(bytes32 service, uint64 expiresAt)[]");

        Assert.Equal(AbiType.Parse("(bytes32,uint64)[]"), named);
        Assert.Equal("expiresAt", named.Element!.Components[1].Name);
    }

    [Theory]
    [InlineData("")]
    [InlineData("uint")]
    [InlineData("int")]
    [InlineData("uint0")]
    [InlineData("uint08")]
    [InlineData("uint12")]
    [InlineData("uint264")]
    [InlineData("bytes0")]
    [InlineData("bytes33")]
    [InlineData("fixed")]
    [InlineData("uint256x")]
    [InlineData("uint256[")]
    [InlineData("uint256[0]")]
    [InlineData("uint256[-1]")]
    [InlineData("uint256[01]")]
    [InlineData("uint256[99999]")]
    [InlineData("uint256[999][999]")]
    [InlineData("()")]
    [InlineData("(uint256")]
    [InlineData("(uint256,)")]
    [InlineData("uint256)")]
    public void Refuses_what_is_no_type(string text)
    {
        Assert.Throws<FormatException>(() => AbiType.Parse(text));
    }

    [Fact]
    public void Refuses_types_nested_beyond_reason()
    {
        Assert.Throws<FormatException>(() => AbiType.Parse(new string('(', 1000) + "bool" + new string(')', 1000)));
        Assert.Throws<FormatException>(() => AbiType.Parse("bool" + string.Concat(Enumerable.Repeat("[]", 1000))));
    }
}
