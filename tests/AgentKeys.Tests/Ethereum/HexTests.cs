using AgentKeys.Ethereum;
using Xunit;

namespace AgentKeys.Tests.Ethereum;

public class HexTests
{
    [Theory]
    [InlineData("0x", new byte[0])]
    [InlineData("0x00", new byte[] { 0 })]
    [InlineData("0x00ff1a", new byte[] { 0, 255, 26 })]
    public void Text_and_bytes_are_each_others_inverse(string text, byte[] bytes)
    {
        Assert.Equal(bytes, Hex.Decode(text));
        Assert.Equal(text, Hex.Encode(bytes));
    }

    [Fact]
    public void Upper_case_digits_are_read() => Assert.Equal([0xab, 0xcd], Hex.Decode("0xABcd"));

    [Theory]
    [InlineData("")]
    [InlineData("0")]
    [InlineData("00")]
    [InlineData("0X00")]
    [InlineData("0x0")]
    [InlineData("0x0g")]
    [InlineData("0x 0")]
    [InlineData(" 0x00")]
    [InlineData("0x00\n")]
    [InlineData("0x\u0660\u0660")]
    public void Anything_else_is_refused(string text)
    {
        Assert.False(Hex.TryDecode(text, out var bytes));
        Assert.Empty(bytes);
        Assert.Throws<FormatException>(() => Hex.Decode(text));
    }
}
