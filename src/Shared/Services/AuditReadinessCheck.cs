using System.Globalization;
using AgentKeys.Audit;
using AgentKeys.Hosting;

namespace AgentKeys.Services;

/// <summary>Could an act be recorded now?</summary>
internal sealed class AuditReadinessCheck(Func<AuditStatus> ask) : IReadinessCheck
{
    public ValueTask<ReadinessReport> CheckAsync(CancellationToken cancellationToken)
    {
        var status = ask();
        var details = new Dictionary<string, string> { ["records"] = status.Records.ToString(CultureInfo.InvariantCulture) };
        if (status.Reason is { } reason)
            details["reason"] = reason;
        return ValueTask.FromResult(new ReadinessReport("audit", status.Ready, details));
    }
}
