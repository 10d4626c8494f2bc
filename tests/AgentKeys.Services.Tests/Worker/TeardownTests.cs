using AgentKeys.Protocol;
using Xunit;

namespace AgentKeys.Services.Tests.Worker;

/// <summary>Everything of one actor and class goes, and each object's end is in the log.</summary>
public class TeardownTests
{
    [Theory]
    [InlineData(DataClass.Credentials)]
    [InlineData(DataClass.Memory)]
    public async Task Everything_of_the_actor_goes_with_an_outcome_each_and_nothing_of_others(DataClass dataClass)
    {
        await using var stack = await VaultStack.StartAsync(() => new VaultStack { Class = dataClass });
        foreach (var service in (string[])["a", "b", VaultStack.Service])
            Assert.Equal("ok", (await stack.StoreForAgentAsync(stack.NameIn(service), [1])).Code);
        var others = stack.PathOf(stack.OtherAgent.Omni, stack.Name.ToString());
        Directory.CreateDirectory(Path.GetDirectoryName(others)!);
        File.Copy(stack.ObjectPath, others);
        var before = stack.WorkerRecords;

        var answer = await stack.SendAsync(stack.TeardownCall());

        Assert.Equal(("ok", 3, false, 0), Read(answer));
        Assert.Equal([others], Directory.EnumerateFiles(stack.StoreRoot, "*.enc", SearchOption.AllDirectories));
        Assert.Equal(before + 5, stack.WorkerRecords); // authorized, three objects, the end
        Assert.Equal("not_found", (await stack.FetchAsync()).Code);
        await stack.RestartAsync();
        Assert.Equal("not_found", (await stack.FetchAsync()).Code);
        Assert.Equal(3ul, (await stack.StoreAsync([2])).Version); // stored at 1, gone at 2
    }

    [Fact]
    public async Task What_cannot_be_removed_is_reported_and_the_rest_goes()
    {
        await using var stack = await VaultStack.StartAsync();
        foreach (var service in (string[])["a", "b", "c"])
            await stack.StoreForAgentAsync(stack.NameIn(service), [1]);
        stack.Store.FailsDelete = key => key.Name.ToString() == "b";

        var answer = await stack.SendAsync(stack.TeardownCall());

        Assert.Equal(("ok", 2, false, 1), Read(answer));
        var failed = answer.Json.GetProperty("failed")[0];
        Assert.Equal(("b", "store_unavailable"), (failed.GetProperty("name").GetString(), failed.GetProperty("code").GetString()));
        Assert.True(File.Exists(stack.PathOf(stack.Agent.Omni, "b")));
        stack.Store.FailsDelete = null;
        Assert.Equal(("ok", 1, false, 0), Read(await stack.SendAsync(stack.TeardownCall())));
    }

    [Fact]
    public async Task After_its_time_it_says_that_there_is_more_and_goes_on_when_asked_again()
    {
        await using var stack = await VaultStack.StartAsync();
        foreach (var service in (string[])["a", "b", "c"])
            await stack.StoreForAgentAsync(stack.NameIn(service), [1]);
        stack.Store.FailsDelete = key =>
        {
            stack.Time.Advance(TimeSpan.FromSeconds(11));
            return false;
        };
        Assert.Equal(("ok", 2, true, 0), Read(await stack.SendAsync(stack.TeardownCall())));
        Assert.Equal(("ok", 1, false, 0), Read(await stack.SendAsync(stack.TeardownCall())));
    }

    [Fact]
    public async Task A_log_that_cannot_record_ends_it()
    {
        await using var stack = await VaultStack.StartAsync();
        foreach (var service in (string[])["a", "b"])
            await stack.StoreForAgentAsync(stack.NameIn(service), [1]);
        stack.Audit.LosesOutcomes = true;
        Assert.Equal("audit_unavailable", (await stack.SendAsync(stack.TeardownCall())).Code);
        Assert.True(File.Exists(stack.PathOf(stack.Agent.Omni, "b")));
    }

    [Theory]
    [InlineData("agent", "device_role_missing")]
    [InlineData("another agent", "device_binding_mismatch")]
    [InlineData("a master without SCOPE_MGMT", "device_role_missing")]
    public async Task Only_a_master_with_SCOPE_MGMT_may(string who, string code)
    {
        await using var stack = await VaultStack.StartAsync();
        await stack.StoreAsync([1]);
        if (who == "a master without SCOPE_MGMT")
            stack.Chain.Change(stack.Master, d => d with { Roles = DeviceRoles.CapMint | DeviceRoles.Recovery });
        var call = stack.TeardownCall().By(who == "agent" ? stack.Agent : who == "another agent" ? stack.OtherAgent : stack.Master);
        Assert.Equal(code, (await stack.SendAsync(call)).Code);
        Assert.Equal([1], (await stack.FetchAsync()).Plaintext);
    }

    [Fact]
    public async Task Another_actors_storage_session_removes_nothing()
    {
        await using var stack = await VaultStack.StartAsync();
        await stack.StoreAsync([1]);
        var call = stack.TeardownCall();
        call.Storage = call.Storage with { Actor = stack.OtherAgent.Omni };
        Assert.Equal("storage_session_refused", (await stack.SendAsync(call)).Code);
        Assert.Equal([1], (await stack.FetchAsync()).Plaintext);
    }

    private static (string Code, int Deleted, bool More, int Failed) Read(WireAnswer answer) => answer.Code != "ok"
        ? (answer.Code, 0, false, 0)
        : ("ok", answer.Json.GetProperty("deleted").GetInt32(), answer.Json.GetProperty("more").GetBoolean(), answer.Json.GetProperty("failed").GetArrayLength());
}
