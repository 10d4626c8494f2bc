using System.Text;
using AgentKeys.Cli;
using AgentKeys.Client;
using Xunit;

namespace AgentKeys.Tests.Cli;

/// <summary><c>init --import</c>: a wallet that exists, from everywhere but the command line.</summary>
public sealed class WalletSourceTests : IDisposable
{
    // Known to the whole world: anvil's.
    private const string Words = "test test test test test test test test test test test junk";
    private const string First = "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266", Second = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8";

    private readonly FakeTerminal _terminal = new();

    public void Dispose() => _terminal.Dispose();

    private AgentKeysHome Home => new(_terminal.Home);

    [Theory]
    [InlineData(Words, 0, First)]
    [InlineData(Words, 1, Second)]
    [InlineData("test test test test\ntest test test test\ntest test test junk\n", 0, First)]
    [InlineData("0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80", 0, First)]
    [InlineData("AC0974BEC39A17E36BA4A6B4D238FF944BACB478CBED5EFCAE784D7BF4F2FF80\n", 0, First)]
    public async Task A_wallet_is_kept_as_a_key_file(string text, uint account, string address)
    {
        await File.WriteAllTextAsync(_terminal.Folder["secret"], text);
        Import(new WalletSource(true, account, "secret", null));
        using var kept = KeyFile.Load(Home.WalletKeyPath, KeyPurpose.Wallet);
        Assert.Equal(address, kept.Address.ToChecksumString());
        Import(new WalletSource(true, account, "secret", null)); // once more changes nothing
        Assert.Equal(["wallet.json"], Directory.EnumerateFiles(Home.Path).Select(Path.GetFileName));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Prompt_and_standard_input_give_it_too(bool terminal)
    {
        (_terminal.InputIsTerminal, _terminal.Input) = (terminal, Encoding.UTF8.GetBytes(Words));
        Import(new WalletSource(true, 0, null, null));
        using var kept = KeyFile.Load(Home.WalletKeyPath, KeyPurpose.Wallet);
        Assert.Equal(First, kept.Address.ToChecksumString());
    }

    [Fact]
    public async Task A_descriptor_gives_it_too()
    {
        await File.WriteAllTextAsync(_terminal.Folder["secret"], Words);
        using var open = File.OpenHandle(_terminal.Folder["secret"]);
        Import(new WalletSource(true, 0, null, (int)open.DangerousGetHandle()));
        Assert.True(File.Exists(Home.WalletKeyPath));
    }

    [Theory]
    [InlineData("test test test test test test test test test test test test", "its checksum is wrong")]
    [InlineData("test test test test test test hunter2 test test test test junk", "word 7 is not in the English list")]
    [InlineData("test test", "12, 15, 18, 21 or 24 words")]
    [InlineData("0x1234", "12, 15, 18, 21 or 24 words")]
    [InlineData("0x0000000000000000000000000000000000000000000000000000000000000000", "no private key")]
    [InlineData("0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141", "no private key")]
    [InlineData("0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff8", "no private key")]
    public void What_is_none_is_refused_and_not_repeated(string text, string words)
    {
        _terminal.Input = Encoding.UTF8.GetBytes(text);
        var refused = Assert.Throws<CliException>(() => Import(new WalletSource(true, 0, null, null)));
        Assert.Equal(ExitCode.Usage, refused.ExitCode);
        Assert.Contains(words, refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", refused.Message + refused.Hint, StringComparison.Ordinal);
        Assert.False(File.Exists(Home.WalletKeyPath));
    }

    [Fact]
    public void Another_wallet_in_the_home_stays()
    {
        Home.LoadOrMake(Home.WalletKeyPath, KeyPurpose.Wallet).Key.Dispose();
        var before = File.ReadAllBytes(Home.WalletKeyPath);
        _terminal.Input = Encoding.UTF8.GetBytes(Words);
        Assert.Contains("another wallet", Assert.Throws<CliException>(() => Import(new WalletSource(true, 0, null, null))).Message, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllBytes(Home.WalletKeyPath));
    }

    [Theory]
    [InlineData("init --from-file x")]
    [InlineData("init --from-fd 3")]
    [InlineData("init --account 1")]
    [InlineData("init --import --account 2147483648")]
    [InlineData("init --import --agent --operator 0x1111111111111111111111111111111111111111111111111111111111111111")]
    [InlineData("init --import test")]
    public async Task Options_that_say_nothing_are_a_wrong_command_line(string commandLine) =>
        Assert.Equal(ExitCode.Usage, await _terminal.RunAsync(commandLine.Split(' ')));

    private void Import(WalletSource source)
    {
        var tree = new CliTree(_terminal.Edges());
        source.ImportInto(new CommandContext(tree, tree.Root.Parse(["status", "--home", _terminal.Home])));
    }
}
