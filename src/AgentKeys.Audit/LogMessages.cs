using Microsoft.Extensions.Logging;

namespace AgentKeys.Audit;

internal static partial class AuditLogMessages
{
    [LoggerMessage(1, LogLevel.Information, "Audit log of {Verifier} open with {Records} records.")]
    public static partial void Opened(ILogger logger, string verifier, ulong records);

    [LoggerMessage(2, LogLevel.Warning, "Audit log of {Verifier}: cut off {Bytes} bytes of a last append that was never acknowledged.")]
    public static partial void CutTorn(ILogger logger, string verifier, ulong bytes);

    [LoggerMessage(3, LogLevel.Warning, "Audit log of {Verifier}: kept {Records} records that were durable and not yet acknowledged; their outcome is unknown.")]
    public static partial void KeptUnacknowledged(ILogger logger, string verifier, ulong records);

    [LoggerMessage(4, LogLevel.Error, "Audit log of {Verifier} unavailable: {Reason}")]
    public static partial void Unavailable(ILogger logger, string verifier, string reason, Exception? cause);

    [LoggerMessage(5, LogLevel.Information, "Audit log of {Verifier} takes records again.")]
    public static partial void Recovered(ILogger logger, string verifier);
}
