using AgentKeys.Services.Tests.Support;
using Xunit;

namespace AgentKeys.Services.Tests.Worker;

/// <summary>What a person sees of worker and signer at <c>/readyz</c>: everything a decision needs, and what is wrong with it.</summary>
public class ReadinessTests
{
    [Fact]
    public async Task The_worker_says_what_it_needs()
    {
        await using var stack = await VaultStack.StartAsync();
        stack.Chain.HeadAge = TimeSpan.FromSeconds(7);
        var ready = new ReadyChecks(await stack.GetTextAsync("/readyz"));

        Assert.Equal(["audit", "chain", "signer", "store"], ready.Names);
        ExpectChain(ready, stack);
        Assert.Equal(("1", "local"), (ready["audit", "records"], ready["store", "kind"]));
    }

    [Fact]
    public async Task The_signer_says_what_it_needs()
    {
        await using var stack = await VaultStack.StartAsync();
        stack.AddEpoch(2);
        stack.SignerChain.HeadAge = TimeSpan.FromSeconds(7);
        var ready = await SignerAsync(stack);

        Assert.Equal(["audit", "chain", "ring"], ready.Names);
        ExpectChain(ready, stack);
        Assert.Equal(("1", "1,2"), (ready["audit", "records"], ready["ring", "epochs"]));
    }

    [Fact]
    public async Task A_stale_chain_is_not_ready_and_says_how_old_it_is()
    {
        await using var stack = await VaultStack.StartAsync();
        stack.Chain.HeadAge = TimeSpan.FromSeconds(61);
        var answer = await stack.GetAsync("/readyz");
        var ready = new ReadyChecks(answer.Text);
        Assert.Equal(503, answer.Status);
        Assert.Contains("chain", ready.Failed);
        Assert.Equal(("chain_stale", "61"), (ready["chain", "reason"], ready["chain", "headAgeSeconds"]));
    }

    [Fact]
    public async Task A_log_lost_under_a_worker_without_requests_is_said()
    {
        await using var stack = await VaultStack.StartAsync();
        Directory.Delete(stack.Folder["state/credentials/audit"], recursive: true);
        var ready = await UntilAsync(async () => new ReadyChecks((await stack.GetAsync("/readyz")).Text));
        Assert.Equal(["audit"], ready.Failed);
        Assert.StartsWith("The audit log was deleted", ready["audit", "reason"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_log_lost_under_the_signer_is_said_with_its_class()
    {
        await using var stack = await VaultStack.StartAsync();
        Directory.Delete(stack.Folder["state/signer/credentials/audit"], recursive: true);
        var ready = await UntilAsync(() => SignerAsync(stack));
        Assert.Equal(["audit"], ready.Failed);
        Assert.StartsWith("credentials: The ", ready["audit", "reason"], StringComparison.Ordinal);
    }

    private static void ExpectChain(ReadyChecks ready, VaultStack stack)
    {
        Assert.Empty(ready.Failed);
        Assert.Equal((stack.Chain.Chain.ToString(), "FakeRegistry", "1"), (ready["chain", "chain"], ready["chain", "client"], ready["chain", "endpoints"]));
        Assert.Equal(("7", "solidity"), (ready["chain", "headAgeSeconds"], ready["chain", "p256"]));
        Assert.Equal(stack.Chain.Head.ToString(System.Globalization.CultureInfo.InvariantCulture), ready["chain", "head"]);
        Assert.Null(ready["chain", "startCheck"]);
    }

    private static async Task<ReadyChecks> SignerAsync(VaultStack stack)
    {
        using var signer = stack.SignerHttp();
        using var answer = await signer.GetAsync(new Uri("/readyz", UriKind.Relative));
        return new ReadyChecks(await answer.Content.ReadAsStringAsync());
    }

    /// <summary>A log looks again after it was asked, so the answer after the next one knows.</summary>
    private static async Task<ReadyChecks> UntilAsync(Func<Task<ReadyChecks>> ask)
    {
        var ready = await ask();
        for (var tries = 0; !ready.Failed.Any() && tries < 500; tries++)
        {
            await Task.Delay(10);
            ready = await ask();
        }
        return ready;
    }
}
