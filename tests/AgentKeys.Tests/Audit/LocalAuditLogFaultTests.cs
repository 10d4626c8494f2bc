using System.Collections.Concurrent;
using AgentKeys.Audit;
using AgentKeys.Audit.Log;
using AgentKeys.Protocol;
using AgentKeys.Testing.Audit;
using AgentKeys.Testing.Storage;
using Xunit;
using static AgentKeys.Testing.Audit.AuditActs;

namespace AgentKeys.Tests.Audit;

/// <summary>The fault table: each step fails before and after it took effect, with and without a crash; then the invariant.</summary>
public sealed class LocalAuditLogFaultTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private readonly ManualTime _time = new();

    private const string Log = "audit/log";
    private const string Head = "audit/head";

    public async Task InitializeAsync()
    {
        await using var log = await LocalAuditLog.OpenOrCreateAsync(Options(_folder.Path, _time));
        Assert.True((await log.AuthorizeAsync(Store(1), default)).IsOk(out _, out _));
        Assert.True((await log.AuthorizeAsync(Store(2), default)).IsOk(out _, out _));
    }

    public Task DisposeAsync()
    {
        _folder.Dispose();
        return Task.CompletedTask;
    }

    public static TheoryData<string, bool> Steps
    {
        get
        {
            var steps = new TheoryData<string, bool>();
            foreach (var step in Enum.GetNames<AuditLogStep>())
            {
                steps.Add(step, false);
                steps.Add(step, true);
            }
            return steps;
        }
    }

    [Theory]
    [MemberData(nameof(Steps))]
    public async Task A_failed_step_refuses_writes_nothing_and_recovers_without_hands(string step, bool after)
    {
        // The head's fsync comes after the acknowledgement, whose records stay; the next append is what it holds up.
        var acknowledged = step == nameof(AuditLogStep.SyncHead);
        var records = acknowledged ? 5ul : 3ul;
        var failing = false;
        await using (var log = LocalAuditLog.OpenWithFaults(Options(_folder.Path, _time), (at, applied) =>
        {
            if (failing && at.ToString() == step && applied == after)
                throw new IOException("No space left on device");
        }))
        {
            failing = true;
            Assert.Equal(acknowledged, (await log.RecordAsync(Store(3), default)).IsOk(out _, out var both));
            Assert.Equal(acknowledged ? null : RefusalCode.AuditUnavailable, both?.Code);
            Assert.Equal(RefusalCode.AuditUnavailable, await Code(log, Store(4)));
            Assert.False(log.Status.Ready);
            _time.Advance(TimeSpan.FromSeconds(1));
            Assert.Equal(RefusalCode.AuditUnavailable, await Code(log, Store(4)));
            failing = false;
            _time.Advance(TimeSpan.FromSeconds(1));
            await UntilReady(log);
            Assert.Equal(records, log.Status.Records);
            using (var disk = _folder.Copy())
            await using (var crashed = await LocalAuditLog.OpenAsync(Options(disk.Path, _time)))
                Assert.True(crashed.Status.Ready, crashed.Status.Reason);
            if (!acknowledged)
                Assert.Null(await Code(log, Store(3))); // proof and cap of the failed append were not used up
            Assert.Equal(RefusalCode.ProofReplayed, await Code(log, Store(3)));
            Assert.Null(await Code(log, Store(4)));
        }
        await using var again = await LocalAuditLog.OpenAsync(Options(_folder.Path, _time));
        Assert.True(again.Status.Ready, again.Status.Reason);
        Assert.Equal(acknowledged ? 6ul : 5ul, again.Status.Records);
    }

    [Fact]
    public async Task An_append_waits_for_one_fsync_and_the_next_for_the_heads()
    {
        var steps = new ConcurrentQueue<AuditLogStep>();
        using var letGo = new ManualResetEventSlim();
        await using var log = LocalAuditLog.OpenWithFaults(Options(_folder.Path, _time), (step, applied) =>
        {
            if (applied)
                return;
            steps.Enqueue(step);
            if (step == AuditLogStep.SyncHead)
                letGo.Wait(TimeSpan.FromSeconds(10)); // a failing test still ends
        });
        Assert.Null(await Code(log, Store(3)));
        var next = Code(log, Store(4));
        await Task.Delay(50);
        Assert.False(next.IsCompleted);
        letGo.Set();
        Assert.Null(await next);
        AuditLogStep[] append = [AuditLogStep.WriteLog, AuditLogStep.SyncLog, AuditLogStep.WriteHead];
        Assert.Equal([.. append, AuditLogStep.SyncHead, .. append], steps.Take(7));
    }

    /// <summary>A power failure in the middle of a slot leaves the other: so no slot is written while the other may not be on the disk.</summary>
    [Fact]
    public async Task No_slot_of_the_head_is_written_before_the_other_is_durable()
    {
        var (failing, steps) = (true, new List<AuditLogStep>());
        await using (var log = LocalAuditLog.OpenWithFaults(Options(_folder.Path, _time), (step, applied) =>
        {
            if (applied)
                steps.Add(step);
            else if (step == AuditLogStep.SyncHead && failing)
                throw new IOException("I/O error");
        }))
        {
            Assert.Null(await Code(log, Store(3)));
            Assert.Equal(RefusalCode.AuditUnavailable, await Code(log, Store(4)));
            Assert.Equal(1, steps.Count(s => s == AuditLogStep.WriteHead));
            failing = false;
            _time.Advance(TimeSpan.FromSeconds(1));
            await UntilReady(log);
        }
        for (var (i, durable) = (0, true); i < steps.Count; i++)
        {
            Assert.True(durable || steps[i] != AuditLogStep.WriteHead, string.Join(' ', steps));
            durable = steps[i] == AuditLogStep.SyncHead || (durable && steps[i] != AuditLogStep.WriteHead);
        }
    }

    [Theory]
    [MemberData(nameof(Steps))]
    public async Task A_crash_at_any_step_loses_no_acknowledged_record(string step, bool after)
    {
        TemporaryFolder? disk = null;
        await using (var log = LocalAuditLog.OpenWithFaults(Options(_folder.Path, _time), (at, applied) =>
        {
            if (disk is null && at.ToString() == step && applied == after)
                disk = _folder.Copy();
        }))
        {
            Assert.Null(await Code(log, Store(3)));
        }
        using (disk)
        {
            await using var again = await LocalAuditLog.OpenAsync(Options(disk!.Path, _time));
            Assert.True(again.Status.Ready, again.Status.Reason);
            var written = step != nameof(AuditLogStep.WriteLog) || after;
            Assert.Equal(written ? 4ul : 3ul, again.Status.Records);
            Assert.Equal(RefusalCode.ProofReplayed, await Code(again, Store(2)));
            Assert.Equal(written ? RefusalCode.ProofReplayed : (RefusalCode?)null, await Code(again, Store(3)));
        }
    }

    [Fact]
    public async Task A_torn_last_frame_is_cut_at_every_offset()
    {
        var before = (await File.ReadAllBytesAsync(_folder[Log]), await File.ReadAllBytesAsync(_folder[Head]));
        await using (var log = await LocalAuditLog.OpenAsync(Options(_folder.Path, _time)))
            Assert.Null(await Code(log, Store(3)));
        var whole = await File.ReadAllBytesAsync(_folder[Log]);
        for (var length = before.Item1.Length; length < whole.Length; length++)
        {
            await _folder.ReplaceAsync(Log, whole[..length]);
            await _folder.ReplaceAsync(Head, before.Item2);
            await using var log = await LocalAuditLog.OpenAsync(Options(_folder.Path, _time));
            Assert.True(log.Status.Ready, $"{length}: {log.Status.Reason}");
            Assert.Equal(3ul, log.Status.Records);
            Assert.Equal(before.Item1.Length, new FileInfo(_folder[Log]).Length);
        }
    }

    [Fact]
    public async Task An_acknowledged_frame_missing_any_bytes_is_damage()
    {
        var whole = await File.ReadAllBytesAsync(_folder[Log]);
        for (var length = 0; length < whole.Length; length += length < whole.Length - 300 ? 37 : 1)
        {
            await _folder.ReplaceAsync(Log, whole[..length]);
            await AssertUnavailable($"cut to {length}");
        }
    }

    [Fact]
    public async Task A_flipped_bit_anywhere_in_the_log_is_damage()
    {
        var whole = await File.ReadAllBytesAsync(_folder[Log]);
        for (var i = 0; i < whole.Length; i++)
        {
            var bent = whole.ToArray();
            bent[i] ^= (byte)(1 << (i % 8));
            await _folder.ReplaceAsync(Log, bent);
            await AssertUnavailable($"byte {i}");
        }
    }

    [Fact]
    public async Task Frames_cannot_be_swapped_repeated_or_dropped()
    {
        var whole = await File.ReadAllBytesAsync(_folder[Log]);
        var frames = Frames(whole);
        byte[][] bent = [[.. whole[..16], .. frames[0], .. frames[2], .. frames[1]], [.. whole, .. frames[2]], [.. whole[..16], .. frames[0], .. frames[2]], [.. whole[..16], .. frames[1], .. frames[2]]];
        for (var i = 0; i < bent.Length; i++)
        {
            await _folder.ReplaceAsync(Log, bent[i]);
            if (i == 1)
                await AssertReady(3); // after the head: cut off like any other torn tail
            else
                await AssertUnavailable($"case {i}");
        }
    }

    [Fact]
    public async Task A_head_behind_keeps_what_was_durable()
    {
        var head = await File.ReadAllBytesAsync(_folder[Head]);
        await using (var log = await LocalAuditLog.OpenAsync(Options(_folder.Path, _time)))
        {
            for (var i = 3; i < 8; i++)
                Assert.Null(await Code(log, Store(i)));
        }
        await _folder.ReplaceAsync(Head, head);
        await AssertReady(8);
    }

    [Fact]
    public async Task A_head_ahead_means_the_log_was_shortened()
    {
        var log = await File.ReadAllBytesAsync(_folder[Log]);
        await using (var open = await LocalAuditLog.OpenAsync(Options(_folder.Path, _time)))
            Assert.Null(await Code(open, Store(3)));
        await _folder.ReplaceAsync(Log, log);
        await AssertUnavailable("head ahead");
    }

    [Fact]
    public async Task Another_whole_log_of_the_same_role_does_not_fit_the_head()
    {
        using var other = new TemporaryFolder();
        await using (var log = await LocalAuditLog.OpenOrCreateAsync(Options(other.Path, _time)))
        {
            Assert.Null(await Code(log, Store(2)));
            Assert.Null(await Code(log, Store(1)));
        }
        await _folder.ReplaceAsync(Log, await File.ReadAllBytesAsync(other[Log]));
        await AssertUnavailable("another log");
    }

    [Fact]
    public async Task A_head_with_one_torn_slot_still_counts_and_with_two_does_not()
    {
        var head = await File.ReadAllBytesAsync(_folder[Head]);
        for (var slot = 0; slot < 2; slot++)
        {
            var torn = head.ToArray();
            torn.AsSpan((slot * 512) + 20, 40).Clear();
            await _folder.ReplaceAsync(Head, torn);
            await AssertReady(3);
        }
        await _folder.ReplaceAsync(Head, new byte[1024]);
        await AssertUnavailable("no slot");
        await _folder.ReplaceAsync(Head, head[..512]);
        await AssertUnavailable("half a head");
    }

    [Fact]
    public async Task Unacknowledged_frames_and_a_torn_one_are_told_apart()
    {
        var head = await File.ReadAllBytesAsync(_folder[Head]);
        await using (var log = await LocalAuditLog.OpenAsync(Options(_folder.Path, _time)))
        {
            Assert.Null(await Code(log, Store(3)));
            Assert.Null(await Code(log, Store(4)));
        }
        await _folder.ReplaceAsync(Head, head);
        var whole = await File.ReadAllBytesAsync(_folder[Log]);
        await _folder.ReplaceAsync(Log, whole[..^1]);
        await AssertReady(4);
    }

    private static async Task<RefusalCode?> Code(LocalAuditLog log, AuditAuthorization act) =>
        (await log.AuthorizeAsync(act, default)).IsOk(out _, out var refusal) ? null : refusal.Code;

    /// <summary>Asking is what makes it look again.</summary>
    private static async Task UntilReady(LocalAuditLog log)
    {
        for (var i = 0; i < 200 && !log.Status.Ready; i++)
            await Task.Delay(5);
        Assert.True(log.Status.Ready, log.Status.Reason);
    }

    private async Task AssertReady(ulong records)
    {
        await using var log = await LocalAuditLog.OpenAsync(Options(_folder.Path, _time));
        Assert.True(log.Status.Ready, log.Status.Reason);
        Assert.Equal(records, log.Status.Records);
    }

    private async Task AssertUnavailable(string what)
    {
        await using var log = await LocalAuditLog.OpenAsync(Options(_folder.Path, _time));
        Assert.False(log.Status.Ready, what);
        Assert.Equal(RefusalCode.AuditUnavailable, await Code(log, Store(99)));
    }

    private static List<byte[]> Frames(byte[] log)
    {
        var frames = new List<byte[]>();
        for (var at = 16; at < log.Length; at += frames[^1].Length)
            frames.Add(log[at..(at + 36 + System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(log.AsSpan(at)))]);
        return frames;
    }
}
