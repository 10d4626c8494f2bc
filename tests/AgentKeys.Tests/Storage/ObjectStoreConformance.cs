using System.Text;
using AgentKeys.Protocol;
using AgentKeys.Storage;
using Xunit;

namespace AgentKeys.Tests.Storage;

/// <summary>What every <see cref="IObjectStore"/> must do. One subclass per implementation; each test has its own actors.</summary>
public abstract class ObjectStoreConformance
{
    protected const DataClass Class = DataClass.Credentials;

    protected abstract IObjectStore Store { get; }

    /// <summary>A session that the store takes for exactly this actor and class.</summary>
    protected abstract StorageSession SessionFor(Omni actor, DataClass dataClass);

    private static readonly CancellationToken s_none = CancellationToken.None;

    protected Omni Actor { get; } = new(new Bytes32(System.Security.Cryptography.RandomNumberGenerator.GetBytes(32)));

    protected StorageKey Key(string name, DataClass dataClass = Class) =>
        new(Actor, dataClass, ObjectName.TryParse(name, out var parsed) ? parsed : throw new FormatException(name));

    protected static byte[] Text(string text) => Encoding.UTF8.GetBytes(text);

    private StorageSession Session => SessionFor(Actor, Class);

    private async Task<string> Put(string name, string text, PutCondition? condition = null) =>
        (await Store.PutAsync(Session, Key(name), Text(text), condition ?? PutCondition.CreateOnly, s_none)).Value;

    private async Task<RefusalCode?> PutCode(string name, string text, PutCondition condition) =>
        (await Store.PutAsync(Session, Key(name), Text(text), condition, s_none)).IsOk(out _, out var refusal) ? null : refusal.Code;

    private async Task<StoredObject?> Get(string name) => (await Store.GetAsync(Session, Key(name), s_none)).Value;

    private async Task<string?> GetText(string name) => await Get(name) is { } stored ? Encoding.UTF8.GetString(stored.Bytes.Span) : null;

    [Fact]
    public async Task What_was_put_is_got_with_its_etag()
    {
        var etag = await Put("a", "one");
        var stored = await Get("a");
        Assert.Equal(etag, stored!.ETag);
        Assert.Equal(Text("one"), stored.Bytes.ToArray());
    }

    [Fact]
    public async Task Missing_is_null_and_false_never_an_error()
    {
        Assert.Null(await Get("a"));
        Assert.False((await Store.DeleteAsync(Session, Key("a"), "etag", s_none)).Value);
        Assert.Empty((await Store.ListAsync(Session, Actor, Class, null, 10, s_none)).Value.Entries);
    }

    [Fact]
    public async Task Create_only_never_replaces()
    {
        await Put("a", "one");
        Assert.Equal(RefusalCode.Conflict, await PutCode("a", "two", PutCondition.CreateOnly));
        Assert.Equal("one", await GetText("a"));
    }

    [Fact]
    public async Task Replace_needs_the_object_that_was_seen()
    {
        var first = await Put("a", "one");
        var second = await Put("a", "two", PutCondition.ReplaceIfMatch(first));
        Assert.NotEqual(first, second);
        Assert.Equal(RefusalCode.Conflict, await PutCode("a", "three", PutCondition.ReplaceIfMatch(first)));
        Assert.Equal("two", await GetText("a"));
    }

    [Fact]
    public async Task Replace_never_creates()
    {
        Assert.Equal(RefusalCode.Conflict, await PutCode("a", "one", PutCondition.ReplaceIfMatch("0000")));
        var etag = await Put("b", "one");
        Assert.Equal(RefusalCode.Conflict, await PutCode("a", "one", PutCondition.ReplaceIfMatch(etag)));
        Assert.Null(await Get("a"));
    }

    [Fact]
    public async Task Delete_needs_the_object_that_was_seen()
    {
        var etag = await Put("a", "one");
        Assert.False((await Store.DeleteAsync(Session, Key("a"), "0000", s_none)).IsOk(out _, out var refusal));
        Assert.Equal(RefusalCode.Conflict, refusal!.Code);
        Assert.Equal("one", await GetText("a"));
        Assert.True((await Store.DeleteAsync(Session, Key("a"), etag, s_none)).Value);
        Assert.Null(await Get("a"));
        await Put("a", "again");
    }

    [Fact]
    public async Task Empty_and_large_objects_are_whole()
    {
        await Put("empty", "");
        Assert.Equal(0, (await Get("empty"))!.Bytes.Length);
        var large = new byte[8 * 1024 * 1024 + 4096];
        new Random(1).NextBytes(large);
        Assert.True((await Store.PutAsync(Session, Key("large"), large, PutCondition.CreateOnly, s_none)).IsOk(out _, out _));
        Assert.Equal(large, (await Get("large"))!.Bytes.ToArray());
    }

