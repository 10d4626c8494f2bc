using AgentKeys.Cli;
using AgentKeys.Client;
using AgentKeys.Protocol;
using Xunit;

namespace AgentKeys.Tests.Cli;

/// <summary>What a worker's answer may put into a program's environment.</summary>
public class ChildVariableTests
{
    private static readonly ServiceName s_wanted = ServiceName.Parse("openai_api_key");

    [Fact]
    public void The_name_is_the_typed_one_and_the_value_is_byte_for_byte()
    {
        using var fetched = Fetched("OpenAI_API_Key", "a\nb"u8);
        var variable = ChildVariable.Of(s_wanted, fetched);
        Assert.Equal("OpenAI_API_Key", variable.Name);
        Assert.Equal("a\nb\0"u8.ToArray(), variable.Value);

        variable.Dispose();
        Assert.All(variable.Value, b => Assert.Equal(0, b));
    }

    [Theory]
    [InlineData("PATH")]
    [InlineData("LD_PRELOAD")]
    [InlineData("OPENAI_API_KEY=")]
    [InlineData("OPENAI_API_KEYS")]
    [InlineData("")]
    public void A_worker_cannot_choose_the_name(string answered)
    {
        using var fetched = Fetched(answered, "sk-secret"u8);
        var refused = Assert.Throws<CliException>(() => ChildVariable.Of(s_wanted, fetched));
        Assert.Equal(ExitCode.Failure, refused.ExitCode);
        Assert.Contains("another credential", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_value_that_would_be_cut_short_is_refused()
    {
        using var fetched = Fetched("OPENAI_API_KEY", "sk-\0secret"u8);
        var refused = Assert.Throws<CliException>(() => ChildVariable.Of(s_wanted, fetched));
        Assert.Contains("zero byte", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", refused.ToString(), StringComparison.Ordinal);
    }

    private static FetchedObject Fetched(string name, ReadOnlySpan<byte> value) => new(name, value.ToArray(), 1, 1);
}
