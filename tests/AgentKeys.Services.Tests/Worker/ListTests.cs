using AgentKeys.Chain;
using AgentKeys.Protocol;
using Xunit;

namespace AgentKeys.Services.Tests.Worker;

/// <summary>A master sees every name of its agent; an agent sees what it could fetch now, and no trace of the rest.</summary>
public class ListTests
{
    [Theory]
    [InlineData(DataClass.Credentials)]
    [InlineData(DataClass.Memory)]
    public async Task An_agent_sees_what_it_may_fetch_and_its_master_everything(DataClass dataClass)
    {
        await using var stack = await VaultStack.StartAsync(() => new VaultStack { Class = dataClass });
        await StoreAsync(stack, "a", "b", VaultStack.Service, "z");
        stack.Chain.Grant(stack.Agent.Omni, "z", g => g with { Classes = dataClass.MaskBit() });

        var own = await stack.ListAsync();
        var all = await stack.SendAsync(stack.ListCall().By(stack.Master));

        Assert.Equal(Names(stack, VaultStack.Service, "z"), NamesOf(own));
        Assert.Equal(Names(stack, "a", "b", VaultStack.Service, "z"), NamesOf(all));
        Assert.False(own.Json.TryGetProperty("next", out _));
        var length = new FileInfo(stack.ObjectPath).Length;
        Assert.Equal(length, own.Json.GetProperty("objects")[0].GetProperty("sealed_bytes").GetInt64());
        Assert.Equal((ulong?)stack.Chain.Head, own.Block);
    }

    /// <summary>One thing about the grant of the second name, and whether it is still shown.</summary>
    [Theory]
    [InlineData("as it is", true)]
    [InlineData("read-only", true)]
    [InlineData("gone", false)]
    [InlineData("for another class", false)]
    [InlineData("expired by our clock", false)]
    [InlineData("expired by the chain's", false)]
    [InlineData("approver compromised", false)]
    public async Task The_grant_decides_what_is_shown(string grant, bool shown)
    {
        await using var stack = await VaultStack.StartAsync();
        await StoreAsync(stack, "other", VaultStack.Service);
        var now = (ulong)stack.Time.GetUtcNow().ToUnixTimeSeconds();
        stack.Chain.HeadAge = grant == "expired by our clock" ? TimeSpan.FromSeconds(20) : grant == "expired by the chain's" ? TimeSpan.FromSeconds(-20) : TimeSpan.Zero;
        stack.Chain.Grant(stack.Agent.Omni, "other", g => grant switch
        {
            "read-only" => g with { ReadOnly = true },
            "gone" => g with { Exists = false },
            "for another class" => g with { Classes = DataClass.Memory.MaskBit() },
            "expired by our clock" => g with { ExpiresAt = now - 10 },
            "expired by the chain's" => g with { ExpiresAt = now + 10 },
            "approver compromised" => g with { ApproverRevoked = true },
            _ => g,
        });
        Assert.Equal(shown ? ["openai_api_key", "other"] : ["openai_api_key"], NamesOf(await stack.ListAsync()));
    }

    [Fact]
    public async Task Pages_end_at_shown_names_and_go_on_from_there()
    {
        await using var stack = await VaultStack.StartAsync();
        await StoreAsync(stack, "a", "b1", "c", "d1", "e", "f");
        foreach (var service in (string[])["a", "c", "e"])
            stack.Chain.Grant(stack.Agent.Omni, service);

        var first = await stack.ListAsync("""{"limit":2}""");
        var second = await stack.ListAsync("""{"limit":2,"after":"c"}""");
        var whole = await stack.ListAsync("""{"limit":3}""");

        Assert.Equal(["a", "c"], NamesOf(first));
        Assert.Equal("c", first.Json.GetProperty("next").GetString());
        Assert.Equal(["e"], NamesOf(second));
        Assert.False(second.Json.TryGetProperty("next", out _)); // f follows, and is nobody's business
        Assert.Equal(["a", "c", "e"], NamesOf(whole));
        Assert.False(whole.Json.TryGetProperty("next", out _));
    }

    /// <summary>Each step reads the whole folder: a limit of 1 over names that are hidden must not take one for each.</summary>
    [Fact]
    public async Task A_small_limit_walks_over_hidden_names_in_large_steps()
    {
        await using var stack = await VaultStack.StartAsync();
        await StoreAsync(stack, "a", "b", "c", VaultStack.Service);
        Assert.Equal([VaultStack.Service], NamesOf(await stack.ListAsync("""{"limit":1}""")));
        Assert.Equal(1, stack.Store.Lists);
    }

