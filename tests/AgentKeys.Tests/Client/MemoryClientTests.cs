using System.Net;
using System.Text;
using System.Text.Json;
using AgentKeys.Client;
using AgentKeys.Ethereum;
using AgentKeys.Protocol;
using Xunit;

namespace AgentKeys.Tests.Client;

/// <summary>Memory as a program sees it: names, versions, pages to their end, teardown until all is gone; and workers that answer what they must not.</summary>
public sealed class MemoryClientTests : IDisposable
{
    private const string Put = "/notes/v1/memory/put", Get = "/notes/v1/memory/get", List = "/notes/v1/memory/list";
    private const string Delete = "/notes/v1/memory/delete", Teardown = "/notes/v1/memory/teardown";

    private readonly FakeServices _services = new();
    private readonly Secp256k1Key _device = Secp256k1Key.Generate();
    private readonly HttpClient _http;
    private readonly AgentKeysClient _client;

    public MemoryClientTests()
    {
        _http = new HttpClient(_services);
        _client = new AgentKeysClient(_services.Network, _device, _http);
    }

    private MemoryClient Memory => _client.Memory;

    public void Dispose()
    {
        _client.Dispose();
        _http.Dispose();
        _device.Dispose();
        _services.Dispose();
    }

    [Fact]
    public async Task A_put_names_namespace_and_key_in_the_cap_and_the_name_as_typed_in_the_body()
    {
        Assert.Equal(3UL, await Memory.PutAsync("Notes/Today", "a>b?"u8.ToArray(), Omni.Parse(FakeServices.Id('c')), ifVersion: 2));
        var cap = _services.At("/v1/cap/memory-put").Single().Body;
        Assert.Equal(("notes", "today", FakeServices.Id('c')), (Text(cap, "service"), Text(cap, "key"), Text(cap, "actor_omni")));
        Assert.Equal("memory", Text(_services.At("/v1/mint-oidc-jwt").Single().Body, "data_class"));
        Assert.Equal("""{"name":"Notes/Today","plaintext_b64":"YT5iPw==","if_version":2}""", _services.At(Put).Single().Body.ToJsonString(s_plain));
    }

    [Fact]
    public async Task A_get_gives_the_name_as_typed_the_bytes_and_the_version()
    {
        using var got = await Memory.GetAsync("NOTES/today");
        Assert.Equal(("Notes/Today", "sk>f?", 3UL, 12UL), (got.Name, Encoding.UTF8.GetString(got.Value.Span), got.Version, got.Block));
        Assert.Equal("cap-1", _services.At(Get).Single().Token);
        Assert.Equal("today", Text(_services.At("/v1/cap/memory-get").Single().Body, "key"));
    }

    [Fact]
    public async Task A_delete_says_which_version_and_hears_which_it_took()
    {
        Assert.Equal(3UL, await Memory.DeleteAsync("notes/today", ifVersion: 2));
        Assert.Equal(3UL, await Memory.DeleteAsync("notes/today"));
        Assert.Equal(["""{"if_version":2}""", "{}"], _services.At(Delete).Select(a => a.Body.ToJsonString()));
    }

    [Theory]
    [InlineData("notes")]
    [InlineData("notes/")]
    [InlineData("/today")]
    [InlineData("notes/today/later")]
    [InlineData("../today")]
    [InlineData("notes/to day")]
    public async Task A_name_without_its_two_parts_never_leaves_the_machine(string name)
    {
        await Assert.ThrowsAsync<ArgumentException>(() => Memory.PutAsync(name, new byte[] { 1 }));
        await Assert.ThrowsAsync<ArgumentException>(() => Memory.GetAsync(name));
        await Assert.ThrowsAsync<ArgumentException>(() => Memory.DeleteAsync(name));
        Assert.Empty(_services.Arrivals);
    }

    /// <summary>Somebody else was faster: the program learns it by the code, and nothing was sent twice.</summary>
    [Theory]
    [InlineData(Put)]
    [InlineData(Delete)]
    public async Task A_conflict_is_a_refusal_of_its_own(string route)
    {
        _services.Answer(route, HttpStatusCode.Conflict, """{"code":"conflict","detail":"Version 4 is stored.","block":9}""");
        var refused = await Assert.ThrowsAsync<AgentKeysException>(() =>
            route == Put ? Memory.PutAsync("notes/today", new byte[] { 1 }, ifVersion: 3) : Memory.DeleteAsync("notes/today", ifVersion: 3));
        Assert.Equal((RefusalCode.Conflict, 409, 9UL, "Version 4 is stored."), (refused.Refusal, refused.Status, refused.Block, refused.Detail));
        Assert.Single(_services.At(route));
    }

