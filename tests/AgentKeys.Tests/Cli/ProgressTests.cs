using AgentKeys.Cli;
using Xunit;

namespace AgentKeys.Tests.Cli;

public sealed class ProgressTests : IDisposable
{
    private readonly FakeTerminal _terminal = new() { ErrorIsTerminal = true };

    public void Dispose() => _terminal.Dispose();

    [Fact]
    public async Task What_takes_more_than_a_second_is_told_to_a_person_once_and_nothing_else()
    {
        var output = new CliOutput(_terminal.Edges(), json: false) { Step = "waiting for the chain" };
        await using (Progress.Start(output, _terminal.Edges()))
        {
            while (_terminal.Error.Length == 0)
                await Task.Delay(20);
            output.Step = null; // a person is asked now
            await Task.Delay(1500);
        }
        Assert.Equal("agentkeys: waiting for the chain ...\n", _terminal.Error);
    }

    [Fact]
    public async Task A_script_is_told_nothing()
    {
        _terminal.ErrorIsTerminal = false;
        var output = new CliOutput(_terminal.Edges(), json: false) { Step = "waiting for the chain" };
        await using (Progress.Start(output, _terminal.Edges()))
            await Task.Delay(1500);
        Assert.Empty(_terminal.Error);
    }

    [Theory]
    [InlineData(null, true)]
    [InlineData("1", false)]
    public void Colour_is_for_terminals_without_NO_COLOR(string? noColor, bool coloured)
    {
        if (noColor is not null)
            _terminal.Environment["NO_COLOR"] = noColor;
        new CliOutput(_terminal.Edges(), json: false).Warn("careful");
        Assert.Equal(coloured, _terminal.Error.Contains('\u001b', StringComparison.Ordinal));
        _terminal.ErrorIsTerminal = false;
        var before = _terminal.Error;
        new CliOutput(_terminal.Edges(), json: false).Warn("careful");
        Assert.DoesNotContain('\u001b', _terminal.Error[before.Length..]);
    }
}
