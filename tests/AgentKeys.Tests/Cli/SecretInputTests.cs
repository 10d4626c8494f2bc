using System.Text;
using AgentKeys.Cli;
using Xunit;

namespace AgentKeys.Tests.Cli;

public sealed class SecretInputTests : IDisposable
{
    private readonly FakeTerminal _terminal = new();

    public void Dispose() => _terminal.Dispose();

    [Theory]
    [InlineData("secret", "secret")]
    [InlineData("secret\n", "secret")]
    [InlineData("secret\r\n", "secret")]
    [InlineData("secret\n\n", "secret\n")]
    [InlineData("a\nb", "a\nb")]
    [InlineData("secret\r", "secret\r")]
    public void One_line_break_at_the_end_of_standard_input_is_left_out(string typed, string secret)
    {
        _terminal.Input = Encoding.UTF8.GetBytes(typed);
        Assert.Equal(secret, Encoding.UTF8.GetString(SecretInput.Read("A", null, null, _terminal.Edges())));
    }

    [Fact]
    public void A_file_counts_byte_for_byte()
    {
        File.WriteAllBytes(_terminal.Folder["f"], [0, 255, 10]);
        Assert.Equal([0, 255, 10], SecretInput.Read("A", _terminal.Folder["f"], null, _terminal.Edges()));
    }

    [Fact]
    public void A_descriptor_counts_byte_for_byte()
    {
        File.WriteAllText(_terminal.Folder["f"], "x\n");
        using var file = File.OpenHandle(_terminal.Folder["f"]);
        Assert.Equal("x\n"u8.ToArray(), SecretInput.Read("A", null, (int)file.DangerousGetHandle(), _terminal.Edges()));
    }

    [Fact]
    public void On_a_terminal_it_is_asked_for()
    {
        _terminal.InputIsTerminal = true;
        _terminal.Input = "typed"u8.ToArray();
        Assert.Equal("typed"u8.ToArray(), SecretInput.Read("A", null, null, _terminal.Edges()));
    }

    [Fact]
    public void Empty_too_large_and_two_sources_are_refused()
    {
        Assert.Equal(ExitCode.Usage, Assert.Throws<CliException>(() => SecretInput.Read("A", null, null, _terminal.Edges())).ExitCode);
        Assert.Throws<CliException>(() => SecretInput.Read("A", "f", 3, _terminal.Edges()));
        _terminal.Input = new byte[SecretInput.MaxBytes];
        Assert.Equal(SecretInput.MaxBytes, SecretInput.Read("A", null, null, _terminal.Edges()).Length);
        _terminal.Input = new byte[SecretInput.MaxBytes + 1];
        Assert.Throws<CliException>(() => SecretInput.Read("A", null, null, _terminal.Edges()));
    }

    [Fact]
    public async Task A_secret_on_the_command_line_is_refused_and_not_repeated()
    {
        Assert.Equal(ExitCode.Usage, await _terminal.RunAsync("cred", "store", "A", "sk-live-123"));
        Assert.DoesNotContain("sk-live", _terminal.Error + _terminal.Output, StringComparison.Ordinal);
        Assert.Contains("never goes on the command line", _terminal.Error, StringComparison.Ordinal);
    }
}
