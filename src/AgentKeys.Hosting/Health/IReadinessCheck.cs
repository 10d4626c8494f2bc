namespace AgentKeys.Hosting;

/// <summary>One thing without which this process cannot serve. Cheap, and safe to ask every second.</summary>
public interface IReadinessCheck
{
    /// <returns>never throws for trouble: trouble is an answer.</returns>
    ValueTask<ReadinessReport> CheckAsync(CancellationToken cancellationToken);
}

/// <param name="Name">what was looked at: <c>audit</c>, <c>store</c>, <c>chain</c>.</param>
/// <param name="Details">what an operator wants to see; no secrets, no paths.</param>
public sealed record ReadinessReport(string Name, bool Ok, IReadOnlyDictionary<string, string> Details);
