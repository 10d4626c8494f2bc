using AgentKeys.Protocol;

namespace AgentKeys.Audit.Log;

/// <summary>
/// What the log knows: a fold over its records, the same for a record being written and for one read at start. So nothing has to be
/// saved besides the log, and nothing can disagree with it.
/// </summary>
/// <remarks>
/// Memory is bounded by time for proofs, caps, open acts and quotas; floors stay, one per object ever stored. Changes can be taken
/// back until <see cref="Commit"/>, because a record counts only once it is durable.
/// </remarks>
internal sealed class AuditLogState
{
    /// <summary>A proof lives 65 s; twice that, less what the clock may step back.</summary>
    public const ulong ProofMilliseconds = 120_000;

    /// <summary>A cap lives 900 s at most.</summary>
    public const ulong CapMilliseconds = 1_800_000;

    /// <summary>Further back than this a proof that was already forgotten could be fresh again: 120 - 60 - 5.</summary>
    public const ulong MaxClockStepBackMilliseconds = 55_000;

    private readonly Expiring<(Bytes32 Jkt, string Jti), bool> _proofs = new(ProofMilliseconds);
    private readonly Expiring<string, bool> _caps = new(CapMilliseconds);
    private readonly Expiring<Bytes32, OpenAct> _open = new(CapMilliseconds);
    private readonly AuditQuotas _quotas = new();
    private readonly Dictionary<ObjectKey, ObjectFloor> _floors = [];
    private readonly Stack<Action> _undo = [];

    /// <summary>Time of the newest record; records never go back.</summary>
    public ulong LastTime { get; private set; }

    public int Remembered => _proofs.Count + _caps.Count + _open.Count + _quotas.Count;

    public bool HasProof(ProofUse proof) => _proofs.Contains((proof.Jkt, proof.Jti));

    public bool HasCap(string jti) => _caps.Contains(jti);

    public uint Calls(QuotaKey key) => _quotas.Calls(key);

    public bool TryGetOpen(Bytes32 leaf, out OpenAct act) => _open.TryGet(leaf, out act!);

    public ObjectFloor Floor(Omni actor, AuditOpKind op, ObjectName? name) =>
        ObjectKey.TryOf(actor, op, name, out var key) ? _floors.GetValueOrDefault(key) : default;

    /// <summary>Forgets what can no longer matter at this time.</summary>
    public void Prune(ulong now)
    {
        _proofs.Prune(now);
        _caps.Prune(now);
        _open.Prune(now);
        _quotas.Prune(now);
    }

    public void Apply(AuditRecord record, Bytes32 leaf)
    {
        var before = LastTime;
        LastTime = Math.Max(LastTime, record.Time);
        _undo.Push(() => LastTime = before);
        if (record.Phase == AuditPhase.Authorized)
            ApplyAuthorized(record, leaf);
        else
            ApplyOutcome(record);
    }

    public void Commit() => _undo.Clear();

    /// <summary>As if nothing had been applied since the last commit.</summary>
    public void Undo()
    {
        while (_undo.TryPop(out var step))
            step();
    }

    private void ApplyAuthorized(AuditRecord record, Bytes32 leaf)
    {
        if (record.Jkt is { } jkt)
            _proofs.Add((jkt, record.ProofJti!), true, record.Time, _undo);
        if (record.CapJti is { } cap)
            _caps.Add(cap, true, record.Time, _undo);
        if (QuotaKey.TryOf(record, out var quota))
            _quotas.Add(quota, record.Time, _undo);
        _open.Add(leaf, new OpenAct(record.Operator, record.Actor, record.Device, record.Op, record.Object, record.CapJti), record.Time, _undo);
    }

    private void ApplyOutcome(AuditRecord record)
    {
        // An outcome without an object closes its act; one that names an object closes the act that named it too.
        if (_open.TryGet(record.Ref!.Value, out var act) && (act.Object is not null || record.Object is null))
            _open.Remove(record.Ref.Value, _undo);
        if (record.Result == AuditRecord.Ok && record.ObjectVersion is { } version && ObjectKey.TryOf(record.Actor, record.Op, record.Object, out var key))
            Raise(key, new ObjectFloor(version, record.Deleted));
    }

    private void Raise(ObjectKey key, ObjectFloor floor)
    {
        var had = _floors.TryGetValue(key, out var before);
        if (floor.Version < before.Version || (floor.Version == before.Version && !floor.Deleted))
            return;
        _floors[key] = floor;
        _undo.Push(() =>
        {
            if (had)
                _floors[key] = before;
            else
                _floors.Remove(key);
        });
    }
}

/// <summary>An authorized record whose outcome has not been written.</summary>
internal sealed record OpenAct(Omni Operator, Omni Actor, DeviceKeyHash Device, AuditOpKind Op, ObjectName? Object, string? CapJti);

/// <summary>One object: floors do not depend on the operator, who may change; the actor never does.</summary>
internal readonly record struct ObjectKey(Omni Actor, DataClass Class, string Name)
{
    public static bool TryOf(Omni actor, AuditOpKind op, ObjectName? name, out ObjectKey key)
    {
        var dataClass = op.DataClass();
        key = dataClass is null || name is null ? default : new ObjectKey(actor, dataClass.Value, name.ToString());
        return dataClass is not null && name is not null;
    }
}
