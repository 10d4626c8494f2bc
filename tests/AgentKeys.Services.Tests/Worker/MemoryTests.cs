using AgentKeys.Protocol;
using AgentKeys.Testing.Tokens;
using Xunit;

namespace AgentKeys.Services.Tests.Worker;

/// <summary>The memory role through worker and signer: namespaces and keys, size, and the small room of those without a passkey.</summary>
public class MemoryTests
{
    [Fact]
    public async Task A_value_comes_back_under_its_key_with_its_version_and_compare_and_set_holds()
    {
        await using var stack = await StartAsync();
        Assert.Equal(1ul, (await stack.StoreAsync([1], ifVersion: 0)).Version);
        Assert.Equal("conflict", (await stack.StoreAsync([2], ifVersion: 0)).Code);
        Assert.Equal(2ul, (await stack.StoreAsync([2], ifVersion: 1)).Version);
        var got = await stack.FetchAsync();
        Assert.Equal((stack.TypedName, 2ul), (got.Name, got.Version));
        Assert.Equal([2], got.Plaintext);
        Assert.True(File.Exists(Path.Combine(stack.StoreRoot, "bots", stack.Agent.Omni.ToBareHex(), "memory", VaultStack.Service, "today.enc")));
    }

    [Fact]
    public async Task Eight_MiB_fit_and_a_byte_more_does_not()
    {
        await using var stack = await StartAsync();
        var value = new byte[8 * 1024 * 1024];
        value[^1] = 7;
        Assert.Equal("ok", (await stack.StoreAsync(value)).Code);
        Assert.True((await stack.FetchAsync()).Plaintext.AsSpan().SequenceEqual(value));
        Assert.Equal("payload_too_large", (await stack.StoreAsync([.. value, 0])).Code);
    }

    /// <summary>A grant of the namespace opens every key in it, and no other namespace; keys do not open each other's objects.</summary>
    [Fact]
    public async Task The_namespace_is_granted_and_the_key_is_part_of_the_name()
    {
        await using var stack = await StartAsync();
        await stack.StoreAsync([1]);
        var other = stack.FetchCall();
        other.Cap = other.Cap with { Key = ServiceName.Parse("tomorrow") };
        Assert.Equal("not_found", (await stack.SendAsync(other)).Code);
        Directory.CreateDirectory(Path.GetDirectoryName(stack.ObjectPath)!);
        File.Copy(stack.ObjectPath, stack.PathOf(stack.Agent.Omni, $"{VaultStack.Service}/tomorrow"));
        var moved = stack.FetchCall();
        moved.Cap = moved.Cap with { Key = ServiceName.Parse("tomorrow") };
        Assert.Equal("object_corrupt", (await stack.SendAsync(moved)).Code);
        var foreign = stack.FetchCall();
        foreign.Cap = foreign.Cap with { Service = ServiceName.Parse("elsewhere") };
        Assert.Equal("service_not_in_scope", (await stack.SendAsync(foreign)).Code);
    }

    [Theory]
    [InlineData("OPENAI_API_KEY")]
    [InlineData("OPENAI_API_KEY/Tomorrow")]
    [InlineData("OPENAI_API_KEY/Today/")]
    [InlineData("openai_api_key.today")]
    public async Task The_name_in_the_body_is_the_whole_name_of_the_cap(string name)
    {
        await using var stack = await StartAsync();
        var refused = await stack.SendAsync(stack.StoreCall([1], typed: name));
        Assert.Equal(("invalid_input", "name"), (refused.Code, refused.Field));
    }

    [Fact]
    public async Task A_cap_without_a_key_or_of_credentials_opens_no_memory()
    {
        await using var stack = await StartAsync();
        var keyless = stack.FetchCall();
        keyless.Cap = keyless.Cap with { Key = null };
        Assert.Equal("cap_invalid", (await stack.SendAsync(keyless)).Code);
        var credentials = stack.FetchCall();
        credentials.Cap = credentials.Cap with { DataClass = DataClass.Credentials, Key = null };
        Assert.Equal("cap_data_class_mismatch", (await stack.SendAsync(credentials)).Code);
    }

