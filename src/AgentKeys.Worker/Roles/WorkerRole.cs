using AgentKeys.Hosting;
using AgentKeys.Protocol;

namespace AgentKeys.Worker;

/// <summary>What one worker process serves: a class, the routes of that class, how large an object may be.</summary>
public sealed record WorkerRole
{
    /// <summary>JSON around the plaintext: names, punctuation, a version. Characters that a writer escapes needlessly count too.</summary>
    private const int BodyOverhead = 1024;

    /// <summary>Above this, not every connection may hold one.</summary>
    private const int LargeBytes = 256 * 1024;

    public required DataClass Class { get; init; }

    /// <summary>Largest object in bytes, before sealing.</summary>
    public required int MaxPlaintextBytes { get; init; }

    /// <summary>Adds the role's routes, each with its guard.</summary>
    public required Action<IEndpointRouteBuilder> Map { get; init; }

    public string Name => Class.Name();

    /// <summary>Of the role's route for an op: only a store brings an object.</summary>
    public RouteGuard GuardOf(CapOp op) => new(
        CapRules.RequiredTier(Class), RouteAuth.CapAndStorage, op == CapOp.Store ? ((MaxPlaintextBytes + 2) / 3 * 4) + BodyOverhead : BodyOverhead,
        MaxPlaintextBytes > LargeBytes && op is (CapOp.Store or CapOp.Fetch) ? RouteRate.FewAtOnce : RouteRate.None);

    /// <summary>How audit records name this process.</summary>
    public string Verifier => $"worker:{Name}";

    public static IReadOnlyList<WorkerRole> All { get; } = [CredentialsRole.Role, MemoryRole.Role];

    public static WorkerRole? Find(string? name) => All.FirstOrDefault(r => r.Name == name);
}
