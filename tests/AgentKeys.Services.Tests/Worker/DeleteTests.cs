using System.Buffers.Binary;
using AgentKeys.Protocol;
using Xunit;

namespace AgentKeys.Services.Tests.Worker;

/// <summary>Deleting takes a version of its own, and what was deleted never comes back as if it had not been.</summary>
public class DeleteTests
{
    [Theory, MemberData(nameof(VaultStack.Classes), MemberType = typeof(VaultStack))]
    public async Task A_deleted_object_is_not_found_and_versions_go_on(DataClass dataClass)
    {
        await using var stack = await VaultStack.StartAsync(dataClass);
        await stack.StoreAsync([1]);

        var deleted = await stack.DeleteAsync();

        Assert.Equal(("ok", 2ul, (ulong?)stack.Chain.Head), (deleted.Code, deleted.Version, deleted.Block));
        Assert.False(File.Exists(stack.ObjectPath));
        Assert.Equal("not_found", (await stack.FetchAsync()).Code);
        Assert.Equal("not_found", (await stack.DeleteAsync()).Code);
        await stack.RestartAsync();
        Assert.Equal("not_found", (await stack.FetchAsync()).Code);
        Assert.Equal(3ul, (await stack.StoreAsync([2])).Version);
        Assert.Equal([2], (await stack.FetchAsync()).Plaintext);
    }

    [Fact]
    public async Task A_deleted_object_put_back_is_rolled_back()
    {
        await using var stack = await VaultStack.StartAsync();
        await stack.StoreAsync([1]);
        var old = await File.ReadAllBytesAsync(stack.ObjectPath);
        await stack.DeleteAsync();
        await File.WriteAllBytesAsync(stack.ObjectPath, old);

        Assert.Equal("object_rolled_back", (await stack.FetchAsync()).Code);
        Assert.Equal("object_rolled_back", (await stack.DeleteAsync(1)).Code);
        Assert.Equal(3ul, (await stack.DeleteAsync()).Version);
        Assert.Equal("not_found", (await stack.FetchAsync()).Code);
    }

    /// <summary>Against an object at version 2.</summary>
    [Theory]
    [InlineData(null, "ok")]
    [InlineData(1ul, "conflict")]
    [InlineData(2ul, "ok")]
    [InlineData(3ul, "conflict")]
    public async Task If_version_says_what_may_be_removed(ulong? ifVersion, string code)
    {
        await using var stack = await VaultStack.StartAsync();
        await stack.StoreAsync([1]);
        await stack.StoreAsync([2]);
        Assert.Equal(code, (await stack.DeleteAsync(ifVersion)).Code);
        Assert.Equal(code != "ok", File.Exists(stack.ObjectPath));
        Assert.Equal(code == "ok" ? "not_found" : "ok", (await stack.FetchAsync()).Code);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(1ul)]
    public async Task What_was_never_stored_is_not_found(ulong? ifVersion)
    {
        await using var stack = await VaultStack.StartAsync();
        Assert.Equal("not_found", (await stack.DeleteAsync(ifVersion)).Code);
        Assert.Equal(1ul, (await stack.StoreAsync([1])).Version);
    }

    [Fact]
    public async Task A_lost_object_is_settled_by_a_delete_that_names_no_version()
    {
        await using var stack = await VaultStack.StartAsync();
        await stack.StoreAsync([1]);
        File.Delete(stack.ObjectPath);
        Assert.Equal("object_lost", (await stack.FetchAsync()).Code);
        Assert.Equal("object_lost", (await stack.DeleteAsync(1)).Code);
        Assert.Equal(2ul, (await stack.DeleteAsync()).Version);
        Assert.Equal("not_found", (await stack.FetchAsync()).Code);
    }

    [Fact]
    public async Task A_damaged_object_is_removed_by_a_delete_that_names_no_version()
    {
        await using var stack = await VaultStack.StartAsync();
        await stack.StoreAsync([1]);
        await File.WriteAllBytesAsync(stack.ObjectPath, [1, 2, 3]);
        Assert.Equal("object_corrupt", (await stack.DeleteAsync(1)).Code);
        Assert.Equal(2ul, (await stack.DeleteAsync()).Version);
        Assert.False(File.Exists(stack.ObjectPath));
    }

    [Fact]
    public async Task A_forged_version_in_what_is_removed_cannot_use_the_versions_up()
    {
        await using var stack = await VaultStack.StartAsync();
        await stack.StoreAsync([1]);
        var forged = await File.ReadAllBytesAsync(stack.ObjectPath);
        BinaryPrimitives.WriteUInt64BigEndian(forged.AsSpan(55), ulong.MaxValue);
        await File.WriteAllBytesAsync(stack.ObjectPath, forged);
        Assert.Equal(2ul, (await stack.DeleteAsync()).Version);
        Assert.Equal("not_found", (await stack.FetchAsync()).Code);
        Assert.Equal(3ul, (await stack.StoreAsync([2])).Version);
        Assert.Equal([2], (await stack.FetchAsync()).Plaintext);
    }

