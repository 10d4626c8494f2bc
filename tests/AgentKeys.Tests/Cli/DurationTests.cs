using AgentKeys.Cli;
using Xunit;

namespace AgentKeys.Tests.Cli;

public class DurationTests
{
    [Theory]
    [InlineData("90s", 90)]
    [InlineData("1m", 60)]
    [InlineData("12h", 43200)]
    [InlineData("7d", 604800)]
    [InlineData("2w", 1209600)]
    [InlineData("36600d", 3162240000)]
    public void Reads_a_number_and_a_unit(string text, long seconds)
    {
        Assert.True(Duration.TryParse(text, out var duration));
        Assert.Equal(seconds, (long)duration.TotalSeconds);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("7")]
    [InlineData("d")]
    [InlineData("0d")]
    [InlineData("-1d")]
    [InlineData("+1d")]
    [InlineData("1.5h")]
    [InlineData("1h30m")]
    [InlineData("1 d")]
    [InlineData("1D")]
    [InlineData("36601d")]
    [InlineData("99999999999w")]
    public void Refuses_everything_else(string? text) => Assert.False(Duration.TryParse(text, out _));

    [Theory]
    [InlineData("90s", "90s")]
    [InlineData("60s", "1m")]
    [InlineData("24h", "1d")]
    [InlineData("7d", "1w")]
    [InlineData("8d", "8d")]
    public void Writes_what_it_reads(string text, string shortest)
    {
        Assert.True(Duration.TryParse(text, out var duration));
        Assert.Equal(shortest, Duration.Format(duration));
    }
}
