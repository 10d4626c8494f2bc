using AgentKeys.Cli;
using AgentKeys.Client;
using AgentKeys.Testing.Storage;
using Xunit;

namespace AgentKeys.Tests.Cli;

public sealed class HomeTests : IDisposable
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private readonly TemporaryFolder _folder = new();

    private AgentKeysHome Home => new(_folder["home"]);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Keys_are_private_from_their_first_moment()
    {
        using var watcher = new FileSystemWatcher(_folder.Path) { IncludeSubdirectories = true };
        var seen = new List<UnixFileMode>();
        watcher.Created += (_, e) =>
        {
            lock (seen)
                seen.Add(File.Exists(e.FullPath) ? File.GetUnixFileMode(e.FullPath) : Private);
        };
        watcher.EnableRaisingEvents = true;
        var (key, isNew) = Home.LoadOrMake(Home.DeviceKeyPath, KeyPurpose.Device);
        using var owned = key;

        Assert.True(isNew);
        Assert.Equal(Private, File.GetUnixFileMode(Home.DeviceKeyPath));
        Assert.Equal(Private | UnixFileMode.UserExecute, File.GetUnixFileMode(Home.Path));
        lock (seen)
            Assert.DoesNotContain(seen, mode => (mode & ~(Private | UnixFileMode.UserExecute)) != 0);
        Assert.Equal(["device.json"], Directory.EnumerateFileSystemEntries(Home.Path).Select(Path.GetFileName));
    }

    [Fact]
    public void A_second_time_gives_the_same_key()
    {
        using var first = Home.LoadOrMake(Home.DeviceKeyPath, KeyPurpose.Device).Key;
        var (second, isNew) = Home.LoadOrMake(Home.DeviceKeyPath, KeyPurpose.Device);
        using var owned = second;
        Assert.False(isNew);
        Assert.Equal(first.Address, second.Address);
    }

    [Fact]
    public void A_wallet_key_is_no_device_key()
    {
        Home.LoadOrMake(Home.WalletKeyPath, KeyPurpose.Wallet).Key.Dispose();
        Assert.Throws<KeyFileException>(() => KeyFile.Load(Home.WalletKeyPath, KeyPurpose.Device));
        Assert.Throws<CliException>(() => Home.LoadOrMake(Home.WalletKeyPath, KeyPurpose.Device));
    }

    [Fact]
    public void A_key_file_that_others_may_read_is_refused()
    {
        Home.LoadOrMake(Home.DeviceKeyPath, KeyPurpose.Device).Key.Dispose();
        File.SetUnixFileMode(Home.DeviceKeyPath, Private | UnixFileMode.GroupRead);
        Assert.Contains("chmod 600", Assert.Throws<KeyFileException>(() => KeyFile.Load(Home.DeviceKeyPath)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"address\": \"0x", "\"address\": \"0y")]
    [InlineData("\"private_key\": \"0x", "\"private_key\": \"0x00")]
    [InlineData("secp256k1", "secp256r1")]
    [InlineData("\"version\": 1", "\"version\": 2")]
    [InlineData("\"kind\"", "\"king\"")]
    [InlineData("\"secp256k1\"", "256")]
    [InlineData("\"secp256k1\"", "\"\\ud800\"")]
    [InlineData("\"version\": 1", "\"version\": 1e99")]
    public void A_key_file_with_one_thing_changed_is_refused(string from, string to)
    {
        Home.LoadOrMake(Home.DeviceKeyPath, KeyPurpose.Device).Key.Dispose();
        var text = File.ReadAllText(Home.DeviceKeyPath);
        Assert.Contains(from, text, StringComparison.Ordinal);
        File.WriteAllText(Home.DeviceKeyPath, text.Replace(from, to, StringComparison.Ordinal));
        Assert.Throws<KeyFileException>(() => KeyFile.Load(Home.DeviceKeyPath));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("https://keys.example.org")]
    public void What_is_kept_is_read_again(string? origin)
    {
        Home.EnsureFolder();
        var journal = new InitJournal("operator", "0x12") { Passkey = new PasskeyRecord("id", "0x01", "0x02", "localhost", origin) };
        Home.Init = journal;
        Assert.Equal(journal, Home.Init);
        Home.Init = journal with { Passkey = null };
        Assert.Null(Home.Init.Passkey);
        Home.Agents = new AgentBook(new() { ["bot"] = new AgentRecord("0x1", "0x2", "0x3", ["a"]) });
        Assert.Equal(["a"], Home.Agents.Agents["bot"].Services);
    }

    [Fact]
    public void A_damaged_file_is_named()
    {
        Home.EnsureFolder();
        File.WriteAllText(Path.Combine(Home.Path, "init.json"), "{\"kind\":\"operator\"}");
        Assert.Contains("init.json is damaged", Assert.Throws<CliException>(() => Home.Init).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_home_open_to_others_is_refused()
    {
        Directory.CreateDirectory(Home.Path, Private | UnixFileMode.UserExecute | UnixFileMode.OtherRead);
        Assert.Throws<CliException>(() => Home.EnsureFolder());
    }

    [Fact]
    public void Writing_replaces_as_a_whole_and_leaves_nothing_aside()
    {
        PrivateFiles.Write(_folder["a"], "one"u8);
        using (var reader = File.OpenRead(_folder["a"]))
        {
            PrivateFiles.Write(_folder["a"], "three"u8);
            Assert.Equal(3, reader.Length); // whoever had it open keeps the old file
        }
        Assert.Equal("three", File.ReadAllText(_folder["a"]));
        Assert.Equal(["a"], Directory.EnumerateFiles(_folder.Path).Select(Path.GetFileName));
    }

    [Fact]
    public void A_failed_write_leaves_the_old_file_and_nothing_aside()
    {
        Directory.CreateDirectory(_folder["taken"]);
        Assert.ThrowsAny<Exception>(() => PrivateFiles.Write(_folder["taken"], "x"u8));
        Assert.Empty(Directory.EnumerateFiles(_folder.Path));
    }

    [Fact]
    public void Creating_never_overwrites()
    {
        PrivateFiles.Create(_folder["a"], "one"u8);
        Assert.Throws<CliException>(() => PrivateFiles.Create(_folder["a"], "two"u8));
        Assert.Equal("one", File.ReadAllText(_folder["a"]));
    }
}
