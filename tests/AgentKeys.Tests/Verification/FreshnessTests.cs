using System.Diagnostics;
using AgentKeys.Chain;
using AgentKeys.Protocol;
using AgentKeys.Testing.Chain;
using AgentKeys.Verification;
using Xunit;

namespace AgentKeys.Tests.Verification;

/// <summary>Which facts count (SPEC.md section 6): fresh, of this chain, from every endpoint, and no failure ever allows.</summary>
public sealed class FreshnessTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    public static TheoryData<Exception> Failures => new(
        new ChainUnavailableException(ChainFault.Unreachable),
        new ChainUnavailableException(ChainFault.WrongChain),
        new ChainUnavailableException(ChainFault.WrongVersion),
        new HttpRequestException("refused"),
        new IOException("reset"),
        new TaskCanceledException("a timeout of the client's own"),
        new FormatException("bad hex"),
        new OverflowException("too large"),
        new InvalidOperationException("anything"),
        new OutOfMemoryException("a hostile length"));

    [Theory, MemberData(nameof(Failures))]
    public async Task Whatever_a_node_makes_a_client_throw_is_unavailable(Exception failure)
    {
        using var f = new GateFixture();
        f.Registry.Fault = failure;
        var refusal = (await Judge(f, f.Registry)).Refusal!;
        Assert.Equal(RefusalCode.ChainUnavailable, refusal.Code);
        Assert.DoesNotContain(failure.Message, refusal.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_silent_node_is_unavailable_within_the_deadline(bool deaf)
    {
        using var f = new GateFixture(new FreshnessPolicy(null, 0, TimeSpan.FromMilliseconds(150)));
        (f.Registry.Hangs, f.Registry.DeafToCancellation) = (true, deaf);
        var watch = Stopwatch.StartNew();
        Assert.Equal(RefusalCode.ChainUnavailable, (await Judge(f, f.Registry)).Refusal?.Code);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(10), watch.Elapsed.ToString());
    }

    [Fact]
    public async Task The_callers_own_cancellation_is_not_the_chains_fault()
    {
        using var f = new GateFixture();
        f.Registry.Hangs = true;
        using var cancel = new CancellationTokenSource();
        var judging = f.Facts.JudgeAsync(new FactsQuery(), _ => null, 0, cancel.Token);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => judging);
    }

    [Fact]
    public async Task Facts_of_another_chain_or_registry_are_none()
    {
        using var f = new GateFixture();
        f.Registry.Bend = facts => facts with { Chain = facts.Chain with { ChainId = 1 } };
        Assert.Equal(RefusalCode.ChainUnavailable, (await Judge(f, f.Registry)).Refusal?.Code);
        f.Registry.Bend = facts => facts with { Chain = facts.Chain with { Registry = f.Agent.Address } };
        Assert.Equal(RefusalCode.ChainUnavailable, (await Judge(f, f.Registry)).Refusal?.Code);
    }

    [Theory]
    [InlineData(60, null)]
    [InlineData(61, RefusalCode.ChainStale)]
    [InlineData(-3600, null)]
    public async Task A_head_older_than_the_limit_is_stale(int age, RefusalCode? code)
    {
        using var f = new GateFixture(new FreshnessPolicy(TimeSpan.FromSeconds(60), 0, s_patience));
        f.Registry.HeadAge = TimeSpan.FromSeconds(age);
        Assert.Equal(code, (await Judge(f, f.Registry)).Refusal?.Code);
    }

    [Fact]
    public async Task A_chain_that_makes_blocks_on_demand_has_no_stale_head()
    {
        using var f = new GateFixture();
        f.Registry.HeadAge = TimeSpan.FromDays(3650);
        Assert.Null((await Judge(f, f.Registry)).Refusal);
    }

    [Fact]
    public async Task Freshness_is_judged_before_the_rule()
    {
        using var f = new GateFixture(new FreshnessPolicy(TimeSpan.FromSeconds(60), 0, s_patience));
        f.Registry.HeadAge = TimeSpan.FromSeconds(61);
        var asked = 0;
        await f.Facts.JudgeAsync(new FactsQuery(), _ => { asked++; return null; }, 0, default);
        Assert.Equal(0, asked);
    }

    [Fact]
    public async Task Two_endpoints_must_both_answer()
    {
        using var f = new GateFixture();
        var other = Twin(f);
        Assert.Null((await Judge(f, f.Registry, other)).Refusal);
        other.Fault = new IOException();
        Assert.Equal(RefusalCode.ChainUnavailable, (await Judge(f, f.Registry, other)).Refusal?.Code);
    }

    [Fact]
    public async Task One_denying_endpoint_denies_whichever_it_is()
    {
        using var f = new GateFixture();
        var other = Twin(f);
        other.Revoke(f.Agent);
        Assert.Equal(RefusalCode.DeviceRevoked, (await Judge(f, f.Registry, other)).Refusal?.Code);
        Assert.Equal(RefusalCode.DeviceRevoked, (await Judge(f, other, f.Registry)).Refusal?.Code);
    }

    [Fact]
    public async Task The_denial_at_the_highest_head_is_shown_and_goes_before_silence()
    {
        using var f = new GateFixture();
        var (low, high) = (Twin(f), Twin(f));
        low.Revoke(f.Agent);
        high.RevokeGrant(f.Agent.Omni, "openai");
        high.Head = low.Head + 5;
        var refusal = (await Judge(f, low, high)).Refusal!;
        Assert.Equal((RefusalCode.ServiceNotInScope, high.Head), (refusal.Code, refusal.Block));
        f.Registry.Fault = new IOException();
        Assert.Equal(RefusalCode.ServiceNotInScope, (await Judge(f, f.Registry, high)).Refusal?.Code);
    }

    [Fact]
    public async Task The_lowest_head_is_what_all_endpoints_vouch_for()
    {
        using var f = new GateFixture();
        var ahead = Twin(f);
        ahead.Head = f.Registry.Head + 7;
        Assert.Equal(f.Registry.Head, (await Judge(f, ahead, f.Registry)).Value.Head.Number);
    }

    /// <summary>One lying node could otherwise raise a quota, or name another epoch, while the honest one allows.</summary>
    [Fact]
    public async Task Endpoints_that_allow_must_agree_on_every_fact()
    {
        using var f = new GateFixture();
        var liar = Twin(f);
        liar.Bend = facts => facts with { Grant = facts.Grant with { MaxCalls = 1_000_000, PeriodSeconds = 1 } };
        Assert.Equal(RefusalCode.ChainUnavailable, (await Judge(f, f.Registry, liar)).Refusal?.Code);
        liar.Bend = facts => facts with { Epoch = 9 };
        Assert.Equal(RefusalCode.ChainUnavailable, (await Judge(f, f.Registry, liar)).Refusal?.Code);
        liar.Bend = null;
        Assert.Null((await Judge(f, f.Registry, liar)).Refusal);
    }

    [Fact]
    public async Task A_grant_counts_when_it_is_confirmed_and_a_revocation_at_once()
    {
        using var f = new GateFixture(new FreshnessPolicy(null, 3, s_patience));
        Assert.Null((await Judge(f, f.Registry)).Refusal);
        f.Registry.Confirmed = facts => facts with { Grant = facts.Grant with { Exists = false } };
        Assert.Equal(RefusalCode.ServiceNotInScope, (await Judge(f, f.Registry)).Refusal?.Code);
        f.Registry.Confirmed = null;
        f.Registry.Revoke(f.Agent);
        f.Registry.Confirmed = facts => facts with { Device = facts.Device with { Revoked = false } };
        Assert.Equal(RefusalCode.DeviceRevoked, (await Judge(f, f.Registry)).Refusal?.Code);
    }

    [Fact]
    public async Task Epoch_and_clock_come_from_the_latest_block_only()
    {
        using var f = new GateFixture(new FreshnessPolicy(null, 3, s_patience));
        f.Registry.Confirmed = facts => facts with { Epoch = facts.Epoch - 1, Head = facts.Head with { Timestamp = 0 } };
        var cap = f.Present(f.Cap).Value;
        var authorized = (await f.Gate.AuthorizeAsync(cap, 0, default)).Value;
        Assert.Equal((f.Registry.Epoch, f.Registry.Head), (authorized.Facts.Epoch, authorized.Facts.Head.Number));

        // A confirmed grant ends by the latest block's clock, whatever the confirmed block says of its own.
        f.Registry.Confirmed = facts => facts with { Grant = facts.Grant with { ExpiresAt = 4_000_000_000 }, Head = facts.Head with { Timestamp = 4_000_000_001 } };
        Assert.Null((await f.Gate.AuthorizeAsync(cap, 0, default)).Refusal);
    }

    [Fact]
    public async Task A_confirmed_state_above_the_head_or_of_another_chain_is_none()
    {
        using var f = new GateFixture(new FreshnessPolicy(null, 3, s_patience));
        f.Registry.Confirmed = facts => facts with { Head = facts.Head with { Number = f.Registry.Head + 1 } };
        Assert.Equal(RefusalCode.ChainUnavailable, (await Judge(f, f.Registry)).Refusal?.Code);
        f.Registry.Confirmed = facts => facts with { Chain = facts.Chain with { ChainId = 1 } };
        Assert.Equal(RefusalCode.ChainUnavailable, (await Judge(f, f.Registry)).Refusal?.Code);
    }

    [Fact]
    public async Task The_probe_shows_each_endpoint_and_never_throws()
    {
        using var f = new GateFixture(new FreshnessPolicy(TimeSpan.FromSeconds(60), 0, s_patience));
        var other = Twin(f);
        var good = await f.Source(f.Registry, other).ProbeAsync(default);
        Assert.Equal((true, null, f.Registry.Head, 2, "solidity"), (good.Ok, good.Reason, good.HeadNumber!.Value, good.DefenceLevel, good.P256Path));
        other.Fault = new IOException("secret upstream text");
        f.Registry.HeadAge = TimeSpan.FromSeconds(100);
        var bad = await f.Source(f.Registry, other).ProbeAsync(default);
        Assert.False(bad.Ok);
        Assert.Equal(["chain_stale", "chain_unavailable"], bad.Endpoints.Select(e => e.Reason));
        Assert.Equal(100, bad.HeadAgeSeconds);
        Assert.Equal("chain_unavailable", bad.Reason);
    }

    private static Task<Result<CapFacts>> Judge(GateFixture f, params FakeRegistry[] endpoints)
    {
        var request = f.Cap.ToRequest();
        return f.Source(endpoints).JudgeAsync(request.ToQuery(), facts => CapRules.Check(request, facts, f.Now), 0, default);
    }

    /// <summary>Another node of the same chain.</summary>
    internal static FakeRegistry Twin(GateFixture f)
    {
        var twin = new FakeRegistry(f.Clock).AddOperator(f.Wallet, f.Master).AddAgent(f.Wallet, f.Agent).Grant(f.Agent.Omni, "openai");
        Assert.Equal(f.Registry.Head, twin.Head);
        return twin;
    }
}
