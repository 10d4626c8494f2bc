using AgentKeys.Protocol;

namespace AgentKeys.Audit.Log;

/// <summary>The conditions of an append, judged against everything written before it. Answers the record to write.</summary>
internal static class AuditConditions
{
    /// <exception cref="ArgumentException">a request that no caller may make: a bug.</exception>
    public static Result<AuditRecord> Judge(AuditAuthorization request, AuditLogState state, string verifier, ulong now)
    {
        if (request.Proof is { } proof && state.HasProof(proof))
            return new Refusal(RefusalCode.ProofReplayed, "This proof has been used before; make a new one for every request.") { Block = request.Block };
        if (request.Cap is { SingleUse: true } cap && state.HasCap(cap.Jti))
            return new Refusal(RefusalCode.CapReplayed, "This capability allows one write and has been used; ask for a new one.") { Block = request.Block };

        var period = request.Quota is { } quota ? PeriodOf(quota, now) : (ulong?)null;
        var record = new AuditRecord
        {
            Time = now,
            Operator = request.Operator,
            Actor = request.Actor,
            Device = request.Device,
            Op = request.Op,
            Phase = AuditPhase.Authorized,
            Block = request.Block,
            Verifier = verifier,
            Jkt = request.Proof?.Jkt,
            ProofJti = request.Proof?.Jti,
            CapJti = request.Cap?.Jti,
            Object = request.Object,
            ScopeGeneration = request.Quota?.ScopeGeneration,
            QuotaPeriod = period,
            Intent = request.Intent,
            IntentCommitment = request.IntentCommitment,
            Body = request.Body,
        };
        return request.Quota is null ? record : CheckQuota(request.Quota, record, state, now);
    }

    /// <exception cref="ArgumentException">an outcome that does not fit its act: a bug.</exception>
    public static Result<AuditRecord> Judge(AuditOutcome outcome, AuditLogState state, string verifier, ulong now)
    {
        if (!state.TryGetOpen(outcome.Ref, out var act))
            return AuditLogRefusals.Unavailable("The authorized record of this outcome is not open in the log.");
        if (outcome.Object is not null && act.Object is not null && outcome.Object != act.Object)
            throw new ArgumentException("The act was authorized for another object.", nameof(outcome));
        var name = outcome.Object ?? act.Object;
        if (outcome.Version is not null && name is null)
            throw new ArgumentException("A version of no object.", nameof(outcome));

        var floor = state.Floor(act.Actor, act.Op, name);
        return new AuditRecord
        {
            Time = now,
            Operator = act.Operator,
            Actor = act.Actor,
            Device = act.Device,
            Op = act.Op,
            Phase = AuditPhase.Outcome,
            Ref = outcome.Ref,
            Result = outcome.RefusedWith?.Name() ?? AuditRecord.Ok,
            Verifier = verifier,
            CapJti = act.CapJti,
            Object = name,
            ObjectVersion = outcome.IsDeletion ? floor.Next(outcome.Version ?? 0) : outcome.Version,
            Deleted = outcome.IsDeletion,
            SealedHash = outcome.SealedHash,
            Body = outcome.Body,
        };
    }

    private static Result<AuditRecord> CheckQuota(QuotaUse quota, AuditRecord record, AuditLogState state, ulong now)
    {
        if (!QuotaKey.TryOf(record, out var key))
            throw new ArgumentException("A quota needs an object.", nameof(quota));
        if (state.Calls(key) < quota.MaxCalls)
            return record;
        var seconds = now / 1000;
        var wait = ((record.QuotaPeriod!.Value + 1) * quota.PeriodSeconds) - seconds;
        return new Refusal(RefusalCode.QuotaExceeded, $"The grant allows {quota.MaxCalls} calls in {quota.PeriodSeconds} seconds.")
        {
            Block = record.Block,
            RetryAfterSeconds = (int)Math.Clamp(wait, 1, int.MaxValue),
        };
    }

    private static ulong PeriodOf(QuotaUse quota, ulong now)
    {
        if (quota.PeriodSeconds == 0)
            throw new ArgumentException("A quota has a period of at least a second.", nameof(quota));
        return now / 1000 / quota.PeriodSeconds;
    }
}

internal static class AuditLogRefusals
{
    public static Refusal Unavailable(string detail) => new(RefusalCode.AuditUnavailable, detail);
}
