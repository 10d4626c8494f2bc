using AgentKeys.Files;
using Microsoft.Win32.SafeHandles;

namespace AgentKeys.Audit.Log;

/// <summary>What a fault can hit. Tests fail each before and after it took effect.</summary>
internal enum AuditLogStep
{
    WriteLog,
    SyncLog,
    WriteHead,
    SyncHead,
}

/// <summary>
/// The open files of one log, locked. A batch goes in this order: frames, fsync, head; then it is acknowledged. The head's own fsync
/// follows, before there is another head. So what the head speaks of is there or the log was tampered with, and a power failure leaves
/// the head one batch behind at most: the frames after it stay.
/// </summary>
internal sealed class AuditLogFiles : IDisposable
{
    private readonly PosixFolder _root;
    private readonly PosixFolder _folder;
    private readonly SafeFileHandle _log;
    private readonly SafeFileHandle _head;
    private int _slot;
    private byte[]? _window;
    private long _windowStart;
    private int _windowLength;

    private AuditLogFiles(PosixFolder root, PosixFolder folder, SafeFileHandle log, SafeFileHandle head) =>
        (_root, _folder, _log, _head) = (root, folder, log, head);

    /// <summary>What is acknowledged.</summary>
    public AuditLogHead Acknowledged { get; private set; }

    /// <summary>Called before and after each step; may throw.</summary>
    public Action<AuditLogStep, bool>? Fault { get; set; }

    /// <summary>Opens and locks, reading the head only. Every fault has a name.</summary>
    /// <exception cref="AuditLogDamageException">not the log that belongs here.</exception>
    public static AuditLogFiles Open(AuditLogPaths paths)
    {
        var root = PosixFolder.Open(paths.Folder);
        PosixFolder? folder = null;
        SafeFileHandle? log = null, head = null;
        try
        {
            if (!root.TryLockSoon())
                throw new AuditLogDamageException("Another process holds this log.", inUse: true);
            folder = root.OpenFolder(AuditLogPaths.Current) ?? throw new AuditLogDamageException("The log is gone.");
            log = folder.OpenFile(AuditLogPaths.LogName, write: true) ?? throw new AuditLogDamageException("The log is gone.");
            head = folder.OpenFile(AuditLogPaths.HeadName, write: true) ?? throw new AuditLogDamageException("The log's head is gone.");
            if (!Posix.TryLockSoon(log) || !Posix.TryLockSoon(head))
                throw new AuditLogDamageException("Another process holds this log.", inUse: true);
            var files = new AuditLogFiles(root, folder, log, head);
            files.ReadHead();
            return files;
        }
        catch
        {
            head?.Dispose();
            log?.Dispose();
            folder?.Dispose();
            root.Dispose();
            throw;
        }
    }

    public long LogLength => RandomAccess.GetLength(_log);

    public int Read(Span<byte> bytes, long offset) => RandomAccess.Read(_log, bytes, offset);

    /// <summary>What the file has from here on, at least one frame of it if there is one. Valid until the next call.</summary>
    public ReadOnlyMemory<byte> Peek(long offset)
    {
        if (offset < _windowStart || offset + AuditLogFrame.MaxLength > _windowStart + _windowLength)
        {
            _window ??= new byte[64 * AuditLogFrame.MaxLength];
            _windowStart = offset;
            _windowLength = 0;
            int read;
            while (_windowLength < _window.Length && (read = Read(_window.AsSpan(_windowLength), offset + _windowLength)) > 0)
                _windowLength += read;
        }
        return _window.AsMemory(0, _windowLength)[(int)(offset - _windowStart)..];
    }

    /// <summary>Reading is over: gives the buffer back.</summary>
    private void CloseWindow() => (_window, _windowStart, _windowLength) = (null, 0, 0);

    /// <summary>Puts the head where the log really ends (frames that were durable and not yet acknowledged), and cuts what is torn.</summary>
    public void Settle(AuditLogHead end)
    {
        CloseWindow();
        if (LogLength != (long)end.Length)
        {
            RandomAccess.SetLength(_log, (long)end.Length);
            Posix.Sync(_log);
        }
        SyncHead(); // it may be of a process that was killed before it did
        if (end == Acknowledged)
            return;
        WriteHead(end);
        SyncHead();
    }

