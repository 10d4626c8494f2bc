using System.Diagnostics.Metrics;

namespace AgentKeys.Hosting;

/// <summary>
/// Asks the readiness checks, one round at a time: who comes while a round runs gets its answer, so that a crowd costs the chain's nodes and
/// the signer no more than one asker.
/// </summary>
internal sealed class ReadinessReports
{
    private readonly IReadinessCheck[] _checks;
    private readonly Lock _lock = new();
    private Task<IReadOnlyList<ReadinessReport>>? _running;
    private volatile IReadOnlyList<ReadinessReport> _last = [];

    public ReadinessReports(IEnumerable<IReadinessCheck> checks, IMeterFactory meters)
    {
        _checks = [.. checks];
        meters.ServiceMeterOf().CreateObservableGauge(
            "agentkeys_ready", () => _last.Select(r => new Measurement<long>(r.Ok ? 1 : 0, new KeyValuePair<string, object?>("check", r.Name))), description: "1 while the part can do its work, as /readyz says.");
    }

    /// <param name="cancellationToken">of this asker; the round goes on for the others, within the checks' own deadlines.</param>
    public Task<IReadOnlyList<ReadinessReport>> AskAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_running is not { IsCompleted: false })
                _running = RoundAsync();
            return _running.WaitAsync(cancellationToken);
        }
    }

    private async Task<IReadOnlyList<ReadinessReport>> RoundAsync()
    {
        await Task.Yield(); // nothing runs under the lock
        return _last = await Task.WhenAll(_checks.Select(AskAsync));
    }

    /// <summary>A check that throws has a bug; it must not hide the others.</summary>
    private static async Task<ReadinessReport> AskAsync(IReadinessCheck check)
    {
        try
        {
            return await check.CheckAsync(CancellationToken.None);
        }
        catch (Exception e)
        {
            return new ReadinessReport(check.GetType().Name, false, new Dictionary<string, string> { ["error"] = e.GetType().Name });
        }
    }
}
