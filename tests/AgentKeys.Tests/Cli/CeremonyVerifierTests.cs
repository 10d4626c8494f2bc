using AgentKeys.Chain;
using AgentKeys.Cli;
using AgentKeys.Protocol;
using AgentKeys.Tests.WebAuthn;
using Xunit;

namespace AgentKeys.Tests.Cli;

/// <summary>The words of AGENTKEYS_WEBAUTHN against what the program was built with.</summary>
public sealed class CeremonyVerifierTests : IDisposable
{
    private readonly FakeTerminal _terminal = new();

    public void Dispose() => _terminal.Dispose();

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("builtin")]
    public void The_built_in_one_is_taken(string? setting)
    {
        Assert.Same(CeremonyVerifier.BuiltIn, CeremonyVerifier.Choose(setting, [new SecondOpinion()]));
        Assert.IsType<BuiltInPasskeyVerifier>(CeremonyVerifier.BuiltIn);
    }

    [Fact]
    public void Another_comes_beside_the_built_in_one()
    {
        var both = Assert.IsType<TwoPasskeyVerifiers>(CeremonyVerifier.Choose("other", [new SecondOpinion()]));
        Assert.Equal("other", both.Name);
    }

    [Fact]
    public void What_is_not_compiled_in_is_an_error_that_says_what_to_do()
    {
        var wrong = Assert.Throws<CliException>(() => CeremonyVerifier.Choose("fido2", []));
        Assert.Equal(ExitCode.Usage, wrong.ExitCode);
        Assert.Contains("AGENTKEYS_WEBAUTHN: fido2 is not compiled into this program", wrong.Message, StringComparison.Ordinal);
        Assert.Contains("dotnet build Chain.sln -p:WithFido2=true", wrong.Message, StringComparison.Ordinal);
        Assert.Contains("builtin", wrong.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Fido2")]
    [InlineData(" builtin")]
    [InlineData("none")]
    public void What_nobody_knows_is_an_error_that_names_all(string setting)
    {
        var wrong = Assert.Throws<CliException>(() => CeremonyVerifier.Choose(setting, CeremonyVerifier.Compiled));
        Assert.Equal("AGENTKEYS_WEBAUTHN: one of builtin, fido2.", wrong.Message);
    }

    [Fact]
    public void Fido2_is_there_where_it_was_compiled_in() =>
#if FIDO2
        Assert.Equal("fido2", CeremonyVerifier.Choose("fido2", CeremonyVerifier.Compiled).Name);
#else
        Assert.Throws<CliException>(() => CeremonyVerifier.Choose("fido2", CeremonyVerifier.Compiled));
#endif

    [Fact]
    public void The_environment_of_the_command_chooses()
    {
        Assert.Same(CeremonyVerifier.BuiltIn, Ceremonies.Prepare(Context(), ChainProfiles.Find("anvil")!));
#if FIDO2
        Assert.Equal("fido2", Ceremonies.Prepare(Context("fido2"), ChainProfiles.Find("anvil")!).Name);
#endif
        Assert.Throws<CliException>(() => Ceremonies.Prepare(Context(), ChainProfiles.Find("heima")!));
    }

    [Fact]
    public async Task A_wrong_word_ends_a_ceremony_before_a_page_is_served()
    {
        var ceremony = new CreateCeremony("me", new CeremonySummary("", []), _ => throw new InvalidOperationException("nobody answers"));
        using var soon = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        var wrong = await Assert.ThrowsAsync<CliException>(() => Ceremonies.RunAsync(Context("both"), ChainProfiles.Find("anvil")!, ceremony, openBrowser: false, soon.Token));
        Assert.Equal(ExitCode.Usage, wrong.ExitCode);
        Assert.DoesNotContain("http://", _terminal.Error, StringComparison.Ordinal);
    }

    private CommandContext Context(string? setting = null)
    {
        if (setting is not null)
            _terminal.Environment[CeremonyVerifier.Variable] = setting;
        var tree = new CliTree(_terminal.Edges());
        return new CommandContext(tree, tree.Root.Parse(["status", "--home", _terminal.Home]));
    }
}