    [Theory]
    [InlineData(Put)]
    [InlineData(Delete)]
    [InlineData(Teardown)]
    public async Task What_may_have_happened_is_not_sent_twice(string route)
    {
        _services.Break(route, 1);
        var gone = await Assert.ThrowsAsync<AgentKeysException>(() => route switch
        {
            Put => Memory.PutAsync("notes/today", new byte[] { 1 }),
            Delete => Memory.DeleteAsync("notes/today"),
            _ => (Task)Memory.TeardownAsync(),
        });
        Assert.Equal(AgentKeysException.Unreachable, gone.Code);
        Assert.Single(_services.At(route));
    }

    [Fact]
    public async Task Pages_are_followed_to_the_end_each_with_a_cap_of_its_own()
    {
        Page("""{"name":"a/1","sealed_bytes":10},{"name":"a/2","sealed_bytes":20}""", "a/2");
        _services.Break(List, 1); // a read may be asked for again
        Page("""{"name":"a/21","sealed_bytes":15}""", "a/21");
        Page("""{"name":"b/1","sealed_bytes":30}""", null);
        var all = await ListAsync();
        Assert.Equal([new("a/1", 10), new("a/2", 20), new("a/21", 15), new ListedObject("b/1", 30)], all);
        Assert.Equal([null, null, "a/2", "a/21"], _services.At(List).Select(a => a.Body["after"]?.GetValue<string>()));
        Assert.Equal(3, _services.At("/v1/cap/memory-list").Count());
    }

    /// <summary>The order is that of the object keys: <c>a/x-y.enc</c> comes before <c>a/x.enc</c>.</summary>
    [Fact]
    public async Task Names_come_in_the_order_of_their_keys()
    {
        Page("""{"name":"a/x-y","sealed_bytes":1},{"name":"a/x","sealed_bytes":1}""", "a/x");
        Page("""{"name":"a/xy","sealed_bytes":1}""", null);
        Assert.Equal(["a/x-y", "a/x", "a/xy"], (await ListAsync()).Select(o => o.Name));
    }

    [Fact]
    public async Task Nothing_remembered_is_an_empty_list()
    {
        Page("", null);
        Assert.Empty(await ListAsync());
    }

    /// <summary>One thing wrong with the second page: what came before was given out, and no third page is asked for.</summary>
    [Theory]
    [InlineData("""{"name":"a/1","sealed_bytes":1}""", "a/1")] // the first page again
    [InlineData("""{"name":"a/2","sealed_bytes":1}""", "a/2")] // where it began
    [InlineData("""{"name":"a/3","sealed_bytes":1}""", "a/2")] // a cursor that stands still
    [InlineData("""{"name":"a/3","sealed_bytes":1}""", "a/4")] // a name that was not shown
    [InlineData("""{"name":"a/4","sealed_bytes":1},{"name":"a/3","sealed_bytes":1}""", "a/3")] // backwards
    [InlineData("", "a/2")] // nothing, for ever
    [InlineData("null", "a/2")]
    [InlineData("""{"name":null,"sealed_bytes":1}""", null)]
    [InlineData("""{"name":"a/3"}""", null)]
    public async Task A_list_that_does_not_go_forward_is_not_followed(string objects, string? next)
    {
        Page("""{"name":"a/1","sealed_bytes":1},{"name":"a/2","sealed_bytes":1}""", "a/2");
        Page(objects, next);
        Page("", null);
        List<string> seen = [];
        var bad = await Assert.ThrowsAsync<AgentKeysException>(async () =>
        {
            await foreach (var entry in Memory.ListAsync())
                seen.Add(entry.Name);
        });
        Assert.Equal(AgentKeysException.BadAnswer, bad.Code);
        Assert.Equal(["a/1", "a/2"], seen.Take(2));
        Assert.Equal(2, _services.At(List).Count());
    }