    [Fact]
    public async Task A_read_only_grant_deletes_nothing_and_a_delete_cap_works_once()
    {
        await using var stack = await VaultStack.StartAsync();
        await stack.StoreAsync([1]);
        var first = stack.DeleteCall();
        stack.Chain.Grant(stack.Agent.Omni, VaultStack.Service, g => g with { ReadOnly = true });
        Assert.Equal("scope_read_only", (await stack.DeleteAsync()).Code);
        Assert.Equal([1], (await stack.FetchAsync()).Plaintext);
        stack.Chain.Grant(stack.Agent.Omni, VaultStack.Service);
        Assert.Equal("ok", (await stack.SendAsync(first)).Code);
        await stack.StoreAsync([2]);
        var again = stack.DeleteCall();
        again.Cap = first.Cap;
        Assert.Equal("cap_replayed", (await stack.SendAsync(again)).Code);
        Assert.Equal([2], (await stack.FetchAsync()).Plaintext);
    }

    [Fact]
    public async Task A_master_deletes_for_its_agent_and_another_agent_cannot()
    {
        await using var stack = await VaultStack.StartAsync();
        await stack.StoreAsync([1]);
        Assert.Equal("device_binding_mismatch", (await stack.SendAsync(stack.DeleteCall().By(stack.OtherAgent))).Code);
        Assert.Equal("ok", (await stack.SendAsync(stack.DeleteCall().By(stack.Master))).Code);
        Assert.Equal("not_found", (await stack.FetchAsync()).Code);
    }

    /// <summary>The line may be long: whoever waited in it is judged by what holds when its turn comes.</summary>
    [Theory]
    [InlineData("nothing", "ok")]
    [InlineData("revoked", "device_revoked")]
    [InlineData("proof too old", "proof_invalid")]
    public async Task What_changed_while_a_delete_waited_counts(string meanwhile, string code)
    {
        await using var stack = await VaultStack.StartAsync();
        await stack.StoreAsync([1]);
        var (entered, goOn) = (new TaskCompletionSource(), new TaskCompletionSource());
        stack.Store.BeforePut = () =>
        {
            entered.SetResult();
            return goOn.Task;
        };
        var first = stack.StoreAsync([2]);
        await entered.Task;
        var second = stack.DeleteAsync();
        while (stack.Waiting == 0)
            await Task.Delay(5);
        if (meanwhile == "revoked")
            stack.Chain.Revoke(stack.Agent);
        if (meanwhile == "proof too old")
            stack.Time.Advance(TimeSpan.FromSeconds(61));
        goOn.SetResult();
        Assert.Equal("ok", (await first).Code);
        Assert.Equal(code, (await second).Code);
        Assert.Equal(code != "ok", File.Exists(stack.ObjectPath));
    }

    /// <summary>Deletes and stores of one object at once: what was acknowledged last is what there is.</summary>
    [Fact]
    public async Task Deletes_and_stores_at_once_never_leave_an_acknowledged_object_unreadable()
    {
        await using var stack = await VaultStack.StartAsync();
        await stack.StoreAsync([0]);
        for (var round = 0; round < 5; round++)
        {
            var calls = Enumerable.Range(1, 8).Select(i => (i % 2 == 0 ? stack.DeleteCall() : stack.StoreCall([(byte)i])).Build()).ToList();
            var fetches = Enumerable.Range(0, 4).Select(_ => stack.FetchCall().Build()).ToList();
            var answers = await Task.WhenAll(calls.Concat(fetches).Select(stack.SendAsync));
            Assert.All(answers, a => Assert.Contains(a.Code, (string[])["ok", "conflict", "not_found"]));
            var versions = answers.Take(8).Where(a => a.Code == "ok").Select(a => a.Version).ToList();
            Assert.Equal(versions.Count, versions.Distinct().Count());
            Assert.Equal(File.Exists(stack.ObjectPath) ? "ok" : "not_found", (await stack.FetchAsync()).Code);
        }
    }

    [Theory]
    [InlineData("""{"if_version":0}""", "if_version")]
    [InlineData("""{"if_version":null}""", "if_version")]
    [InlineData("""{"if_version":"1"}""", "if_version")]
    [InlineData("""{"version":1}""", "body")]
    [InlineData("[]", "body")]
    public async Task Another_body_is_refused_and_nothing_is_removed(string body, string field)
    {
        await using var stack = await VaultStack.StartAsync();
        await stack.StoreAsync([1]);
        var call = stack.DeleteCall();
        call.Body = System.Text.Encoding.UTF8.GetBytes(body);
        var refused = await stack.SendAsync(call);
        Assert.Equal(("invalid_input", field), (refused.Code, refused.Field));
        Assert.Equal([1], (await stack.FetchAsync()).Plaintext);
    }
}
