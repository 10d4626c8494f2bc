using AgentKeys.Protocol;

namespace AgentKeys.Worker;

/// <summary>The credentials role: small secrets under the names that people typed.</summary>
internal static class CredentialsRole
{
    public static WorkerRole Role { get; } = new()
    {
        Class = DataClass.Credentials,
        MaxPlaintextBytes = 64 * 1024,
        Map = app => app.MapObjects(Role!),
    };
}