    [Fact]
    public async Task One_of_many_creators_wins()
    {
        var codes = await Task.WhenAll(Enumerable.Range(0, 16).Select(i => PutCode("a", $"v{i}", PutCondition.CreateOnly)));
        var winner = Assert.Single(Enumerable.Range(0, 16), i => codes[i] is null);
        Assert.All(codes, code => Assert.True(code is null or RefusalCode.Conflict));
        Assert.Equal($"v{winner}", await GetText("a"));
    }

    [Fact]
    public async Task One_of_many_replacers_wins_each_round()
    {
        var etag = await Put("a", "start");
        for (var round = 0; round < 4; round++)
        {
            var seen = etag;
            var codes = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => PutCode("a", $"r{round}v{i}", PutCondition.ReplaceIfMatch(seen))));
            var winner = Assert.Single(Enumerable.Range(0, 8), i => codes[i] is null);
            Assert.Equal($"r{round}v{winner}", await GetText("a"));
            etag = (await Get("a"))!.ETag;
        }
    }

    [Fact]
    public async Task No_update_is_lost_when_readers_and_writers_race()
    {
        await Put("n", "0");
        await Task.WhenAll(Enumerable.Range(0, 4).Select(async _ =>
        {
            for (var added = 0; added < 5;)
            {
                var seen = (await Get("n"))!;
                var next = int.Parse(Encoding.UTF8.GetString(seen.Bytes.Span), System.Globalization.CultureInfo.InvariantCulture) + 1;
                if (await PutCode("n", $"{next}", PutCondition.ReplaceIfMatch(seen.ETag)) is null)
                    added++;
            }
        }));
        Assert.Equal("20", await GetText("n"));
    }

    [Theory]
    [InlineData(DataClass.Credentials, "a", "a-b", "a.b", "b", "c")]
    [InlineData(DataClass.Memory, "a/x", "a/y", "a-b/x", "a.b/x", "b/x")]
    public async Task Pages_are_ordered_complete_and_end(DataClass dataClass, params string[] names)
    {
        var session = SessionFor(Actor, dataClass);
        foreach (var name in names.Reverse())
            Assert.Null((await Store.PutAsync(session, Key(name, dataClass), System.Text.Encoding.ASCII.GetBytes(name), PutCondition.CreateOnly, s_none)).Refusal);
        var seen = new List<string>();
        string? after = null;
        ObjectPage page;
        do
        {
            page = (await Store.ListAsync(session, Actor, dataClass, after, 2, s_none)).Value;
            Assert.InRange(page.Entries.Count, 1, 2);
            seen.AddRange(page.Entries.Select(entry => entry.Name.ToString()));
            Assert.All(page.Entries, entry => Assert.Equal(entry.Name.ToString().Length, entry.Length));
            after = seen[^1];
        }
        while (page.More);
        Assert.Equal(names.OrderBy(name => name + ".enc", StringComparer.Ordinal), seen);
    }

    [Fact]
    public async Task Actors_and_classes_do_not_meet()
    {
        await Put("a", "one");
        var other = new Omni(new Bytes32(System.Security.Cryptography.RandomNumberGenerator.GetBytes(32)));
        Assert.Null((await Store.GetAsync(SessionFor(other, Class), Key("a") with { Actor = other }, s_none)).Value);
        Assert.Null((await Store.GetAsync(SessionFor(Actor, DataClass.Memory), Key("a", DataClass.Memory), s_none)).Value);
        Assert.Empty((await Store.ListAsync(SessionFor(other, Class), other, Class, null, 10, s_none)).Value.Entries);
        Assert.Empty((await Store.ListAsync(SessionFor(Actor, DataClass.Memory), Actor, DataClass.Memory, null, 10, s_none)).Value.Entries);
    }

    public static TheoryData<string> Acts => ["get", "put", "delete", "list"];

    [Theory]
    [MemberData(nameof(Acts))]
    public async Task A_session_of_another_actor_is_refused(string act)
    {
        await Put("a", "one");
        Assert.Equal(RefusalCode.StorageSessionRefused, await Run(act, SessionFor(new Omni(new Bytes32(new byte[32])), Class)));
        Assert.Equal("one", await GetText("a"));
    }

    [Theory]
    [MemberData(nameof(Acts))]
    public async Task A_session_of_another_class_is_refused(string act)
    {
        await Put("a", "one");
        Assert.Equal(RefusalCode.StorageSessionRefused, await Run(act, SessionFor(Actor, DataClass.Memory)));
        Assert.Equal("one", await GetText("a"));
    }

    protected async Task<RefusalCode?> Run(string act, StorageSession session)
    {
        var etag = (await Get("a"))!.ETag;
        return act switch
        {
            "get" => (await Store.GetAsync(session, Key("a"), s_none)).Refusal?.Code,
            "put" => (await Store.PutAsync(session, Key("a"), Text("x"), PutCondition.ReplaceIfMatch(etag), s_none)).Refusal?.Code,
            "delete" => (await Store.DeleteAsync(session, Key("a"), etag, s_none)).Refusal?.Code,
            _ => (await Store.ListAsync(session, Actor, Class, null, 10, s_none)).Refusal?.Code,
        };
    }
}
