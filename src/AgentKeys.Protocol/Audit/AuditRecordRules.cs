using System.Text;

namespace AgentKeys.Protocol;

/// <summary>Which combinations of members are a record. The same rules for writing and for reading.</summary>
internal static class AuditRecordRules
{
    public static AuditRecordFault Check(AuditRecord record)
    {
        if (record.Verifier.Length is 0 or > AuditRecord.MaxVerifierLength || record.Verifier.AsSpan().ContainsAnyExcept("abcdefghijklmnopqrstuvwxyz0123456789:-_"))
            return AuditRecordFault.BadMember;
        if (!IsJti(record.ProofJti) || !IsJti(record.CapJti) || !IsResult(record.Result))
            return AuditRecordFault.BadMember;
        if (!IsIntent(record.Intent) || record.Body is { Length: > AuditRecord.MaxBodyBytes })
            return AuditRecordFault.BadMember;
        if (record.Phase > AuditPhase.Outcome)
            return AuditRecordFault.BadMember;
        return CheckPhase(record) ?? CheckDependents(record);
    }

    private static AuditRecordFault? CheckPhase(AuditRecord record)
    {
        if (record.Phase == AuditPhase.Authorized)
            return record.Ref is null && record.Result is null ? null : AuditRecordFault.Inconsistent;
        if (record.Ref is null || record.Result is null)
            return AuditRecordFault.MissingMember;
        return record.Jkt is null && record.ProofJti is null ? null : AuditRecordFault.Inconsistent;
    }

    private static AuditRecordFault CheckDependents(AuditRecord record)
    {
        var ok = (record.Jkt is null) == (record.ProofJti is null)
            && (record.ObjectVersion is null || record.Object is not null)
            && (!record.Deleted || record.ObjectVersion is not null)
            && (record.QuotaPeriod is null || (record.ScopeGeneration is not null && record.Object is not null));
        return ok ? AuditRecordFault.None : AuditRecordFault.Inconsistent;
    }

    private static bool IsJti(string? jti) =>
        jti is null || (jti.Length is > 0 and <= AuditRecord.MaxJtiLength && !jti.AsSpan().ContainsAnyExceptInRange('!', '~'));

    /// <summary>The alphabet of refusal names, not today's list: an old log stays readable when a code is renamed.</summary>
    private static bool IsResult(string? result) =>
        result is null || (result.Length is > 0 and <= 64 && !result.AsSpan().ContainsAnyExcept("abcdefghijklmnopqrstuvwxyz0123456789_"));

    private static bool IsIntent(string? intent)
    {
        if (intent is null)
            return true;
        if (intent.Length is 0 or > AuditRecord.MaxIntentBytes)
            return false;
        try
        {
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetByteCount(intent) <= AuditRecord.MaxIntentBytes;
        }
        catch (EncoderFallbackException)
        {
            return false; // a lone surrogate has no UTF-8 form
        }
    }
}
