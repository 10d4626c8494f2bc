using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using AgentKeys.Protocol;

namespace AgentKeys.Audit.Log;

/// <summary>
/// The one writer of a log: open files, the state built from them, and what to do when either fails. Used by one thread at a time.
/// </summary>
internal sealed class AuditLogWriter(LocalAuditLogOptions options, Action<AuditLogStep, bool>? fault) : IDisposable
{
    /// <summary>How often to look again: a disk that stays full is not asked at every request.</summary>
    private static readonly TimeSpan s_retryEvery = TimeSpan.FromMilliseconds(500);

    private readonly AuditLogPaths _paths = new(options.Folder);
    private readonly ArrayBufferWriter<byte> _frames = new();
    private readonly List<(IAuditAppend Append, AuditReceipt Receipt)> _written = [];
    private AuditLogFiles? _files;
    private AuditLogState _state = new();
    private AuditLogHead _next;
    private bool _needsRepair;
    private long? _lastTry;
    private volatile AuditStatus _status = new(false, "The audit log is not open yet.", 0);

    public AuditStatus Status => _status;

    public int Remembered => _state.Remembered;

    public void Write(List<IAuditAppend> batch)
    {
        if (!EnsureReady() || !TryNow(out var now))
        {
            Fail(batch);
            return;
        }
        try
        {
            Prepare(batch, now);
            if (_written.Count > 0)
                _files!.Append(_frames.WrittenSpan, _next);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _state.Undo();
            NeedsRepair(e);
            Fail(batch);
            return;
        }
        _state.Commit();
        _status = new AuditStatus(true, null, _files!.Acknowledged.Count);
        foreach (var (append, receipt) in _written)
            append.Written(receipt);
        foreach (var append in batch)
            append.Settle();
        if (_written.Count > 0)
            SyncHead(_files);
    }

    /// <summary>Nobody waits for it but the next batch.</summary>
    private void SyncHead(AuditLogFiles files)
    {
        try
        {
            files.SyncHead();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            NeedsRepair(e);
        }
    }

    /// <summary>Ready, or tried to be and failed (at most twice a second).</summary>
    public bool EnsureReady()
    {
        if (_files is not null && !_needsRepair)
            return IsUndisturbed(_files.IsIntact);
        if (_lastTry is { } last && options.Time.GetElapsedTime(last) < s_retryEvery)
            return false;
        _lastTry = options.Time.GetTimestamp();
        try
        {
            if (_files is null)
                Open();
            else if (IsUndisturbed(_files.IsInPlace))
                Repair(_files);
            else
                return false;
            _needsRepair = false;
            _status = new AuditStatus(true, null, _files!.Acknowledged.Count);
            return true;
        }
        catch (AuditLogDamageException e)
        {
            Close(e.Message, null);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Down("The audit log cannot be opened or written.", e);
        }
        return false;
    }

    /// <summary>Something nobody thought of: nothing in memory is trusted, the next look starts from the file.</summary>
    public void Distrust(List<IAuditAppend> batch, Exception cause)
    {
        Close("The audit log failed unexpectedly.", cause);
        Fail(batch);
    }

    public void Dispose()
    {
        _files?.Dispose();
        _files = null;
        _status = new AuditStatus(false, "The audit log is closed.", _status.Records);
    }

    private void Open()
    {
        _files?.Dispose();
        _files = null;
        _state = new AuditLogState();
        var files = AuditLogFiles.Open(_paths);
        try
        {
            var acknowledged = files.Acknowledged;
            var length = (ulong)files.LogLength;
            var end = AuditLogReader.Read(files, options.Verifier, _state);
            if (end.Length < length)
                AuditLogMessages.CutTorn(options.Logger, options.Verifier, length - end.Length);
            if (end.Count > acknowledged.Count)
                AuditLogMessages.KeptUnacknowledged(options.Logger, options.Verifier, end.Count - acknowledged.Count);
            files.Settle(end);
            AuditLogFactory.EnsureMarker(_paths);
            files.Fault = fault;
            _files = files;
            AuditLogMessages.Opened(options.Logger, options.Verifier, end.Count);
        }
        catch
        {
            files.Dispose();
            throw;
        }
    }

    /// <summary>Records never go back in time; a clock that is far behind them could make a forgotten proof fresh again.</summary>
    private bool TryNow(out ulong now)
    {
        var clock = (ulong)options.Time.GetUtcNow().ToUnixTimeMilliseconds();
        now = Math.Max(clock, _state.LastTime);
        if (clock + AuditLogState.MaxClockStepBackMilliseconds >= _state.LastTime)
            return true;
        Down("The clock is behind the newest audit record.", null);
        return false;
    }

    private void Prepare(List<IAuditAppend> batch, ulong now)
    {
        _frames.ResetWrittenCount();
        _written.Clear();
        _state.Prune(now);
        _next = _files!.Acknowledged;
        foreach (var append in batch)
        {
            if (append.Prepare(_state, options.Verifier, now) is { } record && TryAdd(append, record, out var receipt))
            {
                _written.Add((append, receipt));
                if (append.Follow(receipt.Leaf, _state, options.Verifier, now) is { } following)
                    TryAdd(append, following, out _);
            }
        }
    }

    private bool TryAdd(IAuditAppend append, AuditRecord record, [NotNullWhen(true)] out AuditReceipt? receipt)
    {
        byte[] bytes;
        try
        {
            bytes = AuditRecordCodec.Encode(record);
        }
        catch (ArgumentException bug)
        {
            append.Reject(bug);
            receipt = null;
            return false;
        }
        var leaf = AuditRecord.LeafOf(bytes);
        var chain = AuditLogFrame.Append(_frames, bytes, _next.Chain, leaf);
        _state.Apply(record, leaf);
        receipt = new AuditReceipt(leaf, _next.Count, _state.Floor(record.Actor, record.Op, record.Object));
        _next = new AuditLogHead(_next.Count + 1, _next.Length + (ulong)(AuditLogFrame.Overhead + bytes.Length), chain);
        return true;
    }

    private bool IsUndisturbed(Func<bool> check)
    {
        try
        {
            if (check())
                return true;
            Close("The audit log was deleted, replaced or shortened while in use.", null);
        }
        catch (IOException e)
        {
            Close("The audit log's files cannot be checked.", e);
        }
        return false;
    }

    private void Fail(List<IAuditAppend> batch)
    {
        var refusal = AuditLogRefusals.Unavailable(_status.Reason ?? "The audit log cannot be written.");
        foreach (var append in batch)
            append.Fail(refusal);
    }

    private void Repair(AuditLogFiles files)
    {
        files.Repair();
        AuditLogMessages.Recovered(options.Logger, options.Verifier);
    }

    private void NeedsRepair(Exception cause)
    {
        _needsRepair = true;
        Down("The audit log cannot be written.", cause);
    }

    /// <summary>The files stay open and locked.</summary>
    private void Down(string reason, Exception? cause)
    {
        if (_status.Ready || _status.Reason != reason)
            AuditLogMessages.Unavailable(options.Logger, options.Verifier, reason, cause);
        _status = new AuditStatus(false, reason, _status.Records);
    }

    private void Close(string reason, Exception? cause)
    {
        _files?.Dispose();
        _files = null;
        _needsRepair = false;
        if (_status.Ready || _status.Reason != reason)
            AuditLogMessages.Unavailable(options.Logger, options.Verifier, reason, cause);
        _status = new AuditStatus(false, reason, _status.Records);
    }
}
