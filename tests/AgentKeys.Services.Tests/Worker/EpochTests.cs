using System.Buffers.Binary;
using AgentKeys.Services.Tests.Support;
using Xunit;

namespace AgentKeys.Services.Tests.Worker;

/// <summary>Advancing the epoch voids caps and renews keys; it never makes a stored object unreadable.</summary>
public class EpochTests
{
    [Fact]
    public async Task After_the_epoch_advanced_old_objects_open_and_new_ones_use_the_new_key()
    {
        await using var stack = await VaultStack.StartAsync();
        await stack.StoreAsync([1]);
        var oldCap = stack.FetchCall();
        stack.AddEpoch(2);
        stack.Chain.Epoch = 2;

        Assert.Equal("k3_epoch_mismatch", (await stack.SendAsync(oldCap)).Code);
        Assert.Equal([1], (await stack.FetchAsync()).Plaintext);
        Assert.Equal(1ul, await StoredEpochAsync(stack));
        Assert.Equal("ok", (await stack.StoreAsync([2])).Code);
        Assert.Equal(2ul, await StoredEpochAsync(stack));
        Assert.Equal([2], (await stack.FetchAsync()).Plaintext);
    }

    [Fact]
    public async Task A_chain_ahead_of_the_ring_stops_writes_but_not_reads_until_the_key_is_there()
    {
        await using var stack = await VaultStack.StartAsync();
        await stack.StoreAsync([1]);
        stack.Chain.Epoch = 2;
        var before = stack.StoreDigest();

        Assert.Equal("k3_epoch_pending", (await stack.StoreAsync([2])).Code);
        Assert.Equal(before, stack.StoreDigest());
        Assert.Equal([1], (await stack.FetchAsync()).Plaintext);
        var waiting = await SignerReadyAsync(stack);
        Assert.Equal(("1", "2", "k3_epoch_pending"), (waiting["ring", "epochs"], waiting["ring", "chainEpoch"], waiting["ring", "reason"]));
        Assert.Equal(["ring"], waiting.Failed);

        stack.AddEpoch(2); // the running signer takes it up by itself
        Assert.Equal("ok", (await stack.StoreAsync([3])).Code);
        Assert.Equal([3], (await stack.FetchAsync()).Plaintext);
        Assert.Empty((await SignerReadyAsync(stack)).Failed);
    }

    [Fact]
    public async Task Without_the_objects_own_epoch_the_key_is_unavailable_not_the_object_corrupt()
    {
        await using var stack = await VaultStack.StartAsync();
        stack.AddEpoch(2);
        await stack.StoreAsync([1]);
        File.Move(Path.Combine(stack.RingDir, "k3-1.key"), stack.Folder["k3-1.aside"]);
        await stack.RestartAsync();
        Assert.Equal("actor_key_unavailable", (await stack.FetchAsync()).Code);

        stack.AddEpoch(1); // another key under the same epoch is not the object's key
        Assert.Equal("actor_key_unavailable", (await stack.FetchAsync()).Code);
    }

    private static async Task<ReadyChecks> SignerReadyAsync(VaultStack stack)
    {
        using var http = stack.SignerHttp();
        using var answer = await http.GetAsync(new Uri("/readyz", UriKind.Relative));
        return new ReadyChecks(await answer.Content.ReadAsStringAsync());
    }

    private static async Task<ulong> StoredEpochAsync(VaultStack stack) =>
        BinaryPrimitives.ReadUInt64BigEndian((await File.ReadAllBytesAsync(stack.ObjectPath)).AsSpan(15));
}
