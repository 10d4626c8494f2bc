using AgentKeys.Audit;
using AgentKeys.Audit.Log;
using AgentKeys.Protocol;
using AgentKeys.Testing.Audit;
using AgentKeys.Testing.Storage;
using Xunit;
using static AgentKeys.Testing.Audit.AuditActs;

namespace AgentKeys.Tests.Audit;

/// <summary>The conditions of an append, each bent alone, before and after a restart.</summary>
public sealed class LocalAuditLogTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private readonly ManualTime _time = new();
    private LocalAuditLog _log = null!;

    public async Task InitializeAsync() => _log = (await LocalAuditLog.CreateAsync(Options(_folder.Path, _time))).Value;

    public async Task DisposeAsync()
    {
        await _log.DisposeAsync();
        _folder.Dispose();
    }

    private async Task RestartAsync()
    {
        await _log.DisposeAsync();
        _log = await LocalAuditLog.OpenAsync(Options(_folder.Path, _time));
        Assert.True(_log.Status.Ready, _log.Status.Reason);
    }

    private async Task MaybeRestartAsync(bool restart)
    {
        if (restart)
            await RestartAsync();
    }

    private async Task<AuditReceipt> Allowed(AuditAuthorization act) => (await _log.AuthorizeAsync(act, default)).Value;

    private async Task<Refusal> Refused(AuditAuthorization act)
    {
        var before = _log.Status.Records;
        Assert.False((await _log.AuthorizeAsync(act, default)).IsOk(out _, out var refusal));
        Assert.Equal(before, _log.Status.Records);
        return refusal!;
    }

    private async Task<ObjectFloor> Outcome(AuditOutcome outcome) => (await _log.OutcomeAsync(outcome, default)).Value.Floor;

    [Fact]
    public async Task Receipts_name_leaf_and_place()
    {
        var first = await Allowed(Store(1));
        var second = await Allowed(Store(2));
        Assert.Equal((1ul, 2ul), (first.Index, second.Index)); // 0 is the record of the opening
        Assert.NotEqual(first.Leaf, second.Leaf);
        Assert.Equal(3ul, _log.Status.Records);
        await RestartAsync();
        Assert.Equal(3ul, _log.Status.Records);
        Assert.Equal(3ul, (await Allowed(Store(3))).Index);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_proof_works_once(bool restart)
    {
        await Allowed(Store(1));
        await MaybeRestartAsync(restart);
        var refusal = await Refused(Store(2) with { Proof = Store(1).Proof });
        Assert.Equal(RefusalCode.ProofReplayed, refusal.Code);
        await Allowed(Store(2) with { Proof = new ProofUse(Fill(5), "proof-1") }); // same jti, another key
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_write_cap_works_once(bool restart)
    {
        await Allowed(Store(1));
        await MaybeRestartAsync(restart);
        var refusal = await Refused(Store(2) with { Cap = Store(1).Cap });
        Assert.Equal(RefusalCode.CapReplayed, refusal.Code);
    }

    [Fact]
    public async Task A_read_cap_works_again()
    {
        await Allowed(Fetch(1));
        await Allowed(Fetch(2));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_quota_is_exact_and_says_when_to_come_back(bool restart)
    {
        var quota = new QuotaUse(ScopeGeneration: 4, MaxCalls: 2, PeriodSeconds: 3600);
        await Allowed(Fetch(1) with { Quota = quota });
        await Allowed(Fetch(2) with { Quota = quota });
        await MaybeRestartAsync(restart);
        var refusal = await Refused(Fetch(3) with { Quota = quota });
        Assert.Equal(RefusalCode.QuotaExceeded, refusal.Code);
        var wait = refusal.RetryAfterSeconds!.Value;
        Assert.Equal(3600 - (1_800_000_000 % 3600), wait);

        await Allowed(Fetch(4) with { Quota = quota, Operator = new Omni(Fill(9)) });
        await Allowed(Fetch(5) with { Quota = quota, Actor = new Omni(Fill(9)) });
        await Allowed(Fetch(6) with { Quota = quota, Op = AuditOpKind.MemoryGet });
        await Allowed(Fetch(7) with { Quota = quota with { ScopeGeneration = 5 } });
        await Allowed(Fetch(8, new ObjectName(ServiceName.Parse("other"))) with { Quota = quota });
        Assert.Equal(RefusalCode.QuotaExceeded, (await Refused(Store(9) with { Quota = quota })).Code); // one count for all ops

        _time.Advance(TimeSpan.FromSeconds(wait - 1));
        Assert.Equal(1, (await Refused(Fetch(10) with { Quota = quota })).RetryAfterSeconds);
        _time.Advance(TimeSpan.FromSeconds(1));
        await Allowed(Fetch(11) with { Quota = quota });
    }

    [Fact]
    public async Task A_quota_of_none_allows_none() =>
        Assert.Equal(RefusalCode.QuotaExceeded, (await Refused(Fetch(1) with { Quota = new QuotaUse(1, 0, 60) })).Code);

    [Fact]
    public async Task A_refused_append_uses_nothing_up()
    {
        await Allowed(Store(1));
        await Refused(Store(2) with { Proof = Store(1).Proof });
        await Allowed(Store(2));
        await Refused(Store(3) with { Quota = new QuotaUse(1, 0, 60) });
        await Allowed(Store(3));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Floors_follow_outcomes_only_and_never_go_down(bool restart)
    {
        var first = await Allowed(Store(1));
        Assert.Equal(default, first.Floor);
        Assert.Equal(default, (await Allowed(Fetch(2))).Floor); // authorized, outcome unknown: still never stored
        Assert.Equal(new ObjectFloor(1, false), await Outcome(AuditOutcome.Stored(first.Leaf, 1, Fill(8))));

        var late = await Allowed(Store(3));
        var next = await Allowed(Store(4));
        Assert.Equal(new ObjectFloor(3, false), await Outcome(AuditOutcome.Stored(next.Leaf, 3, Fill(8))));
        Assert.Equal(new ObjectFloor(3, false), await Outcome(AuditOutcome.Stored(late.Leaf, 2, Fill(8))));

        var refused = await Allowed(Store(5));
        Assert.Equal(new ObjectFloor(3, false), await Outcome(AuditOutcome.Refused(refused.Leaf, RefusalCode.Conflict)));

        var read = await Allowed(Fetch(6));
        Assert.Equal(new ObjectFloor(5, false), await Outcome(AuditOutcome.Read(read.Leaf, 5)));

        var delete = await Allowed(Store(7) with { Op = AuditOpKind.CredentialsDelete });
        Assert.Equal(new ObjectFloor(7, true), await Outcome(AuditOutcome.Deleted(delete.Leaf, removed: 6)));

        var gone = await Allowed(Store(70) with { Op = AuditOpKind.CredentialsDelete });
        Assert.Equal(new ObjectFloor(8, true), await Outcome(AuditOutcome.Deleted(gone.Leaf, removed: 0)));

        await MaybeRestartAsync(restart);
        Assert.Equal(new ObjectFloor(8, true), (await Allowed(Fetch(8))).Floor);
        Assert.Equal(default, (await Allowed(Fetch(9) with { Actor = new Omni(Fill(9)) })).Floor);
        Assert.Equal(default, (await Allowed(Fetch(10) with { Op = AuditOpKind.MemoryGet })).Floor);
        Assert.Equal(default, (await Allowed(Fetch(11, new ObjectName(ServiceName.Parse("other"))))).Floor);

        var again = await Allowed(Store(12));
        Assert.Equal(new ObjectFloor(9, false), await Outcome(AuditOutcome.Stored(again.Leaf, again.Floor.Version + 1, Fill(8))));
    }

    [Fact]
    public void A_refused_outcome_moves_no_floor_whatever_it_says()
    {
        var state = new AuditLogState();
        var outcome = new AuditRecord
        {
            Time = 1,
            Operator = Operator,
            Actor = Actor,
            Device = default,
            Op = AuditOpKind.CredentialsStore,
            Phase = AuditPhase.Outcome,
            Ref = Fill(1),
            Result = "conflict",
            Verifier = "worker:credentials",
            Object = Key,
            ObjectVersion = 4,
        };
        state.Apply(outcome, Fill(2));
        Assert.Equal(default, state.Floor(Actor, AuditOpKind.CredentialsFetch, Key));
        state.Apply(outcome with { Result = AuditRecord.Ok }, Fill(2));
        Assert.Equal(new ObjectFloor(4, false), state.Floor(Actor, AuditOpKind.CredentialsFetch, Key));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_outcome_needs_its_open_act_and_closes_it(bool restart)
    {
        Assert.False((await _log.OutcomeAsync(AuditOutcome.Done(Fill(9)), default)).IsOk(out _, out var unknown));
        Assert.Equal(RefusalCode.AuditUnavailable, unknown.Code);
        var act = await Allowed(Store(1));
        await MaybeRestartAsync(restart);
        await Outcome(AuditOutcome.Stored(act.Leaf, 1, Fill(8)));
        await MaybeRestartAsync(restart);
        Assert.False((await _log.OutcomeAsync(AuditOutcome.Stored(act.Leaf, 2, Fill(8)), default)).IsOk(out _, out var twice));
        Assert.Equal(RefusalCode.AuditUnavailable, twice.Code);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Both_records_in_one_step_are_the_same_two(bool restart)
    {
        var receipt = (await _log.RecordAsync(Fetch(1), default)).Value;
        Assert.Equal((1ul, 3ul), (receipt.Index, _log.Status.Records));
        await MaybeRestartAsync(restart);
        Assert.Equal(3ul, _log.Status.Records);
        Assert.False((await _log.OutcomeAsync(AuditOutcome.Done(receipt.Leaf), default)).IsOk(out _, out var closed));
        Assert.Equal(RefusalCode.AuditUnavailable, closed.Code);
        Assert.False((await _log.RecordAsync(Fetch(2) with { Proof = Fetch(1).Proof }, default)).IsOk(out _, out var twice));
        Assert.Equal((RefusalCode.ProofReplayed, 3ul), (twice.Code, _log.Status.Records));
    }

    [Fact]
    public async Task A_teardown_has_an_outcome_per_object_and_one_that_closes_it()
    {
        var a = new ObjectName(ServiceName.Parse("a"));
        var teardown = await Allowed(Store(1) with { Op = AuditOpKind.CredentialsTeardown, Object = null });
        Assert.Equal(new ObjectFloor(5, true), await Outcome(AuditOutcome.Deleted(teardown.Leaf, 4, a)));
        Assert.Equal(new ObjectFloor(2, true), await Outcome(AuditOutcome.Deleted(teardown.Leaf, 1, Key)));
        await Outcome(AuditOutcome.Done(teardown.Leaf));
        Assert.False((await _log.OutcomeAsync(AuditOutcome.Deleted(teardown.Leaf, 4, a), default)).IsOk(out _, out _));
        Assert.Equal(new ObjectFloor(5, true), (await Allowed(Fetch(2, a))).Floor);
    }

    [Fact]
    public async Task Misuse_throws_to_the_caller_and_harms_nobody_else()
    {
        await Assert.ThrowsAsync<ArgumentException>(async () => await Allowed(Store(1) with { Proof = new ProofUse(Fill(4), "a b") }));
        await Assert.ThrowsAsync<ArgumentException>(async () => await Allowed(Store(1) with { Object = null, Quota = new QuotaUse(1, 1, 1) }));
        await Assert.ThrowsAsync<ArgumentException>(async () => await Allowed(Store(1) with { Quota = new QuotaUse(1, 1, 0) }));
        var act = await Allowed(Store(1));
        await Assert.ThrowsAsync<ArgumentException>(async () => await Outcome(AuditOutcome.Deleted(act.Leaf, 0, new ObjectName(ServiceName.Parse("other")))));
        await Outcome(AuditOutcome.Done(act.Leaf));
    }

    [Fact]
    public async Task A_cancelled_append_writes_nothing()
    {
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await _log.AuthorizeAsync(Store(1), cancelled.Token));
        await Allowed(Store(1));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Memory_is_bounded_by_time(bool restart)
    {
        for (var i = 0; i < 50; i++)
            await Allowed(Fetch(i) with { Quota = new QuotaUse(1, 100, 60) });
        _time.Advance(TimeSpan.FromSeconds(119));
        await MaybeRestartAsync(restart);
        Assert.Equal(RefusalCode.ProofReplayed, (await Refused(Fetch(1))).Code);
        _time.Advance(TimeSpan.FromSeconds(2));
        await Allowed(Fetch(1));
        _time.Advance(TimeSpan.FromSeconds(1_801));
        await Allowed(Fetch(2));
        Assert.True(_log.Remembered <= 4, $"{_log.Remembered}");
    }

    [Fact]
    public async Task A_write_cap_is_remembered_for_twice_its_longest_life()
    {
        await Allowed(Store(1));
        _time.Advance(TimeSpan.FromSeconds(1_800));
        await RestartAsync();
        Assert.Equal(RefusalCode.CapReplayed, (await Refused(Store(2) with { Cap = Store(1).Cap })).Code);
    }

    [Fact]
    public async Task A_clock_far_behind_the_log_refuses_until_it_has_caught_up()
    {
        await Allowed(Store(1));
        _time.Advance(TimeSpan.FromSeconds(-55));
        await Allowed(Store(2));
        _time.Advance(TimeSpan.FromSeconds(-1));
        Assert.Equal(RefusalCode.AuditUnavailable, (await Refused(Store(3))).Code);
        Assert.False(_log.Status.Ready);
        _time.Advance(TimeSpan.FromSeconds(1));
        await Allowed(Store(3));
        Assert.True(_log.Status.Ready);
    }

    [Fact]
    public async Task A_closed_log_refuses()
    {
        await _log.DisposeAsync();
        Assert.Equal(RefusalCode.AuditUnavailable, (await Refused(Store(1))).Code);
    }
}
