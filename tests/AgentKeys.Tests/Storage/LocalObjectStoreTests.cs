#pragma warning disable CA1416 // file modes: these tests run on Linux and macOS
using AgentKeys.Protocol;
using AgentKeys.Storage;
using AgentKeys.Testing.Storage;
using Xunit;

namespace AgentKeys.Tests.Storage;

public sealed class LocalObjectStoreTests : ObjectStoreConformance, IDisposable
{
    private static readonly CancellationToken s_none = CancellationToken.None;
    private readonly TemporaryFolder _root = new();

    public LocalObjectStoreTests() => Store = Open();

    protected override IObjectStore Store { get; }

    protected override StorageSession SessionFor(Omni actor, DataClass dataClass) => StubTokens.For(actor, dataClass);

    public void Dispose() => _root.Dispose();

    private LocalObjectStore Open() => new(_root.Path, new StubTokens(), TimeProvider.System);

    private string PathOf(string name) => _root[Key(name).ToString()];

    private async Task<RefusalCode?> Put(string name, IObjectStore? store = null) =>
        (await (store ?? Store).PutAsync(SessionFor(Actor, Class), Key(name), Text("one"), PutCondition.CreateOnly, s_none)).Refusal?.Code;

    [Fact]
    public async Task Lies_where_the_format_says_and_belongs_to_its_owner()
    {
        await Put("openai_api_key");
        var path = _root[$"bots/{Actor.ToBareHex()}/credentials/openai_api_key.enc"];
        Assert.Equal(Text("one"), await File.ReadAllBytesAsync(path));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Path.GetDirectoryName(path)!));
        Assert.Equal(64, (await Store.GetAsync(SessionFor(Actor, Class), Key("openai_api_key"), s_none)).Value!.ETag.Length);
        Assert.Empty(Directory.GetFiles(_root[".incoming"]));
    }

    [Fact]
    public async Task Two_stores_on_one_root_lose_no_update()
    {
        var other = Open();
        var etag = (await Store.PutAsync(SessionFor(Actor, Class), Key("a"), Text("0"), PutCondition.CreateOnly, s_none)).Value;
        var codes = await Task.WhenAll(Enumerable.Range(0, 20).Select(i =>
            (i % 2 == 0 ? Store : other).PutAsync(SessionFor(Actor, Class), Key("a"), Text($"v{i}"), PutCondition.ReplaceIfMatch(etag), s_none)));
        Assert.Single(codes, code => code.Refusal is null);
    }

    [Fact]
    public async Task A_start_removes_what_a_crash_left_and_keeps_objects()
    {
        await Put("a");
        await File.WriteAllBytesAsync(_root[".incoming/0123"], [1, 2]);
        _ = Open();
        Assert.Empty(Directory.GetFiles(_root[".incoming"]));
        Assert.True(File.Exists(PathOf("a")));
    }

    /// <summary>Who can write here must not be able to keep the store from starting.</summary>
    [Theory]
    [InlineData("link")]
    [InlineData("pipe")]
    public async Task A_start_removes_what_nobody_wrote(string what)
    {
        await File.WriteAllTextAsync(_root["outside"], "kept");
        if (what == "link")
            File.CreateSymbolicLink(_root[".incoming/0123"], _root["outside"]);
        else
            System.Diagnostics.Process.Start("mkfifo", [_root[".incoming/0123"]]).WaitForExit();
        _ = Open();
        Assert.Empty(Directory.GetFileSystemEntries(_root[".incoming"]));
        Assert.Equal("kept", await File.ReadAllTextAsync(_root["outside"]));
    }

    [Theory]
    [InlineData("get")]
    [InlineData("put")]
    [InlineData("delete")]
    public async Task An_object_that_is_a_symlink_is_never_followed(string act)
    {
        await Put("a");
        var outside = _root["outside"];
        File.Move(PathOf("a"), outside);
        File.CreateSymbolicLink(PathOf("a"), outside);
        var etag = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(Text("one")));
        var session = SessionFor(Actor, Class);
        var code = act switch
        {
            "get" => (await Store.GetAsync(session, Key("a"), s_none)).Refusal?.Code,
            "put" => (await Store.PutAsync(session, Key("a"), Text("x"), PutCondition.ReplaceIfMatch(etag), s_none)).Refusal?.Code,
            _ => (await Store.DeleteAsync(session, Key("a"), etag, s_none)).Refusal?.Code,
        };
        Assert.Equal(RefusalCode.StoreUnavailable, code);
        Assert.Equal(Text("one"), await File.ReadAllBytesAsync(outside));
        Assert.Equal(RefusalCode.Conflict, await Put("a")); // taken, by whatever
        Assert.Empty((await Store.ListAsync(session, Actor, Class, null, 10, s_none)).Value.Entries);
    }

    [Theory]
    [InlineData("bots")]
    [InlineData("actor")]
    [InlineData("class")]
    [InlineData("level")]
    public async Task A_folder_that_is_a_symlink_is_never_followed(string which)
    {
        await Put("n/a");
        var folder = which switch
        {
            "bots" => _root["bots"],
            "actor" => _root[$"bots/{Actor.ToBareHex()}"],
            "class" => _root[$"bots/{Actor.ToBareHex()}/credentials"],
            _ => _root[$"bots/{Actor.ToBareHex()}/credentials/n"],
        };
        Directory.Move(folder, _root["outside"]);
        Directory.CreateSymbolicLink(folder, _root["outside"]);
        var session = SessionFor(Actor, Class);
        Assert.Equal(RefusalCode.StoreUnavailable, (await Store.GetAsync(session, Key("n/a"), s_none)).Refusal?.Code);
        Assert.Equal(RefusalCode.StoreUnavailable, await Put("n/b"));
        if (which == "level")
            Assert.Empty((await Store.ListAsync(session, Actor, Class, null, 10, s_none)).Value.Entries);
        else
            Assert.Equal(RefusalCode.StoreUnavailable, (await Store.ListAsync(session, Actor, Class, null, 10, s_none)).Refusal?.Code);
        Assert.Single(Directory.GetFiles(_root["outside"], "*.enc", SearchOption.AllDirectories));
    }

    [Fact]
    public void A_root_that_is_a_symlink_or_open_to_others_is_refused()
    {
        using var elsewhere = new TemporaryFolder();
        Directory.CreateSymbolicLink(_root["link"], elsewhere.Path);
        Assert.Throws<UnauthorizedAccessException>(() => new LocalObjectStore(_root["link"], new StubTokens(), TimeProvider.System));
        File.SetUnixFileMode(elsewhere.Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.OtherWrite);
        Assert.Throws<UnauthorizedAccessException>(() => new LocalObjectStore(elsewhere.Path, new StubTokens(), TimeProvider.System));
    }

    [Fact]
    public async Task A_disk_that_fails_is_store_unavailable_and_says_no_path()
    {
        await Put("a");
        Directory.Delete(_root[".incoming"]);
        var result = await Store.PutAsync(SessionFor(Actor, Class), Key("b"), Text("x"), PutCondition.CreateOnly, s_none);
        Assert.Equal(RefusalCode.StoreUnavailable, result.Refusal!.Code);
        Assert.DoesNotContain("/", result.Refusal.Detail, StringComparison.Ordinal);
        Directory.CreateDirectory(_root[".incoming"]);
        Assert.Null(await Put("b"));
    }

    [Theory]
    [MemberData(nameof(Acts))]
    public async Task Cloud_credentials_open_nothing_here(string act)
    {
        await Put("a");
        Assert.Equal(RefusalCode.StorageSessionRefused, await Run(act, new StorageSession.Cloud("id", "secret", "token")));
    }

    /// <summary>Whoever may read the folder may also hold its lock for ever: the caller's deadline ends the wait, and nothing is written.</summary>
    [Theory]
    [InlineData("put")]
    [InlineData("delete")]
    public async Task A_lock_that_never_comes_free_ends_with_the_deadline(string act)
    {
        var session = SessionFor(Actor, Class);
        var etag = (await Store.PutAsync(session, Key("a"), Text("one"), PutCondition.CreateOnly, s_none)).Value;
        using var thief = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo("flock", [Path.GetDirectoryName(PathOf("a"))!, "sh", "-c", "echo held; read line"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        Assert.Equal("held", await thief.StandardOutput.ReadLineAsync());
        using var deadline = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));
        Task acting = act == "put"
            ? Store.PutAsync(session, Key("a"), Text("two"), PutCondition.ReplaceIfMatch(etag), deadline.Token)
            : Store.DeleteAsync(session, Key("a"), etag, deadline.Token);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => acting.WaitAsync(TimeSpan.FromSeconds(10)));
        await thief.StandardInput.WriteLineAsync("go");
        await thief.WaitForExitAsync();
        Assert.Equal(etag, (await Store.GetAsync(session, Key("a"), s_none)).Value!.ETag);
        Assert.Empty(Directory.GetFiles(_root[".incoming"]));
    }

    [Fact]
    public async Task Files_that_no_key_names_are_not_listed()
    {
        await Put("a");
        var folder = Path.GetDirectoryName(PathOf("a"))!;
        foreach (var stray in (string[])["UPPER.enc", ".enc", "b", "..enc", "a.enc.tmp"])
            await File.WriteAllBytesAsync(Path.Combine(folder, stray), [1]);
        var page = (await Store.ListAsync(SessionFor(Actor, Class), Actor, Class, null, 10, s_none)).Value;
        Assert.Equal("a", Assert.Single(page.Entries).Name.ToString());
    }
}