    [Fact]
    public async Task An_agent_rooted_device_keeps_only_so_many_objects()
    {
        await using var stack = await StartAsync("\"AgentRooted\": { \"MaxObjects\": 2 },");
        var rooted = new Rooted(stack);
        Assert.Equal("ok", (await rooted.PutAsync("a", 1)).Code);
        Assert.Equal("ok", (await rooted.PutAsync("b", 1)).Code);
        var refused = await rooted.PutAsync("c", 1);
        Assert.Equal("quota_exceeded", refused.Code);
        Assert.False(File.Exists(stack.PathOf(rooted.Omni, "notes/c")));
        Assert.Equal("ok", (await rooted.PutAsync("b", 1)).Code); // replacing takes no more room
        Assert.Equal("ok", (await stack.SendAsync(rooted.Call(stack.DeleteCall(), "a"))).Code);
        Assert.Equal("ok", (await rooted.PutAsync("c", 1)).Code);
    }

    [Fact]
    public async Task An_agent_rooted_device_keeps_only_so_many_bytes()
    {
        await using var stack = await StartAsync("\"AgentRooted\": { \"MaxBytes\": 4096 },");
        var rooted = new Rooted(stack);
        Assert.Equal("ok", (await rooted.PutAsync("a", 1500)).Code);
        Assert.Equal("ok", (await rooted.PutAsync("b", 1500)).Code);
        Assert.Equal("quota_exceeded", (await rooted.PutAsync("c", 1500)).Code);
        Assert.Equal("quota_exceeded", (await rooted.PutAsync("b", 3000)).Code);
        Assert.Equal("ok", (await rooted.PutAsync("b", 1600)).Code);
    }

    /// <summary>Sixteen new objects at once into room for four.</summary>
    [Fact]
    public async Task Stores_at_once_do_not_share_the_room_that_is_left()
    {
        await using var stack = await StartAsync("\"AgentRooted\": { \"MaxObjects\": 4 },");
        var rooted = new Rooted(stack);
        var answers = await Task.WhenAll(Enumerable.Range(0, 16).Select(i => rooted.PutAsync($"k{i}", 1)));
        Assert.Equal(4, answers.Count(a => a.Code == "ok"));
        Assert.Equal(12, answers.Count(a => a.Code == "quota_exceeded"));
        Assert.Equal(4, Directory.EnumerateFiles(stack.StoreRoot, "*.enc", SearchOption.AllDirectories).Count());
    }

    /// <summary>The room is for those without a passkey; an agent of a person has its grant's limits.</summary>
    [Fact]
    public async Task An_agent_of_a_person_has_no_such_limit()
    {
        await using var stack = await StartAsync("\"AgentRooted\": { \"MaxObjects\": 0, \"MaxBytes\": 0 },");
        Assert.Equal("ok", (await stack.StoreAsync(new byte[10_000])).Code);
    }

    [Fact]
    public void The_room_is_small_unless_somebody_says_otherwise()
    {
        var options = new AgentKeys.Worker.AgentRootedOptions();
        Assert.Equal((64, 1024 * 1024), (options.MaxObjects, options.MaxBytes));
    }

    private static Task<VaultStack> StartAsync(string settings = "") => VaultStack.StartAsync(() => new VaultStack { Class = DataClass.Memory, WorkerSettings = settings });

    /// <summary>An operator without a passkey: its one device, whose actor is the operator itself.</summary>
    private sealed class Rooted
    {
        private readonly VaultStack _stack;
        private readonly TestDevice _wallet = new();
        private readonly TestDevice _device = new();

        public Rooted(VaultStack stack) => (_stack = stack).Chain.AddAgentRooted(_wallet, _device);

        public Omni Omni => _wallet.Omni;

        public Task<WireAnswer> PutAsync(string key, int size) => _stack.SendAsync(Call(_stack.StoreCall(new byte[size], typed: $"notes/{key}"), key));

        public VaultCall Call(VaultCall call, string key)
        {
            call.By(_device);
            call.Cap = call.Cap with { Operator = Omni, Actor = Omni, Service = ServiceName.Parse("notes"), Key = ServiceName.Parse(key) };
            call.Storage = call.Storage with { Actor = Omni };
            return call;
        }
    }
}
