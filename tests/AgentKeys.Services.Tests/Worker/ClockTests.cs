using Xunit;

namespace AgentKeys.Services.Tests.Worker;

/// <summary>The machine's clock jumps: refused with the code of what no longer fits, nothing changed, served again when it is right.</summary>
public class ClockTests
{
    private static readonly TimeSpan s_day = TimeSpan.FromDays(1);

    [Theory]
    [InlineData(66, "proof_invalid")] // older than a proof may be; the cap is still good
    [InlineData(86_400, "cap_expired")]
    public async Task A_jump_forward_ends_what_was_made_before_it(int seconds, string code)
    {
        await using var stack = await VaultStack.StartAsync();
        Assert.Equal("ok", (await stack.StoreAsync([1])).Code);
        var (store, fetch) = (stack.StoreCall([2]).Build(), stack.FetchCall().Build());
        var before = State(stack);

        stack.Time.Advance(TimeSpan.FromSeconds(seconds));
        Assert.Equal(code, (await stack.SendAsync(store)).Code);
        Assert.Equal(code, (await stack.SendAsync(fetch)).Code);
        Assert.Equal(code, (await stack.SendToSignerAsync("/v1/keys/generate", store, "{}"u8.ToArray())).Code);
        Assert.Equal(before, State(stack));

        stack.Time.Advance(-TimeSpan.FromSeconds(seconds)); // nothing was recorded meanwhile, so nothing is of the future
        Assert.Equal("ok", (await stack.SendAsync(store)).Code);
        Assert.Equal([2], (await stack.SendAsync(fetch)).Plaintext);
    }

    [Fact]
    public async Task A_jump_forward_ends_a_storage_session()
    {
        await using var stack = await VaultStack.StartAsync();
        var old = stack.StoreCall([1]).Storage;
        stack.Time.Advance(s_day);
        var store = stack.StoreCall([1]);
        store.Storage = old;
        Assert.Equal("storage_session_refused", (await stack.SendAsync(store)).Code);
        Assert.Equal("", stack.StoreDigest());
        Assert.Equal("ok", (await stack.StoreAsync([1])).Code);
    }

    [Fact]
    public async Task A_jump_back_behind_the_newest_record_refuses_until_the_clock_has_caught_up()
    {
        await using var stack = await VaultStack.StartAsync();
        stack.Time.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal("ok", (await stack.StoreAsync([1])).Code);
        var before = State(stack);

        stack.Time.Advance(-TimeSpan.FromMinutes(5));
        Assert.Equal("audit_unavailable", (await stack.StoreAsync([2])).Code);
        Assert.Equal("audit_unavailable", (await stack.FetchAsync()).Code);
        Assert.Equal("audit_unavailable", (await stack.SendToSignerAsync("/v1/keys/generate", stack.StoreCall([2]).Build(), "{}"u8.ToArray())).Code);
        Assert.Equal(before, State(stack));
        Assert.Equal(503, (await stack.GetAsync("/readyz")).Status);

        stack.Time.Advance(TimeSpan.FromMinutes(5) - TimeSpan.FromSeconds(56));
        Assert.Equal("audit_unavailable", (await stack.FetchAsync()).Code);
        stack.Time.Advance(TimeSpan.FromSeconds(1)); // 55 s behind: held at the newest record
        Assert.Equal([1], (await stack.FetchAsync()).Plaintext);
        Assert.Equal(2ul, (await stack.StoreAsync([2])).Version);
        Assert.Equal(200, (await stack.GetAsync("/readyz")).Status);
    }

    private static (string Store, ulong Worker, ulong Signer) State(VaultStack stack) => (stack.StoreDigest(), stack.WorkerRecords, stack.SignerRecords);
}
