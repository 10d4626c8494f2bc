using AgentKeys.Protocol;
using Xunit;

namespace AgentKeys.Services.Tests.Worker;

public class ReplayTests
{
    [Theory, MemberData(nameof(VaultStack.Classes), MemberType = typeof(VaultStack))]
    public async Task A_proof_works_once_also_after_a_restart(DataClass dataClass)
    {
        await using var stack = await VaultStack.StartAsync(dataClass);
        await stack.StoreAsync([1]);
        var fetch = stack.FetchCall().Build();

        Assert.Equal("ok", (await stack.SendAsync(fetch)).Code);
        Assert.Equal("proof_replayed", (await stack.SendAsync(fetch)).Code);
        await stack.RestartAsync();
        Assert.Equal("proof_replayed", (await stack.SendAsync(fetch)).Code);
    }

    /// <summary>A log is not all memory: what was used before this process is refused by its age.</summary>
    [Theory, MemberData(nameof(VaultStack.Classes), MemberType = typeof(VaultStack))]
    public async Task A_proof_from_before_the_process_is_refused(DataClass dataClass)
    {
        await using var stack = await VaultStack.StartAsync(dataClass);
        await stack.StoreAsync([1]);
        var fetch = stack.FetchCall().Build();
        stack.Time.Advance(TimeSpan.FromSeconds(2));
        await stack.RestartAsync();
        Assert.Equal("proof_invalid", (await stack.SendAsync(fetch)).Code);
    }

    [Fact]
    public async Task A_read_cap_works_again_with_a_new_proof()
    {
        await using var stack = await VaultStack.StartAsync();
        await stack.StoreAsync([1]);
        var first = stack.FetchCall();
        var second = stack.FetchCall();
        second.Cap = first.Cap;
        Assert.Equal("ok", (await stack.SendAsync(first)).Code);
        Assert.Equal("ok", (await stack.SendAsync(second)).Code);
    }

    [Theory, MemberData(nameof(VaultStack.Classes), MemberType = typeof(VaultStack))]
    public async Task A_write_cap_works_once_also_after_a_restart(DataClass dataClass)
    {
        await using var stack = await VaultStack.StartAsync(dataClass);
        var first = stack.StoreCall([1]);
        Assert.Equal("ok", (await stack.SendAsync(first)).Code);
        foreach (var restart in (bool[])[false, true])
        {
            if (restart)
                await stack.RestartAsync();
            var again = stack.StoreCall([2]);
            again.Cap = first.Cap;
            Assert.Equal("cap_replayed", (await stack.SendAsync(again)).Code);
        }
        Assert.Equal([1], (await stack.FetchAsync()).Plaintext);
    }

    [Theory, MemberData(nameof(VaultStack.Classes), MemberType = typeof(VaultStack))]
    public async Task Of_many_requests_at_once_with_one_write_cap_exactly_one_wins(DataClass dataClass)
    {
        await using var stack = await VaultStack.StartAsync(dataClass);
        var cap = stack.StoreCall([]).Cap;
        var requests = Enumerable.Range(1, 8).Select(i =>
        {
            var call = stack.StoreCall([(byte)i]);
            call.Cap = cap;
            return call.Build();
        }).ToList();

        var answers = await Task.WhenAll(requests.Select(stack.SendAsync));

        Assert.Equal(1, answers.Count(a => a.Code == "ok"));
        Assert.Equal(7, answers.Count(a => a.Code == "cap_replayed"));
        Assert.Equal(1ul, (await stack.FetchAsync()).Version);
    }

    /// <summary>Different caps, one object: each either is stored at a version of its own or conflicts; no version is given twice.</summary>
    [Fact]
    public async Task Stores_at_once_never_share_a_version()
    {
        await using var stack = await VaultStack.StartAsync();
        var requests = Enumerable.Range(1, 8).Select(i => stack.StoreCall([(byte)i]).Build()).ToList();

        var answers = await Task.WhenAll(requests.Select(stack.SendAsync));

        Assert.All(answers, a => Assert.Contains(a.Code, (string[])["ok", "conflict"]));
        var versions = answers.Where(a => a.Code == "ok").Select(a => a.Version).ToList();
        Assert.NotEmpty(versions);
        Assert.Equal(versions.Count, versions.Distinct().Count());
        Assert.Equal(versions.Max(), (await stack.FetchAsync()).Version);
    }

    [Theory, MemberData(nameof(VaultStack.Classes), MemberType = typeof(VaultStack))]
    public async Task A_quota_ends_and_begins_anew_with_the_period_or_the_generation(DataClass dataClass)
    {
        await using var stack = await VaultStack.StartAsync(dataClass);
        await stack.StoreAsync([1]);
        stack.Chain.Grant(stack.Agent.Omni, VaultStack.Service, g => g with { Classes = dataClass.MaskBit(), MaxCalls = 2, PeriodSeconds = 60, Generation = 2 });

        Assert.Equal("ok", (await stack.FetchAsync()).Code);
        Assert.Equal("ok", (await stack.StoreAsync([2])).Code);
        var refused = await stack.FetchAsync();
        Assert.Equal("quota_exceeded", refused.Code);
        Assert.InRange(refused.RetryAfter!.Value.TotalSeconds, 1, 60);
        Assert.Equal("quota_exceeded", (await stack.StoreAsync([3])).Code);
        await stack.RestartAsync();
        Assert.Equal("quota_exceeded", (await stack.FetchAsync()).Code);

        stack.Time.Advance(TimeSpan.FromSeconds(61));
        Assert.Equal([2], (await stack.FetchAsync()).Plaintext);
        stack.Chain.Grant(stack.Agent.Omni, VaultStack.Service, g => g with { Classes = dataClass.MaskBit(), MaxCalls = 1, PeriodSeconds = 60, Generation = 3 });
        Assert.Equal("ok", (await stack.FetchAsync()).Code);
        Assert.Equal("quota_exceeded", (await stack.FetchAsync()).Code);
    }

    /// <summary>A master needs no grant, so its stores take nothing from the agent's.</summary>
    [Fact]
    public async Task A_masters_stores_do_not_count_against_the_agents_quota()
    {
        await using var stack = await VaultStack.StartAsync();
        stack.Chain.Grant(stack.Agent.Omni, VaultStack.Service, g => g with { MaxCalls = 1, PeriodSeconds = 60 });
        for (var i = 0; i < 3; i++)
        {
            var store = stack.StoreCall([5]);
            store.Device = stack.Master;
            store.Cap = store.Cap with { Device = stack.Master.Hash, Jkt = stack.Master.Jkt };
            Assert.Equal("ok", (await stack.SendAsync(store)).Code);
        }
        Assert.Equal("ok", (await stack.FetchAsync()).Code);
        Assert.Equal("quota_exceeded", (await stack.FetchAsync()).Code);
    }
}
