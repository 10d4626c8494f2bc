using System.Buffers;
using System.Globalization;
using AgentKeys.Files;
using AgentKeys.Protocol;

namespace AgentKeys.Audit.Log;

/// <summary>Makes new logs: whole and durable in a folder of their own, then put in place by one rename.</summary>
internal static class AuditLogFactory
{
    /// <summary>The first log of a state folder.</summary>
    public static Refusal? Create(AuditLogPaths paths, string verifier, DateTimeOffset now)
    {
        SafeFile.EnsureFolder(paths.Folder);
        using var root = PosixFolder.Open(paths.Folder);
        if (!root.TryLockSoon())
            return InUse();
        if (paths.AnythingExists)
            return new Refusal(RefusalCode.Conflict, "There is, or was, an audit log here. Nothing was changed.");
        Build(paths, First(AuditOpKind.LogOpened, verifier, now));
        root.Rename(AuditLogPaths.New, root, AuditLogPaths.Current);
        root.Sync();
        EnsureMarker(paths);
        return null;
    }

    /// <summary>A new log in the place of one that is gone or damaged; what is left of the old one goes aside.</summary>
    /// <param name="aside">name of the folder it went to; null where nothing was left.</param>
    public static Refusal? Reopen(AuditLogPaths paths, string verifier, string reason, DateTimeOffset now, out string? aside)
    {
        aside = null;
        if (IsSound(paths, verifier) is { } refusal)
            return refusal;
        using var root = PosixFolder.Open(paths.Folder);
        if (!root.TryLockSoon())
            return InUse();
        aside = Aside(paths, now);
        Build(paths, First(AuditOpKind.LogReopened, verifier, now) with
        {
            Intent = reason,
            Body = System.Text.Encoding.ASCII.GetBytes(aside ?? "nothing was left"),
        });
        if (aside is not null)
            root.Rename(AuditLogPaths.Current, root, aside);
        root.Rename(AuditLogPaths.New, root, AuditLogPaths.Current);
        root.Sync();
        EnsureMarker(paths);
        return null;
    }

    public static void EnsureMarker(AuditLogPaths paths)
    {
        if (!Path.Exists(paths.MarkerPath))
            SafeFile.TryCreate(paths.MarkerPath, "An audit log belongs here: its absence is never a fresh start.\n"u8);
    }

    /// <summary>A sound log is never thrown away, and one in use is not ours to judge.</summary>
    private static Refusal? IsSound(AuditLogPaths paths, string verifier)
    {
        if (!paths.AnythingExists)
            return new Refusal(RefusalCode.Conflict, "There has never been an audit log here: create one.");
        try
        {
            using var files = AuditLogFiles.Open(paths);
            AuditLogReader.Read(files, verifier, new AuditLogState());
            return new Refusal(RefusalCode.Conflict, "The audit log is sound. Nothing was changed.");
        }
        catch (AuditLogDamageException e)
        {
            return e.InUse ? InUse() : null;
        }
        catch (PosixException e) when (e.Errno is Posix.ENOTDIR or Posix.EISDIR or Posix.ESPIPE || e.Errno == Posix.ELOOP)
        {
            return null; // something else lies where the log belongs
        }
    }

    private static void Build(AuditLogPaths paths, AuditRecord first)
    {
        if (Directory.Exists(paths.NewPath))
            Directory.Delete(paths.NewPath, recursive: true); // of a process that died here; never acknowledged
        SafeFile.EnsureFolder(paths.NewPath);
        var record = AuditRecordCodec.Encode(first);
        var log = new ArrayBufferWriter<byte>();
        log.Write(AuditLogFrame.Magic);
        var chain = AuditLogFrame.Append(log, record, AuditLogFrame.FirstChain, AuditRecord.LeafOf(record));
        var head = new AuditLogHead(1, (ulong)log.WrittenCount, chain).EncodeSlot();
        SafeFile.WriteNew(Path.Combine(paths.NewPath, AuditLogPaths.LogName), log.WrittenSpan);
        SafeFile.WriteNew(Path.Combine(paths.NewPath, AuditLogPaths.HeadName), [.. head, .. new byte[AuditLogHead.SlotSize]]);
        using var folder = PosixFolder.Open(paths.NewPath);
        folder.Sync();
    }

    private static string? Aside(AuditLogPaths paths, DateTimeOffset now)
    {
        if (!Path.Exists(paths.CurrentPath))
            return null;
        var stem = "audit.closed-" + now.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
        var name = stem;
        for (var i = 2; Path.Exists(Path.Combine(paths.Folder, name)); i++)
            name = string.Create(CultureInfo.InvariantCulture, $"{stem}-{i}");
        return name;
    }

    /// <summary>A record that the process writes about itself: no operator, actor or device.</summary>
    private static AuditRecord First(AuditOpKind op, string verifier, DateTimeOffset now) => new()
    {
        Time = (ulong)now.ToUnixTimeMilliseconds(),
        Operator = default,
        Actor = default,
        Device = default,
        Op = op,
        Phase = AuditPhase.Authorized,
        Verifier = verifier,
    };

    private static Refusal InUse() => new(RefusalCode.Conflict, "The audit log is in use by a running process: stop that one first, or, if its log is gone, let it notice (/readyz) and try again.");
}
