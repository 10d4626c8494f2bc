using AgentKeys.Cli;
using AgentKeys.Testing.Processes;
using Xunit;

namespace AgentKeys.Tests.Cli;

/// <summary>What is committed is what the commands say; <c>./scripts/cli-docs</c> writes it anew.</summary>
public sealed class ReferenceTests : IDisposable
{
    private const string Anew = "run ./scripts/cli-docs and commit what it writes";

    private readonly FakeTerminal _terminal = new();

    public void Dispose() => _terminal.Dispose();

    [Fact]
    public async Task The_page_of_commands_is_the_commands_help()
    {
        Assert.Equal(ExitCode.Ok, await _terminal.RunBareAsync("reference", "markdown"));
        Assert.True(_terminal.Output == await File.ReadAllTextAsync(Path.Combine(Programs.OfThisBuild().Root, "docs", "cli.md")), $"docs/cli.md is old: {Anew}");
    }

    [Theory]
    [InlineData("--help")]
    [InlineData("-h")]
    public async Task The_quick_help_is_the_tree_s(string option)
    {
        using var quick = new MemoryStream();
        Assert.True(QuickAnswers.TryGive([option], quick));
        Assert.Equal(ExitCode.Ok, await _terminal.RunBareAsync(option));
        Assert.True(_terminal.Output == System.Text.Encoding.UTF8.GetString(quick.ToArray()), $"the quick help is old: {Anew}");
    }

    [Fact]
    public async Task The_quick_version_is_the_tree_s()
    {
        using var quick = new MemoryStream();
        Assert.True(QuickAnswers.TryGive(["--version"], quick));
        Assert.StartsWith("0.1.0", System.Text.Encoding.UTF8.GetString(quick.ToArray()), StringComparison.Ordinal);
        Assert.Equal(ExitCode.Ok, await _terminal.RunBareAsync("--version"));
    }

    [Theory]
    [InlineData]
    [InlineData("--help", "--json")]
    [InlineData("status", "--help")]
    [InlineData("help")]
    public void Everything_else_is_the_tree_s(params string[] arguments) => Assert.False(QuickAnswers.TryGive(arguments, Stream.Null));

    [Fact]
    public void Every_command_that_prints_JSON_has_a_schema_and_no_other()
    {
        var leaves = Reference.Leaves(new CliTree(_terminal.Edges()).Root).Select(c => HelpText.Path(c)["agentkeys ".Length..]);
        Assert.Equal(leaves.Where(l => l != "run").Order(StringComparer.Ordinal), CliSchema.Commands); // run prints what its program prints
    }

    [Fact]
    public void Help_but_its_examples_fits_a_window_and_no_line_ends_in_white_space()
    {
        var tree = new CliTree(_terminal.Edges());
        var lines = Reference.Leaves(tree.Root).Append(tree.Root).SelectMany(c => new HelpText(tree).Of(c).Split('\n')).ToList();
        Assert.All(lines, l => Assert.Equal(l.TrimEnd(), l));
        Assert.All(lines.Where(l => !l.StartsWith("  agentkeys", StringComparison.Ordinal) && !l.StartsWith("  curl", StringComparison.Ordinal)), l => Assert.True(l.Length <= 110, l));
    }
}