    [Fact]
    public async Task A_refusal_in_the_middle_of_a_list_ends_it()
    {
        Page("""{"name":"a/1","sealed_bytes":1}""", "a/1");
        _services.Answer(List, HttpStatusCode.Forbidden, """{"code":"device_revoked"}""");
        var refused = await Assert.ThrowsAsync<AgentKeysException>(ListAsync);
        Assert.Equal(RefusalCode.DeviceRevoked, refused.Refusal);
        Assert.Equal(2, _services.At(List).Count());
    }

    [Fact]
    public async Task A_teardown_goes_on_until_nothing_is_left_each_round_with_a_cap_of_its_own()
    {
        Round(5, true, """{"name":"a/1","code":"store_unavailable"}""");
        Round(3, true);
        Round(2, false, """{"name":"a/9","code":"object_lost"}""");
        var done = await Memory.TeardownAsync(Omni.Parse(FakeServices.Id('c')));
        Assert.Equal((10, false), (done.Deleted, done.More));
        Assert.Equal([new TeardownFailure("a/9", "object_lost")], done.Failed);
        Assert.Equal((3, 3), (_services.At(Teardown).Count(), _services.At("/v1/cap/memory-teardown").Count()));
        Assert.All(_services.At("/v1/cap/memory-teardown"), a => Assert.False(a.Body.ContainsKey("service")));
    }

    [Fact]
    public async Task A_teardown_that_removes_nothing_more_says_so_and_ends()
    {
        Round(5, true);
        Round(0, true, """{"name":"a/1","code":"store_unavailable"}""");
        var done = await Memory.TeardownAsync();
        Assert.Equal((5, true, 1), (done.Deleted, done.More, done.Failed.Count));
        Assert.Equal(2, _services.At(Teardown).Count());
    }

    [Fact]
    public async Task A_teardown_stops_at_the_first_refusal()
    {
        Round(5, true);
        _services.Answer(Teardown, HttpStatusCode.ServiceUnavailable, """{"code":"audit_unavailable"}""");
        var refused = await Assert.ThrowsAsync<AgentKeysException>(() => Memory.TeardownAsync());
        Assert.Equal((RefusalCode.AuditUnavailable, 503), (refused.Refusal, refused.Status));
        Assert.Equal(2, _services.At(Teardown).Count());
    }

    [Fact]
    public async Task A_worker_that_always_has_more_to_remove_is_not_asked_for_ever()
    {
        for (var i = 0; i < 101; i++)
            Round(1, true);
        var done = await Memory.TeardownAsync();
        Assert.Equal((100, true), (done.Deleted, done.More));
        Assert.Equal(100, _services.At(Teardown).Count());
    }

    [Theory]
    [InlineData("""{"deleted":-1,"failed":[],"more":true,"block":1}""")]
    [InlineData("""{"deleted":1,"failed":[null],"more":false,"block":1}""")]
    [InlineData("""{"deleted":1,"failed":null,"more":false,"block":1}""")]
    [InlineData("""{"deleted":1,"failed":[],"block":1}""")]
    public async Task A_teardowns_answer_of_another_shape_is_none(string answer)
    {
        _services.Answer(Teardown, HttpStatusCode.OK, answer);
        Assert.Equal(AgentKeysException.BadAnswer, (await Assert.ThrowsAsync<AgentKeysException>(() => Memory.TeardownAsync())).Code);
        Assert.Single(_services.At(Teardown));
    }

    private static readonly JsonSerializerOptions s_plain = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static string Text(System.Text.Json.Nodes.JsonObject body, string member) => body[member]!.GetValue<string>();

    private async Task<List<ListedObject>> ListAsync()
    {
        List<ListedObject> all = [];
        await foreach (var entry in Memory.ListAsync())
            all.Add(entry);
        return all;
    }

    private void Page(string objects, string? next) =>
        _services.Answer(List, HttpStatusCode.OK, $$"""{"objects":[{{objects}}],"block":12{{(next is null ? "" : $",\"next\":\"{next}\"")}}}""");

    private void Round(int deleted, bool more, string failed = "") =>
        _services.Answer(Teardown, HttpStatusCode.OK, $$"""{"deleted":{{deleted}},"failed":[{{failed}}],"more":{{(more ? "true" : "false")}},"block":12}""");
}