    /// <summary>One for the right to list, and one for up to 64 services.</summary>
    [Fact]
    public async Task The_chain_is_asked_once_for_many_services()
    {
        await using var stack = await VaultStack.StartAsync();
        string[] services = [.. Enumerable.Range(0, 65).Select(i => $"s{i:00}")];
        await StoreAsync(stack, services);
        foreach (var service in services.Where((_, i) => i % 2 == 0))
            stack.Chain.Grant(stack.Agent.Omni, service);

        var reads = stack.Chain.Reads;
        var shown = NamesOf(await stack.ListAsync());
        Assert.Equal(3, stack.Chain.Reads - reads); // 64 and one more
        Assert.Equal(services.Where((_, i) => i % 2 == 0), shown);
    }

    [Fact]
    public async Task Without_the_chain_in_between_nothing_is_listed()
    {
        await using var stack = await VaultStack.StartAsync();
        await StoreAsync(stack, VaultStack.Service);
        var reads = 0;
        stack.BendFacts(f => Interlocked.Increment(ref reads) > 1 ? throw new ChainUnavailableException(ChainFault.Unreachable) : f);
        Assert.Equal("chain_unavailable", (await stack.ListAsync()).Code);
    }

    [Fact]
    public async Task A_device_revoked_in_between_lists_nothing()
    {
        await using var stack = await VaultStack.StartAsync();
        await StoreAsync(stack, VaultStack.Service);
        var reads = 0;
        stack.BendFacts(f => Interlocked.Increment(ref reads) > 1 ? f with { Device = f.Device with { Revoked = true } } : f);
        Assert.Equal("device_revoked", (await stack.ListAsync()).Code);
    }

    [Fact]
    public async Task Nothing_stored_is_an_empty_list_and_the_agents_list_is_not_another_agents()
    {
        await using var stack = await VaultStack.StartAsync();
        Assert.Empty(NamesOf(await stack.ListAsync()));
        Assert.Equal("device_binding_mismatch", (await stack.SendAsync(stack.ListCall().By(stack.OtherAgent))).Code);
    }

    /// <summary>Files that nobody's name has: a memory name among credentials, and other things.</summary>
    [Fact]
    public async Task Names_of_the_other_form_are_not_objects()
    {
        await using var stack = await VaultStack.StartAsync();
        await StoreAsync(stack, VaultStack.Service);
        var folder = Path.GetDirectoryName(stack.ObjectPath)!;
        Directory.CreateDirectory(Path.Combine(folder, "space"));
        File.Copy(stack.ObjectPath, Path.Combine(folder, "space", "key.enc"));
        File.Copy(stack.ObjectPath, Path.Combine(folder, "UPPER.enc"));
        Assert.Equal([VaultStack.Service], NamesOf(await stack.SendAsync(stack.ListCall().By(stack.Master))));
    }

    [Theory]
    [InlineData("""{"limit":0}""", "limit")]
    [InlineData("""{"limit":1001}""", "limit")]
    [InlineData("""{"limit":-1}""", "limit")]
    [InlineData("""{"after":"A"}""", "after")]
    [InlineData("""{"after":""}""", "after")]
    [InlineData("""{"after":"a/b"}""", "after")]
    [InlineData("""{"after":null}""", "after")]
    [InlineData("""{"service":"a"}""", "body")]
    public async Task Another_body_is_refused(string body, string field)
    {
        await using var stack = await VaultStack.StartAsync();
        var refused = await stack.ListAsync(body);
        Assert.Equal(("invalid_input", field), (refused.Code, refused.Field));
    }

    private static async Task StoreAsync(VaultStack stack, params string[] services)
    {
        foreach (var service in services)
            Assert.Equal("ok", (await stack.StoreForAgentAsync(stack.NameIn(service), [1])).Code);
    }

    private static string[] Names(VaultStack stack, params string[] services) => [.. services.Select(s => stack.NameIn(s).ToString())];

    private static string[] NamesOf(WireAnswer answer)
    {
        Assert.Equal("ok", answer.Code);
        return [.. answer.Json.GetProperty("objects").EnumerateArray().Select(o => o.GetProperty("name").GetString()!)];
    }
}
