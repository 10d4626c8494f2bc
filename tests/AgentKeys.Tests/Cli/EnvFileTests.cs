using System.Text;
using AgentKeys.Cli;
using Xunit;

namespace AgentKeys.Tests.Cli;

public class EnvFileTests
{
    public static TheoryData<string, string> Values { get; } = new()
    {
        { "A=b", "b" },
        { "A=", "" },
        { "A = b ", "b" },
        { "  export A=b", "b" },
        { "export\tA=b", "b" },
        { "A=b=c==", "b=c==" },
        { "A=b # comment", "b" },
        { "A=b#not a comment", "b#not a comment" },
        { "A= # comment", "" },
        { "A=b c", "b c" },
        { "A='b # c'", "b # c" },
        { "A='b\\n$C'", "b\\n$C" },
        { "A='b' # comment", "b" },
        { "A=\"b\\nc\\t\\\"d\\\\\\$\"", "b\nc\t\"d\\$" },
        { "A=\"b # c\"", "b # c" },
        { "A=\"b\nc\"", "b\nc" },
        { "A=\"b\r\nc\"\r\n", "b\nc" },
        { "A='b\nc'", "b\nc" },
        { "A=b\r\n", "b" },
        { "A=b\\n", "b\\n" },
        { "A=b\"c", "b\"c" },
        { "A=$HOME", "$HOME" },
        { "\uFEFFA=b", "b" },
        { "A=grüße", "grüße" },
        { "# c\n\n   \nA=b\n#", "b" },
    };

    [Theory]
    [MemberData(nameof(Values))]
    public void Reads_one_value(string text, string value)
    {
        var entry = Assert.Single(EnvFile.Parse(Encoding.UTF8.GetBytes(text)));
        Assert.Equal("A", entry.Name);
        Assert.Equal(value, Encoding.UTF8.GetString(entry.Value));
    }

    [Theory]
    [InlineData("A=b\nA=c", 2)]
    [InlineData("A=b\n\na=c", 3)]
    [InlineData("A", 1)]
    [InlineData("A b", 1)]
    [InlineData("=b", 1)]
    [InlineData("x=1\nA='b", 2)]
    [InlineData("A=\"b\\", 1)]
    [InlineData("A=\"b\\x\"", 1)]
    [InlineData("A='b' c", 1)]
    [InlineData("A=\"b\nc\" d", 2)]
    [InlineData("A B=c", 1)]
    public void Refuses_what_could_store_half_a_secret(string text, int line)
    {
        var refused = Assert.Throws<EnvFileException>(() => EnvFile.Parse(Encoding.UTF8.GetBytes(text)));
        Assert.Equal(line, refused.Line);
    }

    [Fact]
    public void Never_repeats_a_value_in_an_error()
    {
        var refused = Assert.Throws<EnvFileException>(() => EnvFile.Parse("A='s3cret' s3cret"u8));
        Assert.DoesNotContain("s3cret", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Refuses_what_is_not_UTF8() => Assert.Throws<EnvFileException>(() => EnvFile.Parse([0x41, 0x3d, 0xff]));

    [Fact]
    public void Keeps_the_order_and_the_lines() =>
        Assert.Equal([("B", 2), ("A", 3), ("C", 5)], EnvFile.Parse("\nB=1\nA=\"1\n2\"\nC=3"u8).Select(e => (e.Name, e.Line)));
}
