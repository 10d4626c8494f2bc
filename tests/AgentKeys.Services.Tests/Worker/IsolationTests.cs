using AgentKeys.Protocol;
using Xunit;

namespace AgentKeys.Services.Tests.Worker;

/// <summary>Layers one by one: each refuses with the others allowing.</summary>
public class IsolationTests
{
    /// <summary>A genuine cap of the other agent, with the first agent's storage session: the store is asked for the cap's object, never the session's.</summary>
    [Fact]
    public async Task A_storage_session_never_chooses_the_object()
    {
        await using var stack = await VaultStack.StartAsync();
        await stack.StoreAsync([1]);
        stack.Chain.Grant(stack.OtherAgent.Omni, VaultStack.Service);
        var fetch = stack.FetchCall();
        fetch.Device = stack.OtherAgent;
        fetch.Cap = fetch.Cap with { Device = stack.OtherAgent.Hash, Jkt = stack.OtherAgent.Jkt, Actor = stack.OtherAgent.Omni };
        Assert.Equal("storage_session_refused", (await stack.SendAsync(fetch)).Code);
    }

    [Fact]
    public async Task A_grant_of_one_service_opens_no_other()
    {
        await using var stack = await VaultStack.StartAsync();
        await stack.StoreAsync([1]);
        var fetch = stack.FetchCall();
        fetch.Cap = fetch.Cap with { Service = ServiceName.Parse("stripe") };
        Assert.Equal("service_not_in_scope", (await stack.SendAsync(fetch)).Code);
    }

    [Fact]
    public async Task A_granted_service_without_an_object_is_not_found()
    {
        await using var stack = await VaultStack.StartAsync();
        await stack.StoreAsync([1]);
        stack.Chain.Grant(stack.Agent.Omni, "stripe");
        var fetch = stack.FetchCall();
        fetch.Cap = fetch.Cap with { Service = ServiceName.Parse("stripe") };
        Assert.Equal("not_found", (await stack.SendAsync(fetch)).Code);
    }

    [Fact]
    public async Task Revoked_between_two_fetches_the_next_is_refused_and_says_at_which_block()
    {
        await using var stack = await VaultStack.StartAsync();
        await stack.StoreAsync([1]);
        Assert.Equal("ok", (await stack.FetchAsync()).Code);

        stack.Chain.Revoke(stack.Agent);

        var refused = await stack.FetchAsync();
        Assert.Equal("device_revoked", refused.Code);
        Assert.Equal(stack.Chain.Head, refused.Block);
        Assert.Equal(stack.Chain.Head, refused.Json.GetProperty("block").GetUInt64());
    }

    [Fact]
    public async Task A_grant_taken_back_stops_the_next_use()
    {
        await using var stack = await VaultStack.StartAsync();
        await stack.StoreAsync([1]);
        stack.Chain.RevokeGrant(stack.Agent.Omni, VaultStack.Service);
        Assert.Equal("service_not_in_scope", (await stack.FetchAsync()).Code);
    }

    /// <summary>The worker's node lies or lags; the signer's has seen the revocation.</summary>
    [Fact]
    public async Task The_signer_reads_the_chain_itself()
    {
        await using var stack = await VaultStack.StartAsync(() => new VaultStack { TwoNodes = true });
        await stack.StoreAsync([1]);
        stack.SignerChain.Revoke(stack.Agent);

        Assert.Equal("device_revoked", (await stack.FetchAsync()).Code);
        Assert.Equal("device_revoked", (await stack.StoreAsync([2])).Code);
        var before = await File.ReadAllBytesAsync(stack.ObjectPath);
        stack.SignerChain.Change(stack.Agent, d => d with { Revoked = false });
        Assert.Equal([1], (await stack.FetchAsync()).Plaintext);
        Assert.Equal(before, await File.ReadAllBytesAsync(stack.ObjectPath));
    }

    /// <summary>A client that insists on a block is not answered by a signer that has not seen it.</summary>
    [Fact]
    public async Task The_callers_block_reaches_the_signer()
    {
        await using var stack = await VaultStack.StartAsync(() => new VaultStack { TwoNodes = true });
        await stack.StoreAsync([1]);
        stack.Chain.Head = stack.SignerChain.Head + 1;
        var fetch = stack.FetchCall();
        fetch.Cap = fetch.Cap with { Block = stack.SignerChain.Head };
        fetch.Headers["AgentKeys-Min-Block"] = stack.Chain.Head.ToString(null, null);

        Assert.Equal("chain_behind", (await stack.SendAsync(fetch)).Code);
        stack.SignerChain.Head = stack.Chain.Head;
        Assert.Equal([1], (await stack.FetchAsync()).Plaintext);
    }

    [Theory, MemberData(nameof(VaultStack.Classes), MemberType = typeof(VaultStack))]
    public async Task A_signer_whose_chain_is_down_is_unavailable_not_the_chain(DataClass dataClass)
    {
        await using var stack = await VaultStack.StartAsync(() => new VaultStack { TwoNodes = true, Class = dataClass });
        await stack.StoreAsync([1]);
        stack.SignerChain.HeadAge = TimeSpan.FromHours(1);
        Assert.Equal("signer_unavailable", (await stack.FetchAsync()).Code);
    }
}