    /// <summary>The frames are durable on return and may be acknowledged; then comes <see cref="SyncHead"/>. If it fails, nothing is
    /// acknowledged and <see cref="Repair"/> is next.</summary>
    public void Append(ReadOnlySpan<byte> frames, AuditLogHead next)
    {
        Fault?.Invoke(AuditLogStep.WriteLog, false);
        SafeFile.WriteAt(_log, frames, (long)Acknowledged.Length);
        Fault?.Invoke(AuditLogStep.WriteLog, true);
        Fault?.Invoke(AuditLogStep.SyncLog, false);
        Posix.Sync(_log);
        Fault?.Invoke(AuditLogStep.SyncLog, true);
        WriteHead(next);
    }

    /// <summary>Makes the head durable. One slot at a time is not: the other one is what a torn write leaves.</summary>
    public void SyncHead()
    {
        Fault?.Invoke(AuditLogStep.SyncHead, false);
        Posix.Sync(_head);
        Fault?.Invoke(AuditLogStep.SyncHead, true);
    }

    /// <summary>
    /// After a failed append: first the head back to what is acknowledged, then the log. Were it the other way, a crash between them
    /// would leave a head ahead of its log. Then tries whether the disk takes data again.
    /// </summary>
    public void Repair()
    {
        if (LogLength < (long)Acknowledged.Length)
            throw new AuditLogDamageException("The audit log was shortened while in use.");
        SyncHead(); // what is acknowledged, durable before the other slot is touched
        WriteHead(Acknowledged); // goes where the failed batch may have put its head; the other slot says the same already
        SyncHead();
        var end = (long)Acknowledged.Length;
        RandomAccess.SetLength(_log, end);
        Fault?.Invoke(AuditLogStep.WriteLog, false);
        SafeFile.WriteAt(_log, new byte[4096], end); // zeros are no frame: cut off at start if we die here
        Fault?.Invoke(AuditLogStep.SyncLog, false);
        Posix.Sync(_log);
        RandomAccess.SetLength(_log, end);
        Posix.Sync(_log);
    }

    /// <summary>
    /// Whether the names still lead to these files and nobody shortened them. A file that replaced ours is not the one we hold the
    /// lock of, so locking it would succeed.
    /// </summary>
    public bool IsIntact() => LogLength == (long)Acknowledged.Length && IsInPlace();

    /// <summary>As <see cref="IsIntact"/>, for a log that may be longer after a failed append.</summary>
    public bool IsInPlace()
    {
        using var folder = _root.OpenFolder(AuditLogPaths.Current);
        return folder is not null && IsOurs(folder, AuditLogPaths.LogName) && IsOurs(folder, AuditLogPaths.HeadName)
            && RandomAccess.GetLength(_head) == AuditLogHead.FileLength;
    }

    public void Dispose()
    {
        _head.Dispose();
        _log.Dispose();
        _folder.Dispose();
        _root.Dispose();
    }

    private static bool IsOurs(PosixFolder folder, string name)
    {
        using var file = folder.OpenFile(name);
        return file is not null && !Posix.TryLock(file);
    }

    private void ReadHead()
    {
        Span<byte> span = stackalloc byte[AuditLogHead.FileLength];
        if (RandomAccess.GetLength(_head) != AuditLogHead.FileLength)
            throw new AuditLogDamageException("The log's head is damaged.");
        SafeFile.ReadExactly(_head, span, 0);
        if (!AuditLogHead.TryDecode(span, out var head, out _slot))
            throw new AuditLogDamageException("The log's head is damaged.");
        Acknowledged = head;
    }

    private void WriteHead(AuditLogHead next)
    {
        var slot = AuditLogHead.Other(_slot);
        Fault?.Invoke(AuditLogStep.WriteHead, false);
        SafeFile.WriteAt(_head, next.EncodeSlot(), slot * AuditLogHead.SlotSize);
        Fault?.Invoke(AuditLogStep.WriteHead, true);
        (_slot, Acknowledged) = (slot, next);
    }
}

/// <summary>The files are not what belongs here. The message is for people and names no path.</summary>
internal sealed class AuditLogDamageException(string message, bool inUse = false) : Exception(message)
{
    /// <summary>Not damaged: somebody else has it.</summary>
    public bool InUse { get; } = inUse;
}
