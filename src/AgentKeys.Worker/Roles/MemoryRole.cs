using AgentKeys.Protocol;

namespace AgentKeys.Worker;

/// <summary>The memory role: what an agent wants to keep, by namespace and key, versioned. A grant names the namespace.</summary>
internal static class MemoryRole
{
    public static WorkerRole Role { get; } = new()
    {
        Class = DataClass.Memory,
        MaxPlaintextBytes = 8 * 1024 * 1024,
        Map = app => app.MapObjects(Role!),
    };
}
