using System.Threading.Channels;
using AgentKeys.Audit.Log;
using AgentKeys.Protocol;

namespace AgentKeys.Audit;

/// <summary>
/// The audit log in one local file. One writer takes what is waiting, judges it in order, writes it together and fsyncs once: under
/// load many appends share the price. The head's fsync comes after the answer, and before the next append.
/// </summary>
/// <remarks>
/// Found: any changed, lost or swapped byte, a shortened or deleted log or head, at start; a deleted, replaced or shortened file also
/// while running. NOT found by the file alone: log and head put back together to an earlier moment, or both rewritten by somebody
/// who may write here; roots on chain and receipts are for that.
/// </remarks>
public sealed class LocalAuditLog : IAuditSink
{
    private const int MaxWaiting = 4096;
    private const int MaxBatch = 512;

    private readonly AuditLogWriter _writer;
    private readonly Channel<IAuditAppend> _waiting = Channel.CreateBounded<IAuditAppend>(
        new BoundedChannelOptions(MaxWaiting) { SingleReader = true });

    private readonly Task _loop;

    private LocalAuditLog(LocalAuditLogOptions options, Action<AuditLogStep, bool>? fault)
    {
        _writer = new AuditLogWriter(options, fault);
        _writer.EnsureReady();
        _loop = Task.Run(RunAsync);
    }

    /// <summary>Asking makes the log look at its files once more, so the next answer knows what was lost or recovered without traffic.</summary>
    public AuditStatus Status
    {
        get
        {
            var status = _writer.Status;
            _waiting.Writer.TryWrite(new AuditProbe());
            return status;
        }
    }

    /// <summary>Of a log that a reopen made: name of the folder, beside its own, where the one before lies; null where nothing was left.</summary>
    public string? PutAside { get; private set; }

    /// <summary>A new log. <c>conflict</c> when there is one, or there has been one, in this folder.</summary>
    public static ValueTask<Result<LocalAuditLog>> CreateAsync(LocalAuditLogOptions options) =>
        Start(AuditLogFactory.Create(new AuditLogPaths(options.Folder), options.Verifier, options.Time.GetUtcNow()), options);

    /// <summary>
    /// The log that belongs here. A damaged, shortened, missing or locked one answers too: with a status that says why, and
    /// <c>audit_unavailable</c> to everything until the cause has gone.
    /// </summary>
    public static ValueTask<LocalAuditLog> OpenAsync(LocalAuditLogOptions options) => new(Task.Run(() => new LocalAuditLog(options, null)));

    /// <summary>Creates only where neither log nor head nor marker exists; anything else is opened, and judged.</summary>
    public static async ValueTask<LocalAuditLog> OpenOrCreateAsync(LocalAuditLogOptions options)
    {
        if (!new AuditLogPaths(options.Folder).AnythingExists && (await CreateAsync(options)).IsOk(out var created, out _))
            return created;
        return await OpenAsync(options);
    }

    /// <summary>
    /// Starts anew after damage or loss; only a person decides this. Keeps what is left of the old log aside; the new log's first
    /// record says why. Replay, quota and version memory begin empty. <c>conflict</c> when the log is sound or in use.
    /// </summary>
    /// <param name="reason">1 to 1,024 bytes of text, written into the log.</param>
    public static async ValueTask<Result<LocalAuditLog>> ReopenAsync(LocalAuditLogOptions options, string reason)
    {
        if (AuditLogFactory.Reopen(new AuditLogPaths(options.Folder), options.Verifier, reason, options.Time.GetUtcNow(), out var aside) is { } refusal)
            return refusal;
        var log = await OpenAsync(options);
        log.PutAside = aside;
        return log;
    }

    public ValueTask<Result<AuditReceipt>> AuthorizeAsync(AuditAuthorization request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        return AppendAsync((state, verifier, now) => AuditConditions.Judge(request, state, verifier, now), cancellationToken);
    }

    public ValueTask<Result<AuditReceipt>> OutcomeAsync(AuditOutcome outcome, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(outcome);
        return AppendAsync((state, verifier, now) => AuditConditions.Judge(outcome, state, verifier, now), cancellationToken);
    }

    public ValueTask<Result<AuditReceipt>> RecordAsync(AuditAuthorization request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        return AppendAsync(
            (state, verifier, now) => AuditConditions.Judge(request, state, verifier, now), cancellationToken,
            (authorized, state, verifier, now) => AuditConditions.Judge(AuditOutcome.Done(authorized), state, verifier, now));
    }

    /// <summary>Writes what was accepted, then closes the files and lets the lock go.</summary>
    public async ValueTask DisposeAsync()
    {
        _waiting.Writer.TryComplete();
        await _loop;
        _writer.Dispose();
    }

    /// <summary>For tests: every file operation can be made to fail.</summary>
    internal static LocalAuditLog OpenWithFaults(LocalAuditLogOptions options, Action<AuditLogStep, bool> fault) => new(options, fault);

    /// <summary>For tests: how many proofs, caps, open acts and counters are in memory.</summary>
    internal int Remembered => _writer.Remembered;

    private static async ValueTask<Result<LocalAuditLog>> Start(Refusal? refusal, LocalAuditLogOptions options)
    {
        if (refusal is not null)
            return refusal;
        return await OpenAsync(options);
    }

    private async ValueTask<Result<AuditReceipt>> AppendAsync(AuditJudge judge, CancellationToken cancellationToken, AuditSequel? sequel = null)
    {
        var append = new AuditAppend(judge, sequel, cancellationToken);
        try
        {
            await _waiting.Writer.WriteAsync(append, cancellationToken);
        }
        catch (ChannelClosedException)
        {
            return AuditLogRefusals.Unavailable("The audit log is closed.");
        }
        return await append.Done;
    }

    private async Task RunAsync()
    {
        var batch = new List<IAuditAppend>();
        while (await _waiting.Reader.WaitToReadAsync())
        {
            batch.Clear();
            while (batch.Count < MaxBatch && _waiting.Reader.TryRead(out var next))
                batch.Add(next);
            try
            {
                _writer.Write(batch);
            }
            catch (Exception e) // a writer that died silently would leave every caller waiting
            {
                _writer.Distrust(batch, e);
            }
        }
    }
}
