using AgentKeys.Protocol;
using Xunit;

namespace AgentKeys.Services.Tests.Worker;

/// <summary>The store as an enemy: it changes, swaps, puts back and removes what it holds.</summary>
public class TamperTests
{
    /// <summary>Offsets of the envelope: magic, format, class, kind, key id, epoch, salt, version, wrapped key, nonce, ciphertext.</summary>
    [Theory]
    [InlineData(0, "object_corrupt")]
    [InlineData(4, "object_corrupt")]
    [InlineData(5, "object_corrupt")]
    [InlineData(6, "actor_key_unavailable")]
    [InlineData(7, "actor_key_unavailable")]
    [InlineData(15, "actor_key_unavailable")]
    [InlineData(22, "actor_key_unavailable")]
    [InlineData(23, "object_corrupt")]
    [InlineData(54, "object_corrupt")]
    [InlineData(55, "object_corrupt")]
    [InlineData(62, "object_corrupt")]
    [InlineData(63, "object_corrupt")]
    [InlineData(110, "object_corrupt")]
    [InlineData(111, "object_corrupt")]
    [InlineData(122, "object_corrupt")]
    [InlineData(123, "object_corrupt")]
    [InlineData(-1, "object_corrupt")]
    public async Task A_flipped_bit_is_found(int offset, string code)
    {
        await using var stack = await VaultStack.StartAsync();
        await stack.StoreAsync([1, 2, 3]);
        await stack.StoreAsync([1, 2, 4]);
        Rewrite(stack.ObjectPath, bytes => bytes[offset < 0 ? bytes.Length + offset : offset] ^= 1);
        Assert.Equal(code, (await stack.FetchAsync()).Code);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(100)]
    [InlineData(138)]
    [InlineData(-1)]
    public async Task A_cut_object_is_corrupt(int length)
    {
        await using var stack = await VaultStack.StartAsync();
        await stack.StoreAsync([1, 2, 3]);
        var bytes = await File.ReadAllBytesAsync(stack.ObjectPath);
        await File.WriteAllBytesAsync(stack.ObjectPath, bytes[..(length < 0 ? bytes.Length + length : length)]);
        Assert.Equal("object_corrupt", (await stack.FetchAsync()).Code);
    }

    [Fact]
    public async Task An_object_of_another_actor_does_not_open()
    {
        await using var stack = await VaultStack.StartAsync();
        stack.Chain.Grant(stack.OtherAgent.Omni, VaultStack.Service);
        Assert.Equal("ok", (await stack.SendAsync(AsOther(stack, stack.StoreCall([9])))).Code);
        await stack.StoreAsync([1]);

        File.Copy(stack.PathOf(stack.OtherAgent.Omni, VaultStack.Service), stack.ObjectPath, overwrite: true);

        Assert.Equal("object_corrupt", (await stack.FetchAsync()).Code);
        Assert.Equal([9], (await stack.SendAsync(AsOther(stack, stack.FetchCall()))).Plaintext);
    }

    [Fact]
    public async Task An_object_moved_to_another_name_does_not_open()
    {
        await using var stack = await VaultStack.StartAsync();
        stack.Chain.Grant(stack.Agent.Omni, "stripe");
        await stack.StoreAsync([1]);
        File.Copy(stack.ObjectPath, stack.PathOf(stack.Agent.Omni, "stripe"));

        var fetch = stack.FetchCall();
        fetch.Cap = fetch.Cap with { Service = ServiceName.Parse("stripe") };
        Assert.Equal("object_corrupt", (await stack.SendAsync(fetch)).Code);
    }

    /// <summary>Same actor, same name, both genuine: the wrap of one in the envelope of the other.</summary>
    [Fact]
    public async Task Swapped_wraps_do_not_open()
    {
        await using var stack = await VaultStack.StartAsync();
        await stack.StoreAsync([1]);
        var first = await File.ReadAllBytesAsync(stack.ObjectPath);
        await stack.StoreAsync([2]);
        Rewrite(stack.ObjectPath, bytes =>
        {
            first.AsSpan(23, 32).CopyTo(bytes.AsSpan(23)); // salt
            first.AsSpan(63, 48).CopyTo(bytes.AsSpan(63)); // wrapped key
        });
        Assert.Equal("object_corrupt", (await stack.FetchAsync()).Code);
    }

    [Fact]
    public async Task An_older_version_put_back_is_rolled_back_and_a_store_repairs_it()
    {
        await using var stack = await VaultStack.StartAsync();
        await stack.StoreAsync([1]);
        var old = await File.ReadAllBytesAsync(stack.ObjectPath);
        await stack.StoreAsync([2]);
        await File.WriteAllBytesAsync(stack.ObjectPath, old);

        Assert.Equal("object_rolled_back", (await stack.FetchAsync()).Code);
        await stack.RestartAsync();
        Assert.Equal("object_rolled_back", (await stack.FetchAsync()).Code);
        Assert.Equal("object_rolled_back", (await stack.StoreAsync([3], ifVersion: 1)).Code);
        Assert.Equal("object_rolled_back", (await stack.StoreAsync([3], ifVersion: 2)).Code);
        var repaired = await stack.StoreAsync([3]);
        Assert.Equal(3ul, repaired.Version);
        Assert.Equal([3], (await stack.FetchAsync()).Plaintext);
    }

    [Fact]
    public async Task A_removed_object_is_lost_not_missing_and_a_store_repairs_it()
    {
        await using var stack = await VaultStack.StartAsync();
        Assert.Equal("not_found", (await stack.FetchAsync()).Code);
        await stack.StoreAsync([1]);
        File.Delete(stack.ObjectPath);

        Assert.Equal("object_lost", (await stack.FetchAsync()).Code);
        Assert.Equal("object_lost", (await stack.StoreAsync([2], ifVersion: 0)).Code);
        Assert.Equal("object_lost", (await stack.StoreAsync([2], ifVersion: 1)).Code);
        Assert.Equal(2ul, (await stack.StoreAsync([2])).Version);
        Assert.Equal([2], (await stack.FetchAsync()).Plaintext);
    }

    /// <summary>A header is anybody's word: a forged version neither opens nor runs the versions to their end.</summary>
    [Theory]
    [InlineData(2ul, 3ul)]
    [InlineData(1025ul, 1026ul)]
    [InlineData(1026ul, 2ul)]
    [InlineData(ulong.MaxValue, 2ul)]
    public async Task A_forged_version_cannot_use_the_versions_up(ulong forged, ulong next)
    {
        await using var stack = await VaultStack.StartAsync();
        await stack.StoreAsync([1]);
        Rewrite(stack.ObjectPath, bytes => System.Buffers.Binary.BinaryPrimitives.WriteUInt64BigEndian(bytes.AsSpan(55), forged));
        Assert.Equal("object_corrupt", (await stack.FetchAsync()).Code);
        Assert.Equal(next, (await stack.StoreAsync([2])).Version);
        Assert.Equal([2], (await stack.FetchAsync()).Plaintext);
    }

    private static VaultCall AsOther(VaultStack stack, VaultCall call)
    {
        call.Device = stack.OtherAgent;
        call.Cap = call.Cap with { Device = stack.OtherAgent.Hash, Jkt = stack.OtherAgent.Jkt, Actor = stack.OtherAgent.Omni };
        call.Storage = call.Storage with { Actor = stack.OtherAgent.Omni };
        return call;
    }

    private static void Rewrite(string path, Action<byte[]> change)
    {
        var bytes = File.ReadAllBytes(path);
        change(bytes);
        File.WriteAllBytes(path, bytes);
    }
}
