#pragma warning disable CA1416 // file modes: these tests run on Linux and macOS
extern alias audit;
using System.Text;
using AgentKeys.Audit;
using AgentKeys.Audit.Log;
using AgentKeys.Protocol;
using AgentKeys.Testing.Audit;
using AgentKeys.Testing.Storage;
using Xunit;
using static AgentKeys.Testing.Audit.AuditActs;
using PosixFolder = audit::AgentKeys.Files.PosixFolder;

namespace AgentKeys.Tests.Audit;

/// <summary>Fresh, lost, locked, replaced, reopened.</summary>
public sealed class LocalAuditLogLifecycleTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private readonly ManualTime _time = new();

    private LocalAuditLogOptions Opts => Options(_folder.Path, _time);

    public async Task InitializeAsync()
    {
        await using var log = await LocalAuditLog.OpenOrCreateAsync(Opts);
        Assert.Null(await Code(log, Store(1)));
    }

    public Task DisposeAsync()
    {
        _folder.Dispose();
        return Task.CompletedTask;
    }

    public static TheoryData<string[]> Losses => [["audit/log"], ["audit/head"], ["audit/log", "audit/head"], ["audit"], ["audit/log", "audit.marker"], ["audit/log", "audit/head", "audit.marker"]];

    [Theory]
    [MemberData(nameof(Losses))]
    public async Task A_loss_is_never_a_fresh_start_until_a_person_says_so(string[] lost)
    {
        Lose(lost);
        await using (var log = await LocalAuditLog.OpenOrCreateAsync(Opts))
        {
            Assert.False(log.Status.Ready);
            Assert.Equal(RefusalCode.AuditUnavailable, await Code(log, Store(2)));
        }
        Assert.False((await LocalAuditLog.CreateAsync(Opts)).IsOk(out _, out var refusal));
        Assert.Equal(RefusalCode.Conflict, refusal!.Code);

        await using var reopened = (await LocalAuditLog.ReopenAsync(Opts, "the disk was replaced")).Value;
        Assert.Null(await Code(reopened, Store(1)));
    }

    [Fact]
    public async Task A_running_log_takes_up_the_reopened_one()
    {
        await using var log = await LocalAuditLog.OpenAsync(Opts);
        Lose("audit/log");
        Assert.Equal(RefusalCode.AuditUnavailable, await Code(log, Store(2)));
        await using (var reopened = (await LocalAuditLog.ReopenAsync(Opts, "lost")).Value)
            Assert.True(reopened.Status.Ready);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(await Code(log, Store(2)));
    }

    [Fact]
    public async Task A_loss_is_seen_by_asking_for_the_status_alone()
    {
        await using var log = await LocalAuditLog.OpenAsync(Opts);
        Lose("audit/log");
        for (var tries = 0; log.Status.Ready && tries < 500; tries++)
            await Task.Delay(10);
        Assert.False(log.Status.Ready);
    }

    [Fact]
    public async Task A_loss_that_the_running_process_has_not_seen_yet_cannot_be_reopened_under_it()
    {
        await using var log = await LocalAuditLog.OpenAsync(Opts);
        Lose("audit/log");
        Assert.False((await LocalAuditLog.ReopenAsync(Opts, "too early")).IsOk(out _, out var refusal));
        Assert.Equal(RefusalCode.Conflict, refusal!.Code);
    }

    [Theory]
    [InlineData("log deleted")]
    [InlineData("head deleted")]
    [InlineData("folder moved")]
    [InlineData("log shortened")]
    [InlineData("log replaced")]
    [InlineData("log is a symlink")]
    public async Task Tampering_while_running_is_seen_at_the_next_append(string what)
    {
        await using var log = await LocalAuditLog.OpenAsync(Opts);
        Assert.Null(await Code(log, Store(2)));
        var path = _folder["audit/log"];
        switch (what)
        {
            case "log deleted": Lose("audit/log"); break;
            case "head deleted": Lose("audit/head"); break;
            case "folder moved": Directory.Move(_folder["audit"], _folder["elsewhere"]); break;
            case "log shortened":
                using (var folder = PosixFolder.Open(_folder["audit"]))
                using (var file = folder.OpenFile("log", write: true)!)
                    RandomAccess.SetLength(file, RandomAccess.GetLength(file) - 1);
                break;
            case "log replaced":
                using (var copy = _folder.Copy())
                {
                    Lose("audit/log");
                    File.Copy(copy["audit/log"], path);
                }
                break;
            default:
                File.Move(path, _folder["real"]);
                File.CreateSymbolicLink(path, _folder["real"]);
                break;
        }
        Assert.Equal(RefusalCode.AuditUnavailable, await Code(log, Store(3)));
        Assert.False(log.Status.Ready);
    }

    [Theory]
    [InlineData("pipe")]
    [InlineData("folder")]
    [InlineData("link")]
    public async Task What_is_no_file_in_the_logs_place_is_unavailable_and_can_be_reopened(string what)
    {
        await using (var log = await LocalAuditLog.OpenAsync(Opts))
            Assert.Null(await Code(log, Store(2)));
        var path = _folder["audit/log"];
        File.Move(path, _folder["real"]);
        if (what == "pipe")
            System.Diagnostics.Process.Start("mkfifo", [path]).WaitForExit();
        else if (what == "folder")
            Directory.CreateDirectory(path);
        else
            File.CreateSymbolicLink(path, _folder["real"]);
        await using (var log = await LocalAuditLog.OpenAsync(Opts))
            Assert.Equal(RefusalCode.AuditUnavailable, await Code(log, Store(3)));
        await using var reopened = (await LocalAuditLog.ReopenAsync(Opts, "something else lay there")).Value;
        Assert.Null(await Code(reopened, Store(4)));
    }

    [Fact]
    public async Task Reopening_keeps_the_old_file_and_says_so_in_the_first_record()
    {
        var old = await File.ReadAllBytesAsync(_folder["audit/log"]);
        await _folder.ReplaceAsync("audit/log", old[..^1]);
        await using (var log = (await LocalAuditLog.ReopenAsync(Opts, "cut in the backup")).Value)
            Assert.Equal(1ul, log.Status.Records);
        var aside = Assert.Single(Directory.GetDirectories(_folder.Path, "audit.closed-*"));
        Assert.Equal(old[..^1], await File.ReadAllBytesAsync(Path.Combine(aside, "log")));

        var bytes = await File.ReadAllBytesAsync(_folder["audit/log"]);
        Assert.True(AuditLogFrame.TryRead(bytes.AsMemory(16), AuditLogFrame.FirstChain, out var first));
        Assert.Equal(AuditOpKind.LogReopened, first.Record.Op);
        Assert.Equal("cut in the backup", first.Record.Intent);
        Assert.Equal(Path.GetFileName(aside), Encoding.ASCII.GetString(first.Record.Body!.Value.Span));
    }

    [Fact]
    public async Task A_sound_log_cannot_be_reopened_and_nothing_changes()
    {
        Assert.False((await LocalAuditLog.ReopenAsync(Opts, "by mistake")).IsOk(out _, out var refusal));
        Assert.Equal(RefusalCode.Conflict, refusal!.Code);
        await using var log = await LocalAuditLog.OpenAsync(Opts);
        Assert.Equal(RefusalCode.ProofReplayed, await Code(log, Store(1)));
    }

    [Fact]
    public async Task Where_there_was_none_there_is_nothing_to_reopen()
    {
        using var empty = new TemporaryFolder();
        Assert.False((await LocalAuditLog.ReopenAsync(Options(empty.Path, _time), "why")).IsOk(out _, out var refusal));
        Assert.Equal(RefusalCode.Conflict, refusal!.Code);
        await using var log = await LocalAuditLog.OpenAsync(Options(empty.Path, _time));
        Assert.Equal(RefusalCode.AuditUnavailable, await Code(log, Store(1)));
    }

    [Fact]
    public async Task Two_never_share_a_log_and_the_second_takes_over_when_the_first_is_gone()
    {
        var first = await LocalAuditLog.OpenAsync(Opts);
        await using var second = await LocalAuditLog.OpenOrCreateAsync(Opts);
        Assert.Equal(RefusalCode.AuditUnavailable, await Code(second, Store(2)));
        Assert.False((await LocalAuditLog.ReopenAsync(Opts, "why")).IsOk(out _, out var refusal));
        Assert.Equal(RefusalCode.Conflict, refusal!.Code);
        Assert.Null(await Code(first, Store(2)));
        await first.DisposeAsync();
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(RefusalCode.ProofReplayed, await Code(second, Store(2)));
    }

    [Fact]
    public async Task Another_roles_log_is_refused()
    {
        await using var log = await LocalAuditLog.OpenAsync(Options(_folder.Path, _time, "worker:memory"));
        Assert.Equal(RefusalCode.AuditUnavailable, await Code(log, Store(2)));
        Assert.Contains("worker:credentials", log.Status.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Files_are_the_owners_alone()
    {
        using var parent = new TemporaryFolder();
        await using var log = await LocalAuditLog.OpenOrCreateAsync(Options(parent["state/worker"], _time));
        Assert.True(log.Status.Ready);
        const UnixFileMode file = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        Assert.Equal(file, File.GetUnixFileMode(parent["state/worker/audit/log"]));
        Assert.Equal(file, File.GetUnixFileMode(parent["state/worker/audit/head"]));
        Assert.Equal(file | UnixFileMode.UserExecute, File.GetUnixFileMode(parent["state/worker"]));
        Assert.Equal(file | UnixFileMode.UserExecute, File.GetUnixFileMode(parent["state/worker/audit"]));
    }

    [Fact]
    public async Task A_creation_that_died_half_way_is_done_again()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder["audit.new"]);
        await File.WriteAllBytesAsync(folder["audit.new/log"], [1, 2, 3]);
        await using (var log = await LocalAuditLog.OpenOrCreateAsync(Options(folder.Path, _time)))
            Assert.True(log.Status.Ready);
        File.Delete(folder["audit.marker"]); // died before the marker
        await using (var log = await LocalAuditLog.OpenOrCreateAsync(Options(folder.Path, _time)))
            Assert.True(log.Status.Ready);
        Assert.True(File.Exists(folder["audit.marker"]));
    }

    private void Lose(params string[] names)
    {
        foreach (var name in names)
        {
            if (Directory.Exists(_folder[name]))
                Directory.Delete(_folder[name], recursive: true);
            else
                File.Delete(_folder[name]);
        }
    }

    private static async Task<RefusalCode?> Code(LocalAuditLog log, AuditAuthorization act) =>
        (await log.AuthorizeAsync(act, default)).IsOk(out _, out var refusal) ? null : refusal.Code;
}
