using System.Text;
using Xunit;

namespace AgentKeys.Services.Tests.Worker;

public class RoundTripTests
{
    public static TheoryData<int> Sizes => [0, 1, 2, 3, 31, 255, 65_535, 65_536];

    [Theory]
    [MemberData(nameof(Sizes))]
    public async Task What_was_stored_comes_back_byte_for_byte(int size)
    {
        await using var stack = await VaultStack.StartAsync();
        var value = Enumerable.Range(0, size).Select(i => (byte)(i * 7)).ToArray();

        var stored = await stack.StoreAsync(value);
        var fetched = await stack.FetchAsync();

        Assert.Equal("ok", stored.Code);
        Assert.Equal((1ul, stack.Chain.Head), (stored.Version, stored.Json.GetProperty("block").GetUInt64()));
        Assert.Equal("ok", fetched.Code);
        Assert.Equal(value, fetched.Plaintext);
        Assert.Equal((VaultStack.Typed, 1ul, (ulong?)stack.Chain.Head), (fetched.Name, fetched.Version, fetched.Block));
        Assert.Equal(("no-store", "no-store"), (stored.CacheControl, fetched.CacheControl));
    }

    [Fact]
    public async Task The_store_holds_no_plaintext_and_no_typed_name()
    {
        await using var stack = await VaultStack.StartAsync();
        await stack.StoreAsync("sk-canary-0123456789"u8.ToArray());

        var stored = Encoding.Latin1.GetString(await File.ReadAllBytesAsync(stack.ObjectPath));

        Assert.DoesNotContain("canary", stored, StringComparison.Ordinal);
        Assert.DoesNotContain(VaultStack.Typed, stored, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Versions_rise_and_survive_a_restart()
    {
        await using var stack = await VaultStack.StartAsync();
        Assert.Equal(1ul, (await stack.StoreAsync([1])).Version);
        Assert.Equal(2ul, (await stack.StoreAsync([2])).Version);
        await stack.RestartAsync();
        Assert.Equal(3ul, (await stack.StoreAsync([3])).Version);
        var fetched = await stack.FetchAsync();
        Assert.Equal(3ul, fetched.Version);
        Assert.Equal([3], fetched.Plaintext);
    }

    [Fact]
    public async Task A_master_stores_for_its_agent_and_can_never_fetch_it()
    {
        await using var stack = await VaultStack.StartAsync();
        var store = stack.StoreCall([5]);
        store.Device = stack.Master;
        store.Cap = store.Cap with { Device = stack.Master.Hash, Jkt = stack.Master.Jkt };
        Assert.Equal("ok", (await stack.SendAsync(store)).Code);

        var fetch = stack.FetchCall();
        fetch.Device = stack.Master;
        fetch.Cap = fetch.Cap with { Device = stack.Master.Hash, Jkt = stack.Master.Jkt };
        Assert.Equal("device_binding_mismatch", (await stack.SendAsync(fetch)).Code);
        Assert.Equal([5], (await stack.FetchAsync()).Plaintext);
    }

    /// <summary>if_version against an object at version 2: absent replaces, 0 creates only, n replaces exactly n.</summary>
    [Theory]
    [InlineData(null, "ok")]
    [InlineData(0ul, "conflict")]
    [InlineData(1ul, "conflict")]
    [InlineData(2ul, "ok")]
    [InlineData(3ul, "conflict")]
    public async Task If_version_says_what_may_be_replaced(ulong? ifVersion, string code)
    {
        await using var stack = await VaultStack.StartAsync();
        await stack.StoreAsync([1]);
        await stack.StoreAsync([2]);
        var before = stack.StoreDigest();

        var answer = await stack.StoreAsync([3], ifVersion);

        Assert.Equal(code, answer.Code);
        Assert.Equal(code == "ok", before != stack.StoreDigest());
        Assert.Equal(code == "ok" ? [3] : [2], (await stack.FetchAsync()).Plaintext);
    }

    [Theory]
    [InlineData(null, "ok")]
    [InlineData(0ul, "ok")]
    [InlineData(1ul, "conflict")]
    public async Task If_version_where_nothing_is_stored(ulong? ifVersion, string code)
    {
        await using var stack = await VaultStack.StartAsync();
        Assert.Equal(code, (await stack.StoreAsync([1], ifVersion)).Code);
        Assert.Equal(code == "ok" ? "ok" : "not_found", (await stack.FetchAsync()).Code);
    }

    /// <summary>Writers that escape more than they must are understood: their bytes are what the proof covers.</summary>
    [Fact]
    public async Task Escaped_base64_is_the_same_base64()
    {
        await using var stack = await VaultStack.StartAsync();
        var call = stack.StoreCall([]);
        call.Body = Encoding.UTF8.GetBytes($$"""{ "plaintext_b64" : "\u002b\/\u002B\/", "name":"{{VaultStack.Typed}}" }""");
        Assert.Equal("ok", (await stack.SendAsync(call)).Code);
        Assert.Equal(Convert.FromBase64String("+/+/"), (await stack.FetchAsync()).Plaintext);
    }
}
